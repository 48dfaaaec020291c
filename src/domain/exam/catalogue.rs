//! The catalogue: exams with the combinations that were examined.

use std::collections::{BTreeMap, BTreeSet};

use super::Exam;
use crate::domain::form::text::comparison_key;

/// All exams with their combinations.
///
/// Old rows name an exam by code or by name; [`Self::find`] accepts both, in any width and case.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    pub(super) entries: Vec<Entry>,
    pub(super) by_code: BTreeMap<String, usize>,
    /// `None` where two codes share the name, which is then ambiguous.
    pub(super) by_name: BTreeMap<String, Option<usize>>,
}

#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) exam: Exam,
    pub(super) named_in: i32,
    pub(super) combinations: BTreeSet<Combination>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Combination {
    pub(super) year: Option<i32>,
    pub(super) level: String,
    pub(super) specialty: String,
}

impl Catalogue {
    /// The exams in the order of first appearance.
    pub fn exams(&self) -> impl Iterator<Item = &Exam> {
        self.entries.iter().map(|entry| &entry.exam)
    }

    /// The exam of that code or, failing that, of that name (old names too). `None` where neither is known or the name
    /// belongs to several codes.
    pub fn find(&self, code_or_name: &str) -> Option<&Exam> {
        self.entry(code_or_name).map(|entry| &entry.exam)
    }

    /// The exam's years, newest first; empty for an unknown exam.
    pub fn years(&self, exam: &str) -> Vec<i32> {
        let years: BTreeSet<i32> = self.combinations(exam).filter_map(|one| one.year).collect();
        years.into_iter().rev().collect()
    }

    /// The exam's newest year; `None` for an exam without any.
    pub fn newest_year(&self, exam: &str) -> Option<i32> {
        self.combinations(exam).filter_map(|one| one.year).max()
    }

    /// Suggestions for 级别, in the year if one is given and known, else over all years.
    pub fn levels(&self, exam: &str, year: Option<i32>) -> Vec<&str> {
        self.suggest(exam, year, |one| Some(one.level.as_str()))
    }

    /// Suggestions for 专业; narrowed by year and level where the catalogue has something for them.
    pub fn specialties(&self, exam: &str, year: Option<i32>, level: Option<&str>) -> Vec<&str> {
        let level = level.map(comparison_key).filter(|level| !level.is_empty());
        let narrowed = self.suggest(exam, year, |one| match &level {
            Some(level) if comparison_key(&one.level) != *level => None,
            _ => Some(one.specialty.as_str()),
        });
        if narrowed.is_empty() { self.suggest(exam, year, |one| Some(one.specialty.as_str())) } else { narrowed }
    }

    pub(super) fn entry(&self, code_or_name: &str) -> Option<&Entry> {
        let key = comparison_key(code_or_name);
        let at = self.by_code.get(&key).copied().or_else(|| self.by_name.get(&key).copied().flatten())?;
        self.entries.get(at)
    }

    pub(super) fn combinations(&self, exam: &str) -> impl Iterator<Item = &Combination> {
        self.entry(exam).into_iter().flat_map(|entry| &entry.combinations)
    }

    /// Distinct non-empty values, sorted. A year that the catalogue does not know does not narrow the list.
    fn suggest<'a>(
        &'a self,
        exam: &str,
        year: Option<i32>,
        pick: impl Fn(&'a Combination) -> Option<&'a str>,
    ) -> Vec<&'a str> {
        let known = year.is_some_and(|year| self.combinations(exam).any(|one| one.year == Some(year)));
        let values: BTreeSet<&str> = self
            .combinations(exam)
            .filter(|one| !known || one.year.is_none() || one.year == year)
            .filter_map(pick)
            .filter(|value| !value.is_empty())
            .collect();
        values.into_iter().collect()
    }
}
