//! ASP.NET Identity's PasswordHasher (2013): PBKDF2, with parameters and salt in one value.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::Split;
use crate::domain::legacy_password::malformed::Malformed;

/// Blocks of PBKDF2 times iterations: about a second. .NET 7 and later make 100,000 with one block.
pub const MAX_IDENTITY_WORK: u32 = 1_000_000;

#[derive(Clone, Copy)]
enum Prf {
    Sha1,
    Sha256,
    Sha512,
}

/// The header before the subkey.
struct Header<'a> {
    prf: Prf,
    iterations: u32,
    salt: &'a [u8],
    /// In bytes, salt included.
    length: usize,
}

/// PasswordHasher refuses less than 128 bits of either.
const IDENTITY_BYTES: std::ops::RangeInclusive<usize> = 16..=64;

impl<'a> Header<'a> {
    /// `00 ‖ salt (16)`, or `01 ‖ prf ‖ iterations ‖ length of the salt ‖ salt`, numbers being 4 bytes, big endian.
    fn read(blob: &'a [u8]) -> Option<Self> {
        let (marker, rest) = blob.split_first()?;
        match marker {
            0 => Some(Self { prf: Prf::Sha1, iterations: 1000, salt: rest.get(..16)?, length: 17 }),
            1 => {
                let (prf, rest) = number(rest)?;
                let prf = match prf {
                    0 => Prf::Sha1,
                    1 => Prf::Sha256,
                    2 => Prf::Sha512,
                    _ => return None,
                };
                let (iterations, rest) = number(rest)?;
                let (salt, rest) = number(rest)?;
                let salt = usize::try_from(salt).ok().filter(|length| IDENTITY_BYTES.contains(length))?;
                Some(Self { prf, iterations, salt: rest.get(..salt)?, length: 13 + salt })
            }
            _ => None,
        }
    }

    /// Refuses a subkey whose computation would take too long.
    fn check(&self, subkey: usize) -> Result<(), Malformed> {
        if !IDENTITY_BYTES.contains(&subkey) || self.iterations == 0 {
            return Err(Malformed::NotIdentity);
        }
        let hash = match self.prf {
            Prf::Sha1 => 20,
            Prf::Sha256 => 32,
            Prf::Sha512 => 64,
        };
        let blocks = u32::try_from(subkey.div_ceil(hash)).unwrap_or(u32::MAX);
        match self.iterations.checked_mul(blocks) {
            Some(..=MAX_IDENTITY_WORK) => Ok(()),
            _ => Err(Malformed::IdentityWork(self.iterations)),
        }
    }
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((u32::from_be_bytes(*number), rest))
}

/// The salt is `base64 of all before the subkey ‖ "." ‖ length of the subkey`.
pub(in crate::domain::legacy_password) fn split_identity(blob: &str) -> Result<Split, Malformed> {
    let blob = BASE64.decode(blob).map_err(|_| Malformed::NotBase64)?;
    let header = Header::read(&blob).ok_or(Malformed::NotIdentity)?;
    let (head, subkey) = blob.split_at(header.length);
    header.check(subkey.len())?;
    if blob[0] == 0 && subkey.len() != 32 {
        return Err(Malformed::NotIdentity);
    }
    Ok(Split { digest: BASE64.encode(subkey), salt: format!("{}.{}", BASE64.encode(head), subkey.len()) })
}

/// PasswordHasher: PBKDF2 with the header's parameters.
pub(in crate::domain::legacy_password) fn identity(salt: &str, password: &[u8]) -> Option<String> {
    let (head, subkey) = salt.split_once('.')?;
    let (head, subkey) = (BASE64.decode(head).ok()?, subkey.parse().ok()?);
    let header = Header::read(&head)?;
    header.check(subkey).ok()?;
    let mut derived = vec![0; subkey];
    let derive = match header.prf {
        Prf::Sha1 => pbkdf2::pbkdf2_hmac::<Sha1>,
        Prf::Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>,
        Prf::Sha512 => pbkdf2::pbkdf2_hmac::<Sha512>,
    };
    derive(password, header.salt, header.iterations, &mut derived);
    Some(BASE64.encode(derived))
}
