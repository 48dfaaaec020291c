//! Comparing a password in whatever state it is stored.

use super::{ABSENT, Held, Sheet};
use crate::domain::legacy_password::Kept;
use crate::import::transform::OldPassword;
use crate::vault::Purpose;

#[derive(Clone, Copy, Debug)]
pub(in crate::import) struct StoredPassword<'a> {
    pub scheme: Option<&'a str>,
    pub sealed: Option<&'a [u8]>,
    pub wrapped: Option<&'a str>,
    pub salt: Option<&'a [u8]>,
}

impl Sheet<'_> {
    /// A password in any of its states. Only a sealed hash can be compared; of a wrapped one its scheme and salt are.
    pub(in crate::import) fn password(&mut self, expected: Option<&OldPassword>, stored: Option<StoredPassword<'_>>) {
        let digest = expected.map(|password| password.hash.digest());
        let is_argon2id = stored.and_then(|stored| stored.wrapped).map(|hash| hash.starts_with("$argon2id$"));
        if expected.is_some() && stored.is_some_and(|stored| stored.scheme == Some(Kept::ARGON2ID)) {
            // The old password is no longer stored in any form.
            self.passwords.replaced += 1;
            return self.settle("password_wrapped", "", Some(&argon2id(is_argon2id == Some(true))));
        }
        let scheme = expected.map(|password| password.scheme.as_str());
        self.maybe("password_scheme", scheme, stored.and_then(|stored| stored.scheme));
        let salt = expected.and_then(|password| password.hash.salt());
        self.maybe_sealed("password_salt_sealed", Purpose::PasswordSalt, salt, stored.and_then(|stored| stored.salt));
        match (expected, is_argon2id) {
            (Some(_), Some(sound)) => {
                self.passwords.wrapped += 1;
                self.settle("password_wrapped", "", Some(&argon2id(sound)));
            }
            (None, Some(_)) => self.settle("password_wrapped", ABSENT, Some(&Held::Other("".into()))),
            (_, None) => {
                self.passwords.compared += u64::from(stored.is_some() && expected.is_some());
                let sealed = stored.and_then(|stored| stored.sealed);
                self.maybe_sealed("password_sealed", Purpose::PasswordHash, digest, sealed);
            }
        }
    }

    fn maybe_sealed(&mut self, column: &'static str, purpose: Purpose, expected: Option<&str>, stored: Option<&[u8]>) {
        match (expected, stored) {
            (Some(expected), Some(stored)) => self.sealed(column, purpose, expected, Some(stored)),
            (expected, stored) => self.maybe(column, expected, stored.map(|_| "")),
        }
    }
}

fn argon2id(sound: bool) -> Held<'static> {
    if sound { Held::Same } else { Held::Other(ABSENT.into()) }
}
