//! Work that a browser does by itself: a small, fixed cost, which slows a script by a constant and nobody else noticeably.
//!
//! The salt is hashed together with what the challenge was made for. For each of [`PIECES`] pieces a counter is to be found for which
//! PBKDF2-HMAC-SHA-256 of `piece:counter` begins with [`ZERO_BITS`] zero bits: several small pieces, because the time of one large piece
//! would vary much more. PBKDF2, because every browser has it (`crypto.subtle`) without any further code.

use pbkdf2::pbkdf2_hmac;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Pieces of one challenge.
pub const PIECES: u32 = 8;

/// Zero bits that each begins with: 8 tries on the average.
pub const ZERO_BITS: u32 = 3;

/// Of PBKDF2: about a millisecond on a phone of 2019, so that all of it takes a tenth of a second.
pub const ROUNDS: u32 = 1000;

/// A counter beyond this is no honest one: as many tries in vain have a chance of 10⁻²³.
const MOST: u32 = 400;

/// What is to be worked at.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Work {
    /// In hex, as the page tells it.
    salt: String,
}

impl Work {
    pub(super) fn new(salt: &[u8], bound_to: &[&str]) -> Self {
        let mut hash = Sha256::new();
        hash.update(salt);
        for part in bound_to {
            // Each part with its length: what belongs to one never becomes part of the next.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        Self { salt: hex::encode(hash.finalize()) }
    }

    /// In hex; the page tells it to its script.
    pub fn salt(&self) -> &str {
        &self.salt
    }

    /// Whether these are the counters, in order and separated by dots.
    pub(super) fn is_done_by(&self, solution: &str) -> bool {
        let counters: Vec<&str> = solution.split('.').collect();
        counters.len() == PIECES as usize
            && counters.iter().zip(0..).all(|(counter, piece)| {
                let written = counter.len() <= 3 && counter.bytes().all(|byte| byte.is_ascii_digit());
                written && counter.parse().is_ok_and(|counter| counter <= MOST && self.fits(piece, counter))
            })
    }

    fn fits(&self, piece: u32, counter: u32) -> bool {
        let mut key = [0; 4];
        pbkdf2_hmac::<Sha256>(format!("{piece}:{counter}").as_bytes(), self.salt.as_bytes(), ROUNDS, &mut key);
        u32::from_be_bytes(key).leading_zeros() >= ZERO_BITS
    }

    /// What a browser finds; for tests, which have no browser.
    pub fn solve(&self) -> String {
        let counter = |piece| (0..=MOST).find(|counter| self.fits(piece, *counter)).unwrap_or(MOST);
        (0..PIECES).map(|piece| counter(piece).to_string()).collect::<Vec<_>>().join(".")
    }
}
