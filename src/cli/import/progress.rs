//! How far a command is: a bar on a terminal, elsewhere a plain line now and then, with `--quiet` nothing. All on stderr.
//!
//! The work is given an [`indicatif::ProgressBar`] either way; one that is not drawn still counts, and the plain lines are read off it.

use clap::Args as ClapArgs;
use indicatif::{FormattedDuration, HumanBytes, HumanCount, ProgressBar, ProgressState, ProgressStyle};
use std::fmt::{self, Write as _};
use std::io::{self, IsTerminal, Write as _};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// A bar moves although the work does not.
const TICK: Duration = Duration::from_millis(250);

/// What the administrator wants to see.
#[derive(Clone, Copy, Debug, ClapArgs)]
pub(super) struct Wanted {
    /// Show no progress
    #[arg(long, global = true)]
    quiet: bool,
    /// Milliseconds between two plain lines, where stderr is no terminal
    #[arg(long, global = true, hide = true, value_name = "MILLISECONDS", default_value_t = 10_000)]
    progress_every: u64,
}

impl Wanted {
    pub(super) const fn quiet(self) -> Self {
        Self { quiet: true, ..self }
    }
}

/// What is counted.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unit {
    /// Of files.
    Bytes,
    /// Of things, with their measure word.
    Things(&'static str),
}

/// The display, until it [ends](Progress::end) or is dropped; nothing else may be written to stderr meanwhile, but by
/// [`ProgressBar::suspend`].
pub(super) struct Progress {
    bar: ProgressBar,
    lines: Option<Lines>,
}

impl Progress {
    pub(super) fn start(wanted: Wanted, unit: Unit) -> Self {
        if wanted.quiet {
            return Self { bar: ProgressBar::hidden(), lines: None };
        }
        if io::stderr().is_terminal() {
            let bar = ProgressBar::new(0).with_style(style(unit));
            bar.enable_steady_tick(TICK);
            return Self { bar, lines: None };
        }
        let bar = ProgressBar::hidden();
        bar.set_length(0);
        let lines = Lines::start(bar.clone(), unit, Duration::from_millis(wanted.progress_every.max(1)));
        Self { bar, lines: Some(lines) }
    }

    /// For the work to count on. `set_message` names the stage.
    pub(super) const fn bar(&self) -> &ProgressBar {
        &self.bar
    }

    /// Takes the display away, so that stderr is free again.
    pub(super) fn end(self) {
        drop(self);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(lines) = self.lines.take() {
            lines.end();
        }
        self.bar.finish_and_clear();
    }
}

fn style(unit: Unit) -> ProgressStyle {
    let template = "{msg} {wide_bar} {done} · {rate} · {left}";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style
        .with_key("done", move |state: &ProgressState, out: &mut dyn fmt::Write| {
            tell(out, &done(unit, state.pos(), state.len()));
        })
        .with_key("rate", move |state: &ProgressState, out: &mut dyn fmt::Write| {
            tell(out, &rate(unit, state.per_sec()));
        })
        .with_key("left", move |state: &ProgressState, out: &mut dyn fmt::Write| {
            tell(out, &left(state.pos(), state.len(), state.per_sec()));
        })
}

fn tell(out: &mut dyn fmt::Write, text: &str) {
    // Into a string of indicatif's, which always takes it.
    let _ = out.write_str(text);
}

/// Plain lines from a thread of their own.
struct Lines {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Lines {
    fn start(bar: ProgressBar, unit: Unit, every: Duration) -> Self {
        let (stop, stopped) = mpsc::channel();
        let started = Instant::now();
        let thread = thread::spawn(move || {
            let mut meter = Meter { unit, last: (Duration::ZERO, 0) };
            while stopped.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
                let line = meter.line(&bar.message(), bar.position(), bar.length(), started.elapsed());
                // As of every message: without a stderr there is nobody to tell.
                let _ = io::stderr().write_all(line.as_bytes());
            }
        });
        Self { stop, thread }
    }

    fn end(self) {
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
        // A stage may begin anew.
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

fn done(unit: Unit, position: u64, length: Option<u64>) -> String {
    let length = length.filter(|length| *length > 0);
    let share = length.map(|length| position.min(length) * 100 / length);
    match (unit, length, share) {
        (Unit::Things(_), Some(length), Some(share)) => {
            format!("{}/{} {share}%", HumanCount(position), HumanCount(length))
        }
        (Unit::Bytes, Some(_), Some(share)) => format!("{share}%"),
        (Unit::Things(word), ..) => format!("{} {word}", HumanCount(position)),
        (Unit::Bytes, ..) => HumanBytes(position).to_string(),
    }
}

fn rate(unit: Unit, per_second: f64) -> String {
    match unit {
        Unit::Bytes => format!("{}/秒", HumanBytes(whole(per_second))),
        Unit::Things(word) => format!("{} {word}/秒", HumanCount(whole(per_second))),
    }
}

fn left(position: u64, length: Option<u64>, per_second: f64) -> String {
    let Some(rest) = length.filter(|length| *length > 0).map(|length| length.saturating_sub(position)) else {
        return String::new();
    };
    if rest == 0 {
        return String::new();
    }
    match Duration::try_from_secs_f64(as_float(rest) / per_second) {
        Ok(time) => format!("剩余约 {}", duration(time)),
        // Nothing moved, or next to nothing.
        Err(_) => "剩余时间未知".into(),
    }
}

/// `00:01:10`, `2d 03:00:00`.
pub(super) fn duration(time: Duration) -> FormattedDuration {
    FormattedDuration(time)
}

#[allow(clippy::cast_precision_loss)] // a rate for people
const fn as_float(count: u64) -> f64 {
    count as f64
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates, and no rate is negative
fn whole(rate: f64) -> u64 {
    rate.round() as u64
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
