//! What the page of one application offers besides an answer.

use chrono::TimeDelta;

use super::case_seen::Sight;
use super::staff_list::factor_url;
use super::words::{address, day};
use crate::app::App;
use crate::app::review::DecidedBy;
use crate::domain::china::china_date;
use crate::domain::staff::Right;
use crate::views::{CaseAsides, CaseReopen, FormField};
use crate::web::kit::staff::Staff;

pub(super) fn asides(app: &App, staff: &Staff, sight: Sight<'_>) -> CaseAsides {
    let Sight { looked, seen, said } = sight;
    let error = |field: &str| said.filter(|said| said.field == Some(field)).map(|said| said.words.clone());
    let field = |name: &'static str, label, value: &str| FormField::new(name, label, value).error(error(name));
    let today = china_date(app.now());
    let is_free = looked.may_answer && (looked.is_mine || looked.holder.is_none());
    let hold = || {
        let until = field("until", "挂起至", &seen.until).date(today + TimeDelta::days(1));
        vec![until, field("reason", "挂起原因", &seen.reason).long()]
    };
    let reopen = || CaseReopen {
        reason: field("reason", "重新审核的原因", &seen.reason).long(),
        factor_url: factor_url(app, staff, &address(looked.case.id)),
    };
    let on_hold = looked.case.held_until.filter(|_| looked.case.is_on_hold(today));
    CaseAsides {
        note: staff.roles.may(Right::Examine).then(|| field("note", "备注", &seen.note).long()),
        hold: if is_free && on_hold.is_none() { hold() } else { Vec::new() },
        on_hold: on_hold.map(day),
        may_resume: is_free && on_hold.is_some(),
        reopen: (looked.decided == Some(DecidedBy::Colleague) && staff.roles.may(Right::Reopen)).then(reopen),
    }
}
