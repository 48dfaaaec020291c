//! Whether the neighbours answer: for `/readyz` and for the log.

use diesel::PgConnection;
use std::time::Duration;
use tokio::time::timeout;

use super::App;
use super::keys::Keys;
use crate::db::inspect::{self, Writes};
use crate::db::{DbError, migrate};
use crate::store::StoreError;

/// A neighbour that takes longer does not serve anybody.
const PATIENCE: Duration = Duration::from_secs(2);

/// What keeps a part from working.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// For whoever asks: no address, no secret.
    pub summary: String,
    /// For the log: the whole chain of causes.
    pub cause: String,
}

/// The state of each neighbour, asked just now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// PostgreSQL answers and takes writes.
    pub database: Result<(), Trouble>,
    /// Every migration of this program is applied; unknown, so in trouble, while the database does not answer.
    pub schema: Result<(), Trouble>,
    /// The keys are those of this database; unknown, so in trouble, while the database does not answer or is not migrated.
    pub keys: Result<(), Trouble>,
    /// Redis keeps and gives back what pages need.
    pub redis: Result<(), Trouble>,
}

impl Health {
    /// Asks all of them at once.
    pub async fn ask(app: &App) -> Self {
        let keys = app.keys.clone();
        let (database, redis) = tokio::join!(
            timeout(
                PATIENCE,
                app.db.look(move |conn| Ok((migrate::state(conn)?, fit(&keys, conn)?, inspect::writes(conn)?))),
            ),
            timeout(PATIENCE, app.store.probe()),
        );
        let (database, state) = match database {
            Ok(Ok((state, keys, writes))) => (takes_writes(app, writes), Some((state, keys))),
            Ok(Err(error)) if error.is_refusal() => (Err(Trouble::new("refuses to work", chain(&error))), None),
            Ok(Err(error)) => (Err(Trouble::new("does not answer", chain(&error))), None),
            Err(_) => (Err(Trouble::too_slow()), None),
        };
        let redis = match redis {
            Ok(tried) => tried.map_err(|error| Trouble::of_store(&error)),
            Err(_) => Err(Trouble::too_slow()),
        };
        let unknown = || Trouble::new("unknown while the database does not answer", String::new());
        let (schema, keys) = match &state {
            Some((state, keys)) => (schema_trouble(state).map_or(Ok(()), Err), keys.clone()),
            None => (Err(unknown()), Err(unknown())),
        };
        Self { database, schema, keys, redis }
    }

    /// Each part by its name.
    pub fn parts(&self) -> [(&'static str, &Result<(), Trouble>); 4] {
        [("database", &self.database), ("schema", &self.schema), ("keys", &self.keys), ("redis", &self.redis)]
    }

    /// Whether citizens can be served.
    pub fn is_ready(&self) -> bool {
        self.parts().iter().all(|(_, part)| part.is_ok())
    }
}

impl App {
    /// Whether this program brings migrations that the database has not got yet.
    pub async fn migrations_wait(&self) -> bool {
        let state = timeout(PATIENCE, self.db.read(|conn| Ok::<_, DbError>(migrate::state(conn)?))).await;
        matches!(state, Ok(Ok(state)) if !state.pending.is_empty())
    }
}

impl Trouble {
    fn new(summary: &str, cause: String) -> Self {
        Self { summary: summary.to_owned(), cause }
    }

    fn of_store(error: &StoreError) -> Self {
        let summary = match error.refusal() {
            Some(code) => format!("refuses what pages need ({code})"),
            None => "does not answer".to_owned(),
        };
        Self { summary, cause: chain(error) }
    }

    fn too_slow() -> Self {
        Self::new("does not answer in time", format!("no answer within {} s", PATIENCE.as_secs()))
    }
}

/// The outer failure is the database's.
fn fit(keys: &Keys, conn: &mut PgConnection) -> Result<Result<(), Trouble>, DbError> {
    match keys.look(conn) {
        Ok(()) => Ok(Ok(())),
        Err(error @ DbError::Keys(_)) => Ok(Err(Trouble::new("are not those of this database", chain(&error)))),
        Err(DbError::Unprepared) => Ok(Err(Trouble::new("unknown while migrations are pending", String::new()))),
        Err(error) => Err(error),
    }
}

/// Connections to a server that takes no writes are let go: by now the address may lead to another one.
fn takes_writes(app: &App, writes: Writes) -> Result<(), Trouble> {
    let Some(instead) = writes.instead() else { return Ok(()) };
    app.db.renew();
    Err(Trouble::new("takes no writes", instead.to_owned()))
}

fn schema_trouble(state: &migrate::SchemaState) -> Option<Trouble> {
    let summary = match state.pending.len() {
        0 => return None,
        1 => "1 migration is pending; run `buzheng schema migrate`".to_owned(),
        count => format!("{count} migrations are pending; run `buzheng schema migrate`"),
    };
    Some(Trouble { summary, cause: state.pending.join(", ") })
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text.trim().replace('\n', " ")
}
