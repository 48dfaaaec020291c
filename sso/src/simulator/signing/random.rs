//! Random texts, and hashes of them.

use std::io;

use ring::digest;
use ring::rand::{SecureRandom, SystemRandom};

use super::encode;

/// RFC 7636 §4.2.
pub(in crate::simulator) fn challenge_of(verifier: &str) -> String {
    encode(digest::digest(&digest::SHA256, verifier.as_bytes()).as_ref())
}

/// 256 random bits.
pub(in crate::simulator) fn random_text() -> io::Result<String> {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_| io::Error::other("no randomness"))?;
    Ok(encode(&bytes))
}
