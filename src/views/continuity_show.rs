//! `GET /continuity`: 承接清单, what was carried over from the old systems.

#[cfg(test)]
mod samples;

use serde::Serialize;

use super::{Chrome, View};

/// What was carried over; and that something was not, without any detail of it.
#[derive(Debug, Clone, Serialize)]
pub struct ContinuityShow {
    pub chrome: Chrome,
    /// The person's first sign-in ends here; the words differ.
    pub first_visit: bool,
    /// One row per old system from which anything was carried over.
    pub systems: Vec<CarriedSystem>,
    pub certificates: Vec<CarriedRecord>,
    pub applications: Vec<CarriedRecord>,
    /// Each with the rule or proof.
    pub accounts: Vec<CarriedAccount>,
    /// Accounts of which the person said 不是我的: their data is hidden.
    pub frozen: Vec<FrozenAccount>,
    /// Old accounts found that wait for a proof.
    pub needs_proof: usize,
    /// Old accounts found that wait for a reviewer.
    pub needs_review: usize,
    /// Certificates or applications exist under this number and another name.
    pub other_name_record: bool,
    /// Registered data may be hidden until a registered detail is given (`/account/check`).
    pub awaits_detail: bool,
    /// For printing.
    pub made_at: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct CarriedSystem {
    /// Such as `reissue` (`data-system`).
    pub code: String,
    /// Such as 原证书补办系统.
    pub name: String,
    pub accounts: usize,
    pub certificates: usize,
    pub applications: usize,
    pub photos: usize,
}

/// A certificate or an application that was carried over.
#[derive(Debug, Clone, Serialize)]
pub struct CarriedRecord {
    pub exam: String,
    /// Such as 2017年度; as the old system has it where that is no year.
    pub year: String,
    /// 证书管理号; empty where the old system has none.
    pub certificate_number: String,
    /// Such as 原证书补办系统.
    pub system: String,
}

/// One old account as any page may show it.
#[derive(Debug, Clone, Serialize)]
pub struct AccountLine {
    /// Such as 原证书补办系统.
    pub system: String,
    /// 注册年份; empty where the old system has none.
    pub registered_year: String,
    /// 姓名, masked.
    pub name: String,
    /// 证件号码, masked.
    pub number: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct CarriedAccount {
    /// What stands for the account in this session (`data-account`).
    pub handle: String,
    pub line: AccountLine,
    /// Whether the person may say that it is not theirs: not of what their own password opened.
    pub may_report: bool,
    /// The rule or proof, in words.
    pub basis: String,
    pub linked_at: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct FrozenAccount {
    pub line: AccountLine,
    /// The number of the task that looks into it; `None` where it came by way of another one that is looked into.
    pub task: Option<i64>,
}

impl View for ContinuityShow {
    const TEMPLATE: &'static str = "continuity_show.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        samples::all()
    }
}
