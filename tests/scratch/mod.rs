//! An empty database of a test's own, and the real program on it.
#![allow(dead_code, unreachable_pub, clippy::print_stderr)]

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::{Connection, RunQueryDsl};
use std::path::PathBuf;
use std::process::{Command, Output};
use tempfile::TempDir;
use url::Url;

pub fn environment(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set; `make test` starts the services and sets it"))
}

/// Gone when dropped.
pub struct EmptyDatabase {
    name: String,
    pub url: Url,
}

impl EmptyDatabase {
    pub fn new() -> Self {
        let mut url: Url = environment("BUZHENG_TEST_DATABASE_URL").parse().unwrap();
        let name = format!("bz_empty_{}", uuid::Uuid::new_v4().simple());
        admin().batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")).unwrap();
        url.set_path(&name);
        Self { name, url }
    }

    pub fn connect(&self) -> PgConnection {
        PgConnection::establish(self.url.as_str()).unwrap()
    }

    /// A connection that no privilege binds.
    pub fn superuser(&self) -> PgConnection {
        let mut url: Url = environment("BUZHENG_TEST_SUPERUSER_URL").parse().unwrap();
        url.set_path(&self.name);
        PgConnection::establish(url.as_str()).unwrap()
    }

    /// The same database for another user.
    pub fn url_of(&self, role: &str, password: &str) -> String {
        let mut url = self.url.clone();
        url.set_username(role).unwrap();
        url.set_password(Some(password)).unwrap();
        url.into()
    }
}

impl Drop for EmptyDatabase {
    fn drop(&mut self) {
        let statement = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        if let Err(error) = diesel::sql_query(statement).execute(&mut admin()) {
            eprintln!("database {} stays behind: {error}", self.name);
        }
    }
}

fn admin() -> PgConnection {
    PgConnection::establish(&environment("BUZHENG_TEST_DATABASE_URL")).expect("PostgreSQL answers")
}

/// A folder with a configuration that is good, but for what a test changes in the environment.
pub struct Installation {
    pub folder: TempDir,
    pub database: EmptyDatabase,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self {
            code: output.status.code().expect("ended by itself"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

impl Ended {
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }
}

impl Installation {
    pub fn new() -> Self {
        let installation = Self { folder: tempfile::tempdir().unwrap(), database: EmptyDatabase::new() };
        let redis = environment("BUZHENG_TEST_REDIS_URL");
        let text = format!(
            r#"
            [server]
            listen = "127.0.0.1:0"
            management_listen = "127.0.0.1:0"
            public_url = "http://127.0.0.1:8080"
            [database]
            url = "{database}"
            [redis]
            url = "{redis}"
            prefix = "{prefix}:"
            [vault]
            keys_file = "keys.toml"
            [portal]
            home_url = "http://127.0.0.1:9/"
            [portal.oidc]
            issuer = "http://127.0.0.1:9"
            client_id = "test"
            client_secret = "not a secret"
            "#,
            database = installation.database.url,
            prefix = installation.database.name,
        );
        std::fs::write(installation.config(), text).unwrap();
        installation.buzheng(&["doctor", "--new-keys", "keys.toml"]).expect(0);
        installation
    }

    pub fn config(&self) -> PathBuf {
        self.folder.path().join("buzheng.toml")
    }

    /// The program, standing in the installation's folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program(arguments);
        command.current_dir(self.folder.path());
        command
    }

    pub fn buzheng(&self, arguments: &[&str]) -> Ended {
        self.command(arguments).output().unwrap().into()
    }

    pub fn migrated(self) -> Self {
        self.buzheng(&["schema", "migrate"]).expect(0);
        self
    }
}

/// What a report of doctor's says by this code.
pub fn finding<'a>(report: &'a serde_json::Value, code: &str) -> &'a serde_json::Value {
    let findings = report["findings"].as_array().unwrap();
    findings.iter().find(|finding| finding["code"] == code).unwrap_or_else(|| panic!("no {code} in {report:#}"))
}

/// The program without any configuration from outside.
pub fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_buzheng"));
    command.args(arguments).env_remove("BUZHENG_CONFIG").stdin(std::process::Stdio::null());
    command
}
