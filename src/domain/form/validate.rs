//! The checks of every field, and the sentence for each failure.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use super::text::{half_width, has_forbidden, tidy};
use super::{CITIES, Field, Gender, Input, LAIWU, LAIWU_LAST_YEAR};
use crate::domain::application::{Locked, merge};

/// The longest value of a text field, in characters.
pub const MAX_CHARS: usize = 64;

/// Professional-qualification examinations are younger than this; an earlier year or approval date is a typing error.
pub const FIRST_YEAR: i32 = 1980;

#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// Today in China ([`china_date`]).
    pub today: NaiveDate,
    /// The exam's years in the catalogue; empty where the catalogue has none, and any plausible year is accepted.
    pub exam_years: &'a [i32],
    /// The last year whose certificates need a photo (`reissue.photo_required_through`).
    pub photo_required_through: i32,
    /// A photo that keeps all rules came with this form, or was kept from before.
    pub photo_given: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotoState {
    Required,
    NotNeeded,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    pub field: Field,
    pub message: String,
}

/// A form that passed every rule: values trimmed, digits half width, locked values in place. Only [`validate`] constructs one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Valid {
    input: Input,
    photo: PhotoState,
}

impl Valid {
    pub const fn input(&self) -> &Input {
        &self.input
    }

    pub const fn photo(&self) -> PhotoState {
        self.photo
    }

    pub fn into_input(self) -> Input {
        self.input
    }
}

/// Validates a submitted form: locked values are put in first and not checked (registered data is never corrected); every other field is.
/// Errors are in field order, at most one for a field.
pub fn validate(submitted: Input, locked: &Locked, rules: &Rules<'_>) -> Result<Valid, Vec<FieldError>> {
    let mut input = merge(locked, submitted);
    let mut errors = Vec::new();
    for field in Field::ALL {
        if field == Field::Photo || locked.is_locked(field) {
            continue;
        }
        match check(field, &input, rules) {
            Ok(normal) => input.set(field, normal),
            Err(message) => errors.push(FieldError { field, message }),
        }
    }
    let photo = photo_state(&input.year, rules.photo_required_through);
    // Whether a photo is required depends on the year: with a wrong year only the year is reported.
    let year_stands = !errors.iter().any(|error| error.field == Field::Year);
    if year_stands && photo == PhotoState::Required && !rules.photo_given {
        errors.push(FieldError { field: Field::Photo, message: photo_missing(rules.photo_required_through) });
    }
    if errors.is_empty() { Ok(Valid { input, photo }) } else { Err(errors) }
}

/// Whether a certificate of `year` needs a photo. A registered year that cannot be read needs one: a reviewer can ignore a photo, but
/// cannot print a certificate without it.
pub fn photo_state(year: &str, photo_required_through: i32) -> PhotoState {
    let text = half_width(tidy(year));
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    match parse_year(&text[..digits]) {
        Some(year) if year > photo_required_through => PhotoState::NotNeeded,
        _ => PhotoState::Required,
    }
}

/// A year of four digits, full width accepted; `None` for anything else.
pub fn parse_year(text: &str) -> Option<i32> {
    digits(text, 4)?.parse().ok()
}

/// The calendar date in China (UTC+8, no daylight saving time since 1991).
pub fn china_date(now: DateTime<Utc>) -> NaiveDate {
    now.checked_add_signed(TimeDelta::hours(8)).unwrap_or(now).date_naive()
}

/// Validates one field: the value to keep, or the message.
fn check(field: Field, input: &Input, rules: &Rules<'_>) -> Result<String, String> {
    let text = tidy(input.get(field));
    if text.is_empty() {
        return Err(missing(field).to_owned());
    }
    if has_forbidden(text) {
        return Err(format!("{}含有无法识别的字符，请删除后重新填写", field.label()));
    }
    let length = text.chars().count();
    if length > MAX_CHARS {
        return Err(format!("{}不能超过 {MAX_CHARS} 个字，现有 {length} 个字", field.label()));
    }
    match field {
        Field::Year => year(text, rules),
        Field::BirthMonth => birth_month(text, rules.today),
        Field::ApprovalDate => approval_date(text, rules.today),
        Field::Gender => Gender::from_word(text)
            .map(|gender| gender.as_str().to_owned())
            .ok_or_else(|| "性别请选择“男”或“女”".to_owned()),
        Field::City => city(text, parse_year(&input.year)),
        _ => Ok(text.to_owned()),
    }
}

