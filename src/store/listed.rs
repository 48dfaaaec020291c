//! Values that can be found again by lists, so that they can be deleted together: sessions.

use chrono::{DateTime, Utc};
use std::time::Duration;

use super::scripts::{END_LISTED, PUT_LISTED};
use super::{Store, StoreError, milliseconds};

/// The lists that a value enters, and the marks that forbid it.
#[derive(Debug)]
pub struct Listing<'a> {
    pub lists: &'a [String],
    /// Marks ([`Ending::marks`]) of which none may have been set since `since`.
    pub marks: &'a [String],
    /// When what leads to this value began.
    pub since: DateTime<Utc>,
    pub now: DateTime<Utc>,
    /// Until when the value can live at most.
    pub until: DateTime<Utc>,
}

#[derive(Debug)]
pub struct Ending<'a> {
    /// All values of these lists.
    pub lists: &'a [String],
    /// Of the first list those alone that stand in this one too; where it holds values and all of them are elsewhere, nothing happens.
    pub within: Option<&'a str>,
    /// Marks that are set, against values of pending sign-ins.
    pub marks: &'a [String],
    pub now: DateTime<Utc>,
    pub mark_life: Duration,
    /// A key that is claimed for a while: where it stands already, nothing happens.
    pub claim: Option<(&'a str, Duration)>,
}

/// The result of an [`Ending`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// So many values are deleted.
    Values(u64),
    /// Nothing: it was claimed before.
    Before,
    /// Nothing: the first list's values are all elsewhere.
    Elsewhere,
}

impl Store {
    /// Keeps a value that can be found by lists. `false`: one of the marks forbids it, and nothing was kept.
    pub async fn put_listed(
        &self,
        key: &str,
        value: &[u8],
        life: Duration,
        listing: &Listing<'_>,
    ) -> Result<bool, StoreError> {
        let mut call = PUT_LISTED.prepare_invoke();
        call.key(self.key(key));
        for key in listing.lists.iter().chain(listing.marks) {
            call.key(self.key(key));
        }
        call.arg(value).arg(milliseconds(life)).arg(listing.lists.len());
        for time in [listing.since, listing.now, listing.until] {
            call.arg(time.timestamp_millis());
        }
        let kept: u8 = call.invoke_async(&mut self.connection.repeatable()).await?;
        Ok(kept == 1)
    }

    /// Deletes values in one script.
    pub async fn end_listed(&self, ending: &Ending<'_>) -> Result<Ended, StoreError> {
        let Ending { lists, within, marks, now, mark_life, claim } = ending;
        let mut call = END_LISTED.prepare_invoke();
        let named = claim.map(|(key, _)| key).into_iter().chain(*within);
        for key in lists.iter().chain(*marks).map(String::as_str).chain(named) {
            call.key(self.key(key));
        }
        call.arg(lists.len()).arg(marks.len()).arg(now.timestamp_millis()).arg(milliseconds(*mark_life));
        call.arg(milliseconds(claim.map_or(Duration::ZERO, |(_, life)| life)).max(1));
        call.arg(u8::from(claim.is_some())).arg(u8::from(within.is_some()));
        let gone: i64 = call.invoke_async(&mut self.connection.clone()).await?;
        Ok(match u64::try_from(gone) {
            Ok(values) => Ended::Values(values),
            Err(_) if gone == -2 => Ended::Elsewhere,
            Err(_) => Ended::Before,
        })
    }

    /// Deletes a value and its entries in the lists.
    pub async fn delete_listed(&self, key: &str, lists: &[String]) -> Result<(), StoreError> {
        let mut pipe = redis::pipe();
        pipe.del(self.key(key)).ignore();
        for list in lists {
            pipe.zrem(self.key(list), self.key(key)).ignore();
        }
        Ok(pipe.query_async(&mut self.connection.repeatable()).await?)
    }
}
