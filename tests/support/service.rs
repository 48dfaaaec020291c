//! The service without a portal, a port and a browser: for tests of what its use cases do to the database.

use buzheng::app::App;
use buzheng::app::audit::{self, Entry};
use buzheng::app::tx::{Tx, UseCaseError, act_blocking};
use buzheng::config::Config;
use buzheng::db::DbError;
use buzheng::import::manifest::Manifest;
use buzheng::import::{Ground, Options};
use buzheng::vault::KeyFile;
use chrono::{DateTime, Utc};
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
        Self::with(|_| {})
    }

    /// With another configuration.
    pub fn with(change: impl FnOnce(&mut Config)) -> Self {
        let (db, redis, folder) = (TestDb::new(), TestRedis::new(), tempfile::tempdir().unwrap());
        write_catalogue(&mut db.connect());
        KeyFile::generate().write_new(&folder.path().join("keys.toml")).unwrap();
        let mut config = config(&db, &redis, &folder);
        change(&mut config);
        let app = App::new(config).expect("the service is built");
        Self { app, db, redis, folder }
    }

    /// Another server over the same database, Redis and keys.
    pub fn second_server(&self) -> Arc<App> {
        App::new(config(&self.db, &self.redis, &self.folder)).expect("the service is built")
    }

    /// A use case of a command, run as the commands run it; what was told is recorded.
    pub fn command<T, E: UseCaseError>(
        &self,
        now: DateTime<Utc>,
        work: impl Fn(&mut Tx<'_>) -> Result<(T, Vec<Entry>), E>,
    ) -> Result<T, E> {
        act_blocking(&self.app.db, &self.app.vault, now, |tx| {
            let (done, told) = work(tx)?;
            audit::record(tx, &told)?;
            Ok(done)
        })
    }

    /// Reads as a use case does.
    pub fn read<T>(&self, work: impl Fn(&mut Tx<'_>) -> Result<T, DbError>) -> T {
        act_blocking(&self.app.db, &self.app.vault, Utc::now(), work).expect("it can be read")
    }

    /// [`import`]s into this service.
    pub fn import(&self, sources: &[(&str, &str)], now: DateTime<Utc>) {
        import(&self.app, sources, now);
    }
}

/// Rows of one old system, with their header.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    pub system: &'a str,
    pub kind: &'a str,
    pub rows: &'a str,
}

/// Imports rows of the old system `reissue`: (kind, rows with their header).
pub fn import(app: &App, sources: &[(&str, &str)], now: DateTime<Utc>) {
    let sources = sources.iter().map(|(kind, rows)| Source { system: "reissue", kind, rows });
    import_all(app, &sources.collect::<Vec<_>>(), now);
}

/// Imports rows by the real import.
pub fn import_all(app: &App, sources: &[Source<'_>], now: DateTime<Utc>) {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from("batch = \"delta\"\n");
    for Source { system, kind, rows } in sources {
        let file = format!("{system}-{kind}.csv");
        std::fs::write(folder.path().join(&file), rows).unwrap();
        let password = if *kind == "accounts" { "password = { scheme = \"md5\" }\n" } else { "" };
        let head = format!("[[source]]\nsystem = \"{system}\"\nkind = \"{kind}\"\nfile = \"{file}\"\n");
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
         home_url = \"http://127.0.0.1/\"\n[portal.oidc]\nissuer = \"http://127.0.0.1:1\"\nclient_id = \"a\"\nclient_secret = \"b\"\n\
         [throttle]\nanswer_pace = \"10ms\"\n",
        db.url(),
        redis.url(),
        redis.prefix(),
    );
    let path = folder.path().join("buzheng.toml");
    std::fs::write(&path, text).unwrap();
    Config::load(&path).unwrap()
}