const fn missing(field: Field) -> &'static str {
    match field {
        Field::Exam => "请选择考试",
        Field::Year => "请选择考试年度",
        Field::Name => "请填写姓名",
        Field::DocumentNumber => "请填写证件号码",
        Field::BirthMonth => "请填写出生年月，格式如：199003",
        Field::Gender => "请选择性别",
        Field::CertificateNumber => "请填写证书管理号；没有证书管理号的，填写“无”",
        Field::ApprovalDate => "请填写批准日期，即当年度该项考试最后一天，格式如：20201122",
        Field::Level => "请填写级别，按报考信息填写",
        Field::Specialty => "请填写专业，按报考信息填写",
        Field::City => "请选择报名市，即该证书当年领取市",
        Field::Contact => "请填写联系方式，确保联络畅通",
        Field::Photo => "请上传考生照片",
    }
}

fn photo_missing(through: i32) -> String {
    format!("补办 {through} 年及以前的证书，需上传考生照片：JPG 格式，295×413 像素，10KB 至 30KB，白色背景")
}

fn year(text: &str, rules: &Rules<'_>) -> Result<String, String> {
    let Some(year) = parse_year(text) else {
        return Err("考试年度应为四位数字，格式如：2012".to_owned());
    };
    let this_year = rules.today.year();
    if year > this_year {
        return Err(format!("考试年度不能晚于今年（{this_year} 年），请重新选择考试年度"));
    }
    if year < FIRST_YEAR {
        return Err(format!("考试年度不能早于 {FIRST_YEAR} 年，请重新选择考试年度"));
    }
    if !rules.exam_years.is_empty() && !rules.exam_years.contains(&year) {
        return Err(format!("该考试没有 {year} 年度，请重新选择考试年度"));
    }
    Ok(year.to_string())
}

fn birth_month(text: &str, today: NaiveDate) -> Result<String, String> {
    const SHAPE: &str = "出生年月应为六位数字的年份和月份，格式如：199003";
    let month = digits(text, 6).ok_or(SHAPE)?;
    let first_day = real_date(&format!("{month}01")).filter(|date| date.year() >= 1900).ok_or(SHAPE)?;
    if first_day > today {
        return Err("出生年月不能晚于本月，格式如：199003".to_owned());
    }
    Ok(month)
}

fn approval_date(text: &str, today: NaiveDate) -> Result<String, String> {
    let Some(date) = digits(text, 8) else {
        return Err("批准日期应为八位数字，格式如：19900101；考试日期为 2020 年 11 月 22 日的，填“20201122”".to_owned());
    };
    let Some(day) = real_date(&date) else {
        return Err(format!("批准日期 {date} 不是真实的日期，请核对年、月、日，格式如：19900101"));
    };
    if day > today {
        return Err("批准日期不能晚于今天，应为当年度该项考试最后一天".to_owned());
    }
    if day.year() < FIRST_YEAR {
        return Err(format!("批准日期不能早于 {FIRST_YEAR} 年，应为当年度该项考试最后一天"));
    }
    Ok(date)
}

fn city(text: &str, year: Option<i32>) -> Result<String, String> {
    if text == LAIWU {
        return match year {
            Some(year) if year > LAIWU_LAST_YEAR => Err(format!("莱芜市已并入济南市，{year} 年度的证书请选择“济南市”")),
            _ => Ok(text.to_owned()),
        };
    }
    if CITIES.contains(&text) {
        return Ok(text.to_owned());
    }
    Err("报名市应为山东省的设区市，请从列表中选择该证书当年领取市，如：济南市".to_owned())
}

/// `text` as exactly `count` ASCII digits, full width accepted.
fn digits(text: &str, count: usize) -> Option<String> {
    let text = half_width(tidy(text));
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit())).then_some(text)
}

/// Parses YYYYMMDD that is known to be eight digits.
fn real_date(digits: &str) -> Option<NaiveDate> {
    let part = |range: std::ops::Range<usize>| digits.get(range)?.parse::<u32>().ok();
    NaiveDate::from_ymd_opt(i32::try_from(part(0..4)?).ok()?, part(4..6)?, part(6..8)?)
}

#[cfg(test)]
#[path = "validate_tests.rs"]
mod tests;
