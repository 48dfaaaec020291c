//! What a registration must hold, field by field (局部版手册“注册”).

use chrono::NaiveDate;

use crate::domain::document::Number;
use crate::domain::email::Email;
use crate::domain::form::text::{has_forbidden, tidy};
use crate::domain::password::{self, Known};
use crate::domain::word::words;

mod name;

pub use name::read as read_name;

words! {
    /// A field of the form.
    pub enum Field {
        Name = "name",
        Number = "id_number",
        Email = "email",
        Password = "password",
        PasswordAgain = "password_again",
    }
}

/// As somebody typed it.
#[derive(Clone, Copy, Default)]
pub struct Typed<'a> {
    pub name: &'a str,
    pub number: &'a str,
    /// `None` where nothing is mailed, and an address is of no use.
    pub email: Option<&'a str>,
    pub password: &'a str,
    pub password_again: &'a str,
}

/// What may be registered, apart from the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Registrable {
    pub name: String,
    /// In canonical form.
    pub number: String,
    pub email: Option<Email>,
}

/// Personal data stay out of logs.
impl std::fmt::Debug for Registrable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registrable").finish_non_exhaustive()
    }
}

/// The errors are in the form's order, at most one for a field. `minimum`: `access.password_minimum`.
pub fn validate(typed: &Typed<'_>, today: NaiveDate, minimum: usize) -> Result<Registrable, Vec<(Field, String)>> {
    let mut errors = Vec::new();
    let mut slip = |field: Field, message: String| errors.push((field, message));
    let name = read_name(typed.name).map_err(|message| slip(Field::Name, message)).ok();
    let number = read_number(typed.number, today).map_err(|message| slip(Field::Number, message.to_owned())).ok();
    let email = typed.email.map(Email::parse).transpose();
    let email = email.map_err(|error| slip(Field::Email, error.message().to_owned())).ok();
    let birth = Number::new(typed.number, None).birth_date();
    let known = Known { number: typed.number, name: typed.name, birth };
    for (field, message) in judge_password(typed.password, typed.password_again, &known, minimum) {
        slip(field, message);
    }
    match (name, number, email) {
        (Some(name), Some(number), Some(email)) if errors.is_empty() => Ok(Registrable { name, number, email }),
        _ => Err(errors),
    }
}

/// What is wrong with a new password that was typed twice.
pub fn judge_password(password: &str, again: &str, known: &Known<'_>, minimum: usize) -> Vec<(Field, String)> {
    if password.is_empty() {
        return vec![(Field::Password, "请填写密码".to_owned())];
    }
    if let Err(weakness) = password::judge(password, known, minimum) {
        return vec![(Field::Password, weakness.message())];
    }
    if password == again { Vec::new() } else { vec![(Field::PasswordAgain, AGAIN.to_owned())] }
}

const AGAIN: &str = "两次填写的密码不一致，请重新填写";

/// Longer numbers exist on no document.
const LONGEST_NUMBER: usize = 64;

/// The canonical form of a number that somebody has today.
fn read_number(typed: &str, today: NaiveDate) -> Result<String, &'static str> {
    let text = tidy(typed);
    if text.is_empty() {
        return Err("请填写身份证号");
    }
    if text.chars().count() > LONGEST_NUMBER || has_forbidden(text) {
        return Err("身份证号含有无法识别的字符，请重新填写");
    }
    let number = Number::new(text, None);
    // Nobody has such a card since 2013, and its number has no check digit by which a slip shows.
    if number.upgrade() != crate::domain::document::Upgrade::None {
        return Err("请填写 18 位身份证号；原来的 15 位号码已停止使用");
    }
    if number.is_valid(today) {
        return Ok(number.canonical().to_owned());
    }
    Err(if number.is_resident() && !number.check_digit_holds() {
        "身份证号的最后一位与前面的号码不符，请核对后重新填写"
    } else {
        "请填写正确的身份证号；没有身份证的，填写其他有效证件的号码"
    })
}

#[cfg(test)]
mod tests;
