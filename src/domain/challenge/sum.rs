//! A sum in words: for whoever can neither see the picture nor hear the recording.

use serde::{Deserialize, Serialize};

const NUMERALS: [&str; 20] = [
    "零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五", "十六",
    "十七", "十八", "十九",
];

/// Two numbers of one digit each, neither of them zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Sum(u8, u8);

impl Sum {
    pub(super) const fn of(first: u8, second: u8) -> Self {
        Self(first % 9 + 1, second % 9 + 1)
    }

    /// 三加四等于几.
    pub fn question(self) -> String {
        format!("{}加{}等于几", NUMERALS[usize::from(self.0)], NUMERALS[usize::from(self.1)])
    }

    /// In digits or in Chinese numerals.
    pub(super) fn is_answered_by(self, answer: &str) -> bool {
        let sum = self.0 + self.1;
        answer == sum.to_string() || answer == NUMERALS[usize::from(sum)]
    }
}
