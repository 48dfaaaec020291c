//! `GET` and `POST /account/profile`: 注册信息维护.

use axum::extract::State;
use axum::response::Response;

use super::form::{Slips, refusal};
use super::typed::Typed;
use crate::app::App;
use crate::app::account::Profile;
use crate::app::challenges::ChallengedForm;
use crate::domain::email::Email;
use crate::views::{AccountForm, FormField, Link, Menu, error_items};
use crate::web::kit::challenge::Asking;
use crate::web::kit::client_address::ClientAddress;
use crate::web::kit::error::WebError;
use crate::web::kit::network::Network;
use crate::web::kit::posted::Posted;
use crate::web::kit::throttle::Limited;
use crate::web::kit::told::{Told, chrome_with_told, told_at};
use crate::web::kit::visitor::{ByAccount, SignedIn};
use crate::web::kit::{AppState, page, see_other};

const FORM: ChallengedForm = ChallengedForm::Profile;

pub(crate) async fn show(
    State(app): AppState,
    ClientAddress(network): ClientAddress,
    ByAccount { visitor, .. }: ByAccount,
) -> Result<Response, WebError> {
    let profile = app.account_profile(visitor.person).await?;
    let kept = if visitor.reads { Typed::take(&app, &visitor.session, FORM).await.email } else { String::new() };
    let email = if kept.is_empty() { profile.email.clone() } else { kept };
    let shown = Shown { profile, email, network };
    let view = shown.view(&app, &visitor, &Slips::default()).await?;
    page(&app, &view)
}

pub(crate) async fn send(
    State(app): AppState,
    ClientAddress(network): ClientAddress,
    Posted { visitor: ByAccount { visitor, .. }, form, .. }: Posted<ByAccount>,
) -> Result<Response, WebError> {
    Limited::Submission(visitor.person).count(&app).await?;
    let profile = app.account_profile(visitor.person).await?;
    let shown = Shown { profile, email: form.get("email").to_owned(), network };
    let mut slips = Slips::at_challenge(shown.asking(&visitor).slip(&app, &form, "").await?);
    let email = Email::parse(&shown.email).map_err(|error| slips.at("email", error.message())).ok();
    let email = match email {
        Some(email) if !slips.any() => email,
        _ => {
            let view = shown.view(&app, &visitor, &slips).await?;
            return refusal(&app, &view, &slips);
        }
    };
    if email.as_str() == shown.profile.email {
        return Ok(told_at(&app, &visitor, Told::AddressIsThatAlready, "/account/profile").await);
    }
    app.change_address(visitor.person, visitor.session.name(), email, app.now()).await?;
    Ok(see_other("/account/confirm"))
}

/// The form, with the address as stored or typed.
struct Shown {
    profile: Profile,
    email: String,
    network: Network,
}

impl Shown {
    const fn asking<'a>(&self, visitor: &'a SignedIn) -> Asking<'a> {
        Asking { session: &visitor.session, network: self.network, form: FORM }
    }

    async fn view(&self, app: &App, visitor: &SignedIn, slips: &Slips) -> Result<AccountForm, WebError> {
        let mails = app.config.access.mails();
        let challenge = if mails { self.asking(visitor).draw(app, "", slips.challenge.clone()).await? } else { None };
        let of_account = |name, label, value: &str| FormField::new(name, label, value).locked("账户注册信息");
        let mut fields = vec![
            of_account("name", "姓名", &self.profile.name),
            of_account("id_number", "身份证号", &self.profile.number),
        ];
        if mails {
            let email = FormField::new("email", "邮箱", &self.email).hint("找回密码时使用此邮箱。");
            fields.push(email.keys("email").autocomplete("email").error(slips.of("email")));
        } else if !self.profile.email.is_empty() {
            fields.push(of_account("email", "邮箱", &self.profile.email));
        }
        let lead = if mails {
            "可以更换邮箱：保存后，系统向新邮箱发送验证码，填写后生效，并通知原邮箱。"
        } else {
            "本系统暂不发送邮件，邮箱不能在此更换。"
        };
        let mut notes = vec![Link::new("/link?ask=missing#request", "姓名、身份证号有误的，请申请人工核实")];
        if !self.profile.checked {
            notes.push(Link::new("/account/check", "查看系统中登记的证书，请先核对登记信息"));
        }
        Ok(AccountForm {
            chrome: chrome_with_told(app, visitor, Menu::Profile).await,
            title: "注册信息维护",
            lead: vec![lead.to_owned()],
            action: "/account/profile".to_owned(),
            error_title: slips.title(),
            errors: slips.errors(&error_items(&fields, None)),
            fields,
            challenge,
            button: mails.then_some("保存"),
            other: None,
            links: Vec::new(),
            notes,
        })
    }
}
