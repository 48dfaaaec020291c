//! The common part of certificates and applications.

use super::person::{check_name, check_number};
use super::{Context, dates, digest};
use crate::domain::day::{self, Reading};
use crate::domain::form::text::is_null;
use crate::domain::form::{CITIES, LAIWU, LAIWU_LAST_YEAR};
use crate::import::finding::{Code, Tally};
use crate::import::kind::Target;
use crate::import::source::Row;
use crate::vault::Vault;

/// The part of a certificate or an application that is not simply a column's text.
#[derive(Clone, Debug)]
pub struct Registered {
    pub exam_code: String,
    pub exam_name: String,
    /// Four digits, or the text as given.
    pub year: String,
    /// `YYYYMMDD`, or the text as given.
    pub approval_date: String,
}

impl Registered {
    pub(super) fn read(row: &Row, cx: &Context<'_>, tally: &mut Tally) -> Self {
        check_number(row.get(Target::Number), cx.today, row.number, tally);
        check_name(row.get(Target::Name), row.number, tally);
        let exam = row.tidy(Target::Exam);
        let known = cx.catalogue.find(exam).map(|exam| (exam.code.clone(), exam.name.clone()));
        if known.is_none() {
            tally.row(Code::UnknownExam, row.number);
        }
        let (exam_code, exam_name) = known.unwrap_or_else(|| (exam.to_owned(), exam.to_owned()));
        let year = dates::year(row.get(Target::Year), cx.today);
        if year.is_none() {
            tally.row(Code::OddYear, row.number);
        }
        check_city(row.tidy(Target::City), year, row.number, tally);
        Self {
            exam_code,
            exam_name,
            year: year.map_or_else(|| row.tidy(Target::Year).to_owned(), |year| year.to_string()),
            approval_date: read_date(row, Target::ApprovalDate, cx, tally),
        }
    }

    /// A digest that changes with the record. The catalogue's exam is part of it.
    pub fn digest(&self, vault: &Vault, row: &Row) -> Vec<u8> {
        digest(vault, row, &[&self.exam_code, &self.exam_name])
    }
}

/// A date in its normal form, empty where the text means NULL, or the text as given.
fn read_date(row: &Row, target: Target, cx: &Context<'_>, tally: &mut Tally) -> String {
    let text = row.tidy(target);
    match day::read(text, cx.today) {
        Reading::Day(date, form) => {
            tally.form(target, form);
            date.format("%Y%m%d").to_string()
        }
        Reading::Nothing { said } => {
            if said {
                tally.row(Code::EmptyDate, row.number);
            }
            String::new()
        }
        Reading::Odd => {
            tally.row(Code::OddDate, row.number);
            text.to_owned()
        }
    }
}

/// Notes a date that cannot be parsed; its text is kept.
pub(super) fn check_date(row: &Row, target: Target, cx: &Context<'_>, tally: &mut Tally) {
    read_date(row, target, cx, tally);
}

fn check_city(city: &str, year: Option<i32>, row: u64, tally: &mut Tally) {
    match city {
        _ if is_null(city) => tally.row(Code::NullText, row),
        "" => tally.row(Code::EmptyCity, row),
        LAIWU if year.is_some_and(|year| year > LAIWU_LAST_YEAR) => tally.row(Code::LaiwuAfterMerger, row),
        LAIWU => {}
        city if CITIES.contains(&city) => {}
        _ => tally.row(Code::UnknownCity, row),
    }
}
