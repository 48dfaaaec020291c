//! Notices that wait to be sent, and what became of those that were.
//!
//! A claim is a transaction of its own and holds no lock while the notice is sent: it sets [`Notice::due_at`] to when its holder must be
//! taken for dead. Whoever settles names the claim by its count, so that one that came back late changes nothing.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::functions::literal;
use super::schema::outbox;
use crate::domain::notice::{Channel, NoticeKind, NoticeState};
use crate::ids::{NoticeId, PersonId};

// As the partial indexes write them.
literal!(Waiting: Text = "'waiting'");
literal!(Sending: Text = "'sending'");
literal!(Failed: Text = "'failed'");

/// A notice as stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = outbox)]
pub struct Notice {
    pub id: NoticeId,
    pub channel: Channel,
    pub kind: NoticeKind,
    pub state: NoticeState,
    /// Whom it is about, where that is known.
    pub person_id: Option<PersonId>,
    pub recipient_sealed: Vec<u8>,
    /// Erased once it is sent, or of no more use.
    pub content_sealed: Option<Vec<u8>>,
    pub created_at: DateTime<Utc>,
    /// When it is to be sent, or its claim ends.
    pub due_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// Attempts that were deferred.
    pub deferred: i32,
    /// Claims so far.
    pub claims: i32,
    /// Codes of the server's last answer.
    pub last_answer: Option<String>,
    pub settled_at: Option<DateTime<Utc>>,
}

/// A notice to be written.
#[derive(Debug, Insertable)]
#[diesel(table_name = outbox)]
pub struct NewNotice<'a> {
    pub id: NoticeId,
    pub channel: Channel,
    pub kind: NoticeKind,
    pub state: NoticeState,
    pub person_id: Option<PersonId>,
    pub recipient_sealed: &'a [u8],
    pub content_sealed: &'a [u8],
    pub created_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

impl NewNotice<'_> {
    pub fn insert(&self, conn: &mut PgConnection) -> QueryResult<()> {
        diesel::insert_into(outbox::table).values(self).execute(conn).map(|_| ())
    }
}

impl Notice {
    pub fn by_id_locked(conn: &mut PgConnection, id: NoticeId) -> QueryResult<Option<Self>> {
        outbox::table.find(id).for_update().select(Self::as_select()).first(conn).optional()
    }

    /// Those of some states, newest first.
    pub fn list(conn: &mut PgConnection, states: &[NoticeState], limit: i64) -> QueryResult<Vec<Self>> {
        outbox::table
            .filter(outbox::state.eq_any(states))
            .order((outbox::created_at.desc(), outbox::id.desc()))
            .limit(limit)
            .select(Self::as_select())
            .load(conn)
    }

    /// Claims notices that are due, those that have waited longest first. Of two servers each gets others.
    pub fn claim(conn: &mut PgConnection, claim: &Claim) -> QueryResult<Vec<Self>> {
        let ids: Vec<NoticeId> = outbox::table
            .filter(outbox::state.eq(Waiting).or(outbox::state.eq(Sending)))
            .filter(outbox::channel.eq(claim.channel).and(outbox::due_at.le(claim.now)))
            .order(outbox::due_at)
            .limit(claim.limit)
            .select(outbox::id)
            .for_update()
            .skip_locked()
            .load(conn)?;
        diesel::update(outbox::table.filter(outbox::id.eq_any(ids)))
            .set((
                outbox::state.eq(NoticeState::Sending),
                outbox::due_at.eq(claim.until),
                outbox::claims.eq(outbox::claims + 1),
            ))
            .returning(Self::as_returning())
            .get_results(conn)
    }

