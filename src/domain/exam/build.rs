//! Building the catalogue from its rows.

use std::collections::BTreeSet;

use super::catalogue::{Catalogue, Combination, Entry};
use super::{Exam, Row};
use crate::domain::form::parse_year;
use crate::domain::form::text::{comparison_key, tidy};

impl Catalogue {
    /// Builds the catalogue. Rows without a code are skipped; an unreadable year is not offered for choice, but its level and specialty are
    /// suggested for every year.
    pub fn new(rows: impl IntoIterator<Item = Row>) -> Self {
        let mut catalogue = Self::default();
        for row in rows {
            catalogue.add(&row);
        }
        catalogue
    }

    fn add(&mut self, row: &Row) {
        let key = comparison_key(&row.code);
        if key.is_empty() {
            return;
        }
        let (name, year) = (tidy(&row.name), parse_year(&row.year));
        let at = *self.by_code.entry(key).or_insert_with(|| {
            let exam = Exam { code: tidy(&row.code).to_owned(), name: name.to_owned() };
            self.entries.push(Entry { exam, named_in: i32::MIN, combinations: BTreeSet::new() });
            self.entries.len() - 1
        });
        let entry = &mut self.entries[at];
        if !name.is_empty() && year.unwrap_or(i32::MIN) >= entry.named_in {
            name.clone_into(&mut entry.exam.name);
            entry.named_in = year.unwrap_or(i32::MIN);
        }
        entry.combinations.insert(Combination {
            year,
            level: tidy(&row.level).to_owned(),
            specialty: tidy(&row.specialty).to_owned(),
        });
        let name = comparison_key(name);
        if !name.is_empty() {
            let owner = self.by_name.entry(name).or_insert(Some(at));
            if *owner != Some(at) {
                *owner = None;
            }
        }
    }
}
