//! Accounts of old systems.

use super::person::{check_name, check_number};
use super::registered::check_date;
use super::{Context, Keyed, digest, key, note_characters};
use crate::domain::legacy_password::{LegacyHash, Malformed, Scheme, normalise_hash};
use crate::import::finding::{Code, Tally};
use crate::import::kind::Target;
use crate::import::source::Row;
use crate::vault::Vault;

/// The part of an account that is not simply a column's text.
#[derive(Debug)]
pub struct Account {
    pub password: Option<OldPassword>,
}

/// A parsed password column.
#[derive(Debug)]
pub struct OldPassword {
    pub hash: LegacyHash,
    /// The value for the column `password_scheme`.
    pub scheme: String,
}

impl Account {
    pub fn read(row: &Row, cx: &Context<'_>, tally: &mut Tally) -> Result<Keyed<Self>, Code> {
        let key = key(row)?;
        check_number(row.get(Target::Number), cx.today, row.number, tally);
        check_name(row.get(Target::Name), row.number, tally);
        check_date(row, Target::RegisteredAt, cx, tally);
        note_characters(row, tally);
        let password = read_password(row, cx, tally);
        Ok(Keyed { key, content: Self { password } })
    }

    /// A digest that changes with the account.
    pub fn digest(&self, vault: &Vault, row: &Row) -> Vec<u8> {
        let made = match &self.password {
            Some(OldPassword { hash, scheme }) => [Some(scheme.as_str()), Some(hash.digest()), hash.salt()],
            None => [Some(""), Some(""), None],
        };
        let made: Vec<&str> = made.into_iter().flatten().collect();
        digest(vault, row, &made)
    }
}

fn read_password(row: &Row, cx: &Context<'_>, tally: &mut Tally) -> Option<OldPassword> {
    let (spec, stored) = cx.password.as_ref()?;
    match normalise_hash(*spec, row.get(Target::Password), row.get(Target::Salt)) {
        Ok(hash) => {
            if spec.scheme == Scheme::Plain {
                tally.row(Code::ClearTextPassword, row.number);
            }
            Some(OldPassword { hash, scheme: stored.clone() })
        }
        Err(Malformed::Empty) => {
            tally.row(Code::EmptyPassword, row.number);
            None
        }
        Err(Malformed::NoSalt) => {
            tally.row(Code::MissingSalt, row.number);
            None
        }
        Err(problem) => {
            tally.row_with(Code::MalformedPasswordHash, row.number, &problem.to_string());
            None
        }
    }
}