    /// Ends it. Whether the claim still held.
    pub fn settle(
        &self,
        conn: &mut PgConnection,
        state: NoticeState,
        answer: &str,
        now: DateTime<Utc>,
    ) -> QueryResult<bool> {
        // One that was refused may be sent once more by hand.
        let content = if state == NoticeState::Failed { self.content_sealed.as_deref() } else { None };
        let settled = diesel::update(outbox::table.find(self.id).filter(outbox::claims.eq(self.claims)))
            .filter(outbox::state.eq(NoticeState::Sending))
            .set((
                outbox::state.eq(state),
                outbox::settled_at.eq(now),
                outbox::last_answer.eq(answer),
                outbox::content_sealed.eq(content),
            ))
            .execute(conn)?;
        Ok(settled == 1)
    }

    /// Lets it wait until `due_at`. Whether the claim still held.
    pub fn put_back(
        &self,
        conn: &mut PgConnection,
        due_at: DateTime<Utc>,
        counts: bool,
        answer: Option<&str>,
    ) -> QueryResult<bool> {
        let back = diesel::update(outbox::table.find(self.id).filter(outbox::claims.eq(self.claims)))
            .filter(outbox::state.eq(NoticeState::Sending))
            .set((
                outbox::state.eq(NoticeState::Waiting),
                outbox::due_at.eq(due_at),
                outbox::deferred.eq(self.deferred + i32::from(counts)),
                outbox::last_answer.eq(answer.or(self.last_answer.as_deref())),
            ))
            .execute(conn)?;
        Ok(back == 1)
    }

    /// Sends one that was refused once more, while its content is kept. Whether it was such a one.
    pub fn retry(&self, conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<bool> {
        let failed = outbox::table.find(self.id).filter(outbox::state.eq(NoticeState::Failed));
        let again = diesel::update(failed.filter(outbox::content_sealed.is_not_null().and(outbox::expires_at.gt(now))))
            .set((
                outbox::state.eq(NoticeState::Waiting),
                outbox::due_at.eq(now),
                outbox::deferred.eq(0),
                outbox::settled_at.eq(None::<DateTime<Utc>>),
            ))
            .execute(conn)?;
        Ok(again == 1)
    }
}

/// Who takes how many notices, until when.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    pub channel: Channel,
    pub now: DateTime<Utc>,
    /// When their holder must be taken for dead.
    pub until: DateTime<Utc>,
    pub limit: i64,
}

/// Days after which a notice that is over is forgotten.
const KEPT: TimeDelta = TimeDelta::days(90);

/// Ends what is of no more use: due notices that nobody may send any more, the content of refused ones, and rows that nobody will ask for. How
/// many notices expired.
pub fn expire(conn: &mut PgConnection, channel: Channel, now: DateTime<Utc>) -> QueryResult<usize> {
    let over = outbox::table
        .filter(outbox::state.eq(Waiting).or(outbox::state.eq(Sending)))
        .filter(outbox::channel.eq(channel).and(outbox::due_at.le(now)).and(outbox::expires_at.le(now)));
    let expired = diesel::update(over)
        .set((
            outbox::state.eq(NoticeState::Expired),
            outbox::settled_at.eq(now),
            outbox::content_sealed.eq(None::<Vec<u8>>),
        ))
        .execute(conn)?;
    let refused = outbox::table
        .filter(outbox::state.eq(Failed))
        .filter(outbox::content_sealed.is_not_null().and(outbox::expires_at.le(now)));
    diesel::update(refused).set(outbox::content_sealed.eq(None::<Vec<u8>>)).execute(conn)?;
    diesel::delete(outbox::table.filter(outbox::settled_at.lt(now - KEPT))).execute(conn)?;
    Ok(expired)
}

/// How many notices wait or are being sent, and of how many that were refused the content is still kept.
pub fn counts(conn: &mut PgConnection) -> QueryResult<(i64, i64)> {
    let waiting =
        outbox::table.filter(outbox::state.eq(Waiting).or(outbox::state.eq(Sending))).count().get_result(conn)?;
    let failed = outbox::table
        .filter(outbox::state.eq(Failed).and(outbox::content_sealed.is_not_null()))
        .count()
        .get_result(conn)?;
    Ok((waiting, failed))
}
