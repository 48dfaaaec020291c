//! Identity documents, and what becomes of their numbers when they are written down.

use chrono::{Days, NaiveDate};
use rand::RngExt;
use rand::rngs::StdRng;
use std::collections::BTreeSet;

use super::people::{AREA, check_digit, numbered, shortened};

/// A document that is nobody's.
pub(crate) struct Document {
    /// As it stands on the document.
    pub(crate) number: String,
    /// The word of `portal.document_types`.
    pub(crate) word: &'static str,
}

/// What is left of a number in an old row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    /// The same number, however it is wrapped.
    Kept,
    /// The same number in its form of 15 digits.
    Short,
    /// That form, with a sequence that leaves the century open.
    ShortOfUnknownCentury,
    /// Nothing that could be compared, or another number.
    Lost,
}

impl Document {
    /// One that nobody in `taken` has.
    pub(super) fn invent(random: &mut StdRng, taken: &mut BTreeSet<String>) -> Self {
        loop {
            let (word, number) = match random.random_range(0..100) {
                0..2 => ("passport", format!("EX{:07}", random.random_range(0..10_000_000))),
                2 => ("hk_macau_permit", format!("H{:08}", random.random_range(0..100_000_000))),
                3 => ("taiwan_permit", format!("{:08}", random.random_range(0..100_000_000))),
                4 => ("military", format!("军字第{:07}号", random.random_range(0..10_000_000))),
                5 => ("permanent_residence", format!("CHN{:012}", random.random_range(0..1_000_000_000_000_u64))),
                6 => ("permanent_residence", resident(random, "937999", 1..996)),
                7 => ("hmt_residence_permit", resident(random, "810099", 1..996)),
                8 => ("hmt_residence_permit", resident(random, "830099", 1..996)),
                9..13 => ("resident_id", resident(random, AREA, 996..1000)),
                _ => ("resident_id", resident(random, AREA, 1..996)),
            };
            if taken.insert(number.clone()) {
                return Self { number, word };
            }
        }
    }

    fn is_of_18(&self) -> bool {
        self.number.len() == 18 && self.number.is_ascii()
    }

    /// Only residents born in 19xx ever had 15 digits.
    pub(super) fn had_15(&self) -> bool {
        self.word == "resident_id" && &self.number[6..8] == "19"
    }

    /// The number as an old row holds it.
    pub(super) fn write(&self, random: &mut StdRng) -> (String, Number) {
        match random.random_range(0..100) {
            0..12 => (self.ruin(random), Number::Lost),
            12..32 if self.had_15() => self.write_short(random),
            _ => (wrap(random, &self.number), Number::Kept),
        }
    }

    /// The number in its form of 15 digits.
    pub(super) fn write_short(&self, random: &mut StdRng) -> (String, Number) {
        let short = shortened(&self.number);
        let doubtful = ["996", "997", "998", "999"].iter().any(|sequence| short.ends_with(sequence));
        (wrap(random, &short), if doubtful { Number::ShortOfUnknownCentury } else { Number::Short })
    }

    fn ruin(&self, random: &mut StdRng) -> String {
        let number = self.number.as_str();
        let characters: Vec<char> = number.chars().collect();
        match random.random_range(0..9) {
            0 if self.is_of_18() => other_check_digit(random, number),
            1 if self.is_of_18() => format!("{}.{}E+17", &number[..1], &number[1..6]),
            2 if self.is_of_18() && check_digit(&format!("{}00", &number[..15])) != "0" => {
                format!("{}000", &number[..15])
            }
            3 if self.is_of_18() => number[..17].to_owned(),
            4 => format!("{number}.0"),
            5 => ["", " ", "\u{3000}", "\u{200b}"][random.random_range(0..4)].to_owned(),
            6 => ["无", "不详", "0", "-"][random.random_range(0..4)].to_owned(),
            _ => {
                let mark = ["*", "＊", "?", "#"][random.random_range(0..4)];
                let hidden = characters.len() / 2;
                let (head, tail) = (hidden / 2, hidden / 2 + hidden);
                let part = |from: usize, to: usize| characters[from..to].iter().collect::<String>();
                part(0, head) + &mark.repeat(hidden) + &part(tail, characters.len())
            }
        }
    }
}

fn resident(random: &mut StdRng, area: &str, sequences: std::ops::Range<u64>) -> String {
    // 1930 to 2005.
    let born = NaiveDate::from_ymd_opt(1930, 1, 1).unwrap() + Days::new(random.random_range(0..27_700));
    numbered(area, born, random.random_range(sequences))
}

fn other_check_digit(random: &mut StdRng, number: &str) -> String {
    loop {
        let digit = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "X"][random.random_range(0..11)];
        if digit != &number[17..] {
            return format!("{}{digit}", &number[..17]);
        }
    }
}

/// Writes the same number in another way: nothing of it is lost.
fn wrap(random: &mut StdRng, number: &str) -> String {
    let mut written = number.to_owned();
    if random.random_bool(0.12) {
        written = written.to_lowercase();
    }
    if random.random_bool(0.12) {
        written = written.chars().map(wide).collect();
    }
    if random.random_bool(0.15) {
        let blank = [" ", "\u{3000}", "\u{a0}", "\u{200b}", "\u{feff}", "\t", "-"][random.random_range(0..7)];
        let at = random.random_range(1..written.chars().count());
        let (head, tail): (String, String) = (written.chars().take(at).collect(), written.chars().skip(at).collect());
        written = head + blank + &tail;
    }
    match random.random_range(0..20) {
        0 => format!("'{written}"),
        1 => format!("=\"{written}\""),
        2 => format!("'=\"{written}\""),
        3 => format!("=\"'{written}\""),
        4 => format!(" {written}\u{3000}"),
        5 => format!("\u{2018}{written}"),
        _ => written,
    }
}

/// Digits and Latin letters in full width.
pub(super) fn wide(c: char) -> char {
    if c.is_ascii_alphanumeric() { char::from_u32(u32::from(c) + 0xFEE0).unwrap() } else { c }
}
