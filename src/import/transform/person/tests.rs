#![allow(clippy::unwrap_used)]
use super::*;

fn codes(tally: &Tally) -> Vec<&'static str> {
    tally.findings().into_iter().map(|finding| finding.code).collect()
}

#[test]
fn each_kind_of_damage_to_a_number_has_its_code() {
    let today = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    let table = [
        ("110101199003071233", None),
        ("１１０１０１１９９００３０７１２３３", None),
        ("=\"110101199003071233\"", None),
        ("110101690512001", Some(Code::FifteenDigit)),
        ("110101690512997", Some(Code::AmbiguousFifteenDigit)),
        ("110101199003071234", Some(Code::BadCheckDigit)),
        ("1.10101E+17", Some(Code::ExcelDamage)),
        ("110101199003071000", Some(Code::ExcelDamage)),
        ("110101********1233", Some(Code::MaskedNumber)),
        (" \u{3000}", Some(Code::EmptyNumber)),
        ("11010119900307123", Some(Code::OddNumber)),
        ("110101991399001", Some(Code::OddNumber)),
        ("E12345678", None),
    ];
    for (raw, code) in table {
        assert_eq!(find_number_damage(&Number::new(raw, None), today), code, "{raw}");
    }
}

#[test]
fn lost_and_private_characters_of_a_name_are_told_apart() {
    let table: [(&str, &[&str]); 7] = [
        ("测试", &[]),
        ("·", &["empty-name"]),
        ("张□", &["name-placeholder"]),
        ("张\u{fffd}", &["name-placeholder"]),
        ("张\u{e863}", &["name-private-use-mapped"]),
        ("张\u{e000}", &["name-private-use"]),
        ("?\u{e000}", &["name-placeholder", "name-private-use"]),
    ];
    for (name, expected) in table {
        let mut tally = Tally::default();
        check_name(name, 2, &mut tally);
        assert_eq!(codes(&tally), expected, "{name:?}");
    }
}
