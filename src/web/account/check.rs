//! `GET` and `POST /account/check`: one registered detail, before registered data are shown to an account that was registered here.

use axum::extract::State;
use axum::response::Response;

use super::form::{Slips, refusal};
use crate::app::App;
use crate::app::account::{Checked, Detail};
use crate::domain::form::{CITIES, LAIWU};
use crate::views::{AccountCheck, FormField, Menu, error_items};
use crate::web::kit::error::WebError;
use crate::web::kit::posted::{Form, Posted};
use crate::web::kit::throttle::Limited;
use crate::web::kit::told::{Told, told_at};
use crate::web::kit::visitor::{ByAccount, SignedIn};
use crate::web::kit::{AppState, page, see_other};

/// The longest value that is looked at, in characters.
const LONGEST: usize = 100;

pub(crate) async fn show(State(app): AppState, ByAccount { visitor, .. }: ByAccount) -> Result<Response, WebError> {
    if !app.awaits_detail(visitor.person).await? {
        return Ok(see_other("/reissue"));
    }
    page(&app, &view(&visitor, &Form::default(), &Slips::default()))
}

pub(crate) async fn send(
    State(app): AppState,
    Posted { visitor: ByAccount { visitor, .. }, form, .. }: Posted<ByAccount>,
) -> Result<Response, WebError> {
    Limited::Submission(visitor.person).count(&app).await?;
    let mut slips = Slips::default();
    let (detail, field) = match detail(&form) {
        Ok(given) => given,
        Err((field, message)) => {
            slips.at(field, message);
            return refused(&app, &visitor, &form, &slips);
        }
    };
    match app.check_detail(visitor.person, detail, app.now()).await? {
        Checked::Fits => Ok(told_at(&app, &visitor, Told::DetailFits, "/reissue").await),
        Checked::Nothing => Ok(see_other("/reissue")),
        Checked::Wrong { tries_left } => {
            slips.at(field, format!("与系统中登记的信息不符，请核对后重新填写；还可以填写 {tries_left} 次"));
            refused(&app, &visitor, &form, &slips)
        }
        Checked::Locked(exhausted) => {
            let minutes = exhausted.retry_after.as_secs().div_ceil(60).max(1);
            slips.lock(exhausted, format!("填写的次数过多，请在 {minutes} 分钟后再试，或申请人工核实"));
            refused(&app, &visitor, &form, &slips)
        }
    }
}

/// What was given, and the field at which a slip of it is told; else that field and what it lacks.
fn detail(form: &Form) -> Result<(Detail, &'static str), (&'static str, &'static str)> {
    let [number, date, city] = ["certificate_number", "approval_date", "city"].map(|name| form.get(name).trim());
    if [number, date, city].iter().any(|text| text.chars().count() > LONGEST) {
        return Err(("certificate_number", "填写的内容过长，请核对后重新填写"));
    }
    match (number, date, city) {
        ("", "", "") => Err(("certificate_number", "请填写证书管理号，或者填写批准日期和报名市")),
        ("", "", _) => Err(("approval_date", "请填写批准日期")),
        ("", _, "") => Err(("city", "请选择报名市")),
        ("", date, city) => {
            let (approval_date, city) = (date.to_owned(), city.to_owned());
            Ok((Detail::DateAndCity { approval_date, city }, "approval_date"))
        }
        (number, ..) => Ok((Detail::CertificateNumber(number.to_owned()), "certificate_number")),
    }
}

fn refused(app: &App, visitor: &SignedIn, form: &Form, slips: &Slips) -> Result<Response, WebError> {
    refusal(app, &view(visitor, form, slips), slips)
}

fn view(visitor: &SignedIn, form: &Form, slips: &Slips) -> AccountCheck {
    let field = |name, label| FormField::new(name, label, form.get(name)).error(slips.of(name));
    let fields = [
        field("certificate_number", "证书管理号").hint("证书上的管理号。"),
        field("approval_date", "批准日期").hint("证书上的批准日期，格式如：20201122。"),
        field("city", "报名市").hint("该证书当年领取市。").select(CITIES.into_iter().chain([LAIWU])),
    ];
    let errors = slips.errors(&error_items(&fields, None));
    let [number, date, city] = fields;
    AccountCheck { chrome: visitor.chrome().at(Menu::Reissue), number, date, city, error_title: slips.title(), errors }
}
