//! `GET /photo`, `POST /photo`, `POST /photo/picture`: the page on the phone. It knows no person, only the slot whose code was brought.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::photo_judged::{MAX_PHOTO, judged, too_large};
use crate::app::App;
use crate::app::photo_slots::{Brought, Phone, PhoneSlot};
use crate::domain::photo::{self, CleanPhoto, Verdict};
use crate::domain::photo_code::PhotoCode;
use crate::views::{Chrome, ErrorItem, PhoneStep, PhotoPhone};
use crate::web::kit::client_address::ClientAddress;
use crate::web::kit::error::WebError;
use crate::web::kit::phone::{PictureByPhone, PostedByPhone, SentPicture, Visit};
use crate::web::kit::posted::{FileField, Kind};
use crate::web::kit::throttle::Limited;
use crate::web::kit::{AppState, page, see_other};

const GONE: &str = "代码已失效，请在电脑上重新获取";
const ONE_BY_ONE: &str = "上一次发送的照片还在接收，请稍候片刻再发送";
const TOO_MANY: &str = "发送次数过多，代码已失效，请在电脑上重新获取";

/// The form with the picture.
#[derive(Debug)]
pub(crate) struct Picture;

impl Kind for Picture {
    const FILE: Option<FileField> = Some(FileField { name: "photo", most_bytes: MAX_PHOTO });
}

pub(crate) async fn show(State(app): AppState, visit: Visit) -> Result<Response, WebError> {
    let slot = app.slot_of_phone(&visit.phone).await?;
    let page = page(&app, &view(&visit.phone, slot.as_ref()))?;
    Ok(visit.remember(&app, page))
}

/// A refused picture's page that is loaded anew.
pub(crate) async fn again() -> Response {
    see_other("/photo")
}

pub(crate) async fn code(
    State(app): AppState,
    ClientAddress(network): ClientAddress,
    PostedByPhone { phone, form }: PostedByPhone,
) -> Result<Response, WebError> {
    let typed = form.get("code");
    Limited::PhotoCode(network).count(&app).await?;
    let brought = match PhotoCode::parse(typed) {
        Some(code) => app.bring_photo_code(&phone, &code).await?,
        None => Brought::Nothing,
    };
    let words = match brought {
        Brought::Slot => {
            Limited::PhotoCode(network).take_back(&app).await?;
            return Ok(see_other("/photo"));
        }
        Brought::Nothing => "代码不正确或已失效，请核对电脑屏幕上的 8 位代码",
        Brought::Taken => "这个代码已在另一部手机上使用，请在电脑上重新获取",
    };
    refused(&app, PhotoPhone { code: typed.to_owned(), ..view(&phone, None) }, "code", words)
}

pub(crate) async fn picture(State(app): AppState, posted: PictureByPhone<Picture>) -> Result<Response, WebError> {
    let SentPicture { phone, slot, form, held: _held, .. } = match posted {
        PictureByPhone::Sent(sent) => sent,
        PictureByPhone::Unasked { slot: Some(_), .. } => return Ok(see_other("/photo")),
        PictureByPhone::Unasked { visit, slot: None } => {
            let page = refused(&app, view(&visit.phone, None), "code", GONE)?;
            return Ok(visit.remember(&app, page));
        }
        PictureByPhone::OneByOne { phone, slot } => {
            return refused(&app, view(&phone, Some(&slot)), "photo", ONE_BY_ONE);
        }
        PictureByPhone::TooMany { phone } => return refused(&app, view(&phone, None), "code", TOO_MANY),
    };
    let again = || view(&phone, Some(&slot));
    if form.file.bytes.is_empty() {
        app.take_back_photo_try(&slot).await?;
        return refused(&app, again(), "photo", "请先拍照或选择照片");
    }
    if form.file.size > form.file.bytes.len() {
        return refused(&app, again(), "photo", &too_large(form.file.size));
    }
    match judged(form.file.bytes).await? {
        Verdict::Fits(photo) => fill(&app, &slot, &photo).await,
        Verdict::Made(made) => fill(&app, &slot, &made.photo).await,
        Verdict::Refused(flaws) => refused(&app, again(), "photo", &photo::refused(&flaws)),
    }
}

/// A second picture changes nothing: the page says that one has come.
async fn fill(app: &App, slot: &PhoneSlot, photo: &CleanPhoto) -> Result<Response, WebError> {
    app.fill_photo_slot(slot, photo).await?;
    Ok(see_other("/photo"))
}

fn view(phone: &Phone, slot: Option<&PhoneSlot>) -> PhotoPhone {
    PhotoPhone {
        chrome: Chrome::anonymous(phone.csrf_token.clone()),
        step: match slot {
            None => PhoneStep::Code,
            Some(PhoneSlot { is_full: false, .. }) => PhoneStep::Picture,
            Some(_) => PhoneStep::Sent,
        },
        words: slot.map(|slot| slot.words.clone()),
        code: String::new(),
        errors: Vec::new(),
    }
}

fn refused(app: &App, view: PhotoPhone, field: &str, words: &str) -> Result<Response, WebError> {
    let error = ErrorItem { field: Some(field.to_owned()), message: words.to_owned(), link: None };
    let page = page(app, &PhotoPhone { errors: vec![error], ..view })?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}
