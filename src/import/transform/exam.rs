//! Combinations of the exam catalogue.

use super::dates;
use super::{Context, Draft, MAX_KEY, note_characters};
use crate::import::finding::{Code, Tally};
use crate::import::kind::Target;
use crate::import::source::Row;
use crate::vault::LookUp;

/// One combination.
#[derive(Clone, Debug)]
pub struct Combination {
    pub code: String,
    pub name: String,
    /// 0 where it cannot be read.
    pub year: i32,
    pub level: String,
    pub specialty: String,
}

impl Combination {
    pub fn read(row: &Row, cx: &Context<'_>, tally: &mut Tally) -> Result<Draft<Self>, Code> {
        let text = |target| row.tidy(target).to_owned();
        let year = dates::year(row.get(Target::Year), cx.today);
        let content = Self {
            code: text(Target::Code),
            name: text(Target::Name),
            year: year.unwrap_or(0),
            level: text(Target::Level),
            specialty: text(Target::Specialty),
        };
        if content.code.is_empty() {
            return Err(Code::MissingKey);
        }
        let key = content.key();
        if key.chars().count() > MAX_KEY {
            return Err(Code::KeyTooLong);
        }
        if year.is_none() {
            tally.row(Code::OddYear, row.number);
        }
        if content.name.is_empty() {
            tally.row(Code::EmptyName, row.number);
        }
        note_characters(row, tally);
        Ok(Draft { key, digest: cx.vault.look_up(LookUp::Content, &[&content.name]), content })
    }

    /// The combination as one text. The separator is a control character, which no field holds but tabs and line breaks.
    pub fn key(&self) -> String {
        format!("{}\u{1f}{}\u{1f}{}\u{1f}{}", self.code, self.year, self.level, self.specialty)
    }
}
