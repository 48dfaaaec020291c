//! `GET`, `HEAD` and `POST /review/enrol/{token}`: the first visit by a one-time link. Only the form uses it up.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use qrcode::{Color, EcLevel, QrCode};
use secrecy::SecretString;

use super::form::{Slips, refusal};
use super::recovery_codes;
use crate::app::staff::{Enrolled, Enrolling, Offer};
use crate::app::{App, AppError};
use crate::domain::staff::SHORTEST;
use crate::domain::staff::otp::{OtpDigest, base32};
use crate::session::{StaffBegun, Stage};
use crate::views::{DeskEnrol, FormField, error_items};
use crate::web::kit::cookies::set_staff_cookie;
use crate::web::kit::error::WebError;
use crate::web::kit::posted::Form;
use crate::web::kit::staff::{DeskGuest, PostedByDeskGuest};
use crate::web::kit::throttle::Limited;
use crate::web::kit::{AppState, page, see_other};

/// What an app calls the entry that it makes of the picture.
const ISSUER: &str = "证书补办审核";

/// Light modules around the picture (ISO/IEC 18004 §5.3.8).
const QUIET: usize = 4;

pub(crate) async fn show(
    State(app): AppState,
    guest: DeskGuest,
    Path(token): Path<String>,
) -> Result<Response, WebError> {
    let Some(offer) = app.enrolment(&token, guest.session.name(), app.now()).await? else { return Ok(gone()) };
    let response = page(&app, &view(&guest, &token, &offer, &Slips::default())?)?;
    Ok(guest.welcomed(&app, response))
}

pub(crate) async fn send(
    State(app): AppState,
    Path(token): Path<String>,
    PostedByDeskGuest { guest, form }: PostedByDeskGuest,
) -> Result<Response, WebError> {
    Limited::StaffSignIn(guest.network).count(&app).await?;
    let Some(offer) = app.enrolment(&token, guest.session.name(), app.now()).await? else { return Ok(gone()) };
    let mut slips = measured(&form);
    if slips.any() {
        return refusal(&app, &view(&guest, &token, &offer, &slips)?, &slips);
    }
    let password = SecretString::from(form.get("password"));
    match app.enrol(&token, guest.session.name(), &password, form.get("code")).await {
        Ok(Enrolling::Done(enrolled)) => return begin(&app, &guest, enrolled).await,
        Ok(Enrolling::Gone) => return Ok(gone()),
        Ok(Enrolling::Refused { password, code_is_wrong }) => {
            if let Some(weakness) = password {
                slips.at("password", weakness.message());
            }
            if code_is_wrong {
                slips.at("code", "验证码不正确，请核对手机时间是否准确，并填写验证器现在显示的验证码");
            }
        }
        Err(AppError::Busy) => slips.crowd(),
        Err(error) => return Err(error.into()),
    }
    refusal(&app, &view(&guest, &token, &offer, &slips)?, &slips)
}

fn measured(form: &Form) -> Slips {
    let mut slips = Slips::default();
    if form.get("password").is_empty() {
        slips.at("password", "请填写密码");
    } else if form.get("password") != form.get("password_again") {
        slips.at("password_again", "两次输入的密码不一致");
    }
    if form.get("code").trim().is_empty() {
        slips.at("code", "请填写验证器显示的动态验证码");
    }
    slips
}

/// Signs in, and shows the recovery codes.
async fn begin(app: &App, guest: &DeskGuest, enrolled: Enrolled) -> Result<Response, WebError> {
    let now = app.now();
    let stage = Stage::SignedIn { staff: enrolled.staff, factor_at: now, signed_in_at: now };
    let begun = app.staff_sessions.begin(Some(&guest.session), stage, now, now).await?;
    let Some(StaffBegun { cookie, session }) = begun else { return Err(WebError::StaffSignInNeeded(None)) };
    recovery_codes::keep(app, &session, &enrolled.codes).await?;
    let mut response = see_other("/review/recovery-codes");
    set_staff_cookie(app, &mut response, cookie);
    Ok(response)
}

fn gone() -> Response {
    StatusCode::GONE.into_response()
}

fn view(guest: &DeskGuest, token: &str, offer: &Offer, slips: &Slips) -> Result<DeskEnrol, WebError> {
    let passwords = vec![
        FormField::own_password("password", "密码", "new-password")
            .hint(format!("至少 {SHORTEST} 位，不要含有用户名，不要使用常见的密码。"))
            .error(slips.of("password")),
        FormField::own_password("password_again", "再次输入密码", "new-password").error(slips.of("password_again")),
    ];
    let code = FormField::new("code", "动态验证码", "")
        .hint("绑定后，验证器显示的 6 位数字。")
        .autocomplete("one-time-code")
        .keys("numeric")
        .error(slips.of("code"));
    let secret = base32(&offer.otp.secret);
    let (picture_side, picture_path) = picture(&offer.otp.uri(ISSUER, offer.user_name.as_str()))?;
    let of_fields = error_items(&passwords, None).into_iter().chain(error_items(std::slice::from_ref(&code), None));
    Ok(DeskEnrol {
        desk: guest.desk(),
        user_name: offer.user_name.to_string(),
        action: format!("/review/enrol/{token}"),
        secret: in_groups(&secret),
        totp_secret: secret,
        picture_side,
        picture_path,
        digest: match offer.otp.digest {
            OtpDigest::Sha1 => "SHA-1",
            OtpDigest::Sha256 => "SHA-256",
            OtpDigest::Sm3 => "SM3",
        },
        errors: slips.errors(of_fields.collect()),
        passwords,
        code,
    })
}

fn in_groups(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// The picture of an address: its side in modules, and its dark modules as an SVG path, one run after the other.
fn picture(address: &str) -> Result<(usize, String), WebError> {
    use std::fmt::Write;
    let code = QrCode::with_error_correction_level(address, EcLevel::L)
        .map_err(|error| WebError::Internal(Box::new(error)))?;
    let (width, colors) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (y, row) in colors.chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let run = row[x..].iter().take_while(|color| **color == Color::Dark).count();
            if run > 0 {
                // Writing into a String cannot fail.
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
            }
            x += run.max(1);
        }
    }
    Ok((width + 2 * QUIET, path))
}
