//! The page 找回原账户, also as the answer to a form that was refused.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::account_handle;
use super::link_forms::{Typed, claim_fields, ends_at, error, request_fields};
use crate::app::App;
use crate::app::linking::{self, LinkPage, OldAccount, TaskSummary};
use crate::domain::verification::Field;
use crate::store::Exhausted;
use crate::views::{
    ErrorItem, EvidenceField, FormField, LinkShow, Lockout, Menu, OfferedAccount, TaskRow, error_items,
};
use crate::web::kit::drafts::kept_evidence;
use crate::web::kit::error::WebError;
use crate::web::kit::page;
use crate::web::kit::visitor::SignedIn;
use crate::web::kit::words::{china_time, system_name, task_status, task_subject, why_proof};

/// The page as the answer to a form that was refused, and the address at which GET shows what was typed.
pub(super) async fn refused(app: &App, visitor: &SignedIn, typed: Typed, address: &str) -> Result<Response, WebError> {
    let found = app.link_page(visitor.person).await?;
    let mut view = view(app, visitor, found, typed).await?;
    view.chrome = view.chrome.with_address(address);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(app, &view)?).into_response())
}

/// The page during a lockout: 429 with Retry-After.
pub(super) async fn locked(
    app: &App,
    visitor: &SignedIn,
    typed: Typed,
    exhausted: Exhausted,
) -> Result<Response, WebError> {
    let mut response = refused(app, visitor, typed.locked(app, exhausted), "/link").await?;
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    let seconds = exhausted.retry_after.as_secs() + u64::from(exhausted.retry_after.subsec_nanos() > 0);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
    Ok(response)
}

pub(super) async fn view(app: &App, visitor: &SignedIn, found: LinkPage, typed: Typed) -> Result<LinkShow, WebError> {
    let exams = app.exams().await?.into_iter().map(|exam| exam.name);
    let offered = offers(app, visitor, &found, &typed).await?;
    let claim = claim_fields(&typed);
    let request = request_fields(&found, &offered, exams, &typed);
    let evidence =
        EvidenceField { error: error(&typed, Field::Evidence), kept: typed.picture_token.clone().map(kept_evidence) };
    let proof: Vec<_> = offered.iter().filter_map(|account| account.password.clone()).collect();
    let evidence_error = evidence.error.clone().map(|message| ErrorItem {
        field: Some(Field::Evidence.as_str().to_owned()),
        message,
        link: None,
    });
    let of_fields = [proof.as_slice(), &claim, &request].into_iter().flat_map(|fields| error_items(fields, None));
    let (part, again, last_try) = (typed.part(), typed.again, last_try(&offered, &typed));
    let errors = typed.general.into_iter().chain(last_try).chain(of_fields).chain(evidence_error).collect();
    Ok(LinkShow {
        chrome: visitor.chrome().at(Menu::Link),
        part,
        again,
        tasks: found.tasks.into_iter().map(task).collect(),
        offered,
        tries: app.config.throttle.password_tries,
        lock_minutes: app.config.throttle.password_lock.as_secs().div_ceil(60),
        needs_review: found.review,
        other_name_record: found.other_name_record,
        claim,
        request,
        evidence,
        error_title: if typed.title.is_empty() { "内容有误，请修改后重新提交" } else { typed.title },
        errors,
    })
}

/// The accounts found, each with its lockout.
async fn offers(
    app: &App,
    visitor: &SignedIn,
    found: &LinkPage,
    typed: &Typed,
) -> Result<Vec<OfferedAccount>, WebError> {
    let ids: Vec<_> = found.offered.iter().map(|account| account.id).collect();
    let lockouts = app.proof_lockouts(visitor.person, &ids).await?;
    let mut offers = Vec::new();
    for (at, (account, lockout)) in found.offered.iter().zip(lockouts).enumerate() {
        let offer = offer(visitor, at, account, typed)?;
        offers.push(match lockout {
            Some(lockout) => locked_out(app, offer, lockout),
            None => offer,
        });
    }
    Ok(offers)
}

/// No password helps during a lockout: its end stands in the field's place.
fn locked_out(app: &App, offer: OfferedAccount, lockout: linking::Lockout) -> OfferedAccount {
    let lockout = Lockout {
        tries: app.config.throttle.password_tries,
        is_of_account: lockout.is_of_account,
        ends_at: ends_at(app, lockout.ends),
    };
    OfferedAccount { password: None, lockout: Some(lockout), ..offer }
}

/// What is said of the try that locked, which has no field any more to stand at.
fn last_try(offered: &[OfferedAccount], typed: &Typed) -> Option<ErrorItem> {
    let (handle, message) = typed.proof.as_ref()?;
    let is_locked = |account: &&OfferedAccount| account.handle == *handle && account.lockout.is_some();
    offered.iter().find(is_locked).map(|_| ErrorItem::general(message.as_str(), None))
}

fn offer(visitor: &SignedIn, at: usize, account: &OldAccount, typed: &Typed) -> Result<OfferedAccount, WebError> {
    let handle = account_handle::handle(&visitor.session, account.id)?;
    let error = typed.proof.as_ref().filter(|(wrong, _)| *wrong == handle).map(|(_, message)| message.clone());
    let field = FormField::password(&format!("proof-{}", at + 1)).error(error);
    Ok(OfferedAccount {
        handle,
        system: system_name(&account.system),
        registered_year: account.registered_year.clone(),
        name: account.name_masked.clone(),
        number: account.number_masked.clone(),
        reason: why_proof(account.rule),
        has_password: account.has_password,
        password: account.has_password.then_some(field),
        lockout: None,
        open_task: account.open_task,
    })
}

fn task(task: TaskSummary) -> TaskRow {
    TaskRow {
        number: task.number,
        subject: task_subject(task.kind, task.system.as_deref()),
        code: task.status.as_str(),
        status: task_status(task.status),
        opened_at: china_time(task.opened_at),
        decided_at: task.decided_at.map(china_time).unwrap_or_default(),
        reason: task.reason.unwrap_or_default(),
        may_add: task.may_add,
    }
}
