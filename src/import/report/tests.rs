use super::*;
use crate::import::finding::Code;

fn report() -> Report {
    let mut tally = Tally::default();
    (2..9).for_each(|row| tally.row(Code::ExcelDamage, row));
    tally.source(Code::MissingColumn, "邮箱");
    let counts = Counts { read: 10, inserted: 7, updated: 0, unchanged: 1, rejected: 2 };
    let (system, file) = ("reissue".to_owned(), "accounts.csv".to_owned());
    let source = SourceReport { system, kind: Kind::Accounts, file, counts, shape: None, findings: tally.findings() };
    Report { batch: "b".into(), sources: vec![source] }
}

#[test]
fn the_object_for_programs_has_the_names_of_the_contract() {
    let json = serde_json::to_value(report()).unwrap_or_default();
    assert_eq!(
        json,
        serde_json::json!({"batch": "b", "sources": [{
            "system": "reissue", "kind": "accounts", "file": "accounts.csv",
            "read": 10, "inserted": 7, "updated": 0, "unchanged": 1, "rejected": 2,
            "findings": [
                {"code": "missing-column", "severity": "blocking", "count": 1, "first_rows": [], "details": ["邮箱"]},
                {"code": "excel-damage", "severity": "warning", "count": 7, "first_rows": [2, 3, 4, 5, 6]},
            ],
        }]})
    );
}

#[test]
fn the_page_for_people_lines_up_and_says_what_to_do() {
    let page = report().to_string();
    let lines: Vec<&str> = page.lines().collect();
    assert_eq!(lines[1], "数据源            文件          读取  新增  更新  未变化  拒绝");
    assert_eq!(lines[2], "reissue accounts  accounts.csv    10     7     0       1     2");
    assert!(page.contains("[警告] excel-damage：7 处，第 2、3、4、5、6 行 等"), "{page}");
    assert!(page.contains("[阻止] missing-column：1 处（邮箱）"), "{page}");
    assert!(page.contains(Code::ExcelDamage.advice()));
    assert!(report().needs_attention());
}
