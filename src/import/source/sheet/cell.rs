//! Cells as the text that a delimited file would hold.

use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType};
use std::fmt::Write as _;

use super::shown::{EXACT, Format, Shown};
use crate::import::finding::Code;
use crate::import::kind::Target;

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

fn is_date(target: Option<Target>) -> bool {
    matches!(target, Some(Target::RegisteredAt | Target::ApprovalDate | Target::SubmittedAt))
}

/// The columns by which other rows refer to a row.
fn is_key(target: Option<Target>) -> bool {
    matches!(target, Some(Target::Key | Target::Account | Target::Code))
}

/// The columns that distinguish one row, or one person, from another.
fn is_identifier(target: Option<Target>) -> bool {
    is_key(target) || is_number(target)
}

/// A number that identifies: as a numeric cell it has lost its leading zeros, and may have lost its last digits.
fn is_number(target: Option<Target>) -> bool {
    matches!(target, Some(Target::Number | Target::CertificateNumber))
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
mod tests {
    use super::*;

    #[test]
    fn numbers_and_days_become_the_text_of_a_delimited_file() {
        let day = |number| DataRef::DateTime(ExcelDateTime::new(number, ExcelDateTimeType::DateTime, false));
        let time = |number| DataRef::DateTime(ExcelDateTime::new(number, ExcelDateTimeType::TimeDelta, false));
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
            (day(43_102.0), Some(Target::Key), "2018-01-02", Some(Code::DateKey)),
            (day(43_102.0), Some(Target::CertificateNumber), "2018-01-02", Some(Code::DateKey)),
            (day(43_102.25), Some(Target::Number), "2018-01-02 06:00:00", Some(Code::DateKey)),
            (day(43_102.0), Some(Target::ApprovalDate), "2018-01-02", None),
            (day(43_102.0), None, "2018-01-02", None),
            (time(0.5), Some(Target::Number), "0.5", Some(Code::DateKey)),
            (time(0.5), Some(Target::City), "0.5", None),
            (day(110_101_690_512_001.0), Some(Target::Number), "110101690512001", Some(Code::NumericCell)),
            (day(20_171_021.0), Some(Target::Key), "20171021", Some(Code::UnclearFormat)),
            (day(-1.0), None, "-1", None),
            (DataRef::DateTimeIso("2018-01-02".into()), Some(Target::Number), "2018-01-02", Some(Code::DateKey)),
            (DataRef::DateTimeIso("2018-01-02".into()), Some(Target::ApprovalDate), "2018-01-02", None),
            (DataRef::Bool(true), Some(Target::Status), "TRUE", Some(Code::OddCell)),
            (DataRef::Error(calamine::CellErrorType::NA), None, "#N/A", Some(Code::OddCell)),
        ];
        for (value, target, expected, code) in table {
            let mut text = String::new();
            assert_eq!((write(&value, target, false, None, &mut text), text.as_str()), (code, expected), "{value:?}");
        }
    }

    #[test]
    fn formats_add_to_identifiers_and_what_they_add_is_told() {
        let table = [
            (DataRef::Float(7.0), Target::Key, "\"ZJ\"0000", "ZJ0007", Some(Code::PaddedNumber)),
            (DataRef::Float(7.0), Target::CertificateNumber, "\"ZJ\"General", "ZJ7", Some(Code::PaddedNumber)),
            (DataRef::Float(7.0), Target::Key, "[<10]00;0", "7", Some(Code::UnclearFormat)),
            (DataRef::Float(7.0), Target::Number, "[<10]00;0", "7", Some(Code::UnclearFormat)),
            (DataRef::Float(7.0), Target::CertificateNumber, "0", "7", Some(Code::NumericCell)),
            (DataRef::Float(1e16), Target::Key, "0000", "1E16", Some(Code::NumericCell)),
            (DataRef::String("7".into()), Target::Key, "\"ZJ\"@", "ZJ7", Some(Code::PaddedNumber)),
            (DataRef::String("甲".into()), Target::Name, "@\"同志\"", "甲", None),
            (DataRef::String("7".into()), Target::Key, "@", "7", None),
        ];
        for (value, target, format, expected, code) in table {
            let (mut text, format) = (String::new(), Format::of(format));
            let told = write(&value, Some(target), false, Some(&format), &mut text);
            assert_eq!((told, text.as_str()), (code, expected), "{value:?} {format:?}");
            let mut kept = String::new();
            write(&value, None, false, Some(&format), &mut kept);
            assert!(!kept.contains("ZJ"), "an unused column is kept as it is stored");
        }
    }
}
