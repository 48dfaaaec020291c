//! The second step of a sign-in, and the same once more for what needs a fresh factor: a one-time code, or a recovery code.

use chrono::{DateTime, Utc};

use super::entry;
use super::seat::goes_on;
use crate::app::audit::{self, About, Actor, Entry, Event, Locked, StaffAct};
use crate::app::tx::Tx;
use crate::app::{App, AppError};
use crate::db::staff::{self, Credentials, Member};
use crate::domain::staff::otp::Otp;
use crate::domain::staff::{Factor, RecoveryCode, Roles};
use crate::ids::StaffId;
use crate::session::{StaffSession, Stage};
use crate::store::Exhausted;
use crate::vault::{LookUp, Purpose, Vault};

/// A second factor that was right, and used up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenFactor {
    pub staff: StaffId,
    pub roles: Roles,
    pub factor: Factor,
    /// Recovery codes that are good still, where one was given.
    pub codes_left: Option<i64>,
}

/// What became of a second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactorAnswer {
    Right(GivenFactor),
    /// Wrong, or used before.
    Wrong,
    /// Too many wrong ones of this member of staff.
    Locked(Exhausted),
    /// The session is nobody's any more.
    Gone,
}

/// What was typed into the one field, and whose.
#[derive(Clone)]
struct Given {
    staff: StaffId,
    /// When the session began in which it is given.
    began_at: DateTime<Utc>,
    typed: String,
    /// A sign-in is complete already.
    again: bool,
    tries_left: u32,
}

impl App {
    /// Takes a second factor in a session whose password was right, or that is signed in. Counted before it is compared.
    pub async fn staff_factor(
        &self,
        session: &StaffSession,
        typed: &str,
        now: DateTime<Utc>,
    ) -> Result<FactorAnswer, AppError> {
        let Some(staff) = session.stage.staff() else { return Ok(FactorAnswer::Gone) };
        let keys = [tries_key(staff)];
        let throttle = &self.config.throttle;
        let tries_left = match self.store.try_once(&keys, throttle.password_tries, throttle.password_lock).await? {
            Ok(left) => left,
            Err(exhausted) => return Ok(FactorAnswer::Locked(exhausted)),
        };
        let again = matches!(session.stage, Stage::SignedIn { .. });
        let given = Given { staff, began_at: session.began_at, typed: typed.to_owned(), again, tries_left };
        match self.act(now, move |tx| judge(tx, &given)).await {
            Ok(FactorAnswer::Right(given)) => {
                self.store.delete(&keys[0]).await?;
                Ok(FactorAnswer::Right(given))
            }
            Ok(answer) => Ok(answer),
            Err(error) => {
                self.take_tries_back(&keys).await;
                Err(error)
            }
        }
    }

    /// How many recovery codes of a member of staff are good still.
    pub async fn recovery_codes_left(&self, staff: StaffId) -> Result<i64, AppError> {
        self.read(move |tx| Ok(staff::codes_left(tx.conn, staff)?)).await
    }
}

/// By which wrong factors of a member of staff are counted.
pub(super) fn tries_key(staff: StaffId) -> String {
    format!("staff-factors:{staff}")
}

/// The look-up value of a recovery code.
pub(super) fn code_lookup(vault: &Vault, staff: StaffId, code: &RecoveryCode) -> Vec<u8> {
    vault.look_up(LookUp::RecoveryCode, &[&staff.to_string(), code.as_str()])
}

fn judge(tx: &mut Tx<'_>, given: &Given) -> Result<FactorAnswer, AppError> {
    let member = Member::find(tx.conn, given.staff)?.filter(|member| goes_on(member, given.began_at));
    let Some(Member { person, roles }) = member else { return Ok(FactorAnswer::Gone) };
    let actor = Actor::Staff(person.user_name.to_string());
    let Some(factor) = use_up(tx, given)? else {
        let mut told = vec![entry(given.staff, StaffAct::FactorWrong, actor)];
        if given.tries_left == 0 {
            let event = Event::Locked { what: Locked::StaffFactor };
            told.push(Entry { event, actor: Actor::SignIn, about: About::default() });
        }
        audit::record(tx, &told)?;
        return Ok(FactorAnswer::Wrong);
    };
    let codes_left = match factor {
        Factor::RecoveryCode => Some(staff::codes_left(tx.conn, given.staff)?),
        Factor::Otp => None,
    };
    let event = Event::StaffFactor { staff: given.staff, factor, again: given.again };
    audit::record(tx, &[Entry { event, actor, about: About::default() }])?;
    Ok(FactorAnswer::Right(GivenFactor { staff: given.staff, roles, factor, codes_left }))
}

/// Uses up what was typed: of two who send it at once, one has used it.
fn use_up(tx: &mut Tx<'_>, given: &Given) -> Result<Option<Factor>, AppError> {
    let Given { staff, typed, .. } = given;
    if let Some(otp) = otp_of(tx, *staff)?
        && let Some(step) = otp.accepts(typed, tx.now.timestamp())
    {
        return Ok(staff::use_step(tx.conn, *staff, step)?.then_some(Factor::Otp));
    }
    let Some(code) = RecoveryCode::typed(typed) else { return Ok(None) };
    let lookup = code_lookup(tx.vault, *staff, &code);
    Ok(staff::use_code(tx.conn, *staff, &lookup, tx.now)?.then_some(Factor::RecoveryCode))
}

fn otp_of(tx: &mut Tx<'_>, staff: StaffId) -> Result<Option<Otp>, AppError> {
    match Credentials::of(tx.conn, staff)? {
        Some(Credentials { otp_secret_sealed: Some(sealed), otp_algorithm: Some(digest), .. }) => {
            Ok(Some(Otp { digest, secret: tx.vault.open(Purpose::OtpSecret, &sealed)? }))
        }
        _ => Ok(None),
    }
}
