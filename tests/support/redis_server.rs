//! A Redis server of a test's own, which may be made a replica, filled up or stopped.
#![allow(dead_code, unreachable_pub)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Ends when dropped.
pub struct RedisServer {
    process: Child,
    port: u16,
    /// Where it would write its file.
    pub folder: TempDir,
}

impl RedisServer {
    /// On a free port of loopback, with nothing in it.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let deadline = Instant::now() + PATIENCE;
        loop {
            // Free a moment ago; where another program has been faster, the server ends and another port is tried.
            let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let mut process = Command::new("redis-server")
                .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--dir", folder.path().to_str().unwrap()])
                .args(["--save", "3600 1000000", "--appendonly", "no", "--repl-diskless-sync-delay", "0"])
                .args(["--enable-protected-configs", "yes"])
                .stdout(Stdio::null())
                .spawn()
                .expect("redis-server is installed; `make test` installs it");
            while process.try_wait().unwrap().is_none() {
                if connect(port).and_then(|mut connection| redis::cmd("PING").exec(&mut connection)).is_ok() {
                    return Self { process, port, folder };
                }
                assert!(Instant::now() < deadline, "redis-server does not answer");
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    }

    /// `host:port`.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// For `redis.url`.
    pub fn url(&self) -> String {
        format!("redis://{}/0", self.address())
    }

    /// Runs a command: its words, parted by spaces.
    pub fn run(&self, command: &str) -> redis::Value {
        let mut words = command.split(' ');
        let mut built = redis::cmd(words.next().unwrap());
        built.arg(words.collect::<Vec<_>>());
        built.query(&mut connect(self.port).unwrap()).unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// Runs a command until its answer holds this.
    pub fn wait_for(&self, command: &str, part: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let answer = format!("{:?}", self.run(command));
            if answer.contains(part) {
                return;
            }
            assert!(Instant::now() < deadline, "{command} does not answer {part}: {answer}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Becomes a copy of another one, and is one when this returns.
    pub fn follow(&self, primary: &Self) {
        self.run(&format!("REPLICAOF 127.0.0.1 {}", primary.port));
        self.wait_for("INFO replication", "master_link_status:up");
    }

    /// Ends every connection of others.
    pub fn kill_clients(&self) {
        self.run("CLIENT KILL TYPE normal SKIPME yes");
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn connect(port: u16) -> redis::RedisResult<redis::Connection> {
    redis::Client::open(format!("redis://127.0.0.1:{port}/0"))?.get_connection()
}
