//! Plain lines on stderr, where it is no terminal.

use indicatif::ProgressBar;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::Unit;
use super::words::{as_float, done, left, rate};

/// Plain lines from a thread of their own.
pub(super) struct Lines {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Lines {
    pub(super) fn start(bar: ProgressBar, unit: Unit, every: Duration) -> Self {
        let (stop, stopped) = mpsc::channel();
        let started = Instant::now();
        let thread = thread::spawn(move || {
            let mut meter = Meter { unit, last: (Duration::ZERO, 0) };
            while stopped.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
                let line = meter.line(&bar.message(), bar.position(), bar.length(), started.elapsed());
                // As with every message: without a stderr nobody reads it.
                let _ = io::stderr().write_all(line.as_bytes());
            }
        });
        Self { stop, thread }
    }

    pub(super) fn end(self) {
        drop(self.stop);
        // The thread ends at once; a panic in it has shown itself and is no reason to lose the report.
        let _ = self.thread.join();
    }
}

/// Makes the lines, each with the rate since the last one.
struct Meter {
    unit: Unit,
    last: (Duration, u64),
}

impl Meter {
    fn line(&mut self, stage: &str, position: u64, length: Option<u64>, elapsed: Duration) -> String {
        let (then, before) = std::mem::replace(&mut self.last, (elapsed, position));
        let seconds = elapsed.saturating_sub(then).as_secs_f64();
        // A stage may start again.
        let counted = position.checked_sub(before).unwrap_or(position);
        let per_second = if seconds > 0.0 { as_float(counted) / seconds } else { 0.0 };
        let parts =
            [done(self.unit, position, length), rate(self.unit, per_second), left(position, length, per_second)];
        let mut line = String::from(stage);
        for part in parts.iter().filter(|part| !part.is_empty()) {
            let separator = if line.is_empty() { "" } else { " · " };
            let _ = write!(line, "{separator}{part}");
        }
        line + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_tell_stage_share_rate_and_remaining_time() {
        let mut meter = Meter { unit: Unit::Bytes, last: (Duration::ZERO, 0) };
        let mut line = |at, position, length| meter.line("accounts.csv", position, length, Duration::from_secs(at));
        let mib = 1 << 20;
        assert_eq!(line(10, 20 * mib, Some(100 * mib)), "accounts.csv · 20% · 2.00 MiB/秒 · 剩余约 00:00:40\n");
        assert_eq!(line(20, 60 * mib, Some(100 * mib)), "accounts.csv · 60% · 4.00 MiB/秒 · 剩余约 00:00:10\n");
        assert_eq!(line(30, 60 * mib, Some(100 * mib)), "accounts.csv · 60% · 0 B/秒 · 剩余时间未知\n");
        assert_eq!(
            line(40, 10 * mib, Some(0)),
            "accounts.csv · 10.00 MiB · 1.00 MiB/秒\n",
            "a stage of unknown length"
        );
    }

    #[test]
    fn things_are_counted_with_their_measure_word() {
        let mut meter = Meter { unit: Unit::Things("个"), last: (Duration::ZERO, 0) };
        let line = meter.line("", 1_000, Some(4_601_000), Duration::from_secs(10));
        assert_eq!(line, "1,000/4,601,000 0% · 100 个/秒 · 剩余约 12:46:40\n");
        assert_eq!(meter.line("加固", 1_000, None, Duration::from_secs(20)), "加固 · 1,000 个 · 0 个/秒\n");
    }
}
