//! A sum in words: for whoever can neither see the picture nor hear the recording.

use serde::{Deserialize, Serialize};

const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];

/// A number from 20 to 89, and one from 1 to 9: no sum is guessed with a likelihood of more than one in seventy.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Sum(u8, u8);

impl Sum {
    pub(super) const fn of(first: u8, second: u8) -> Self {
        Self(first % 70 + 20, second % 9 + 1)
    }

    /// 二十三加四等于几.
    pub(super) fn question(self) -> String {
        format!("{}加{}等于几", numeral(self.0), numeral(self.1))
    }

    /// In digits or in Chinese numerals.
    pub(super) fn is_answered_by(self, answer: &str) -> bool {
        let sum = self.0 + self.1;
        answer == sum.to_string() || answer == numeral(sum)
    }
}

/// Of a number below 100.
fn numeral(number: u8) -> String {
    let (tens, ones) = (usize::from(number / 10), usize::from(number % 10));
    match (tens, ones) {
        (0, ones) => DIGITS[ones].to_owned(),
        (tens, 0) => format!("{}十", DIGITS[tens]),
        (tens, ones) => format!("{}十{}", DIGITS[tens], DIGITS[ones]),
    }
}
