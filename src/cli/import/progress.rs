//! How far a command is: a bar on a terminal, elsewhere a plain line now and then, with `--quiet` nothing. All on stderr.
//!
//! The work is given an [`indicatif::ProgressBar`] either way; one that is not drawn still counts, and the plain lines are read off it.

mod lines;
mod words;

use clap::Args as ClapArgs;
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use std::fmt;
use std::io::{self, IsTerminal};
use std::time::Duration;

use lines::Lines;
use words::{done, left, rate};

pub(super) use words::duration;

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
