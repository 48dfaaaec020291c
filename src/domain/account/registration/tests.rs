#![allow(clippy::unwrap_used)]

use super::*;

const GOOD: Typed<'static> = Typed {
    name: "测试",
    number: "110101199003071233",
    email: Some("ceshi@example.com"),
    password: "plum7tree",
    password_again: "plum7tree",
};

fn judged(typed: Typed<'_>) -> Result<Registrable, Vec<(Field, String)>> {
    validate(&typed, NaiveDate::from_ymd_opt(2026, 11, 30).unwrap(), 6)
}

/// The one field that is wrong.
#[track_caller]
fn wrong(typed: Typed<'_>) -> Field {
    let errors = judged(typed).unwrap_err();
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors[0].0
}

#[test]
fn what_the_manual_asks_for_is_enough_and_is_stored_tidied() {
    let typed = Typed {
        name: " 测 试\u{3000}",
        number: "１１０１０１ 19900307 1233",
        email: Some(" ceshi@Example.com "),
        ..GOOD
    };
    let good = judged(typed).unwrap();
    assert_eq!((good.name.as_str(), good.number.as_str()), ("测试", "110101199003071233"));
    assert_eq!(good.email.as_ref().map(Email::as_str), Some("ceshi@example.com"));
}

#[test]
fn an_address_is_not_judged_where_it_is_of_no_use() {
    assert_eq!(judged(Typed { email: None, ..GOOD }).unwrap().email, None);
    for odd in ["", "nobody", "a@b@c"] {
        assert_eq!(wrong(Typed { email: Some(odd), ..GOOD }), Field::Email, "{odd:?}");
    }
}

#[test]
fn names_are_written_with_one_dot_and_in_one_script() {
    for (typed, stored) in [
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽・买买提", "阿依古丽·买买提"),
        ("JOHN  SMITH", "JOHN SMITH"),
        ("José O'Neil-Díaz", "José O'Neil-Díaz"),
        ("𠮷野", "𠮷野"),
        ("ＬＩ　ＭＩＮＧ", "LI MING"),
    ] {
        assert_eq!(read_name(typed).as_deref(), Ok(stored), "{typed}");
    }
    // Cyrillic and Greek letters that look like Latin ones, and what is no name.
    for odd in [
        "",
        "  ",
        "\u{430}нна",
        "Τest",
        "测试a",
        "张1",
        "张?",
        "张□",
        "·张",
        "张··三",
        "<b>张</b>",
        "张\u{202e}三",
        "...",
        "\u{e5e5}",
    ] {
        assert_eq!(wrong(Typed { name: odd, ..GOOD }), Field::Name, "{odd:?}");
    }
    assert_eq!(wrong(Typed { name: &"张".repeat(51), ..GOOD }), Field::Name);
}

#[test]
fn numbers_are_those_of_documents_that_people_have_today() {
    let permit = format!("81000019900307123{}", crate::domain::document::check_digit("81000019900307123").unwrap());
    for good in ["110101199003071233", &permit, "E12345678", "H1234567890"] {
        assert_eq!(read_number(good, NaiveDate::from_ymd_opt(2026, 11, 30).unwrap()), Ok(good.to_owned()));
    }
    for odd in [
        "",
        "110101199003071234",
        "110101900307123",
        "11010119900307",
        "1.10101E+17",
        "110101209903071231",
        "110101********1233",
        "身份证",
    ] {
        assert_eq!(wrong(Typed { number: odd, ..GOOD }), Field::Number, "{odd}");
    }
}

#[test]
fn the_password_is_judged_and_typed_twice() {
    let with = |password: &'static str, password_again: &'static str| Typed { password, password_again, ..GOOD };
    for weak in ["", "a1", "abcdefg", "12345678", "abc123", "x19900307", "a071233"] {
        assert_eq!(wrong(with(weak, weak)), Field::Password, "{weak}");
    }
    assert_eq!(wrong(with("plum7tree", "plum7tre")), Field::PasswordAgain);
    let raised = validate(&GOOD, NaiveDate::from_ymd_opt(2026, 11, 30).unwrap(), 12).unwrap_err();
    assert_eq!(raised[0].0, Field::Password);
}

#[test]
fn each_field_is_told_at_once_in_the_forms_order() {
    let fields: Vec<Field> = judged(Typed { email: Some(""), ..Typed::default() })
        .unwrap_err()
        .into_iter()
        .map(|(field, _)| field)
        .collect();
    assert_eq!(fields, [Field::Name, Field::Number, Field::Email, Field::Password]);
}
