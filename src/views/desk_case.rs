//! One application on the desk.

#[cfg(test)]
mod samples;

use serde::Serialize;

use super::{Desk, ErrorItem, FormField, Status, View};

#[derive(Debug, Clone, Serialize)]
pub struct DeskCase {
    pub desk: Desk,
    /// The bar that stays in sight.
    pub bar: CaseBar,
    /// What differs.
    pub differing: Vec<CaseRow>,
    /// Folded.
    pub equal: Vec<CaseRow>,
    pub equal_count: usize,
    /// A registered certificate stands beside it.
    pub has_registered: bool,
    /// Numbers are masked, and may be shown.
    pub may_reveal: bool,
    pub is_revealed: bool,
    pub contact: String,
    /// What its owner changed since it was refused last, or since the version before.
    pub changed: Vec<CaseChange>,
    pub photo: Option<CasePhoto>,
    pub others: Vec<CaseOther>,
    /// Open 人工核实 about the same person, such as 7 号、9 号; empty where there is none.
    pub open_tasks: String,
    pub history: Vec<CaseAct>,
    /// What the city recommends.
    pub recommended: Option<CaseAct>,
    pub errors: Vec<ErrorItem>,
    pub asides: CaseAsides,
    pub hand: CaseHand,
    /// `None`: whoever looks answers nothing here.
    pub answer: Option<CaseAnswer>,
}

#[derive(Debug, Clone, Serialize)]
pub struct CaseBar {
    pub id: String,
    pub reference: String,
    pub name: String,
    pub exam: String,
    pub year: String,
    pub city: String,
    pub level: &'static str,
    pub level_word: &'static str,
    pub status: Status,
    /// Such as 2026年10月20日（还有 3 个工作日）; empty once it is decided.
    pub due: String,
    /// Who has it in hand.
    pub holder: Option<String>,
    /// Goes back with every form.
    pub version: i32,
}

#[derive(Debug, Clone, Serialize)]
pub struct CaseRow {
    /// `data-differs`.
    pub field: &'static str,
    pub label: &'static str,
    pub registered: String,
    pub portal: String,
    pub applied: String,
    /// Such as 写法不同; empty where it is equal.
    pub likeness: &'static str,
}

#[derive(Debug, Clone, Serialize)]
pub struct CaseChange {
    pub label: &'static str,
    pub before: String,
    pub after: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct CasePhoto {
    pub url: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct CaseOther {
    pub url: String,
    pub reference: String,
    pub exam: String,
    pub year: String,
    pub status: Status,
}

#[derive(Debug, Clone, Serialize)]
pub struct CaseAct {
    pub at: String,
    pub by: String,
    pub words: &'static str,
    pub reasons: Vec<String>,
    pub comment: String,
}

/// Whose hands it is in, and what can be done about that.
#[derive(Debug, Clone, Serialize)]
pub struct CaseHand {
    pub may_take: bool,
    /// From the hands of this colleague.
    pub over: Option<String>,
    pub may_release: bool,
    /// A script renews the lease there.
    pub renew_url: Option<String>,
}

/// What can be done with it besides.
#[derive(Debug, Clone, Serialize)]
pub struct CaseAsides {
    /// For a note.
    pub note: Option<FormField>,
    /// Day and reason of a hold; empty: it cannot be put aside.
    pub hold: Vec<FormField>,
    /// 挂起至 this day.
    pub on_hold: Option<String>,
    pub may_resume: bool,
    pub reopen: Option<CaseReopen>,
}

#[derive(Debug, Clone, Serialize)]
pub struct CaseReopen {
    pub reason: FormField,
    /// Where a second factor is given first.
    pub factor_url: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct CaseAnswer {
    pub sections: Vec<CaseSection>,
    pub comment: String,
    pub approve: &'static str,
    pub reject: &'static str,
    /// 退回市级.
    pub may_return: bool,
}

/// 身份, 证书, 照片, 其他.
#[derive(Debug, Clone, Serialize)]
pub struct CaseSection {
    pub code: &'static str,
    pub title: &'static str,
    /// One of its reasons is chosen.
    pub is_open: bool,
    pub reasons: Vec<CaseReason>,
}

#[derive(Debug, Clone, Serialize)]
pub struct CaseReason {
    pub code: String,
    pub for_staff: String,
    pub for_citizen: String,
    pub correctable: bool,
    pub selected: bool,
}

impl View for DeskCase {
    const TEMPLATE: &'static str = "desk_case.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        samples::all()
    }
}
