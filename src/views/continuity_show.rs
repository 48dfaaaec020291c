//! `GET /continuity`: 承接清单, what was carried over from the old systems.

use serde::Serialize;

use super::{Chrome, View};

/// What came along; and that something did not, without any detail of it.
#[derive(Debug, Clone, Serialize)]
pub struct ContinuityShow {
    pub chrome: Chrome,
    /// The person's first sign-in ends here; the words differ.
    pub first_visit: bool,
    /// One row per old system from which anything came.
    pub systems: Vec<CarriedSystem>,
    /// The accounts that came, each with the reason why.
    pub accounts: Vec<CarriedAccount>,
    /// Accounts of which the person said 不是我的: their data is hidden.
    pub frozen: Vec<FrozenAccount>,
    /// Old accounts found that wait for a proof.
    pub needs_proof: usize,
    /// Old accounts found that wait for a reviewer.
    pub needs_review: usize,
    /// Certificates or applications exist under this number and another name.
    pub other_name_record: bool,
    /// When the list was made: paper tells it.
    pub made_at: String,
}

/// What came along from one old system.
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

/// One old account as any page may show it.
#[derive(Debug, Clone, Serialize)]
pub struct AccountLine {
    /// Such as 原证书补办系统.
    pub system: String,
    /// 注册年份; empty where the old system told none.
    pub registered_year: String,
    /// 姓名, masked.
    pub name: String,
    /// 证件号码, masked.
    pub number: String,
}

/// An account that came along.
#[derive(Debug, Clone, Serialize)]
pub struct CarriedAccount {
    /// What stands for the account in this session (`data-account`).
    pub handle: String,
    pub line: AccountLine,
    /// By which rule, in plain words.
    pub basis: String,
    pub linked_at: String,
}

/// An account that is hidden.
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
        let chrome = super::chrome::samples::signed_in().at(super::Menu::Continuity);
        let system = |code: &str, name: &str, [accounts, certificates, applications, photos]: [usize; 4]| {
            CarriedSystem { code: code.into(), name: name.into(), accounts, certificates, applications, photos }
        };
        let line = |system: &str, year: &str| AccountLine {
            system: system.into(),
            registered_year: year.into(),
            name: "测*".into(),
            number: "110101********1233".into(),
        };
        let account = |handle: &str, line: AccountLine, basis: &str| CarriedAccount {
            handle: handle.into(),
            line,
            basis: basis.into(),
            linked_at: "2026年9月20日 10:24".into(),
        };
        let full = Self {
            chrome,
            first_visit: true,
            systems: vec![
                system("reissue", "原证书补办系统", [1, 2, 1, 1]),
                system("mailing", "原证书邮寄系统", [1, 0, 0, 0]),
            ],
            accounts: vec![
                account("h-1", line("原证书补办系统", "2011年"), "证件号码和姓名一致"),
                account("h-2", line("原证书邮寄系统", ""), "原系统密码验证"),
            ],
            frozen: Vec::new(),
            needs_proof: 0,
            needs_review: 0,
            other_name_record: false,
            made_at: "2026年9月20日 10:24".into(),
        };
        let none = Self { systems: Vec::new(), accounts: Vec::new(), ..full.clone() };
        let frozen = |task| FrozenAccount { line: line("原证书邮寄系统", "2009年"), task };
        vec![
            full.clone(),
            Self {
                first_visit: false,
                needs_proof: 1,
                needs_review: 2,
                other_name_record: true,
                frozen: vec![frozen(Some(12)), frozen(None)],
                ..full
            },
            none.clone(),
            Self { first_visit: false, needs_proof: 1, ..none },
        ]
    }
}
