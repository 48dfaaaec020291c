//! `GET /continuity`: 承接清单, what was carried over from the old systems.

use serde::Serialize;

use super::{Chrome, View};

/// What came along. Counts only: of what is not joined yet, nothing may be seen.
#[derive(Debug, Clone, Serialize)]
pub struct ContinuityShow {
    pub chrome: Chrome,
    /// The person's first sign-in ends here; the words differ.
    pub first_visit: bool,
    /// One row per old system from which anything came.
    pub systems: Vec<CarriedSystem>,
    /// Old accounts found that wait for a proof.
    pub needs_proof: usize,
    /// Old accounts found that wait for a reviewer.
    pub needs_review: usize,
    /// Certificates or applications exist under this number and another name.
    pub other_name_record: bool,
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

impl View for ContinuityShow {
    const TEMPLATE: &'static str = "continuity_show.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let chrome = super::chrome::samples::signed_in().at(super::Menu::Continuity);
        let system = |code: &str, name: &str, [accounts, certificates, applications, photos]: [usize; 4]| {
            CarriedSystem { code: code.into(), name: name.into(), accounts, certificates, applications, photos }
        };
        let systems =
            vec![system("reissue", "原证书补办系统", [1, 2, 1, 1]), system("mailing", "证书邮寄系统", [1, 0, 0, 0])];
        let full =
            Self { chrome, first_visit: true, systems, needs_proof: 0, needs_review: 0, other_name_record: false };
        vec![
            full.clone(),
            Self { first_visit: false, needs_proof: 1, needs_review: 2, other_name_record: true, ..full.clone() },
            Self { systems: Vec::new(), ..full.clone() },
            Self { systems: Vec::new(), first_visit: false, needs_proof: 1, ..full },
        ]
    }
}
