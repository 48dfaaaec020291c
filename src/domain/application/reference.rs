//! 受理号: the number that a citizen copies from the screen and reads out on the telephone.

use chrono::{Datelike, NaiveDate};

use crate::domain::form::text::comparison_key;

/// A reference number such as `BZ20261122-7K3F9N`.
///
/// `BZ`, the day of submission in China, a hyphen, five characters of a number, one check character. The alphabet has no 0, 1, I, L, O,
/// which are misread; date digits stand for themselves. Its size, 31, is prime: the check character (the sum of value times position,
/// positions 1 to 13, modulo 31) reveals every single wrong character and every swap of two.
///
/// The unique constraint in the database guarantees uniqueness: 31^5 = 28,629,151 numbers a day, drawn at random by the caller, who retries
/// when the constraint refuses one. A random number also keeps the count of a day's applications private.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference(String);

const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const BASE: u32 = 31;

impl Reference {
    /// How many numbers a day has.
    pub const PER_DAY: u32 = BASE.pow(5);

    /// `day` is the date in China; `number` counts modulo [`Self::PER_DAY`].
    pub fn new(day: NaiveDate, number: u32) -> Self {
        let mut text = format!("BZ{:04}{:02}{:02}-", day.year(), day.month(), day.day());
        let mut rest = number % Self::PER_DAY;
        for power in (0..5).rev() {
            let unit = BASE.pow(power);
            text.push(symbol(rest / unit));
            rest %= unit;
        }
        text.push(symbol(check(&text)));
        Self(text)
    }

    /// Reads what a person typed: case, width, spaces and a missing hyphen do not matter. `None` where the shape, the date
    /// or the check character is wrong.
    pub fn parse(typed: &str) -> Option<Self> {
        let key = comparison_key(typed).replace('-', "");
        let (date, tail) = key.strip_prefix("BZ")?.split_at_checked(8)?;
        let day = NaiveDate::parse_from_str(date, "%Y%m%d").ok()?;
        let number = tail.get(..5)?.bytes().try_fold(0, |number, byte| Some(number * BASE + value(byte)?))?;
        let reference = Self::new(day, number);
        (reference.0.replace('-', "") == key).then_some(reference)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

fn symbol(value: u32) -> char {
    ALPHABET.iter().zip(0..).find(|(_, at)| *at == value % BASE).map_or('2', |(symbol, _)| char::from(*symbol))
}

fn value(symbol: u8) -> Option<u32> {
    ALPHABET.iter().zip(0..).find(|(known, _)| **known == symbol).map(|(_, at)| at)
}

/// The check value over the date's digits (each its own value) and the five characters after the hyphen.
fn check(unchecked: &str) -> u32 {
    let (date, number) = unchecked.trim_start_matches("BZ").split_once('-').unwrap_or_default();
    let digits = date.chars().filter_map(|digit| digit.to_digit(10));
    let symbols = number.bytes().filter_map(value);
    digits.chain(symbols).zip(1..).map(|(value, position)| value * position).sum::<u32>() % BASE
}

#[cfg(test)]
mod tests;
