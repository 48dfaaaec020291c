//! Invented people: the n-th is the same in every run.

use chrono::{Datelike, Days, NaiveDate};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

const SEED: u64 = 2022;
const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧";
const GIVEN: &str = "伟芳娜敏静丽强磊军洋勇艳杰涛明超霞平刚桂英华玉兰建国志红文斌鑫婷雪峰宁波";
/// Assigned to no place, so that none of these numbers is anybody's.
pub(crate) const AREA: &str = "379900";
/// Birth dates from 1950 on.
const DAYS: u64 = 17_500;
/// Sequences 996 to 999 stood for people born before 1900.
const SEQUENCES: u64 = 995;

/// One of them.
pub(crate) struct Invented {
    pub(crate) name: String,
    /// 18 characters, with the right check digit.
    pub(crate) number: String,
    pub(crate) random: StdRng,
}

impl Invented {
    /// The n-th, counted from 0.
    pub(crate) fn nth(n: u64) -> Self {
        let mut random = StdRng::seed_from_u64(SEED ^ n.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        Self { name: han_name(&mut random), number: number(n), random }
    }

    /// As it stood on cards before 1999.
    pub(crate) fn number_of_15(&self) -> String {
        shortened(&self.number)
    }
}

/// A surname and one or two characters.
pub(crate) fn han_name(random: &mut StdRng) -> String {
    let mut name = String::from(pick(random, SURNAMES));
    for _ in 0..random.random_range(1..=2) {
        name.push(pick(random, GIVEN));
    }
    name
}

/// An 18-digit number of somebody born in 19xx, as it was before 1999.
pub(crate) fn shortened(number: &str) -> String {
    format!("{}{}", &number[..6], &number[8..17])
}

/// 18 characters: place, birth date, sequence, check digit.
pub(crate) fn numbered(area: &str, born: NaiveDate, sequence: u64) -> String {
    let number = format!("{area}{:04}{:02}{:02}{sequence:03}", born.year(), born.month(), born.day());
    let check = check_digit(&number);
    number + check
}

/// GB 11643-1999, written down a second time: what is tested must not make the tests' numbers.
pub(crate) fn check_digit(first_17: &str) -> &'static str {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const DIGITS: [&str; 11] = ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"];
    let sum: u32 = first_17.chars().zip(WEIGHTS).map(|(c, weight)| c.to_digit(10).unwrap() * weight).sum();
    DIGITS[sum as usize % 11]
}

fn number(n: u64) -> String {
    let sequence = n / DAYS + 1;
    assert!(sequence <= SEQUENCES, "there are {} invented people", DAYS * SEQUENCES);
    let born = NaiveDate::from_ymd_opt(1950, 1, 1).unwrap() + Days::new(n % DAYS);
    numbered(AREA, born, sequence)
}

/// One character of a text.
pub(crate) fn pick(random: &mut StdRng, from: &str) -> char {
    from.chars().nth(random.random_range(0..from.chars().count())).unwrap()
}
