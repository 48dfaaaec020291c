//! Sessions that the portal, a review task or a changed password ends.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sso::LogoutNotice;
use std::time::Duration;

use super::Sessions;
use super::names::{list, mark};
use crate::ids::PersonId;
use crate::store::{Ended, Ending, StoreError};

/// A sign-in that began before the portal's sign-out and comes back after it may be pending for as long.
const MARK_LIFE: Duration = Duration::from_mins(30);

/// Clock skew between servers: one whose clock is behind by less does not accept a token that is forgotten here.
const CLOCKS_DIFFER: Duration = Duration::from_secs(10);

impl Sessions {
    /// Ends the present sessions of a portal account. Returns how many there were.
    pub async fn end_present(&self, issuer: &str, subject: &str, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let lists = [list(&self.names.of_account(issuer, subject))];
        let ending = Ending { lists: &lists, within: None, marks: &[], now, mark_life: MARK_LIFE, claim: None };
        match self.store.end_listed(&ending).await? {
            Ended::Values(sessions) => Ok(sessions),
            Ended::Before | Ended::Elsewhere => Ok(0),
        }
    }

    /// Ends the sessions of a person that came by an account, and has no sign-in that began before begin one. Returns how many there were.
    pub async fn end_person(&self, person: PersonId, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let name = self.names.of_person(person);
        let (lists, marks) = ([list(&name)], [mark(&name)]);
        let ending = Ending { lists: &lists, within: None, marks: &marks, now, mark_life: MARK_LIFE, claim: None };
        match self.store.end_listed(&ending).await? {
            Ended::Values(sessions) => Ok(sessions),
            Ended::Before | Ended::Elsewhere => Ok(0),
        }
    }

    /// Ends what the portal says has ended (Back-Channel Logout 1.0 §2.7): with a session id the sessions begun under it, and those of the
    /// subject of which the portal gave no id; without one all sessions of the subject. Where it names both, and the portal's session is another
    /// subject's, nothing ends ([`Ended::Elsewhere`]). A notice is remembered by the script that obeys it, so neither happens alone.
    pub async fn end_announced(&self, notice: &LogoutNotice, now: DateTime<Utc>) -> Result<Ended, StoreError> {
        let LogoutNotice { issuer, subject, sid, id, good_until } = notice;
        // The lists to end, the marks against pending sign-ins, and the subject that must own them.
        let (ended, barred, within) = match (sid, subject) {
            (Some(sid), Some(subject)) => {
                let without = self.names.without_sid(issuer, subject);
                let barred = vec![self.names.of_both(issuer, subject, sid), without.clone()];
                (
                    vec![self.names.of_portal_session(issuer, sid), without],
                    barred,
                    Some(self.names.of_subject(issuer, subject)),
                )
            }
            (Some(sid), None) => {
                (vec![self.names.of_portal_session(issuer, sid)], vec![self.names.of_portal_session(issuer, sid)], None)
            }
            (None, Some(subject)) => {
                (vec![self.names.of_subject(issuer, subject)], vec![self.names.of_subject(issuer, subject)], None)
            }
            (None, None) => (Vec::new(), Vec::new(), None),
        };
        let lists: Vec<_> = ended.iter().map(|name| list(name)).collect();
        let marks: Vec<_> = barred.iter().map(|name| mark(name)).collect();
        let within = within.map(|name| list(&name));
        let come = format!("logout-token:{}", hex::encode(Sha256::digest(id.as_bytes())));
        let life = (*good_until - now).to_std().unwrap_or_default() + CLOCKS_DIFFER;
        let claim = Some((come.as_str(), life));
        let within = within.as_deref();
        self.store.end_listed(&Ending { lists: &lists, within, marks: &marks, now, mark_life: MARK_LIFE, claim }).await
    }
}
