//! 申请人工核实: the citizen's request for manual verification, and the message for each error.

use super::form::text::{has_forbidden, tidy};
use super::form::{FIRST_YEAR, parse_year};
use super::word::words;

words! {
    /// A field of the request, by its name in the page's form. The order is the order of the page and of errors.
    pub enum Field {
        System = "system",
        Account = "account",
        OldNumber = "old_number",
        OldName = "old_name",
        Exam = "exam",
        Year = "year",
        Note = "note",
        Evidence = "evidence",
    }
}

impl Field {
    pub const fn label(self) -> &'static str {
        match self {
            Self::System => "原系统",
            Self::Account => "原账户",
            Self::OldNumber => "原证件号码",
            Self::OldName => "原姓名",
            Self::Exam => "考试",
            Self::Year => "考试年度",
            Self::Note => "情况说明",
            Self::Evidence => "证明图片",
        }
    }

    /// The longest text, in characters.
    const fn max_chars(self) -> usize {
        match self {
            Self::OldNumber | Self::OldName => 64,
            Self::Note => 1000,
            _ => 100,
        }
    }
}

/// The text fields of a request, as typed or as checked.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Statement {
    /// The old system's word; empty where the citizen does not know it.
    pub system: String,
    /// The document number under which the old data may stand.
    pub old_number: String,
    /// The name under which it may stand.
    pub old_name: String,
    /// Code or name of an exam, or free text.
    pub exam: String,
    /// Four digits, or empty.
    pub year: String,
    /// In the citizen's own words.
    pub note: String,
}

impl Statement {
    /// The text of a field; empty for those that are no text.
    pub fn get(&self, field: Field) -> &str {
        match field {
            Field::System => &self.system,
            Field::OldNumber => &self.old_number,
            Field::OldName => &self.old_name,
            Field::Exam => &self.exam,
            Field::Year => &self.year,
            Field::Note => &self.note,
            Field::Account | Field::Evidence => "",
        }
    }
}

/// Prints no value: values are personal data.
impl std::fmt::Debug for Statement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let filled: Vec<_> =
            Field::ALL.into_iter().filter(|field| !self.get(*field).is_empty()).map(Field::as_str).collect();
        f.debug_struct("Statement").field("filled", &filled).finish()
    }
}

/// The facts beside the request that the checks need.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// Words of the old systems that were imported.
    pub systems: &'a [String],
    /// This year, in China.
    pub this_year: i32,
    /// The citizen chose one of the accounts found for them.
    pub account_chosen: bool,
}

/// Validates a request: values trimmed, year half width. Errors are in field order, at most one for a field.
pub fn validate(typed: &Statement, rules: &Rules<'_>) -> Result<Statement, Vec<(Field, String)>> {
    let mut errors = Vec::new();
    let mut checked = |field: Field| {
        check(field, typed.get(field), rules).unwrap_or_else(|message| {
            errors.push((field, message));
            String::new()
        })
    };
    let statement = Statement {
        system: checked(Field::System),
        old_number: checked(Field::OldNumber),
        old_name: checked(Field::OldName),
        exam: checked(Field::Exam),
        year: checked(Field::Year),
        note: checked(Field::Note),
    };
    let says = [Field::OldNumber, Field::OldName, Field::Exam, Field::Note];
    if errors.is_empty() && !rules.account_chosen && says.iter().all(|field| statement.get(*field).is_empty()) {
        let message = "请至少填写原证件号码、原姓名、考试、情况说明中的一项，以便工作人员查找";
        errors.push((Field::Note, message.to_owned()));
    }
    if errors.is_empty() { Ok(statement) } else { Err(errors) }
}

fn check(field: Field, text: &str, rules: &Rules<'_>) -> Result<String, String> {
    let text = tidy(text);
    // A note has lines; the other fields have none.
    let in_line = if field == Field::Note { text.replace(['\r', '\n', '\t'], " ") } else { text.to_owned() };
    if has_forbidden(&in_line) {
        return Err(format!("{}含有无法识别的字符，请删除后重新填写", field.label()));
    }
    let (length, most) = (text.chars().count(), field.max_chars());
    if length > most {
        return Err(format!("{}不能超过 {most} 个字，现有 {length} 个字", field.label()));
    }
    match field {
        Field::System if !text.is_empty() && !rules.systems.iter().any(|system| system == text) => {
            Err("原系统请从列表中选择；不清楚的，选择“不清楚”".to_owned())
        }
        Field::Year if !text.is_empty() => year(text, rules.this_year),
        Field::Note => Ok(text.replace("\r\n", "\n")),
        _ => Ok(text.to_owned()),
    }
}

fn year(text: &str, this_year: i32) -> Result<String, String> {
    let Some(year) = parse_year(text) else {
        return Err("考试年度应为四位数字，格式如：2012；不清楚的可以不填".to_owned());
    };
    if (FIRST_YEAR..=this_year).contains(&year) {
        Ok(year.to_string())
    } else {
        Err(format!("考试年度应在 {FIRST_YEAR} 年至 {this_year} 年之间；不清楚的可以不填"))
    }
}

/// The longest old password that is accepted, in characters.
pub const MAX_PASSWORD_CHARS: usize = 256;

/// The error of a typed password, before it is compared; old systems allowed every character.
pub fn check_password(typed: &str) -> Option<String> {
    match typed.chars().count() {
        0 => Some("请填写原系统的密码".to_owned()),
        1..=MAX_PASSWORD_CHARS => None,
        length => Some(format!("原系统的密码不能超过 {MAX_PASSWORD_CHARS} 个字符，现有 {length} 个")),
    }
}

/// The error of an old number typed in a claim.
pub fn check_old_number(typed: &str) -> Option<String> {
    let text = tidy(typed);
    if text.is_empty() {
        return Some("请填写原系统登记的证件号码".to_owned());
    }
    let most = Field::OldNumber.max_chars();
    let length = text.chars().count();
    if length > most {
        return Some(format!("原证件号码不能超过 {most} 个字，现有 {length} 个字"));
    }
    has_forbidden(text).then(|| "原证件号码含有无法识别的字符，请删除后重新填写".to_owned())
}

#[cfg(test)]
mod tests {
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
        for (password, good) in [
            ("", false),
            ("a", true),
            (" ", true),
            ("密".repeat(256).as_str(), true),
            ("密".repeat(257).as_str(), false),
        ] {
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
}
