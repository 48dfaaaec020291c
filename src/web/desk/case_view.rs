//! What the page of one application shows.

use super::case_aside_view::asides;
use super::case_seen::{Said, Seen, Sight};
use super::words::{act, day, level_word, likeness, shown};
use crate::app::App;
use crate::app::review::{LookedAt, Told};
use crate::domain::application::Status;
use crate::domain::case::{Compared, Level, Likeness, Reason};
use crate::domain::china::china_date;
use crate::domain::document::mask;
use crate::domain::form::Field;
use crate::domain::staff::Right;
use crate::views::{
    CaseAct, CaseAnswer, CaseBar, CaseChange, CaseHand, CaseOther, CasePhoto, CaseReason, CaseRow, CaseSection, Desk,
    DeskCase, ErrorItem,
};
use crate::web::kit::staff::Staff;
use crate::web::kit::words::{china_clock, china_time};

pub(super) fn view(app: &App, desk: Desk, staff: &Staff, sight: Sight<'_>) -> DeskCase {
    let Sight { looked, seen, said } = sight;
    let case = &looked.case;
    let url = format!("/review/applications/{}", case.id);
    let (differing, equal): (Vec<&Compared>, Vec<_>) =
        looked.compared.iter().partition(|row| row.likeness != Likeness::Equal);
    let rows = |rows: Vec<&Compared>| rows.into_iter().map(|row| row_of(row, seen.is_revealed)).collect();
    let held_by_other = looked.holder.as_ref().filter(|_| !looked.is_mine);
    DeskCase {
        desk,
        bar: bar(app, looked),
        has_registered: looked.compared.iter().any(|row| row.registered.is_some()),
        differing: rows(differing),
        equal_count: equal.len(),
        equal: rows(equal),
        may_reveal: staff.roles.may(Right::Examine),
        is_revealed: seen.is_revealed,
        contact: looked.input.contact.clone(),
        changed: looked.changed.iter().map(|change| changed(change, seen.is_revealed)).collect(),
        photo: looked.has_photo.then(|| CasePhoto { url: format!("{url}/photo") }),
        others: looked.others.iter().map(other).collect(),
        open_tasks: looked.open_tasks.iter().map(|number| format!("{number} 号")).collect::<Vec<_>>().join("、"),
        history: looked.history.iter().map(told).collect(),
        recommended: looked.recommended.as_ref().map(told),
        errors: said.into_iter().map(error).collect(),
        asides: asides(app, staff, sight),
        hand: CaseHand {
            may_take: looked.may_answer && !looked.is_mine,
            over: held_by_other.map(|(name, _)| name.clone()),
            may_release: looked.is_mine,
            renew_url: looked.is_mine.then(|| format!("{url}/renew")),
        },
        answer: (looked.may_answer && held_by_other.is_none()).then(|| answer(looked, seen)),
    }
}

fn error(said: &Said) -> ErrorItem {
    ErrorItem { field: said.field.map(str::to_owned), ..ErrorItem::general(said.words.clone(), None) }
}

fn bar(app: &App, looked: &LookedAt) -> CaseBar {
    let case = &looked.case;
    let left = app.policy.calendar.between(china_date(app.now()), case.due_on);
    let left = match left {
        0 => "今天到期".to_owned(),
        left if left > 0 => format!("还有 {left} 个工作日"),
        over => format!("已超期 {} 个工作日", -over),
    };
    let waits = case.status == Status::Pending;
    CaseBar {
        id: case.id.to_string(),
        reference: case.reference.clone(),
        name: looked.input.name.clone(),
        exam: case.exam_name.clone(),
        year: case.year.clone(),
        city: looked.input.city.clone(),
        level: case.level.as_str(),
        level_word: level_word(case.level, case.status),
        status: shown(looked.status),
        due: if waits { format!("{}（{left}）", day(case.due_on)) } else { String::new() },
        holder: looked.holder.as_ref().map(|(name, until)| format!("{name}，至 {}", china_clock(*until))),
        version: case.version,
    }
}

/// A number as it may be shown.
fn masked(field: Field, value: &str, is_revealed: bool) -> String {
    if field == Field::DocumentNumber && !is_revealed { mask(value) } else { value.to_owned() }
}

fn row_of(row: &Compared, is_revealed: bool) -> CaseRow {
    let known = |value: &Option<String>| value.as_deref().map(|value| masked(row.field, value, is_revealed));
    CaseRow {
        field: row.field.as_str(),
        label: row.field.label(),
        registered: known(&row.registered).unwrap_or_default(),
        portal: known(&row.portal).unwrap_or_default(),
        applied: masked(row.field, &row.applied, is_revealed),
        likeness: likeness(row.likeness),
    }
}

fn changed(change: &crate::app::review::Changed, is_revealed: bool) -> CaseChange {
    CaseChange {
        label: change.field.label(),
        before: masked(change.field, &change.before, is_revealed),
        after: masked(change.field, &change.after, is_revealed),
    }
}

fn other(other: &crate::app::review::Other) -> CaseOther {
    CaseOther {
        url: format!("/review/applications/{}", other.id),
        reference: other.reference.clone(),
        exam: other.exam.clone(),
        year: other.year.clone(),
        status: shown(other.status),
    }
}

fn told(told: &Told) -> CaseAct {
    CaseAct {
        at: china_time(told.at),
        by: told.by.clone().unwrap_or_else(|| "申请人".to_owned()),
        words: act(told.act),
        reasons: told.reasons.iter().map(|reason| reason.for_staff.clone()).collect(),
        comment: told.comment.clone().unwrap_or_default(),
    }
}

const SECTIONS: [(&str, &str); 4] =
    [("identity", "身份"), ("certificate", "证书"), ("photo", "照片"), ("other", "其他")];

fn section(reason: &Reason) -> &'static str {
    match reason.field {
        Some(Field::Name | Field::DocumentNumber | Field::BirthMonth | Field::Gender) => "identity",
        Some(Field::Photo) => "photo",
        Some(Field::Contact) | None => "other",
        Some(_) => "certificate",
    }
}

fn answer(looked: &LookedAt, seen: &Seen) -> CaseAnswer {
    // What the city named is where the province begins.
    let recommended = || looked.recommended.iter().flat_map(|told| &told.reasons).map(|reason| reason.code.clone());
    let ticked: Vec<String> = seen.reasons.clone().unwrap_or_else(|| recommended().collect());
    let reasons = |code: &'static str| {
        let of_section = looked.reasons.iter().filter(move |reason| section(reason) == code);
        of_section.map(|reason| CaseReason {
            selected: ticked.contains(&reason.code),
            code: reason.code.clone(),
            for_staff: reason.for_staff.clone(),
            for_citizen: reason.for_citizen.clone(),
            correctable: reason.correctable,
        })
    };
    let sections = SECTIONS.map(|(code, title)| {
        let reasons: Vec<_> = reasons(code).collect();
        CaseSection { code, title, is_open: reasons.iter().any(|reason| reason.selected), reasons }
    });
    let at_city = looked.case.level == Level::City;
    CaseAnswer {
        sections: sections.into_iter().filter(|section| !section.reasons.is_empty()).collect(),
        comment: seen.comment.clone(),
        approve: if at_city { "同意，报省级" } else { "同意，审核通过" },
        reject: if at_city { "不同意，报省级" } else { "审核不通过" },
        may_return: looked.recommended.is_some(),
    }
}
