//! What every portal user's sign-in would result in now: the rehearsal before a service opens.
//!
//! Facts and decision are those of the sign-in; nothing is applied. Users are streamed and decided in batches, each in a read-only
//! transaction of its own, several at once; memory does not grow with the file.

mod outcome;
pub mod read;
pub mod summary;
mod users;

use chrono::{DateTime, Utc};
use indicatif::ProgressBar;
use std::io;
use std::path::Path;
use std::thread;

use crate::app::dossier::{Limits, gather_many};
use crate::app::sign_in::identity_of;
use crate::app::tx::Tx;
use crate::db::import::read_snapshot;
use crate::db::{Db, DbError};
use crate::domain::china::china_date;
use crate::domain::linking::{Decision, Subject, decide};
use crate::vault::Vault;
pub use outcome::{Event, Forecast, ForecastError};
use summary::Summary;
pub use users::{COLUMNS, Problem};
use users::{User, Users};

/// Users that one transaction decides about.
const BATCH: usize = 500;

#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    pub db: &'a Db,
    pub vault: &'a Vault,
    /// How the portal's codes are read, and which sign-ins are accepted.
    pub portal: &'a sso::PortalConfig,
    pub now: DateTime<Utc>,
    /// Concurrent batches; each takes a connection.
    pub workers: usize,
}

/// Decides about every user of the file, in the file's order, independently; reports each result and returns the sum.
pub fn run(
    ground: Ground<'_>,
    path: &Path,
    progress: &ProgressBar,
    mut tell: impl FnMut(Event) -> io::Result<()>,
) -> Result<Summary, ForecastError> {
    let mut users = Users::open(path, ground.portal, progress)?;
    let mut summary = Summary::default();
    let limit = BATCH * ground.workers.max(1);
    loop {
        let mut round = Vec::with_capacity(limit);
        while round.len() < limit {
            let read = users.advance().map_err(|error| ForecastError::Read { path: path.to_owned(), error })?;
            match read {
                None => break,
                Some(User::Identity { line, identity, garbled }) => {
                    if let Some(garbled) = garbled {
                        summary.garbled += 1;
                        tell(Event::Garbled { line, garbled }).map_err(ForecastError::Output)?;
                    }
                    round.push(*identity);
                }
                Some(User::Undecidable { line, problem }) => {
                    summary.undecidable += 1;
                    tell(Event::Undecidable { line, problem }).map_err(ForecastError::Output)?;
                }
            }
        }
        for forecast in decide_round(ground, &round)? {
            summary.add(&forecast);
            tell(Event::Decided(forecast)).map_err(ForecastError::Output)?;
        }
        if round.len() < limit {
            return Ok(summary);
        }
    }
}

/// Runs every batch on a thread and a connection of its own; the results in the order of the file.
fn decide_round(ground: Ground<'_>, round: &[sso::PortalIdentity]) -> Result<Vec<Forecast>, DbError> {
    thread::scope(|scope| {
        let running: Vec<_> =
            round.chunks(BATCH).map(|batch| scope.spawn(move || decide_batch(ground, batch))).collect();
        let mut forecasts = Vec::with_capacity(round.len());
        for thread in running {
            forecasts.extend(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(forecasts)
    })
}

fn decide_batch(ground: Ground<'_>, batch: &[sso::PortalIdentity]) -> Result<Vec<Forecast>, DbError> {
    let limits = Limits { minimum_level: ground.portal.minimum_level, today: china_date(ground.now) };
    let subject =
        |portal: &sso::PortalIdentity| Subject { issuer: portal.issuer.clone(), subject: portal.subject.clone() };
    let subjects: Vec<Subject> = batch.iter().map(subject).collect();
    let identities = subjects.iter().zip(batch.iter().map(identity_of)).collect();
    let decisions = ground.db.transaction_blocking::<_, DbError, _>(|conn| {
        read_snapshot(conn)?;
        gather_many(&mut Tx { conn, vault: ground.vault, now: ground.now }, identities, limits, decide)
    })?;
    let forecast = |(subject, decision): (Subject, Decision)| Forecast::of(subject.subject, &decision);
    Ok(subjects.into_iter().zip(decisions).map(forecast).collect())
}
