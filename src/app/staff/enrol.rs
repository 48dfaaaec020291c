//! The first visit, by a one-time link: password and second factor are set before anything else shows.

use chrono::{DateTime, Utc};
use rand::Rng;
use secrecy::{ExposeSecret, SecretString};

use super::factor::code_lookup;
use super::{entry, link};
use crate::app::audit::{self, Actor, StaffAct};
use crate::app::tx::Tx;
use crate::app::{App, AppError};
use crate::db::staff::{self, Chosen, Link};
use crate::domain::staff::otp::Otp;
use crate::domain::staff::{RecoveryCode, UserName, Weakness, judge};
use crate::ids::StaffId;
use crate::vault::{LookUp, Purpose, hash_password};

/// What a link offers to whoever opens it, in one browser's session: there it is the same at each look.
#[derive(Clone, Debug)]
pub struct Offer {
    pub user_name: UserName,
    pub otp: Otp,
    staff: StaffId,
}

/// Whoever has set everything.
#[derive(Clone, Debug)]
pub struct Enrolled {
    pub staff: StaffId,
    /// Shown once.
    pub codes: Vec<RecoveryCode>,
}

/// What became of a first visit's form.
#[derive(Clone, Debug)]
pub enum Enrolling {
    Done(Enrolled),
    /// The link is good for another try.
    Refused {
        password: Option<Weakness>,
        code_is_wrong: bool,
    },
    /// Unknown, used, too old, replaced by a newer one, or its owner is disabled.
    Gone,
}

impl App {
    /// What a link offers in the session of this name, without using it up: programs that scan messages open links too.
    pub async fn enrolment(&self, token: &str, session: &str, now: DateTime<Utc>) -> Result<Option<Offer>, AppError> {
        let Some(digest) = link::digest(&self.vault, token) else { return Ok(None) };
        let link = self.read(move |tx| Ok::<_, AppError>(Link::look(tx.conn, &digest, now)?)).await?;
        Ok(link.map(|Link { staff, user_name }| Offer { staff, user_name, otp: self.offered(token, session) }))
    }

    /// The secret that this link would set from this session. It is derived, not kept: whoever saw the link elsewhere was offered another one.
    fn offered(&self, token: &str, session: &str) -> Otp {
        let digest = self.config.staff.otp_digest;
        let mut secret = self.vault.look_up(LookUp::OtpOffer, &[token, session]);
        secret.truncate(digest.secret_length());
        Otp { digest, secret }
    }

    /// Uses a link up: sets password and second factor, makes the recovery codes, and ends what was signed in before.
    ///
    /// # Errors
    /// [`AppError::Busy`] where too many passwords wait to be hashed; the link stays good.
    pub async fn enrol(
        &self,
        token: &str,
        session: &str,
        password: &SecretString,
        code: &str,
    ) -> Result<Enrolling, AppError> {
        let now = self.now();
        let Some(Offer { user_name, otp, staff }) = self.enrolment(token, session, now).await? else {
            return Ok(Enrolling::Gone);
        };
        let weakness = judge(password.expose_secret(), &user_name).err();
        let step = otp.accepts(code, now.timestamp());
        let (None, Some(step)) = (weakness, step) else {
            return Ok(Enrolling::Refused { password: weakness, code_is_wrong: step.is_none() });
        };
        let typed = password.clone();
        let hash: SecretString = self.hashing(move || hash_password(typed.expose_secret().trim())).await?.into();
        let codes = draw_codes();
        let visit = Visit {
            link: link::digest(&self.vault, token).unwrap_or_default(),
            staff,
            user_name,
            hash,
            otp_sealed: self.vault.seal(Purpose::OtpSecret, &otp.secret),
            otp,
            step,
            code_lookups: codes.iter().map(|code| code_lookup(&self.vault, staff, code)).collect(),
        };
        if !self.act(now, move |tx| visit.carry_out(tx)).await? {
            return Ok(Enrolling::Gone);
        }
        self.end_staff_sessions(staff).await?;
        Ok(Enrolling::Done(Enrolled { staff, codes }))
    }
}

/// A first visit whose form is in order.
#[derive(Clone)]
struct Visit {
    link: Vec<u8>,
    staff: StaffId,
    user_name: UserName,
    hash: SecretString,
    otp: Otp,
    otp_sealed: Vec<u8>,
    step: i64,
    code_lookups: Vec<Vec<u8>>,
}

impl Visit {
    /// `false` where somebody else has used the link, or an administrator took it back.
    fn carry_out(&self, tx: &mut Tx<'_>) -> Result<bool, AppError> {
        if Link::look(tx.conn, &self.link, tx.now)?.is_none() || !Link::take(tx.conn, &self.link, tx.now)? {
            return Ok(false);
        }
        let chosen = Chosen {
            password_wrapped: self.hash.expose_secret(),
            otp_secret_sealed: &self.otp_sealed,
            otp_algorithm: self.otp.digest,
            step: self.step,
            code_lookups: &self.code_lookups,
        };
        staff::enrol(tx.conn, self.staff, &chosen, tx.now)?;
        let actor = Actor::Staff(self.user_name.to_string());
        audit::record(tx, &[entry(self.staff, StaffAct::Enrolled, actor)])?;
        Ok(true)
    }
}

pub(super) fn draw_codes() -> Vec<RecoveryCode> {
    let draw = |_| {
        let mut random = [0; RecoveryCode::BYTES];
        rand::rng().fill_bytes(&mut random);
        RecoveryCode::new(random)
    };
    (0..RecoveryCode::GIVEN).map(draw).collect()
}
