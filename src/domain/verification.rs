//! 申请人工核实: the citizen's request for manual verification, and the message for each error.

mod ask;
mod statement;

use super::form::text::{has_forbidden, tidy};
use super::form::{FIRST_YEAR, parse_year};
pub use ask::Ask;
pub use statement::{Field, Statement};

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
mod tests;
