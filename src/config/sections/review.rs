//! `[review]`: who examines applications, and within what time.

use serde::Deserialize;
use std::path::{Path, PathBuf};

use crate::domain::case::{Level, Levels, Terms};
use crate::domain::workdays::Calendar;

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReviewConfig {
    /// In order: a city recommends, the province decides; or the province alone.
    pub levels: Vec<Level>,
    /// Working days from when an application comes in until it is to be answered.
    pub answer_within: u32,
    /// Holidays that are not among the State Council's notices which the program knows, or are other ones here.
    pub holidays_file: Option<PathBuf>,
}

impl Default for ReviewConfig {
    fn default() -> Self {
        Self { levels: vec![Level::City, Level::Province], answer_within: 20, holidays_file: None }
    }
}

impl ReviewConfig {
    pub fn levels(&self) -> Levels {
        Levels { has_city: self.levels.contains(&Level::City) }
    }

    pub fn terms(&self) -> Terms {
        Terms { answer_within: self.answer_within }
    }

    /// Which days are worked. The file was readable when the configuration was checked; where it is not any more, it does not count.
    pub fn calendar(&self) -> Calendar {
        let notices = Calendar::of_the_state_council();
        match self.holidays_file.as_deref().map(read) {
            Some(Ok(own)) => notices.with(own),
            Some(Err(problem)) => {
                tracing::error!(problem, "review.holidays_file is left out");
                notices
            }
            None => notices,
        }
    }

    pub(in crate::config) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.levels != [Level::City, Level::Province] && self.levels != [Level::Province] {
            problems.push(r#"review.levels: must be ["city", "province"] or ["province"]"#.to_owned());
        }
        if !(1..=250).contains(&self.answer_within) {
            problems.push("review.answer_within: must be between 1 and 250 working days".to_owned());
        }
        if let Some(Err(problem)) = self.holidays_file.as_deref().map(read) {
            problems.push(format!("review.holidays_file: {problem}"));
        }
        problems
    }
}

fn read(path: &Path) -> Result<Calendar, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Calendar::parse(&text).map_err(|error| format!("{}: {error}", path.display()))
}
