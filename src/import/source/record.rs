//! One record: its decoded fields in one allocation, without their meaning.

use crate::domain::text::is_blank;
use crate::import::finding::Code;

/// Decoded fields, each free of control characters but tabs and line breaks.
#[derive(Clone)]
pub struct Record {
    /// The first line of the record in the file; the header is line 1.
    pub line: u64,
    /// Whether it holds tabs or line breaks.
    pub tabbed: bool,
    /// The fields, one byte between each two.
    pub(super) text: Box<str>,
    pub(super) ends: Box<[u32]>,
    /// Findings of the source about a cell, and its column.
    pub(super) notes: Box<[(Code, usize)]>,
}

impl Record {
    /// A value as given.
    pub fn field(&self, at: usize) -> &str {
        let from = if at == 0 { 0 } else { self.ends[at - 1] as usize + 1 };
        &self.text[from..self.ends[at] as usize]
    }
}

/// A record that is being assembled, in a buffer that serves the next one as well.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    /// The fields, one byte between each two: `between`.
    pub(super) text: String,
    ends: Vec<u32>,
    between: u8,
    notes: Vec<(Code, usize)>,
}

impl Assembly {
    /// Empties it for the next record's fields to be pushed one by one.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.notes.clear();
        self.between = 0;
    }

    /// Adds a finding about a cell of this record.
    pub(super) fn note(&mut self, code: Code, column: usize) {
        self.notes.push((code, column));
    }

    /// Appends a field, whose text `write` writes.
    pub(super) fn push<E>(&mut self, write: impl FnOnce(&mut String) -> Result<(), E>) -> Result<(), E> {
        if !self.ends.is_empty() {
            self.text.push('\0');
        }
        write(&mut self.text)?;
        self.ends.push(offset(self.text.len()));
        Ok(())
    }

    /// Splits the text into fields at `between`.
    pub(super) fn cut(&mut self, between: u8) {
        self.between = between;
        self.ends.clear();
        self.ends.extend(memchr::memchr_iter(between, self.text.as_bytes()).map(offset));
        self.ends.push(offset(self.text.len()));
    }

    /// The record, unless it holds a control character.
    pub(super) fn finish(&self, line: u64) -> Result<Record, Code> {
        let tabbed = if self.may_hold_control() { self.check_fields()? } else { false };
        let (text, ends) = (self.text.as_str().into(), self.ends.as_slice().into());
        Ok(Record { line, tabbed, text, ends, notes: self.notes.as_slice().into() })
    }

    /// Bytes are faster to scan than characters. C2 begins U+0080 to U+00BF, the first half of which are control characters.
    fn may_hold_control(&self) -> bool {
        let found = self.text.bytes().filter(|byte| *byte < 0x20 || matches!(byte, 0x7f | 0xc2)).count();
        found > if self.between < 0x20 { self.ends.len() - 1 } else { 0 }
    }

    /// Whether tabs or line breaks stand in a field. White space at its ends, control characters among it, is part of no value.
    fn check_fields(&self) -> Result<bool, Code> {
        let (mut tabbed, mut from) = (false, 0);
        for end in &self.ends {
            let field = self.text[from..*end as usize].trim_matches(is_blank);
            for c in field.chars().filter(|c| c.is_control()) {
                if !matches!(c, '\t' | '\n' | '\r') {
                    return Err(Code::ControlCharacter);
                }
                tabbed = true;
            }
            from = *end as usize + 1;
        }
        Ok(tabbed)
    }
}

/// Rows are far shorter than 4 GiB, whatever their source: see `split::MAX_RECORD`.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
