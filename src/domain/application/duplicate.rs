//! One open application per certificate: the key by which two applications are for the same one.

use crate::domain::form::text::comparison_key;

/// Equal keys mean the same certificate. Held by a unique index over open applications, so two requests cannot break it
/// together.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DuplicateKey(String);

/// Cannot occur in a part: comparison keys hold no control characters.
const SEPARATOR: char = '\u{1f}';

/// What identifies an application that was filled in by hand, or an old one whose certificate is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Details<'a> {
    /// The catalogue's code where it has one, else the word as given.
    pub exam: &'a str,
    pub year: &'a str,
    pub level: &'a str,
    pub specialty: &'a str,
}

impl DuplicateKey {
    /// The key within one person's applications. Width, case, white space and invisible characters do not count.
    pub fn of(person_id: &str, details: Details<'_>) -> Self {
        let mut key = String::from("details");
        for part in [person_id, details.exam, details.year, details.level, details.specialty] {
            key.push(SEPARATOR);
            key.push_str(&comparison_key(part));
        }
        Self(key)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(person: &str, [exam, year, level, specialty]: [&str; 4]) -> DuplicateKey {
        DuplicateKey::of(person, Details { exam, year, level, specialty })
    }

    #[test]
    fn spelling_of_the_same_certificate_does_not_matter() {
        let stored = key("p1", ["ZJ", "2012", "一级A", "土建"]);
        for (exam, year, level, specialty) in
            [("ｚｊ", "２０１２", " 一级a ", "土 建"), ("zj\t", "2012\u{3000}", "一级Ａ", "土建\u{200b}")]
        {
            assert_eq!(key("p1", [exam, year, level, specialty]), stored);
        }
    }

    #[test]
    fn any_other_part_makes_another_key() {
        let stored = key("p1", ["ZJ", "2012", "一级", "土建"]);
        for (person, exam, year, level, specialty) in [
            ("p2", "ZJ", "2012", "一级", "土建"),
            ("p1", "JZ", "2012", "一级", "土建"),
            ("p1", "ZJ", "2013", "一级", "土建"),
            ("p1", "ZJ", "2012", "二级", "土建"),
            ("p1", "ZJ", "2012", "一级", "安装"),
            ("p1", "ZJ", "2012", "一级土建", ""),
        ] {
            assert_ne!(key(person, [exam, year, level, specialty]), stored);
        }
    }

    proptest! {
        #[test]
        fn parts_cannot_run_into_each_other(parts in proptest::collection::vec(any::<String>(), 5), at in 0usize..4) {
            let key = |p: &[String]| key(&p[0], [&p[1], &p[2], &p[3], &p[4]]);
            let mut moved = parts.clone();
            let next = std::mem::take(&mut moved[at + 1]);
            moved[at].push_str(&next);
            // Moving a whole part into its neighbour changes the key unless the part had nothing in it.
            prop_assert_eq!(key(&parts) == key(&moved), comparison_key(&parts[at + 1]).is_empty());
        }
    }
}
