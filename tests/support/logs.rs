//! Everything that the service logs, kept so that tests can look for what must not stand there.

use std::io::Write;
use std::sync::{LazyLock, Mutex, PoisonError};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

static CAPTURE: LazyLock<()> = LazyLock::new(|| {
    // `thirtyfour` steers the browser tests' visitor and tells what that one types; it is no part of the service.
    // More than an operator would ever switch on of ours, and what libraries say at their most talkative sensible level.
    let filter = EnvFilter::new(
        "debug,buzheng=trace,sso=trace,tower_http=trace,h2=info,html5ever=off,selectors=off,thirtyfour=off",
    );
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(Capture)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::NEW)
        .try_init()
        .expect("the first subscriber of this process");
});

/// Starts to capture, once in a process.
pub fn capture() {
    LazyLock::force(&CAPTURE);
}

/// What was logged in this process so far, by every test of it.
pub fn logged() -> String {
    String::from_utf8_lossy(&LOG.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
}

struct Capture;

impl<'a> MakeWriter<'a> for Capture {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        Self
    }
}

impl Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
