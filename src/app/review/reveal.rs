//! A full number is shown to whoever examines an application, for a while, and the log says so.

use chrono::{DateTime, Utc};
use std::time::Duration;

use super::Reader;
use super::look::found;
use crate::app::audit::{self, About, Actor, Entry, Event, Viewed};
use crate::app::{App, AppError};
use crate::ids::{ApplicationId, StaffId};

/// As long as it takes to look at an application.
const SHOWN: Duration = Duration::from_mins(5);

impl App {
    /// Has the pages of an application show its full number to this member of staff.
    pub async fn reveal(&self, reader: &Reader, id: ApplicationId, now: DateTime<Utc>) -> Result<(), AppError> {
        let asks = reader.clone();
        self.act(now, move |tx| {
            let (application, _) = found(tx, &asks, id)?;
            let about = About { person: Some(application.person_id), application: Some(id), ..About::default() };
            let actor = Actor::Staff(asks.examiner.name.clone());
            let event = Event::NumberViewed { what: Viewed::Case };
            Ok::<_, AppError>(audit::record(tx, &[Entry { event, actor, about }])?)
        })
        .await?;
        Ok(self.store.put(&key(reader.id(), id), &[1], SHOWN).await?)
    }

    /// Whether they do.
    pub async fn is_revealed(&self, staff: StaffId, id: ApplicationId) -> Result<bool, AppError> {
        Ok(self.store.get(&key(staff, id)).await?.is_some())
    }
}

fn key(staff: StaffId, id: ApplicationId) -> String {
    format!("revealed:{staff}:{id}")
}
