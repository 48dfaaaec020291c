//! The two hash formats of ASP.NET: SqlMembershipProvider (2005) and Identity's PasswordHasher (2013).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::Malformed;
use super::spec::Algorithm;

/// A hash, and the parameters needed to compute it again; both as they are stored.
pub(super) struct Split {
    pub(super) digest: String,
    pub(super) salt: String,
}

/// SqlMembershipProvider generates salts of 16 bytes; it enforces no bound when it reads them.
const MAX_SALT: usize = 64;

/// The key that `new HMACSHA256()` makes for itself, whose length the provider keeps.
const HMAC_KEY: usize = 64;

impl Algorithm {
    const fn bytes(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 | Self::HmacSha256 => 32,
        }
    }
}

pub(super) fn split_membership(algorithm: Algorithm, hash: &str, salt: &str) -> Result<Split, Malformed> {
    let hash = BASE64.decode(hash).map_err(|_| Malformed::NotBase64)?;
    if hash.len() != algorithm.bytes() {
        return Err(Malformed::Bytes { expected: algorithm.bytes(), found: hash.len() });
    }
    let salt = BASE64.decode(salt.trim()).ok().filter(|salt| (1..=MAX_SALT).contains(&salt.len()));
    Ok(Split { digest: BASE64.encode(hash), salt: BASE64.encode(salt.ok_or(Malformed::Salt)?) })
}

/// SqlMembershipProvider.EncodePassword: `hash(salt ‖ password)`; a keyed hash has the salt for its key instead, cut to or repeated
/// up to the length that the key already has.
pub(super) fn membership(algorithm: Algorithm, salt: &str, password: &[u8]) -> Option<String> {
    let salt = BASE64.decode(salt).ok().filter(|salt| !salt.is_empty())?;
    Some(match algorithm {
        Algorithm::Sha1 => BASE64.encode(Sha1::new().chain_update(&salt).chain_update(password).finalize()),
        Algorithm::Sha256 => BASE64.encode(Sha256::new().chain_update(&salt).chain_update(password).finalize()),
        Algorithm::HmacSha256 => {
            let key: Vec<u8> = salt.iter().copied().cycle().take(HMAC_KEY).collect();
            let keyed = Hmac::<Sha256>::new_from_slice(&key).ok()?;
            BASE64.encode(keyed.chain_update(password).finalize().into_bytes())
        }
    })
}

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
pub(super) fn split_identity(blob: &str) -> Result<Split, Malformed> {
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
pub(super) fn identity(salt: &str, password: &[u8]) -> Option<String> {
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
