//! The audit log: what was done, by whom and when, each entry bound to the one before it by a keyed hash.
//!
//! An entry holds ids, words of this program, counts and names of old systems, never personal data: an [`Event`] has no field that
//! could take what a visitor typed. Whoever holds the database alone can change rows, but not so that [`verify`] would not find it.

pub mod chain;
pub mod entry;
pub mod event;
pub mod verify;

use chrono::{DateTime, SubsecRound, Utc};

pub use entry::{About, Actor, Entry};
pub use event::{Event, Locked, SourceCounts, StaffAct, UndoneCounts, Viewed};

use super::App;
use super::tx::Tx;
use crate::db::DbError;
use crate::db::audit::{self, Row};

/// Appends entries to the log.
///
/// Call it as the LAST step of the transaction that does what the entries tell: the act and its entry are then there together or not at
/// all. The lock that keeps the chain one chain is held from here until the commit, and every other transaction that records waits for
/// it meanwhile. The transaction must be `READ COMMITTED` (PostgreSQL's default): the head is read after the wait for the lock.
pub fn record(tx: &mut Tx<'_>, entries: &[Entry]) -> Result<(), DbError> {
    if entries.is_empty() {
        return Ok(());
    }
    audit::lock(tx.conn)?;
    let (mut seq, mut hash) = end(tx)?;
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        seq += 1;
        let mut row = row(entry, seq, tx.now, std::mem::take(&mut hash));
        row.hash = chain::hash(tx.vault, &row, seq);
        hash.clone_from(&row.hash);
        rows.push(row);
    }
    Ok(audit::append(tx.conn, &rows, &chain::head(tx.vault, seq, hash))?)
}

/// The number and hash after which the log goes on.
///
/// Where the end is damaged, a number is left out: the acts themselves must not wait for a repair, and nobody shall be able to have a cut
/// tail or a lost head grown over. [`verify`] tells of that gap from then on.
fn end(tx: &mut Tx<'_>) -> Result<(i64, Vec<u8>), DbError> {
    let audit::End { head, last } = audit::end(tx.conn)?;
    let (last_seq, last_hash) = match (head, last) {
        (None, None) => return Ok((0, Vec::new())),
        (Some(head), last)
            if chain::is_sealed(tx.vault, &head) && last.as_ref().is_none_or(|(seq, _)| *seq <= head.seq) =>
        {
            return Ok((head.seq, head.hash));
        }
        (_, last) => last.unwrap_or_default(),
    };
    tracing::error!(
        last_seq,
        "the end of the audit log is damaged; it goes on after a gap, see `buzheng audit verify`"
    );
    Ok((last_seq.saturating_add(1), last_hash))
}

impl App {
    /// Records that the service started, at `now`, with its configuration.
    pub async fn record_start(&self, now: DateTime<Utc>) -> Result<(), DbError> {
        let event = Event::ConfigurationStarted { version: env!("CARGO_PKG_VERSION"), digest: self.config.digest() };
        let entry = Entry { event, actor: Actor::Service, about: About::default() };
        self.act(now, move |tx| record(tx, std::slice::from_ref(&entry))).await
    }
}

/// A row whose hash is still to be computed.
fn row(entry: &Entry, seq: i64, now: DateTime<Utc>, previous_hash: Vec<u8>) -> Row {
    let About { person, account, link, task, application } = entry.about;
    Row {
        seq,
        at: now.trunc_subsecs(6),
        event: entry.event.name().to_owned(),
        actor: entry.actor.to_string(),
        person_id: person,
        account_id: account,
        link_id: link,
        task_id: task,
        application_id: application,
        details: entry.event.details(),
        previous_hash,
        hash: Vec::new(),
    }
}
