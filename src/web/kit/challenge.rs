//! The captcha of a form of old accounts: whether it holds one, how it is drawn, and whether it was met.

use std::time::Duration;

use super::error::WebError;
use super::network::Network;
use super::posted::Form;
use super::throttle::Limited;
use super::visitor::Guest;
use crate::app::App;
use crate::app::challenges::{Asked, ChallengedForm};
use crate::config::ChallengePolicy;
use crate::domain::challenge::{Challenge, PIECES, ROUNDS, ZERO_BITS};
use crate::domain::document::Number;
use crate::session::Session;
use crate::vault::LookUp;
use crate::views::ChallengeField;

/// What is said at the field, whatever the reason.
const NOT_MET: &str = "验证码不正确或已过期，请重新验证";

/// Where the form that was sent had no challenge: what came before it was suspicious since.
const NOT_SHOWN: &str = "现在提交需要验证码，请完成验证后重新提交";

/// How long a failed sign-in has the next one of its number or network meet a challenge.
const REMEMBERED: Duration = Duration::from_mins(15);

/// More failed sign-ins than this in a minute, of all visitors together, are nobody's slips.
const USUAL_FAILURES: u32 = 60;

/// The form of a page, with whose session and from where it is looked at or sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asking<'a> {
    pub(crate) session: &'a Session,
    pub(crate) network: Network,
    pub(crate) form: ChallengedForm,
}

impl<'a> Asking<'a> {
    /// Of a page that needs no sign-in.
    pub(crate) const fn of(guest: &'a Guest, form: ChallengedForm) -> Self {
        Self { session: &guest.session, network: guest.network, form }
    }

    fn asked(&self) -> Asked<'a> {
        Asked { session: self.session.name(), form: self.form }
    }

    /// Draws a challenge, where the form holds one. `number`: as typed, where it is known.
    pub(crate) async fn draw(
        &self,
        app: &App,
        number: &str,
        error: Option<String>,
    ) -> Result<Option<ChallengeField>, WebError> {
        if !self.is_needed(app, number).await? {
            return Ok(None);
        }
        self.draw_anyway(app, error).await.map(Some)
    }

    pub(crate) async fn draw_anyway(&self, app: &App, error: Option<String>) -> Result<ChallengeField, WebError> {
        Limited::Challenge(self.network).count(app).await?;
        Limited::ChallengeOf(self.session).count(app).await?;
        let (id, challenge) = app.draw_challenge(self.asked(), app.now()).await?;
        let (width, height) = Challenge::SIZE;
        Ok(ChallengeField {
            id,
            form: self.form.as_str(),
            salt: challenge.work().salt().to_owned(),
            pieces: PIECES,
            zero_bits: ZERO_BITS,
            rounds: ROUNDS,
            width,
            height,
            question: challenge.question(),
            error,
        })
    }

    /// What is wrong with the answer that came with a form; the challenge is used up.
    pub(crate) async fn slip(&self, app: &App, form: &Form, number: &str) -> Result<Option<String>, WebError> {
        let is_met = app.meet_challenge(self.asked(), form.get("challenge"), form.get("captcha")).await?;
        let is_owed = !is_met && self.is_needed(app, number).await?;
        let words = if form.get("challenge").is_empty() { NOT_SHOWN } else { NOT_MET };
        Ok(is_owed.then(|| words.to_owned()))
    }

    /// Another is drawn in the place of the one of that id.
    pub(crate) async fn replaces(&self, app: &App, id: &str) -> Result<(), WebError> {
        Ok(app.drop_challenge(self.asked(), id).await?)
    }

    async fn is_needed(&self, app: &App, number: &str) -> Result<bool, WebError> {
        match app.config.access.challenge {
            ChallengePolicy::Off => Ok(false),
            ChallengePolicy::Always => Ok(true),
            // What is registered, and asked for by mail, once in a while.
            ChallengePolicy::Adaptive if self.form != ChallengedForm::Login => Ok(true),
            ChallengePolicy::Adaptive => {
                let failed = app.store.lockouts(&self.failures(app, number), 1).await?;
                let many = app.store.lockouts(&[OF_ALL.to_owned()], USUAL_FAILURES).await?;
                Ok(failed.iter().chain(&many).any(Option::is_some))
            }
        }
    }

    /// Remembers that a sign-in failed.
    pub(crate) async fn has_failed(&self, app: &App, number: &str) -> Result<(), WebError> {
        for key in self.failures(app, number) {
            let _unlimited = app.store.count(&key, u32::MAX, REMEMBERED).await?;
        }
        let _unlimited = app.store.count(OF_ALL, u32::MAX, Duration::from_mins(1)).await?;
        Ok(())
    }

    fn failures(&self, app: &App, number: &str) -> Vec<String> {
        let of_network = format!("failed-sign-ins:network:{}", self.network);
        let number = Number::new(number, None);
        let of_number = app.vault.look_up(LookUp::Number, &[number.canonical()]);
        let of_number = format!("failed-sign-ins:number:{}", hex::encode(of_number));
        if number.canonical().is_empty() { vec![of_network] } else { vec![of_network, of_number] }
    }
}

const OF_ALL: &str = "failed-sign-ins:all";
