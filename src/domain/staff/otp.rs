//! One-time codes by the clock (RFC 6238): six digits, a new code every thirty seconds.

use hmac::digest::{KeyInit, Mac};
use hmac::{EagerHash, Hmac};
use sha1::Sha1;
use sha2::Sha256;
use sm3::Sm3;
use subtle::ConstantTimeEq;

use super::super::word::words;

/// Seconds of one step.
pub const STEP: i64 = 30;

const DIGITS: usize = 6;

words! {
    /// The digest of a code. Most phone apps know SHA-1 alone, some SHA-256; SM3 is what tokens of GM/T 0021 compute.
    pub enum OtpDigest {
        Sha1 = "sha1",
        Sha256 = "sha256",
        Sm3 = "sm3",
    }
}

impl OtpDigest {
    /// Bytes of a secret: as many as the digest has (RFC 4226 §4, R6).
    pub const fn secret_length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 | Self::Sm3 => 32,
        }
    }

    /// As an `otpauth` address names it.
    const fn algorithm(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sm3 => "SM3",
        }
    }
}

/// The secret of one member of staff, and how codes are made of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Otp {
    pub digest: OtpDigest,
    pub secret: Vec<u8>,
}

impl Otp {
    /// The code of a step.
    pub fn code(&self, step: i64) -> String {
        self.digits(step, DIGITS)
    }

    /// The step whose code was typed: the present one, the one before or the one after, since clocks differ. Blanks in the code do not count. Whether
    /// the step was used before is the store's to say.
    pub fn accepts(&self, typed: &str, unix_seconds: i64) -> Option<i64> {
        let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        let now = unix_seconds.div_euclid(STEP);
        let fits = |step: i64| bool::from(self.code(step).as_bytes().ct_eq(typed.as_bytes()));
        // Each is compared, whichever it is.
        [now - 1, now + 1, now].into_iter().fold(None, |found, step| if fits(step) { Some(step) } else { found })
    }

    /// As apps read it from a picture (the Key URI format of Google Authenticator).
    pub fn uri(&self, issuer: &str, user_name: &str) -> String {
        let encoded: String = url::form_urlencoded::byte_serialize(issuer.as_bytes()).collect();
        let issuer = encoded.replace('+', "%20");
        format!(
            "otpauth://totp/{issuer}:{user_name}?secret={}&issuer={issuer}&algorithm={}&digits={DIGITS}&period={STEP}",
            base32(&self.secret),
            self.digest.algorithm(),
        )
    }

    fn digits(&self, step: i64, digits: usize) -> String {
        let step = step.max(0).to_be_bytes();
        let mac = match self.digest {
            OtpDigest::Sha1 => mac::<Sha1>(&self.secret, step),
            OtpDigest::Sha256 => mac::<Sha256>(&self.secret, step),
            OtpDigest::Sm3 => mac::<Sm3>(&self.secret, step),
        };
        // RFC 4226 §5.3: the last half byte says where the 31 bits stand.
        let at = usize::from(mac.last().copied().unwrap_or_default() & 0xf);
        let bits = mac.iter().skip(at).take(4).fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) & 0x7fff_ffff;
        let code = format!("{:0digits$}", u64::from(bits) % 10_u64.pow(u32::try_from(digits).unwrap_or(u32::MAX)));
        code
    }
}

impl std::fmt::Debug for Otp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Otp").field("digest", &self.digest).finish_non_exhaustive()
    }
}

fn mac<D: EagerHash>(secret: &[u8], step: [u8; 8]) -> Vec<u8>
where
    Hmac<D>: KeyInit + Mac,
{
    let Ok(mut mac) = <Hmac<D> as KeyInit>::new_from_slice(secret) else {
        unreachable!("HMAC takes keys of any length")
    };
    mac.update(&step);
    mac.finalize().into_bytes().to_vec()
}

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// RFC 4648 §6, without padding: as apps show secrets.
pub fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for chunk in bytes.chunks(5) {
        let mut block = [0; 8];
        block[3..3 + chunk.len()].copy_from_slice(chunk);
        let bits = u64::from_be_bytes(block);
        for place in 0..(chunk.len() * 8).div_ceil(5) {
            let value = bits >> (35 - 5 * place) & 0x1f;
            text.push(char::from(ALPHABET[usize::try_from(value).unwrap_or_default()]));
        }
    }
    text
}

/// Reads what [`base32`] wrote. `None` for anything else.
pub fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut bits, mut held) = (0_u32, 0);
    for byte in text.bytes() {
        let value = ALPHABET.iter().position(|letter| *letter == byte)?;
        bits = bits << 5 | u32::try_from(value).ok()?;
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests;
