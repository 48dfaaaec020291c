//! Findings that every kind of row may have.

use super::dates;
use crate::domain::garbled::{self, Of};
use crate::import::finding::{Code, Tally};
use crate::import::kind::Target;
use crate::import::source::Row;

/// Notes keys that look like what a spreadsheet makes of `1-2`.
fn note_dates_as_keys(row: &Row, tally: &mut Tally) {
    for target in [Target::Key, Target::Account, Target::Code, Target::Number, Target::CertificateNumber] {
        if dates::is_spreadsheets(row.tidy(target)) {
            tally.row_with(Code::DateKey, row.number, target.as_str());
        }
    }
}

/// Notes texts that look garbled, in every column that is kept.
fn note_garbled(row: &Row, tally: &mut Tally) {
    for (header, target, value) in row.texts() {
        let of = match target {
            Some(Target::Name) => Of::Name,
            Some(_) => Of::Text,
            None => Of::Unknown,
        };
        if let Some(garbled) = garbled::look(value, of) {
            tally.row_with(Code::NameGarbled, row.number, &format!("{header}：{}", garbled.meaning()));
        }
    }
}

/// Notes cells and characters that are evidence of a faulty export: tabs, line breaks, and lost characters.
pub(super) fn note_characters(row: &Row, tally: &mut Tally) {
    for (code, header) in row.notes() {
        tally.row_with(code, row.number, header);
    }
    if !row.notes().any(|(code, _)| code == Code::DateKey) {
        note_dates_as_keys(row, tally);
    }
    note_garbled(row, tally);
    if row.tabbed {
        tally.row(Code::TabOrLineBreak, row.number);
    }
    if row.holds('\u{fffd}') {
        tally.row(Code::ReplacementCharacter, row.number);
    }
}
