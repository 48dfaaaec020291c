//! Why a configuration is refused.

use std::fmt;
use std::path::PathBuf;

#[derive(Debug, PartialEq, Eq)]
pub struct ConfigError {
    pub path: PathBuf,
    /// One sentence per problem, each naming its key; no value of a secret.
    pub problems: Vec<String>,
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.problems.len();
        let noun = if count == 1 { "problem" } else { "problems" };
        write!(f, "configuration {}: {count} {noun}", self.path.display())?;
        for problem in &self.problems {
            write!(f, "\n  - {problem}")?;
        }
        write!(f, "\nCorrect the file or the BUZHENG__ variables; docs/configuration.md explains every key.")
    }
}

/// ` (line 3)`, where the parser says where it failed.
pub(super) fn line_of(text: &str, error: &toml::de::Error) -> String {
    error.span().map_or_else(String::new, |span| {
        let before = text.get(..span.start).unwrap_or(text);
        format!(" (line {})", before.matches('\n').count() + 1)
    })
}
