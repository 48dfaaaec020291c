//! Whether the log is whole: every row as it was written, at its place, none missing, none added.

use diesel::PgConnection;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::chain;
use crate::db::DbError;
use crate::db::audit::{self, Head, Row};
use crate::vault::Vault;

/// Rows read at a time.
const PAGE: i64 = 1000;

/// How far from where it stands a row's own place is looked for.
const NEARBY: i64 = 1000;

/// How many rows' own places are looked for: with the wrong key file no row fits anywhere.
const SEARCHES: u64 = 1000;

/// What can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Damage {
    /// A row is not as it was written.
    Changed,
    /// A number is left out.
    Missing,
    /// A row that this program did not write here.
    Inserted,
    /// A row stands at another row's place.
    Moved,
    /// Rows at the end are gone.
    Cut,
    /// The head is missing, not as it was written, or does not fit the last row.
    Head,
    /// The row noted outside is not the one that stands there.
    Noted,
}

impl Damage {
    /// The word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::Inserted => "inserted",
            Self::Moved => "moved",
            Self::Cut => "cut",
            Self::Head => "head",
            Self::Noted => "noted",
        }
    }
}

/// The number and hash of a row, as noted outside of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// Of the row that was the newest.
    pub seq: i64,
    pub hash: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a number, a colon and the hash in hexadecimal, as `audit verify` prints it")]
pub struct NotNoted;

impl FromStr for Noted {
    type Err = NotNoted;

    fn from_str(text: &str) -> Result<Self, NotNoted> {
        let (seq, hash) = text.trim().split_once(':').ok_or(NotNoted)?;
        let seq = seq.parse().ok().filter(|seq| *seq > 0).ok_or(NotNoted)?;
        let hash = hex::decode(hash).ok().filter(|hash| !hash.is_empty()).ok_or(NotNoted)?;
        Ok(Self { seq, hash })
    }
}

impl fmt::Display for Noted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, hex::encode(&self.hash))
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    pub rows: u64,
    /// The head as stored.
    pub head: Option<Noted>,
    /// The damage with the least number.
    pub first: Option<(i64, Damage)>,
    /// How often each kind was met.
    pub counts: BTreeMap<Damage, u64>,
}

impl Verdict {
    /// Whether nothing is wrong.
    pub fn is_intact(&self) -> bool {
        self.counts.is_empty()
    }

    fn note(&mut self, seq: i64, damage: Damage, count: u64) {
        *self.counts.entry(damage).or_default() += count;
        if self.first.is_none_or(|(first, _)| seq < first) {
            self.first = Some((seq, damage));
        }
    }
}

/// Reads the whole log as of one moment, in bounded memory; writers are not held up. Must be all that its transaction does.
pub fn verify(conn: &mut PgConnection, vault: &Vault, noted: Option<Noted>) -> Result<Verdict, DbError> {
    audit::one_moment(conn)?;
    let mut verifier = Verifier::new(vault, audit::head(conn)?, noted);
    let mut after = i64::MIN;
    loop {
        let page = audit::page(conn, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        for row in &page {
            verifier.row(row);
        }
    }
    let mut verdict = verifier.finish();
    // Rows and head are gone together, and what they told of is still there.
    if verdict.rows == 0 && verdict.is_intact() && audit::must_have_rows(conn)? {
        verdict.note(1, Damage::Cut, 1);
    }
    Ok(verdict)
}

/// Looks at the rows one after the other.
struct Verifier<'a> {
    vault: &'a Vault,
    head: Option<Head>,
    noted: Option<Noted>,
    verdict: Verdict,
    /// The greatest number met.
    last: i64,
    /// The hash of the last row that is as it was written, and whether the last row of all is that one, at its place.
    sound: (Vec<u8>, bool),
    /// Rows since then that fit nowhere: the first one's number, and how many. The next sound row tells what they are.
    unfit: Option<(i64, u64)>,
    searches: u64,
}

impl<'a> Verifier<'a> {
    fn new(vault: &'a Vault, head: Option<Head>, noted: Option<Noted>) -> Self {
        let mut verdict = Verdict::default();
        let sealed = |head: &Head| chain::is_sealed(vault, head);
        if let Some(head) = &head {
            verdict.head = Some(Noted { seq: head.seq, hash: head.hash.clone() });
            if !sealed(head) {
                verdict.note(head.seq, Damage::Head, 1);
            }
        }
        // A head that is not ours says nothing about the rows.
        let head = head.filter(sealed);
        Self { vault, head, noted, verdict, last: 0, sound: (Vec::new(), true), unfit: None, searches: 0 }
    }

    fn row(&mut self, row: &Row) {
        self.verdict.rows += 1;
        if self.noted.as_ref().is_some_and(|noted| noted.seq == row.seq) {
            let same = self.noted.take().is_some_and(|noted| noted.hash == row.hash);
            if !same {
                self.verdict.note(row.seq, Damage::Noted, 1);
            }
        }
        let own = self.own_place(row);
        if own.is_none() && self.head.as_ref().is_some_and(|head| row.seq > head.seq) {
            return self.verdict.note(row.seq, Damage::Inserted, 1);
        }
        let missing = row.seq.saturating_sub(self.last).saturating_sub(1);
        if missing > 0 {
            self.verdict.note(self.last + 1, Damage::Missing, missing.unsigned_abs());
        }
        self.last = self.last.max(row.seq);
        let Some(own) = own else {
            self.sound.1 = false;
            let (first, count) = self.unfit.unwrap_or((row.seq, 0));
            self.unfit = Some((first, count + 1));
            return;
        };
        self.settle_unfit(row.previous_hash == self.sound.0);
        let in_place = own == row.seq;
        if !in_place {
            self.verdict.note(row.seq, Damage::Moved, 1);
        } else if self.sound.1 && missing == 0 && row.previous_hash != self.sound.0 {
            // Written by this program, but after another row: of another copy of the log.
            self.verdict.note(row.seq, Damage::Inserted, 1);
        }
        self.sound = (row.hash.clone(), in_place);
    }

    /// The number under which the row was written, if it is as it was written.
    fn own_place(&mut self, row: &Row) -> Option<i64> {
        let fits = |seq: &i64| chain::hash(self.vault, row, *seq) == row.hash;
        if fits(&row.seq) {
            return Some(row.seq);
        }
        if self.searches == SEARCHES {
            return None;
        }
        self.searches += 1;
        let around = |distance: i64| [row.seq.saturating_sub(distance), row.seq.saturating_add(distance)];
        (1..=NEARBY).flat_map(around).find(fits)
    }

    /// Rows between two that follow one another were put in; others stand where a row was.
    fn settle_unfit(&mut self, put_in: bool) {
        if let Some((first, count)) = self.unfit.take() {
            let damage = if put_in { Damage::Inserted } else { Damage::Changed };
            self.verdict.note(first, damage, count);
        }
    }

    fn finish(mut self) -> Verdict {
        self.settle_unfit(false);
        let last = self.last;
        match &self.head {
            None if self.verdict.head.is_none() && self.verdict.rows > 0 => self.verdict.note(last, Damage::Head, 1),
            Some(head) if head.seq > last => {
                self.verdict.note(last + 1, Damage::Cut, (head.seq - last).unsigned_abs());
            }
            Some(head) if head.seq < last || (self.sound.1 && head.hash != self.sound.0) => {
                self.verdict.note(head.seq, Damage::Head, 1);
            }
            _ => {}
        }
        if let Some(noted) = self.noted {
            self.verdict.note(noted.seq, Damage::Noted, 1);
        }
        self.verdict
    }
}
