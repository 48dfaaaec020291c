//! What administrators do with staff: add, disable, enable, and reset whose second factor is lost.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

use super::entry;
use super::link::{FreshLink, Issue};
use crate::app::audit::{self, Actor, StaffAct};
use crate::app::tx::{Tx, UseCaseError};
use crate::app::{App, AppError};
use crate::db::DbError;
use crate::db::staff::{self, Member, NewStaff};
use crate::domain::staff::{Roles, UserName};
use crate::ids::StaffId;
use crate::vault::Purpose;

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    #[error("there is no member of staff of that name")]
    NoSuchMember,
    #[error("the user name is taken")]
    NameTaken,
    /// Disabled already, or enabled already.
    #[error("that is so already")]
    Unchanged,
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<DbError> for MemberError {
    fn from(error: DbError) -> Self {
        Self::App(error.into())
    }
}

impl From<diesel::result::Error> for MemberError {
    fn from(error: diesel::result::Error) -> Self {
        Self::App(error.into())
    }
}

impl UseCaseError for MemberError {
    fn database(&self) -> Option<&DbError> {
        if let Self::App(error) = self { error.database() } else { None }
    }
}

/// Whom an administrator adds.
#[derive(Clone, Debug)]
pub struct NewMember {
    pub user_name: UserName,
    pub roles: Roles,
    /// Their own document number, where it is known: nobody examines their own application.
    pub own_number: Option<SecretString>,
}

impl App {
    /// Adds a member of staff; the one-time link by which they set password and second factor.
    pub async fn add_staff(&self, new: NewMember, by: &str, now: DateTime<Utc>) -> Result<SecretString, MemberError> {
        let link = FreshLink::draw(&self.vault);
        let (handed_out, by) = (link.clone(), by.to_owned());
        self.act(now, move |tx| add(tx, &new, &handed_out, &by)).await?;
        Ok(link.url(self))
    }

    /// All of them, by name.
    pub async fn all_staff(&self) -> Result<Vec<Member>, AppError> {
        self.read(|tx| Ok(Member::all(tx.conn)?)).await
    }

    pub async fn staff_named(&self, name: &UserName) -> Result<Option<Member>, AppError> {
        let name = name.clone();
        self.read(move |tx| Ok(Member::named(tx.conn, &name)?)).await
    }

    pub async fn staff_by_id(&self, id: StaffId) -> Result<Option<Member>, AppError> {
        self.read(move |tx| Ok(Member::find(tx.conn, id)?)).await
    }

    /// Signs a member of staff out everywhere, and lets them in no more.
    pub async fn disable_staff(&self, id: StaffId, by: &str, now: DateTime<Utc>) -> Result<(), MemberError> {
        let by = by.to_owned();
        self.act(now, move |tx| {
            let is_new = staff::disable(tx.conn, id, tx.now)?;
            record_change(tx, id, is_new.then_some(StaffAct::Disabled), &by)
        })
        .await?;
        Ok(self.end_staff_sessions(id).await?)
    }

    /// Lets them in again, with the password and the second factor that they had.
    pub async fn enable_staff(&self, id: StaffId, by: &str, now: DateTime<Utc>) -> Result<(), MemberError> {
        let by = by.to_owned();
        self.act(now, move |tx| {
            let is_new = staff::enable(tx.conn, id, tx.now)?;
            record_change(tx, id, is_new.then_some(StaffAct::Enabled), &by)
        })
        .await
    }

    /// Takes password and second factor away, and signs them out everywhere; the one-time link by which they set both anew. Why is kept with the
    /// link.
    pub async fn reset_staff(
        &self,
        id: StaffId,
        reason: &str,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<SecretString, MemberError> {
        let link = FreshLink::draw(&self.vault);
        let (handed_out, reason, by) = (link.clone(), reason.to_owned(), by.to_owned());
        self.act(now, move |tx| {
            if Member::find(tx.conn, id)?.is_none() {
                return Err(MemberError::NoSuchMember);
            }
            staff::reset(tx.conn, id, tx.now)?;
            handed_out.hand_out(tx, id, Issue { by: &by, reason: &reason })?;
            record_change(tx, id, Some(StaffAct::Reset), &by)
        })
        .await?;
        self.end_staff_sessions(id).await?;
        self.store.delete(&super::factor::tries_key(id)).await.map_err(AppError::from)?;
        Ok(link.url(self))
    }

    /// Ends their sessions and the sign-ins that began until now. A sign-in that begins after this has returned is not among them.
    pub(super) async fn end_staff_sessions(&self, id: StaffId) -> Result<(), AppError> {
        self.staff_sessions.end_all(id, self.now()).await?;
        // Redis keeps milliseconds.
        tokio::time::sleep(Duration::from_millis(2)).await;
        Ok(())
    }
}

fn add(tx: &mut Tx<'_>, new: &NewMember, link: &FreshLink, by: &str) -> Result<(), MemberError> {
    let seal = |number: &SecretString| tx.vault.seal_text(Purpose::Number, number.expose_secret().trim());
    let own_number_sealed = new.own_number.as_ref().map(seal);
    let id = StaffId::generate();
    let row = NewStaff { id, user_name: new.user_name.clone(), roles: new.roles.clone(), own_number_sealed };
    if !staff::insert(tx.conn, &row, tx.now)? {
        return Err(MemberError::NameTaken);
    }
    link.hand_out(tx, id, Issue { by, reason: "" })?;
    record_change(tx, id, Some(StaffAct::Added), by)
}

fn record_change(tx: &mut Tx<'_>, id: StaffId, act: Option<StaffAct>, by: &str) -> Result<(), MemberError> {
    let act = act.ok_or(MemberError::Unchanged)?;
    Ok(audit::record(tx, &[entry(id, act, Actor::Staff(by.to_owned()))])?)
}
