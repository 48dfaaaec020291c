//! The differences between the kinds: how an input is read, sealed and upserted.

mod accounts;
mod applications;
mod candidate;
mod certificates;
mod edited;
mod exams;
mod photos;

use chrono::NaiveDate;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use std::collections::HashSet;

use super::compare::Sheet;
use super::error::ImportError;
use super::finding::{Code, Tally};
use super::kind::Kind;
use super::transform::{Combination, Context, Keyed};
use crate::db::DbError;
use crate::db::import::Digests;
use crate::vault::Vault;

pub(super) use accounts::Accounts;
pub(super) use applications::Applications;
pub(super) use candidate::{Candidate, Stamp};
pub(super) use certificates::Certificates;
pub(super) use exams::Exams;
pub(super) use photos::Photos;

pub(super) trait Entity: Sized {
    const KIND: Kind;
    /// The kind of record that this kind refers to, and the finding for a missing one.
    const REFERS_TO: Option<(Kind, Code)> = None;

    type Input: Send + Sync;
    /// The part of an input that its key needs.
    type Outline;
    type Content: Send + Sync;
    type Stored: Send;
    type Changed: From<Self::Stored> + Send;

    /// The number of a row in its file, and about how much memory it takes.
    fn measure(input: &Self::Input) -> (u64, usize);

    /// The key alone, equal to that of [`read`](Self::read).
    fn key(outline: &Self::Outline, today: NaiveDate) -> Result<String, Code>;

    /// Feeds whatever distinguishes this input from another one.
    fn feed(outline: &Self::Outline, into: &mut dyn FnMut(&[u8]));

    /// Feeds a fully read row as `feed` would its outline, where that is possible; photos are identified by their stored digest.
    fn feed_again(_input: &Self::Input, _into: &mut dyn FnMut(&[u8])) {}

    /// Bytes to be read that the source's size does not count.
    fn weight(_outline: &Self::Outline) -> u64 {
        0
    }

    /// The key of the record that it refers to.
    fn points_to(_outline: &Self::Outline) -> Option<String> {
        None
    }

    /// The key of the record that a fully read row refers to.
    fn refers(_draft: &Keyed<Self::Content>) -> Option<&str> {
        None
    }

    /// Which of these referenced records are stored.
    fn referred(_conn: &mut PgConnection, _system: &str, _keys: &[&str]) -> QueryResult<HashSet<String>> {
        Ok(HashSet::new())
    }

    fn read(input: &Self::Input, cx: &Context<'_>, tally: &mut Tally) -> Result<Keyed<Self::Content>, Code>;

    /// A digest of the content that does not depend on its encoding.
    fn digest(vault: &Vault, input: &Self::Input, content: &Self::Content) -> Vec<u8>;

    /// The digests of those keys that are stored.
    fn digests(conn: &mut PgConnection, stamp: Stamp<'_>, keys: &[&str]) -> QueryResult<Digests>;

    /// Those of these rows that are stored.
    fn stored(conn: &mut PgConnection, stamp: Stamp<'_>, keys: &[&str]) -> QueryResult<Vec<Self::Stored>>;

    /// A stored row's key, and the batch that wrote it.
    fn identity(stored: &Self::Stored) -> (String, &str);

    /// The next stored keys, each with the batch that wrote it.
    fn page(
        conn: &mut PgConnection,
        system: &str,
        after: Option<&str>,
        limit: i64,
    ) -> QueryResult<Vec<(String, String)>>;

    /// Compares a row with the stored one, in every column that comes from the source.
    fn compare(sheet: &mut Sheet<'_>, candidate: &Candidate<Self>, digest: &[u8], stored: Option<&Self::Stored>);

    /// Whether no record of this kind and system is stored.
    fn is_empty(conn: &mut PgConnection, system: &str) -> QueryResult<bool>;

    /// What a row adds to the catalogue of exams.
    fn offers(_content: &Self::Content) -> Option<Combination> {
        None
    }

    fn seal(stamp: Stamp<'_>, candidate: &Candidate<Self>, digest: Vec<u8>) -> Result<Self::Stored, ImportError>;

    fn write(
        conn: &mut PgConnection,
        stamp: Stamp<'_>,
        new: &[Self::Stored],
        changed: &[Self::Changed],
    ) -> Result<(), DbError>;
}
