//! A PostgreSQL of a test's own, for what would disturb the others: it is frozen, or takes no writes any more.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use url::Url;

const PATIENCE: Duration = Duration::from_mins(1);

/// Gone when dropped. Whoever connects is believed.
pub struct Postgres {
    server: Child,
    port: u16,
    folder: TempDir,
}

impl Postgres {
    pub fn start() -> Self {
        let folder = folder();
        let mut initdb = program("initdb");
        initdb.args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]);
        finished(initdb.arg("-D").arg(folder.path().join("data")));
        Self::run(folder)
    }

    /// A standby that follows another server.
    pub fn standby_of(primary: &Self) -> Self {
        let folder = folder();
        let mut copy = program("pg_basebackup");
        copy.args([
            "--host=127.0.0.1",
            "--username=postgres",
            "--write-recovery-conf",
            "--checkpoint=fast",
            "--no-sync",
        ]);
        finished(copy.arg(format!("--port={}", primary.port)).arg("-D").arg(folder.path().join("data")));
        Self::run(folder)
    }

    fn run(folder: TempDir) -> Self {
        // Free a moment ago.
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "shared_buffers=8MB"];
        let server = program("postgres")
            .arg("-D")
            .arg(folder.path().join("data"))
            .args(["-p", &port.to_string()])
            .args(settings.iter().flat_map(|setting| ["-c", setting]))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let this = Self { server, port, folder };
        let started = Instant::now();
        while PgConnection::establish(this.superuser_url("postgres").as_str()).is_err() {
            assert!(started.elapsed() < PATIENCE, "the private PostgreSQL does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        this
    }

    /// `host:port`.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Makes the role and the database that this address names, and every table.
    pub fn prepare(&self, url: &Url) {
        let (role, name) = (url.username(), url.path().trim_start_matches('/'));
        self.execute(&format!("CREATE ROLE {role} LOGIN"));
        self.execute(&format!("CREATE DATABASE {name} OWNER {role}"));
        let mut own = self.superuser_url(name);
        own.set_username(role).unwrap();
        buzheng::db::migrate::up(&mut PgConnection::establish(own.as_str()).unwrap(), || ()).unwrap();
    }

    /// Runs a statement as superuser.
    pub fn execute(&self, statement: &str) {
        let mut conn = PgConnection::establish(self.superuser_url("postgres").as_str()).unwrap();
        conn.batch_execute(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }

    /// None of its processes does anything any more; the kernel still takes connections and bytes for it.
    pub fn freeze(&self) {
        self.signal("STOP");
    }

    /// All of them go on.
    pub fn thaw(&self) {
        self.signal("CONT");
    }

    /// Ends the server as a power cut would.
    pub fn end(&self) {
        self.signal("KILL");
    }

    fn superuser_url(&self, name: &str) -> Url {
        format!("postgres://postgres@{}/{name}", self.address()).parse().unwrap()
    }

    /// The server itself first: it starts no other one then.
    fn signal(&self, signal: &str) {
        let server = self.server.id().to_string();
        let kill = |pid: &str| Command::new("kill").args([&format!("-{signal}"), pid]).status().unwrap();
        assert!(kill(&server).success());
        for entry in std::fs::read_dir("/proc").unwrap().flatten() {
            let status = std::fs::read_to_string(entry.path().join("status")).unwrap_or_default();
            if status.lines().any(|line| line.strip_prefix("PPid:\t") == Some(&server)) {
                kill(entry.file_name().to_str().unwrap());
            }
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.signal("CONT");
        let pid = self.server.id().to_string();
        Command::new("kill").args(["-QUIT", &pid]).status().ok();
        self.server.wait().ok();
        if other_user().is_some() {
            std::fs::remove_dir_all(self.folder.path()).ok();
        }
    }
}

/// An empty folder of the user whom the server runs as.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    if let Some(user) = other_user() {
        finished(Command::new("chown").arg(user).arg(folder.path()));
    }
    folder
}

fn finished(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// PostgreSQL refuses to run as root; the scripts see to it that there is another user.
fn other_user() -> Option<&'static str> {
    let id = |arguments: &[&str]| Command::new("id").args(arguments).output().unwrap();
    if id(&["-u"]).stdout != b"0\n" {
        return None;
    }
    ["postgres", "buzheng-pg"].into_iter().find(|user| id(&["-u", user]).status.success())
}

fn program(name: &str) -> Command {
    // Debian keeps the server's programs out of PATH.
    let path = newest(name).unwrap_or_else(|| PathBuf::from(name));
    let mut command = match other_user() {
        None => Command::new(path),
        Some(user) => {
            let mut command = Command::new("setpriv");
            command.args(["--reuid", user, "--regid", user, "--clear-groups"]).arg(path);
            command
        }
    };
    command.current_dir("/").env("LC_ALL", "C.UTF-8");
    command
}

fn newest(name: &str) -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let version = versions.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()).max()?;
    Some(format!("/usr/lib/postgresql/{version}/bin/{name}").into())
}
