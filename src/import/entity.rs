//! What differs from kind to kind: how an input is read, sealed and written.

mod accounts;
mod applications;
mod certificates;
mod exams;
mod photos;

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;

use super::ImportError;
use super::finding::{Code, Tally};
use super::kind::Kind;
use super::seen::Seen;
use super::transform::{Combination, Context, Draft};
use crate::db::import::Digests;
use crate::vault::Vault;

pub(super) use accounts::Accounts;
pub(super) use applications::Applications;
pub(super) use certificates::Certificates;
pub(super) use exams::Exams;
pub(super) use photos::Photos;

/// Everything that a stored row needs besides its content.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stamp<'a> {
    pub vault: &'a Vault,
    pub system: &'a str,
    pub batch: &'a str,
    pub now: DateTime<Utc>,
}

/// A row on its way.
#[derive(Debug)]
pub(super) struct Candidate<E: Entity> {
    pub input: E::Input,
    pub draft: Draft<E::Content>,
}

/// One kind of record.
pub(super) trait Entity: Sized {
    const KIND: Kind;

    type Input: Send + Sync;
    type Content: Send + Sync;
    type Stored: Send;

    /// The number of a row in its file, and about how much memory it takes.
    fn measure(input: &Self::Input) -> (u64, usize);

    fn read(input: &Self::Input, cx: &Context<'_>, tally: &mut Tally) -> Result<Draft<Self::Content>, Code>;

    /// The digests of those keys that are there.
    fn digests(conn: &mut PgConnection, stamp: Stamp<'_>, keys: &[&str]) -> QueryResult<Digests>;

    /// The kind of record that these refer to.
    const REFERS_TO: Option<Kind> = None;

    /// Looks for the records that these refer to; `seen` are the keys of those that this run brings along.
    fn relate(
        _conn: &mut PgConnection,
        _system: &str,
        _seen: &Seen,
        _batch: &[Candidate<Self>],
        _tally: &mut Tally,
    ) -> QueryResult<()> {
        Ok(())
    }

    /// What a row adds to the catalogue of exams.
    fn offers(_content: &Self::Content) -> Option<Combination> {
        None
    }

    fn seal(stamp: Stamp<'_>, candidate: &Candidate<Self>) -> Result<Self::Stored, ImportError>;

    fn write(
        conn: &mut PgConnection,
        stamp: Stamp<'_>,
        new: Vec<Self::Stored>,
        changed: &[Self::Stored],
    ) -> QueryResult<()>;
}
