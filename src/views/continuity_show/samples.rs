//! Invented pages.

use super::{AccountLine, CarriedAccount, CarriedRecord, CarriedSystem, ContinuityShow, FrozenAccount};
use crate::views::Menu;
use crate::views::chrome::samples::signed_in;

fn system(code: &str, name: &str, [accounts, certificates, applications, photos]: [usize; 4]) -> CarriedSystem {
    CarriedSystem { code: code.into(), name: name.into(), accounts, certificates, applications, photos }
}

fn record(exam: &str, year: &str, number: &str) -> CarriedRecord {
    CarriedRecord {
        exam: exam.into(),
        year: year.into(),
        certificate_number: number.into(),
        system: "原证书补办系统".into(),
    }
}

pub(super) fn all() -> Vec<ContinuityShow> {
    let chrome = signed_in().at(Menu::Continuity);
    let line = |system: &str, year: &str| AccountLine {
        system: system.into(),
        registered_year: year.into(),
        name: "测*".into(),
        number: "110101********1233".into(),
    };
    let account = |handle: &str, line: AccountLine, basis: &str| CarriedAccount {
        may_report: handle == "h-1",
        handle: handle.into(),
        line,
        basis: basis.into(),
        linked_at: "2026年9月20日 10:24".into(),
    };
    let full = ContinuityShow {
        chrome,
        first_visit: true,
        systems: vec![
            system("reissue", "原证书补办系统", [1, 2, 1, 1]),
            system("mailing", "原证书邮寄系统", [1, 0, 0, 0]),
        ],
        certificates: vec![record("造价", "2017年度", "16039686"), record("造价", "2012上半年", "")],
        applications: vec![record("计算机应用能力考试", "2012年度", "123456789")],
        accounts: vec![
            account("h-1", line("原证书补办系统", "2011年"), "证件号码和姓名一致"),
            account("h-2", line("原证书邮寄系统", ""), "原系统密码验证"),
        ],
        frozen: Vec::new(),
        needs_proof: 0,
        needs_review: 0,
        other_name_record: false,
        awaits_detail: false,
        made_at: "2026年9月20日 10:24".into(),
    };
    let none = ContinuityShow {
        systems: Vec::new(),
        certificates: Vec::new(),
        applications: Vec::new(),
        accounts: Vec::new(),
        ..full.clone()
    };
    let frozen = |task| FrozenAccount { line: line("原证书邮寄系统", "2009年"), task };
    vec![
        full.clone(),
        ContinuityShow {
            first_visit: false,
            needs_proof: 1,
            needs_review: 2,
            other_name_record: true,
            awaits_detail: true,
            frozen: vec![frozen(Some(12)), frozen(None)],
            ..full
        },
        none.clone(),
        ContinuityShow { first_visit: false, needs_proof: 1, ..none },
    ]
}
