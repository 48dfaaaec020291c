//! The choice of algorithms behind the vault. `standard` is AES-256-GCM and HMAC-SHA-256; a suite of Chinese national algorithms
//! (SM4-GCM, HMAC-SM3) takes its place beside it under another leading byte.

use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use rand::Rng;
use sha2::Sha256;

const NONCE: usize = 12;
const TAG: usize = 16;

pub(super) trait Suite: Sized {
    /// Bytes a sealed body is longer than its plaintext.
    const OVERHEAD: usize;

    fn new(key: &[u8; 32]) -> Self;
    /// Appends nonce, ciphertext and tag.
    fn seal(&self, label: &[u8], plain: &[u8], out: &mut Vec<u8>);
    /// `None` where the tag does not fit.
    fn open(&self, label: &[u8], body: &[u8]) -> Option<Vec<u8>>;
    fn look_up(key: &[u8; 32], label: &[u8], parts: &[&str]) -> Vec<u8>;
}

/// AES-256-GCM with random 96-bit nonces (NIST SP 800-38D allows 2^32 values a key), HMAC-SHA-256.
pub(super) struct Standard(Box<Aes256Gcm>);

impl Suite for Standard {
    const OVERHEAD: usize = NONCE + TAG;

    fn new(key: &[u8; 32]) -> Self {
        Self(Box::new(Aes256Gcm::new(key.into())))
    }

    fn seal(&self, label: &[u8], plain: &[u8], out: &mut Vec<u8>) {
        let mut nonce = [0; NONCE];
        rand::rng().fill_bytes(&mut nonce);
        out.extend(nonce);
        match self.0.encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: label }) {
            Ok(body) => out.extend(body),
            Err(_) => unreachable!("AES-GCM takes any plaintext below 64 GiB"),
        }
    }

    fn open(&self, label: &[u8], body: &[u8]) -> Option<Vec<u8>> {
        let (nonce, body) = body.split_first_chunk::<NONCE>()?;
        self.0.decrypt(&Nonce::from(*nonce), Payload { msg: body, aad: label }).ok()
    }

    fn look_up(key: &[u8; 32], label: &[u8], parts: &[&str]) -> Vec<u8> {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { unreachable!("HMAC takes keys of any length") };
        mac.update(label);
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().to_vec()
    }
}
