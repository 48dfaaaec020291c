//! The service without a portal, a port and a browser: for tests of what its use cases do to the database.

use buzheng::app::audit::{self, Entry};
use buzheng::app::{App, AppError};
use buzheng::config::Config;
use buzheng::db::DbError;
use buzheng::import::manifest::Manifest;
use buzheng::import::{Ground, Options};
use buzheng::vault::KeyFile;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use indicatif::ProgressBar;
use std::sync::Arc;
use tempfile::TempDir;

use super::data::write_catalogue;
use super::database::TestDb;
use super::redis::TestRedis;

/// A service with a database and keys of its own.
pub struct Service {
    /// The service.
    pub app: Arc<App>,
    /// Its database.
    pub db: TestDb,
    /// Its keys in Redis.
    pub redis: TestRedis,
    folder: TempDir,
}

impl Service {
    /// With the small catalogue of exams and nothing else.
    pub fn new() -> Self {
        let (db, redis, folder) = (TestDb::new(), TestRedis::new(), tempfile::tempdir().unwrap());
        write_catalogue(&mut db.connect());
        KeyFile::generate().write_new(&folder.path().join("keys.toml")).unwrap();
        let app = App::new(config(&db, &redis, &folder)).expect("the service is built");
        Self { app, db, redis, folder }
    }

    /// Another server over the same database, Redis and keys.
    pub fn second_server(&self) -> Arc<App> {
        App::new(config(&self.db, &self.redis, &self.folder)).expect("the service is built")
    }

    /// A transaction of a command, tried again where another one was in the way, as the commands do; what was told is recorded.
    pub fn command<T, E>(
        &self,
        now: DateTime<Utc>,
        work: impl Fn(&mut PgConnection) -> Result<(T, Vec<Entry>), E>,
    ) -> Result<T, E>
    where
        E: From<DbError> + From<diesel::result::Error> + Collision,
    {
        let mut tries = 1;
        loop {
            let done = self.app.db.transaction_blocking(|conn| {
                let (done, told) = work(conn)?;
                audit::record(conn, &self.app.vault, now, &told)?;
                Ok::<_, E>(done)
            });
            match done {
                Err(error) if tries < 4 && error.is_collision() => tries += 1,
                other => return other,
            }
        }
    }

    /// [`import`]s into this service.
    pub fn import(&self, sources: &[(&str, &str)], now: DateTime<Utc>) {
        import(&self.app, sources, now);
    }
}

/// Imports rows of the old system `reissue` by the real import: (kind, rows with their header).
pub fn import(app: &App, sources: &[(&str, &str)], now: DateTime<Utc>) {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from("batch = \"delta\"\n");
    for (kind, rows) in sources {
        let file = format!("{kind}.csv");
        std::fs::write(folder.path().join(&file), rows).unwrap();
        let password = if *kind == "accounts" { "password = { scheme = \"md5\" }\n" } else { "" };
        let head = format!("[[source]]\nsystem = \"reissue\"\nkind = \"{kind}\"\nfile = \"{file}\"\n");
        text.extend([head.as_str(), "encoding = \"utf-8\"\n", password]);
    }
    let manifest = folder.path().join("manifest.toml");
    std::fs::write(&manifest, text).unwrap();
    let ground = Ground { db: &app.db, vault: &app.vault, database_url: &app.config.database.url, now };
    let progress = ProgressBar::hidden();
    let options = Options { accept: &[], list_folder: None, progress: &progress };
    let outcome = buzheng::import::run(ground, &Manifest::read(&manifest).unwrap(), options).unwrap();
    assert_eq!(outcome.refused, [], "{:?}", outcome.report);
    let rejected: u64 = outcome.report.sources.iter().map(|source| source.counts.rejected).sum();
    assert_eq!(rejected, 0, "{:?}", outcome.report);
}

fn config(db: &TestDb, redis: &TestRedis, folder: &TempDir) -> Config {
    let text = format!(
        "[server]\npublic_url = \"http://127.0.0.1:8080\"\n[database]\nurl = \"{}\"\npool_size = 8\n[redis]\nurl = \"{}\"\n\
         prefix = \"{}\"\n[vault]\nkeys_file = \"keys.toml\"\n[portal]\ndriver = \"oidc\"\ndisplay_name = \"x\"\n\
         home_url = \"http://127.0.0.1/\"\n[portal.oidc]\nissuer = \"http://127.0.0.1:1\"\nclient_id = \"a\"\nclient_secret = \"b\"\n",
        db.url(),
        redis.url(),
        redis.prefix(),
    );
    let path = folder.path().join("buzheng.toml");
    std::fs::write(&path, text).unwrap();
    Config::load(&path).unwrap()
}

/// Whether another transaction was in the way.
pub trait Collision {
    /// Whether the same, run again, may do.
    fn is_collision(&self) -> bool;
}

impl Collision for AppError {
    fn is_collision(&self) -> bool {
        matches!(self, Self::Db(error) if error.is_collision())
    }
}

impl Collision for buzheng::app::linking::UndoError {
    fn is_collision(&self) -> bool {
        matches!(self, Self::App(error) if error.is_collision())
    }
}

impl Collision for buzheng::app::linking::tasks::AnswerError {
    fn is_collision(&self) -> bool {
        matches!(self, Self::App(error) if error.is_collision())
    }
}
