use super::*;
use proptest::prelude::*;

fn systems() -> Vec<String> {
    vec!["mailing".into(), "reissue".into()]
}

fn statement(field: Field, text: &str) -> Statement {
    let mut statement = Statement { note: "我的申请不见了".into(), ..Statement::default() };
    let slot = match field {
        Field::System => &mut statement.system,
        Field::OldNumber => &mut statement.old_number,
        Field::OldName => &mut statement.old_name,
        Field::Exam => &mut statement.exam,
        Field::Year => &mut statement.year,
        _ => &mut statement.note,
    };
    text.clone_into(slot);
    statement
}

fn answer(statement: &Statement, account_chosen: bool) -> Result<Statement, Vec<(Field, String)>> {
    validate(statement, &Rules { systems: &systems(), this_year: 2026, account_chosen })
}

#[test]
fn each_field_is_accepted_or_refused_by_itself() {
    let long = |count: usize| "字".repeat(count);
    let table = [
        (Field::System, "reissue".into(), Ok("reissue")),
        (Field::System, String::new(), Ok("")),
        (Field::System, "other".into(), Err("从列表中选择")),
        (Field::OldNumber, " 110101900307123\t".into(), Ok("110101900307123")),
        (Field::OldNumber, "1".repeat(65), Err("不能超过 64 个字，现有 65 个字")),
        (Field::OldName, "买买提·吐尔逊".into(), Ok("买买提·吐尔逊")),
        (Field::OldName, long(65), Err("不能超过 64 个字")),
        (Field::OldName, "a\0b".into(), Err("无法识别的字符")),
        (Field::OldName, "a\nb".into(), Err("无法识别的字符")),
        (Field::Exam, "某项没有的考试".into(), Ok("某项没有的考试")),
        (Field::Exam, long(101), Err("不能超过 100 个字")),
        (Field::Year, "２０１２".into(), Ok("2012")),
        (Field::Year, String::new(), Ok("")),
        (Field::Year, "12".into(), Err("四位数字")),
        (Field::Year, "2027".into(), Err("1980 年至 2026 年")),
        (Field::Year, "1979".into(), Err("1980 年至 2026 年")),
        (Field::Note, "第一行\r\n第二行\t。".into(), Ok("第一行\n第二行\t。")),
        (Field::Note, long(1001), Err("不能超过 1000 个字，现有 1001 个字")),
        (Field::Note, "\u{202e}反".into(), Err("无法识别的字符")),
        (Field::Note, "响\u{7}铃".into(), Err("无法识别的字符")),
    ];
    for (field, text, expected) in table {
        let answer = answer(&statement(field, &text), false);
        match expected {
            Ok(value) => assert_eq!(answer.unwrap_or_else(|e| panic!("{text}: {e:?}")).get(field), value),
            Err(words) => {
                let errors = answer.expect_err(&text);
                assert_eq!(errors.len(), 1, "{text}");
                assert_eq!(errors[0].0, field, "{text}");
                assert!(errors[0].1.contains(words), "{}", errors[0].1);
            }
        }
    }
}

#[test]
fn a_request_must_say_something_or_be_about_an_account() {
    let mut empty = Statement { system: "reissue".into(), year: "2012".into(), ..Statement::default() };
    assert_eq!(answer(&empty, false).unwrap_err()[0].0, Field::Note);
    assert!(answer(&empty, true).is_ok());
    empty.note = " \u{3000}\n".into();
    assert_eq!(answer(&empty, false).unwrap_err()[0].0, Field::Note);
    empty.exam = "造价".into();
    assert!(answer(&empty, false).is_ok());
}

#[test]
fn passwords_and_old_numbers_are_bounded() {
    for (password, good) in
        [("", false), ("a", true), (" ", true), ("密".repeat(256).as_str(), true), ("密".repeat(257).as_str(), false)]
    {
        assert_eq!(check_password(password).is_none(), good, "{}", password.chars().count());
    }
    for (number, good) in [("", false), (" \u{3000}", false), ("无", true), ("1\u{0}2", false)] {
        assert_eq!(check_old_number(number).is_none(), good, "{number:?}");
    }
    assert!(check_old_number(&"1".repeat(65)).is_some());
}

#[test]
fn names_are_those_of_the_contract_and_debug_output_holds_no_value() {
    let names = Field::ALL.map(Field::as_str);
    assert_eq!(names, ["system", "account", "old_number", "old_name", "exam", "year", "note", "evidence"]);
    assert_eq!(format!("{:?}", statement(Field::OldName, "测试")), r#"Statement { filled: ["old_name", "note"] }"#);
}

proptest! {
    #[test]
    fn any_text_is_answered_and_what_is_accepted_is_accepted_again(text in any::<String>(), year in "[0-9０-９]{0,5}") {
        let typed = Statement { note: text.clone(), old_name: text, year, ..Statement::default() };
        if let Ok(checked) = answer(&typed, true) {
            prop_assert_eq!(answer(&checked, true), Ok(checked));
        }
    }
}
