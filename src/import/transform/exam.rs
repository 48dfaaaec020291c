//! Combinations of the exam catalogue.

use chrono::NaiveDate;

use super::dates;
use super::{Context, Keyed, MAX_KEY, note_characters};
use crate::import::finding::{Code, Tally};
use crate::import::kind::Target;
use crate::import::source::Row;
use crate::vault::{LookUp, Vault};

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
    pub fn read(row: &Row, cx: &Context<'_>, tally: &mut Tally) -> Result<Keyed<Self>, Code> {
        let content = Self::of(row, cx.today);
        let key = content.checked_key()?;
        if content.year == 0 {
            tally.row(Code::OddYear, row.number);
        }
        if content.name.is_empty() {
            tally.row(Code::EmptyName, row.number);
        }
        note_characters(row, tally);
        Ok(Keyed { key, content })
    }

    pub fn of(row: &Row, today: NaiveDate) -> Self {
        let text = |target| row.tidy(target).to_owned();
        Self {
            code: text(Target::Code),
            name: text(Target::Name),
            year: dates::year(row.get(Target::Year), today).unwrap_or(0),
            level: text(Target::Level),
            specialty: text(Target::Specialty),
        }
    }

    /// The key, validated for storage.
    pub fn checked_key(&self) -> Result<String, Code> {
        if self.code.is_empty() {
            return Err(Code::MissingKey);
        }
        let key = self.key();
        if key.chars().count() > MAX_KEY { Err(Code::KeyTooLong) } else { Ok(key) }
    }

    /// A digest that changes with the combination.
    pub fn digest(&self, vault: &Vault) -> Vec<u8> {
        vault.look_up(LookUp::Content, &[&self.name])
    }

    /// The combination as one text. The separator is a control character, which no field holds but tabs and line breaks.
    pub fn key(&self) -> String {
        format!("{}\u{1f}{}\u{1f}{}\u{1f}{}", self.code, self.year, self.level, self.specialty)
    }
}
