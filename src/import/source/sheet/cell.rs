//! Cells as the text that a delimited file would hold.

mod columns;

use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType};
use std::fmt::Write as _;

use super::shown::{EXACT, Format, Shown};
use crate::import::finding::Code;
use crate::import::kind::Target;
use columns::{is_date, is_identifier, is_number};

/// The day after the last that a spreadsheet knows.
const LAST_DAY: f64 = 2_958_466.0;

/// Writes a cell, and returns a finding about it.
pub(super) fn write(
    value: &DataRef<'_>,
    target: Option<Target>,
    is_1904: bool,
    format: Option<&Format>,
    text: &mut String,
) -> Option<Code> {
    match value {
        DataRef::Empty => {}
        DataRef::String(own) => return write_text(own, target, format, text),
        DataRef::SharedString(shared) => return write_text(shared, target, format, text),
        DataRef::DateTimeIso(iso) | DataRef::DurationIso(iso) => {
            text.push_str(iso);
            return is_identifier(target).then_some(Code::DateKey);
        }
        DataRef::Bool(is) => {
            text.push_str(if *is { "TRUE" } else { "FALSE" });
            return Some(Code::OddCell);
        }
        DataRef::Error(error) => {
            text.push_str(&error.to_string());
            return Some(Code::OddCell);
        }
        DataRef::DateTime(date) => return write_moment(*date, target, text),
        DataRef::Float(number) => {
            // A day is a number with a format, and formats get lost.
            if is_date(target) && (1.0..LAST_DAY).contains(number) {
                write_date(ExcelDateTime::new(*number, ExcelDateTimeType::DateTime, is_1904), text);
                return None;
            }
            // The value of an unused column is kept as it is stored.
            let format = format.filter(|_| target.is_some());
            return match format.map_or(Shown::Digits, |format| format.number(*number)) {
                Shown::Digits => write_number(*number, target, text),
                Shown::More(shown) => {
                    text.push_str(&shown);
                    Some(Code::PaddedNumber)
                }
                Shown::Unclear => {
                    write_number(*number, target, text);
                    Some(Code::UnclearFormat)
                }
            };
        }
        #[allow(clippy::cast_precision_loss, reason = "a cell is a float; calamine only tells whole ones apart")]
        DataRef::Int(number) => return write(&DataRef::Float(*number as f64), target, is_1904, format, text),
    }
    None
}

/// A format adds to an identifier; what it adds to a name is not part of the name.
fn write_text(own: &str, target: Option<Target>, format: Option<&Format>, text: &mut String) -> Option<Code> {
    let shown = format.filter(|_| is_identifier(target)).and_then(|format| format.text(own));
    text.push_str(shown.as_deref().unwrap_or(own));
    shown.map(|_| Code::PaddedNumber)
}

/// Writes a number that has the format of a day or of a time.
fn write_moment(date: ExcelDateTime, target: Option<Target>, text: &mut String) -> Option<Code> {
    let number = date.as_f64();
    if !(0.0..LAST_DAY).contains(&number) {
        // Not a day: the cell shows `####`.
        return write_number(number, target, text).or(target.map(|_| Code::UnclearFormat));
    }
    if date.is_datetime() {
        write_date(date, text);
    } else {
        write_number(number, target, text);
    }
    is_identifier(target).then_some(Code::DateKey)
}

fn write_number(number: f64, target: Option<Target>, text: &mut String) -> Option<Code> {
    // Writing to a String does not fail.
    let _ = if number.abs() >= EXACT {
        // In a form that nobody takes for the lost digits.
        write!(text, "{number:E}")
    } else {
        write!(text, "{number}")
    };
    (is_number(target) || (target.is_some() && number.abs() >= EXACT)).then_some(Code::NumericCell)
}

fn write_date(date: ExcelDateTime, text: &mut String) {
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    let _ = write!(text, "{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) != (0, 0, 0) {
        let _ = write!(text, " {hour:02}:{minute:02}:{second:02}");
    }
}

#[cfg(test)]
mod tests;
