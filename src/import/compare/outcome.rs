//! What a comparison counts: faults, sums over columns, passwords.

/// What is wrong with a stored value or row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The source has the row, the database does not.
    Missing,
    /// The database has the row, which this batch brought, the source does not.
    Extra,
    Different,
    /// The sealed value does not open: it was changed, moved from another column, or sealed with another key.
    Unreadable,
}

impl Fault {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Extra => "extra",
            Self::Different => "different",
            Self::Unreadable => "unreadable",
        }
    }
}

/// One column over many rows. The digests do not depend on the order of the rows.
#[derive(Clone, Debug)]
pub struct ColumnSum {
    pub column: &'static str,
    pub source: u128,
    pub stored: u128,
    pub equal: u64,
    pub different: u64,
}

/// Old passwords by whether they can be compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Passwords {
    /// The stored hash is equal, or the scheme is and there is no hash.
    pub compared: u64,
    /// Argon2id wraps the hash, which is no longer stored.
    pub wrapped: u64,
    /// Its owner proved it, and Argon2id of the password itself replaced it.
    pub replaced: u64,
}
