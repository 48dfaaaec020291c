//! A Chromium of a test's own, steered by a chromedriver of its own.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use thirtyfour::extensions::query::ElementPollerWithTimeout;
use thirtyfour::{ChromiumLikeCapabilities, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver};

/// How long a condition may take to come true. Far above what a busy machine of two cores needs.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// How often a condition is looked at.
pub const INTERVAL: Duration = Duration::from_millis(25);

const FLAGS: [&str; 12] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-breakpad",
    // One look for the pictures, whatever the machine's screen.
    "--hide-scrollbars",
];

/// A running browser. Gone, with every process that belongs to it, when this is dropped.
pub struct Chromium {
    pub driver: WebDriver,
    process: Child,
    // Kept open: chromedriver ends when it cannot write.
    _said: BufReader<ChildStdout>,
    _profile: TempDir,
}

impl Chromium {
    /// Starts both on a port that the system chooses.
    pub async fn start() -> Self {
        let profile = tempfile::tempdir().unwrap();
        let (mut process, said, port) = chromedriver();
        let mut capabilities = DesiredCapabilities::chrome();
        for flag in FLAGS {
            capabilities.add_arg(flag).unwrap();
        }
        capabilities.add_arg(&format!("--user-data-dir={}", profile.path().display())).unwrap();
        capabilities.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
        let connected = WebDriver::builder(format!("http://127.0.0.1:{port}"), capabilities)
            .client(reqwest::Client::builder().no_proxy().timeout(Duration::from_mins(1)).build().unwrap())
            .poller(Arc::new(ElementPollerWithTimeout::new(PATIENCE, INTERVAL)))
            .connect()
            .await;
        let driver = connected.unwrap_or_else(|error| {
            end(&mut process);
            panic!("Chromium does not start: {error}; `make test` installs what it needs")
        });
        Self { driver, process, _said: said, _profile: profile }
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // A session that was quit already is as good.
        let _ = self.driver.clone().leak();
        end(&mut self.process);
    }
}

/// A driver that listens. It takes a free port of IPv6 and gives up where something else has the same one of IPv4: then another one starts.
fn chromedriver() -> (Child, BufReader<ChildStdout>, u16) {
    let mut told = String::new();
    for _ in 0..5 {
        let mut process = Command::new("chromedriver")
            .args(["--port=0", "--log-level=SEVERE"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // The browser joins the group, so that one signal ends all of it.
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("chromedriver does not start ({error}); `make test` installs it"));
        let mut said = BufReader::new(process.stdout.take().unwrap());
        match port(&mut said) {
            Ok(port) => return (process, said, port),
            Err(said) => told = said,
        }
        process.wait().unwrap();
    }
    panic!("chromedriver told no port:\n{told}")
}

/// "ChromeDriver was started successfully on port 40123."
fn port(said: &mut impl BufRead) -> Result<u16, String> {
    let mut all = String::new();
    while said.read_line(&mut all).is_ok_and(|read| read > 0) {
        let told = all.lines().next_back().and_then(|line| line.rsplit_once("successfully on port "));
        if let Some(port) = told.and_then(|(_, port)| port.trim_end_matches('.').parse().ok()) {
            return Ok(port);
        }
    }
    Err(all)
}

fn end(process: &mut Child) {
    let group = format!("-{}", process.id());
    let killed = Command::new("kill").args(["-KILL", "--", &group]).status();
    assert!(killed.is_ok_and(|status| status.success()), "the browser's processes {group} stay behind");
    process.wait().unwrap();
}
