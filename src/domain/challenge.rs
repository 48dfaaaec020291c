//! The captcha of the forms of old accounts: a duty of those forms, not their barrier.
//!
//! Pictures that machines cannot read shut people out and machines in; what protects passwords are the rate limits that count before
//! any comparison. A challenge can therefore be met in the way that suits its person. Where scripts run the browser meets it by itself, with
//! nothing to solve (WCAG 2.2, 3.3.8); elsewhere by five digits in a picture, the same digits spoken, or a sum in words: any one will do.

mod glyphs;
mod picture;
mod speech;
mod sum;
mod work;

use std::fmt;

use sum::Sum;
pub use work::{PIECES, ROUNDS, Work, ZERO_BITS};

/// Digits of the picture.
pub const DIGITS: usize = 5;

/// One challenge: what each of its ways asks, and so what each answers. Kept by the server alone.
#[derive(Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub struct Challenge {
    /// Of the picture and of the recording; each 0 to 9.
    digits: [u8; DIGITS],
    sum: Sum,
    work: Work,
    /// Chance that makes each picture and recording another one.
    chance: [u8; CHANCE],
}

const CHANCE: usize = 32;

/// Random bytes that one challenge takes.
pub const RANDOM: usize = 8 + 4 + 16 + CHANCE;

/// Answers stay out of logs.
impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Challenge(…)")
    }
}

impl Challenge {
    /// Of random bytes, and of what the work is bound to: where it was made for, so that it is of no use elsewhere.
    pub fn of(random: &[u8; RANDOM], bound_to: &[&str]) -> Self {
        let (draw, rest) = random.split_at(8);
        let (terms, rest) = rest.split_at(4);
        let (salt, chance) = rest.split_at(16);
        let mut number = draw.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        let mut digits = [0; DIGITS];
        for digit in &mut digits {
            // A remainder of 64 bits: no digit is likelier by more than 10⁻¹⁴.
            *digit = u8::try_from(number % 10).unwrap_or_default();
            number /= 10;
        }
        let mut own = [0; CHANCE];
        own.copy_from_slice(chance);
        Self { digits, sum: Sum::of(terms[0], terms[1]), work: Work::new(salt, bound_to), chance: own }
    }

    /// A picture of the digits: PNG, twice as many pixels as [`SIZE`](Self::SIZE) says.
    pub fn picture(&self) -> Vec<u8> {
        picture::draw(self.digits, &self.chance)
    }

    /// The width and height at which the picture is shown, in CSS pixels.
    pub const SIZE: (u32, u32) = (160, 56);

    /// The digits spoken in Mandarin: WAV.
    pub fn recording(&self) -> Vec<u8> {
        speech::speak(self.digits, &self.chance)
    }

    /// 二十三加四等于几.
    pub fn question(&self) -> String {
        self.sum.question()
    }

    /// What a browser works at.
    pub const fn work(&self) -> &Work {
        &self.work
    }

    /// Whether an answer is that of any of the ways. Nothing is forgiven but blanks and the width of digits.
    pub fn is_met_by(&self, answer: &str) -> bool {
        let answer: String = super::form::text::half_width(answer).chars().filter(|c| !c.is_whitespace()).collect();
        if let Some(solution) = answer.strip_prefix("w:") {
            return self.work.is_done_by(solution);
        }
        let digits: String = self.digits.iter().map(|digit| char::from(b'0' + digit)).collect();
        answer == digits || self.sum.is_answered_by(&answer)
    }
}

#[cfg(test)]
mod tests;
