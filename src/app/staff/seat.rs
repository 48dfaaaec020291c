//! Who sits at the desk: whether a session of staff is still one, asked at each request, so that nobody outlives their dismissal whatever became of
//! Redis.

use chrono::{DateTime, TimeDelta, Utc};

use super::entry;
use crate::app::audit::{self, Actor, StaffAct};
use crate::app::{App, AppError};
use crate::db::staff::{Member, own_number};
use crate::domain::document::Number;
use crate::domain::staff::{Right, Roles, UserName};
use crate::ids::StaffId;
use crate::session::{StaffSession, Stage};
use crate::vault::{LookUp, Purpose};

/// How long a second factor is fresh: what needs one is done meanwhile.
pub const FACTOR_IS_FRESH: TimeDelta = TimeDelta::minutes(10);

/// A member of staff who has signed in.
#[derive(Clone, Debug)]
pub struct Seat {
    pub id: StaffId,
    pub user_name: UserName,
    pub roles: Roles,
    /// When a second factor was given last.
    pub factor_at: DateTime<Utc>,
}

impl Seat {
    /// Whether a right may be used now, or a second factor is asked for first.
    pub fn is_fresh_for(&self, right: Right, now: DateTime<Utc>) -> bool {
        !right.needs_fresh_factor() || now - self.factor_at < FACTOR_IS_FRESH
    }
}

impl App {
    /// Whose a session is; `None` where it is nobody's any more, or the second factor is missing.
    pub async fn seat(&self, session: &StaffSession) -> Result<Option<Seat>, AppError> {
        let Stage::SignedIn { staff, factor_at, .. } = session.stage else { return Ok(None) };
        let member = self.member_of(staff, session.began_at).await?;
        let seat = |Member { person, roles }| Seat { id: staff, user_name: person.user_name, roles, factor_at };
        Ok(member.map(seat))
    }

    /// Who began a session at that time, whatever its stage; `None` where their sessions were ended since, or they may not sign in.
    pub async fn member_of(&self, staff: StaffId, began_at: DateTime<Utc>) -> Result<Option<Member>, AppError> {
        let member = self.read(move |tx| Ok::<_, AppError>(Member::find(tx.conn, staff)?)).await?;
        Ok(member.filter(|member| goes_on(member, began_at)))
    }

    /// The look-up value of the number of a member of staff, where it is known: nobody examines their own application.
    pub async fn own_number_of_staff(&self, staff: StaffId) -> Result<Option<Vec<u8>>, AppError> {
        self.read(move |tx| {
            let Some(sealed) = own_number(tx.conn, staff)? else { return Ok(None) };
            let number = Number::new(&tx.vault.open_text(Purpose::Number, &sealed)?, None);
            Ok(Some(tx.vault.look_up(LookUp::Number, &[number.canonical()])))
        })
        .await
    }

    /// Ends a session, and records whose it was.
    pub async fn sign_staff_out(&self, session: &StaffSession) -> Result<(), AppError> {
        self.staff_sessions.end(session).await?;
        let Some(Seat { id, user_name, .. }) = self.seat(session).await? else { return Ok(()) };
        let told = entry(id, StaffAct::SignedOut, Actor::Staff(user_name.to_string()));
        self.act(self.now(), move |tx| Ok::<_, AppError>(audit::record(tx, std::slice::from_ref(&told))?)).await
    }
}

/// Whether a session that began then is good still.
pub(super) fn goes_on(member: &Member, began_at: DateTime<Utc>) -> bool {
    member.person.counts() && member.person.sessions_ended_at.is_none_or(|ended| began_at > ended)
}
