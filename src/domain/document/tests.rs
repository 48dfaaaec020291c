use super::*;
use chrono::NaiveDate;
use proptest::prelude::*;

fn untyped(raw: &str) -> Number {
    Number::new(raw, None)
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

#[test]
fn canonical_form_undoes_what_old_systems_and_spreadsheets_did() {
    for (raw, canonical) in [
        ("110101199003071233", "110101199003071233"),
        ("110101900307123", "110101199003071233"),
        (" 110101 1990-0307 1233\t", "110101199003071233"),
        ("１１０１０１１９９００３０７１２３３", "110101199003071233"),
        ("11010119900307123３", "110101199003071233"),
        ("\u{feff}110101\u{200b}199003071233\u{a0}", "110101199003071233"),
        ("'110101199003071233", "110101199003071233"),
        ("=\"110101199003071233\"", "110101199003071233"),
        ("=\"'110101199003071233\"", "110101199003071233"),
        ("'=\"=\"110101199003071233\"\"", "110101199003071233"),
        ("＝＂110101900307123＂", "110101199003071233"),
        ("11010119900307109x", "11010119900307109X"),
        ("11010119900307109ｘ", "11010119900307109X"),
        ("e12345678", "E12345678"),
    ] {
        assert_eq!(untyped(raw).canonical(), canonical, "{raw:?}");
    }
}

#[test]
fn only_resident_documents_are_upgraded() {
    assert_eq!(Number::new("110101900307123", Some(DocumentType::Passport)).canonical(), "110101900307123");
    assert_eq!(Number::new("110101900307123", Some(DocumentType::ResidentId)).canonical(), "110101199003071233");
}

#[test]
fn unreadable_numbers_are_told_apart() {
    for (raw, why) in [
        ("", Unreadable::Empty),
        (" \u{3000}", Unreadable::Empty),
        ("=\"\"", Unreadable::Empty),
        ("110101********1233", Unreadable::Masked),
        ("110101＊＊＊＊＊＊＊＊1233", Unreadable::Masked),
        ("110101XXXXXXXX1233", Unreadable::Masked),
        ("1.10101E+17", Unreadable::ExcelDamage),
        ("1.10101E17", Unreadable::ExcelDamage),
        ("110101199003071000.0", Unreadable::ExcelDamage),
        ("110101199003071000", Unreadable::ExcelDamage),
    ] {
        assert_eq!(untyped(raw).unreadable(), Some(why), "{raw:?}");
    }
    let true_000 = untyped("110101199003280000");
    assert_eq!(
        (true_000.check_digit_holds(), true_000.unreadable()),
        (true, None),
        "a trailing 000 with its right check digit is a number"
    );
}

#[test]
fn a_number_that_cannot_be_read_is_the_same_as_nothing_not_even_itself() {
    for raw in ["", "110101********1233", "1.10101E+17"] {
        assert_eq!(untyped(raw).relation(&untyped(raw)), Relation::Unreadable, "{raw:?}");
    }
}

#[test]
fn sequences_996_to_999_are_ambiguous_upgrades() {
    for (raw, upgrade) in [
        ("110101900307995", Upgrade::From15),
        ("110101900307996", Upgrade::From15Ambiguous),
        ("110101900307999", Upgrade::From15Ambiguous),
    ] {
        let (old, new) = (untyped(raw), untyped(untyped(raw).canonical()));
        assert_eq!(
            (old.relation(&new), new.relation(&old)),
            (Relation::Same(upgrade), Relation::Same(upgrade)),
            "{raw}"
        );
    }
}

#[test]
fn two_numbers_written_with_the_same_15_digits_need_no_upgrade() {
    for raw in ["110101900307123", "110101900307997"] {
        assert_eq!(untyped(raw).relation(&untyped(&format!(" {raw}"))), Relation::Same(Upgrade::None), "{raw}");
    }
}

#[test]
fn families_keep_documents_of_other_types_apart() {
    let passport = |raw| Number::new(raw, Some(DocumentType::Passport));
    assert_eq!(passport("E12345678").relation(&untyped("e12345678")), Relation::Same(Upgrade::None));
    assert_eq!(
        passport("E12345678").relation(&Number::new("E12345678", Some(DocumentType::Military))),
        Relation::Different
    );
    assert_eq!(passport("110101199003071233").relation(&untyped("110101199003071233")), Relation::Different);
    let residence = Number::new("810000199408230021", Some(DocumentType::HmtResidencePermit));
    assert_eq!(residence.relation(&untyped("810000199408230021")), Relation::Same(Upgrade::None));
    let old_card = Number::new("USA110000000123", Some(DocumentType::PermanentResidence));
    assert_eq!(old_card.relation(&untyped("usa110000000123")), Relation::Same(Upgrade::None));
}

#[test]
fn validity_asks_for_length_check_digit_and_birth_date_of_the_resident_family_only() {
    let resident = |raw: &str| Number::new(raw, Some(DocumentType::ResidentId)).is_valid(today());
    assert!(resident("110101199003071233"));
    assert!(resident("110101900307123"));
    assert!(!resident("110101199003071234"), "check digit");
    assert!(!resident("11010119900307123"), "17 digits");
    assert!(!resident("E12345678"), "not the shape");
    assert!(!resident("110101901307123"), "month 13");
    for (date, possible) in [("19900230", false), ("20991231", false), ("20240229", true)] {
        let head = format!("110101{date}123");
        let number = format!("{head}{}", check_digit(&head).unwrap());
        assert_eq!(resident(&number), possible, "{date}");
    }
    assert!(Number::new("E12345678", Some(DocumentType::Passport)).is_valid(today()));
    assert!(Number::new("12345678", Some(DocumentType::TaiwanPermit)).is_valid(today()));
    assert!(Number::new("USA110000000123", Some(DocumentType::PermanentResidence)).is_valid(today()));
    assert!(untyped("12345678").is_valid(today()));
    assert!(!untyped("11010119900307123").is_valid(today()));
    assert!(!untyped("E1234\u{0}5678").is_valid(today()));
}

#[test]
fn masking_keeps_the_ends_only() {
    for (number, masked) in [
        ("110101199003071233", "110101********1233"),
        ("E12345678", "E1*****78"),
        ("12345", "1***5"),
        ("12", "**"),
        ("", ""),
    ] {
        assert_eq!(mask(number), masked);
    }
}

#[test]
fn debug_output_holds_no_digit_of_the_number() {
    assert!(!format!("{:?}", untyped("110101199003071233")).contains("1990"));
}

proptest! {
    #[test]
    fn canonical_form_is_stable(raw in "\\PC{0,30}") {
        let once = untyped(&raw);
        let twice = untyped(once.canonical());
        prop_assert_eq!(once.canonical(), twice.canonical());
    }

    #[test]
    fn every_15_digit_number_upgrades_to_18_with_a_right_check_digit(raw in "[0-9]{15}") {
        let number = untyped(&raw);
        prop_assert_eq!(number.canonical().len(), 18);
        prop_assert!(number.check_digit_holds());
        prop_assert_eq!(&number.canonical()[..6], &raw[..6]);
        prop_assert_eq!(&number.canonical()[8..17], &raw[6..]);
    }

    #[test]
    fn a_single_wrong_digit_is_found(head in "[1-9][0-9]{16}", at in 0usize..17, add in 1u32..10) {
        let good = format!("{head}{}", check_digit(&head).unwrap());
        let mut digits: Vec<char> = good.chars().collect();
        digits[at] = char::from_digit((digits[at].to_digit(10).unwrap() + add) % 10, 10).unwrap();
        let bad: String = digits.into_iter().collect();
        prop_assert!(untyped(&good).check_digit_holds());
        prop_assert!(!untyped(&bad).check_digit_holds());
    }

    #[test]
    fn the_relation_is_symmetric(a in "[0-9xX* ]{0,19}", b in "[0-9xX* ]{0,19}") {
        prop_assert_eq!(untyped(&a).relation(&untyped(&b)), untyped(&b).relation(&untyped(&a)));
    }
}
