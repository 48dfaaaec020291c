//! Cells as the text that a delimited file would hold.

use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType};
use std::fmt::Write as _;

use super::shown::Pattern;
use crate::import::finding::Code;
use crate::import::kind::Target;

/// From here on a cell does not hold every digit.
const EXACT: f64 = 1e15;
/// The day after the last that a spreadsheet knows.
const LAST_DAY: f64 = 2_958_466.0;

/// Writes a cell, and tells what is odd about it.
pub(super) fn write(
    value: &DataRef<'_>,
    target: Option<Target>,
    is_1904: bool,
    pattern: Option<&Pattern>,
    text: &mut String,
) -> Option<Code> {
    match value {
        DataRef::Empty => {}
        DataRef::String(own) => text.push_str(own),
        DataRef::SharedString(shared) => text.push_str(shared),
        DataRef::DateTimeIso(iso) | DataRef::DurationIso(iso) => text.push_str(iso),
        DataRef::Bool(is) => {
            text.push_str(if *is { "TRUE" } else { "FALSE" });
            return Some(Code::OddCell);
        }
        DataRef::Error(error) => {
            text.push_str(&error.to_string());
            return Some(Code::OddCell);
        }
        DataRef::DateTime(date) if date.is_datetime() && !is_number(target) => {
            write_date(*date, text);
            return is_key(target).then_some(Code::DateKey);
        }
        DataRef::DateTime(date) if is_key(target) => {
            write_number(date.as_f64(), target, text);
            return Some(Code::DateKey);
        }
        DataRef::DateTime(date) => return write_number(date.as_f64(), target, text),
        DataRef::Float(number) => {
            // A day is a number with a format, and formats get lost.
            if is_date(target) && (1.0..LAST_DAY).contains(number) {
                write_date(ExcelDateTime::new(*number, ExcelDateTimeType::DateTime, is_1904), text);
                return None;
            }
            // What an unused column holds is kept as it is stored.
            if let Some(shown) = pattern.filter(|_| target.is_some()).and_then(|pattern| pattern.show(*number)) {
                text.push_str(&shown);
                return Some(Code::PaddedNumber);
            }
            return write_number(*number, target, text);
        }
        #[allow(clippy::cast_precision_loss, reason = "a cell is a float; calamine only tells whole ones apart")]
        DataRef::Int(number) => return write(&DataRef::Float(*number as f64), target, is_1904, pattern, text),
    }
    None
}

fn is_date(target: Option<Target>) -> bool {
    matches!(target, Some(Target::RegisteredAt | Target::ApprovalDate | Target::SubmittedAt))
}

/// What other rows refer to a row by.
fn is_key(target: Option<Target>) -> bool {
    matches!(target, Some(Target::Key | Target::Account | Target::Code))
}

/// A number that is a name: as a numeric cell it has lost its leading zeros, and may have lost its last digits.
fn is_number(target: Option<Target>) -> bool {
    matches!(target, Some(Target::Number | Target::CertificateNumber))
}

fn write_number(number: f64, target: Option<Target>, text: &mut String) -> Option<Code> {
    // Writing to a String does not fail.
    let _ = if number.abs() >= EXACT {
        // In a form that nobody takes for the digits that are gone.
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
mod tests {
    use super::*;

    #[test]
    fn numbers_and_days_become_the_text_of_a_delimited_file() {
        let table = [
            (DataRef::Float(7.0), Some(Target::Key), "7", None),
            (DataRef::Int(42), None, "42", None),
            (DataRef::Float(1.5), None, "1.5", None),
            (DataRef::Float(2017.0), Some(Target::Year), "2017", None),
            (DataRef::Float(20_171_021.0), Some(Target::ApprovalDate), "20171021", None),
            (DataRef::Float(43_029.0), Some(Target::ApprovalDate), "2017-10-21", None),
            (DataRef::Float(43_029.5), Some(Target::RegisteredAt), "2017-10-21 12:00:00", None),
            (DataRef::Float(0.0), Some(Target::ApprovalDate), "0", None),
            (DataRef::Float(43_029.0), None, "43029", None),
            (DataRef::Float(110_101_690_512_001.0), Some(Target::Number), "110101690512001", Some(Code::NumericCell)),
            (
                DataRef::Float(1.101_011_990_030_71e17),
                Some(Target::Number),
                "1.10101199003071E17",
                Some(Code::NumericCell),
            ),
            (DataRef::Float(1e16), Some(Target::Key), "1E16", Some(Code::NumericCell)),
            (DataRef::Bool(true), Some(Target::Status), "TRUE", Some(Code::OddCell)),
            (DataRef::Error(calamine::CellErrorType::NA), None, "#N/A", Some(Code::OddCell)),
        ];
        for (value, target, expected, code) in table {
            let mut text = String::new();
            assert_eq!((write(&value, target, false, None, &mut text), text.as_str()), (code, expected), "{value:?}");
        }
    }
}
