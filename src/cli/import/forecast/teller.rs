//! Results and findings of a forecast, as they come.

use indicatif::ProgressBar;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};

use super::warn;
use crate::cli::output::Format;
use crate::import::finding::Code;
use crate::import::forecast::Event;

/// Lines of each sort that are named one by one; beyond, only their number is reported.
const NAMED: u64 = 100;

pub(super) const GARBLED: &str = Code::NameGarbled.as_str();

/// Prints results to stdout and findings to stderr, as they come.
pub(super) struct Teller<'a, W: Write> {
    pub(super) format: Format,
    pub(super) out: W,
    pub(super) problems: BTreeMap<&'static str, u64>,
    pub(super) undecidable: u64,
    pub(super) garbled: u64,
    pub(super) progress: &'a ProgressBar,
}

impl<W: Write> Teller<'_, W> {
    pub(super) fn tell(&mut self, event: Event) -> io::Result<()> {
        match event {
            Event::Decided(forecast) if self.format == Format::Json => {
                serde_json::to_writer(&mut self.out, &forecast)?;
                self.out.write_all(b"\n")
            }
            Event::Decided(_) => Ok(()),
            Event::Undecidable { line, problem } => {
                *self.problems.entry(problem.as_str()).or_default() += 1;
                self.undecidable += 1;
                self.name(
                    self.undecidable,
                    format_args!("第 {line} 行不能判定 [{}]：{}", problem.as_str(), problem.meaning()),
                );
                Ok(())
            }
            Event::Garbled { line, garbled } => {
                self.garbled += 1;
                self.name(self.garbled, format_args!("第 {line} 行的姓名像是乱码 [{GARBLED}]：{}", garbled.meaning()));
                Ok(())
            }
        }
    }

    fn name(&self, number: u64, finding: fmt::Arguments<'_>) {
        if number <= NAMED {
            self.progress.suspend(|| warn(finding));
        }
    }
}
