//! A database for each test, copied from one that was migrated once.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use diesel_migrations::MigrationHarness;
use sha2::{Digest, Sha256};
use std::path::Path;
use url::Url;

/// What an unset variable is answered with.
pub fn environment(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!(
            "{name} is not set: these tests need PostgreSQL and Redis. `make test` starts private ones; for one test run \
             `deploy/scripts/services run test cargo nextest run NAME`"
        )
    })
}

/// A migrated database that is gone when this is dropped.
pub struct TestDb {
    name: String,
    url: Url,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Bool)]
    found: bool,
}

#[derive(QueryableByName)]
struct Described {
    #[diesel(sql_type = Text)]
    what: String,
}

impl TestDb {
    /// A fresh copy.
    pub fn new() -> Self {
        let mut admin = connect(&server());
        let template = template(&mut admin);
        let name = format!("bz_test_{}", uuid::Uuid::new_v4().simple());
        run(&mut admin, &format!("CREATE DATABASE {name} TEMPLATE {template}"));
        let mut url = server();
        url.set_path(&name);
        Self { name, url }
    }

    /// For `database.url`.
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// A connection of the test's own.
    pub fn connect(&self) -> PgConnection {
        connect(&self.url)
    }

    /// A connection that no privilege binds.
    pub fn superuser(&self) -> PgConnection {
        let mut url = Url::parse(&environment("BUZHENG_TEST_SUPERUSER_URL")).unwrap();
        url.set_path(&self.name);
        connect(&url)
    }

    /// New connections are spoken to in Chinese.
    pub fn speak_chinese(&self) {
        self.set("lc_messages", "'zh_CN.UTF-8'");
    }

    /// Sets a parameter for new connections.
    pub fn set(&self, parameter: &str, value: &str) {
        let statement = format!("ALTER DATABASE {} SET {parameter} = {value}", self.name);
        self.superuser().batch_execute(&statement).unwrap_or_else(|error| {
            panic!("{statement}: {error}; what is missing is installed by `deploy/scripts/tools`, before the services start")
        });
    }

    /// Transactions of the service that nobody works on any more, by their last statement.
    pub fn forgotten_transactions(&self) -> Vec<String> {
        let rows: Vec<Described> = diesel::sql_query(
            "SELECT left(query, 200) AS what FROM pg_stat_activity
             WHERE datname = $1 AND application_name = 'buzheng' AND state LIKE 'idle in transaction%'",
        )
        .bind::<Text, _>(&self.name)
        .load(&mut connect(&server()))
        .unwrap();
        rows.into_iter().map(|row| row.what).collect()
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let dropped =
            PgConnection::establish(server().as_str()).map_err(|error| error.to_string()).and_then(|mut admin| {
                let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
                admin.batch_execute(&statement).map_err(|error| error.to_string())
            });
        if let Err(error) = dropped {
            eprintln!("database {} stays behind: {error}", self.name);
        }
    }
}

fn server() -> Url {
    let text = environment("BUZHENG_TEST_DATABASE_URL");
    Url::parse(&text).expect("BUZHENG_TEST_DATABASE_URL is postgres://user:password@host:port/name")
}

fn connect(url: &Url) -> PgConnection {
    PgConnection::establish(url.as_str()).unwrap_or_else(|error| {
        panic!("PostgreSQL of BUZHENG_TEST_DATABASE_URL does not answer: {error}; `make test` starts one")
    })
}

fn run(conn: &mut PgConnection, statement: &str) {
    conn.batch_execute(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
}

/// The migrated database that all copies come from. Its name tells the migrations, so that a changed schema is migrated anew;
/// it is made under another name and renamed when whole, so that an interrupted run leaves no half of one.
fn template(admin: &mut PgConnection) -> String {
    let digest = migrations_digest();
    let name = format!("bz_template_{}", hex::encode(&digest[..8]));
    if exists(admin, &name) {
        return name;
    }
    let lock = i64::from_be_bytes(digest[..8].try_into().unwrap());
    diesel::sql_query("SELECT pg_advisory_lock($1)").bind::<BigInt, _>(lock).execute(admin).unwrap();
    if !exists(admin, &name) {
        let making = format!("{name}_making");
        run(admin, &format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)"));
        run(admin, &format!("CREATE DATABASE {making} TEMPLATE template0 ENCODING 'UTF8'"));
        let mut url = server();
        url.set_path(&making);
        connect(&url).run_pending_migrations(buzheng::db::MIGRATIONS).expect("the migrations apply");
        run(admin, &format!("ALTER DATABASE {making} RENAME TO {name}"));
    }
    diesel::sql_query("SELECT pg_advisory_unlock($1)").bind::<BigInt, _>(lock).execute(admin).unwrap();
    name
}

fn exists(admin: &mut PgConnection, name: &str) -> bool {
    let found: Found = diesel::sql_query("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1) AS found")
        .bind::<Text, _>(name)
        .get_result(admin)
        .unwrap();
    found.found
}

fn migrations_digest() -> [u8; 32] {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut digest = Sha256::new();
    for entry in walkdir::WalkDir::new(&folder).sort_by_file_name() {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            digest.update(entry.path().strip_prefix(&folder).unwrap().as_os_str().as_encoded_bytes());
            digest.update(std::fs::read(entry.path()).unwrap());
        }
    }
    digest.finalize().into()
}
