//! Examinations: the catalogue from which years, levels and specialties are suggested.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::form::parse_year;
use super::form::text::{comparison_key, tidy};

/// An examination, such as 造价. The name is the newest of its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exam {
    pub code: String,
    pub name: String,
}

/// One row of the catalogue: a combination that was examined, as imported.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    pub code: String,
    pub name: String,
    pub year: String,
    pub level: String,
    pub specialty: String,
}

/// All exams with their combinations.
///
/// Old rows name an exam by code or by name; [`Self::find`] accepts both, in any width and case.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    entries: Vec<Entry>,
    by_code: BTreeMap<String, usize>,
    /// `None` where two codes share the name, which is then ambiguous.
    by_name: BTreeMap<String, Option<usize>>,
}

#[derive(Debug, Clone)]
struct Entry {
    exam: Exam,
    named_in: i32,
    combinations: BTreeSet<Combination>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Combination {
    year: Option<i32>,
    level: String,
    specialty: String,
}

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

    fn entry(&self, code_or_name: &str) -> Option<&Entry> {
        let key = comparison_key(code_or_name);
        let at = self.by_code.get(&key).copied().or_else(|| self.by_name.get(&key).copied().flatten())?;
        self.entries.get(at)
    }

    fn combinations(&self, exam: &str) -> impl Iterator<Item = &Combination> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(code: &str, name: &str, year: &str, level: &str, specialty: &str) -> Row {
        Row {
            code: code.into(),
            name: name.into(),
            year: year.into(),
            level: level.into(),
            specialty: specialty.into(),
        }
    }

    fn catalogue() -> Catalogue {
        Catalogue::new([
            row("ZJ", "造价工程师", "2012", "", "土建"),
            row("ZJ", "造价", "2017", "一级", "土建"),
            row("zj", "造价", "２０１７", "一级", "安装"),
            row("ZJ", "造价", "2017", "二级", "水利"),
            row("ZJ", "造价", "?", "三级", "旧专业"),
            row("JSJ", "计算机应用能力考试", "2012", "初级", "Word"),
            row("A1", "同名", "2001", "", ""),
            row("A2", "同名", "2002", "", ""),
            row(" ", "无代码", "2001", "", ""),
        ])
    }

    fn code(word: &str) -> Option<String> {
        catalogue().find(word).map(|exam| exam.code.clone())
    }

    #[test]
    fn exams_are_found_by_code_and_by_name() {
        let table = [
            ("ZJ", Some("ZJ")),
            (" ｚｊ", Some("ZJ")),
            ("造价", Some("ZJ")),
            ("造价工程师", Some("ZJ")),
            ("计算机应用 能力考试", Some("JSJ")),
            ("同名", None),
            ("A2", Some("A2")),
            ("无代码", None),
            ("", None),
            ("建造师", None),
        ];
        for (word, expected) in table {
            assert_eq!(code(word).as_deref(), expected, "{word:?}");
        }
    }

    #[test]
    fn the_newest_name_is_shown_whatever_the_order_of_rows() {
        let names: Vec<_> = catalogue().exams().map(|exam| exam.name.clone()).collect();
        assert_eq!(names, ["造价", "计算机应用能力考试", "同名", "同名"]);
        let reversed = Catalogue::new([row("ZJ", "造价", "2017", "", ""), row("ZJ", "造价工程师", "2012", "", "")]);
        assert_eq!(reversed.find("ZJ").map(|exam| exam.name.as_str()), Some("造价"));
    }

    #[test]
    fn years_are_newest_first_and_distinct() {
        assert_eq!(catalogue().years("造价"), [2017, 2012]);
        assert!(catalogue().years("没有").is_empty());
    }

    #[test]
    fn suggestions_narrow_by_year_and_level_where_something_is_known() {
        let catalogue = catalogue();
        assert_eq!(catalogue.levels("ZJ", Some(2017)), ["一级", "三级", "二级"]);
        assert_eq!(catalogue.levels("ZJ", Some(1999)), catalogue.levels("ZJ", None));
        assert_eq!(catalogue.specialties("ZJ", Some(2017), Some(" 一级")), ["土建", "安装"]);
        assert_eq!(catalogue.specialties("ZJ", Some(2012), None), ["土建", "旧专业"]);
        assert_eq!(catalogue.specialties("ZJ", Some(2017), Some("特级")).len(), 4);
        assert!(catalogue.levels("没有", None).is_empty());
    }

    proptest! {
        #[test]
        fn every_code_of_a_catalogue_is_found(codes in proptest::collection::vec(any::<String>(), 0..8)) {
            let catalogue = Catalogue::new(codes.iter().map(|code| row(code, "名", "2012", "", "")));
            for code in codes.iter().filter(|code| !comparison_key(code).is_empty()) {
                prop_assert_eq!(catalogue.years(code), vec![2012]);
            }
        }
    }
}
