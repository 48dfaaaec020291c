//! Where sessions are, and who looks at them.

use chrono::{DateTime, Utc};

use crate::app::audit::{self, About, Actor, Entry, Event};
use crate::app::keys::Recording;
use crate::app::{AppError, BuildError};
use crate::cli::desk::{Desk, failed};
use crate::cli::failure::Failure;
use crate::config::Config;
use crate::ids::PersonId;
use crate::session::{Listed, Sessions};
use crate::store::{Store, StoreError};

pub(super) struct Hall {
    desk: Desk,
    sessions: Sessions,
    by: String,
    now: DateTime<Utc>,
}

impl Hall {
    pub(super) fn open(config: &Config, by: String) -> Result<Self, Failure> {
        let desk = Desk::open(config, Recording::Records)?;
        let store = Store::new(&config.redis).map_err(BuildError::from)?;
        let sessions = Sessions::new(store, desk.vault.clone(), &config.session, &config.throttle);
        Ok(Self { desk, sessions, by, now: Utc::now() })
    }

    /// Newest first. Sessions that do not open belong to another key file, and match no person.
    pub(super) async fn sessions(&self, person: Option<PersonId>) -> Result<(Vec<Listed>, u64), Failure> {
        let (mut sessions, unopened) = self.sessions.all(self.now).await.map_err(|error| redis(&error))?;
        sessions.retain(|session| person.is_none() || session.person() == person);
        sessions.sort_by_key(|session| std::cmp::Reverse(session.began_at));
        Ok((sessions, unopened))
    }

    pub(super) fn record(&self, person: Option<PersonId>, event: Event) -> Result<(), Failure> {
        let about = About { person, ..About::default() };
        let entry = Entry { event, actor: Actor::Staff(self.by.clone()), about };
        let recorded = self.desk.act(|tx| Ok::<_, AppError>(audit::record(tx, std::slice::from_ref(&entry))?));
        recorded.map_err(|error| failed(&error))
    }

    pub(super) async fn end(&self, sessions: &[Listed]) -> Result<(), Failure> {
        for listed in sessions {
            self.sessions.end(&listed.session).await.map_err(|error| redis(&error))?;
        }
        Ok(())
    }
}

fn redis(error: &StoreError) -> Failure {
    let step = "Run `buzheng doctor`, then this command again: sessions that were not reached go on. The user of redis.url needs SCAN.";
    Failure::new("redis.url", error, step)
}
