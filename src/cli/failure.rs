//! Why a command could not run, in words for the person at the terminal.

use std::fmt::{self, Display};

use super::words::shortened;
use crate::app::BuildError;
use crate::config::ConfigError;
use crate::db::migrate::{ConnectError, MigrateError};
use crate::telemetry::TelemetryError;

/// Why a command could not run: the thing, the reason, the next step. Holds no secret.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// `thing` is a key, a file or a neighbour; `next_step` a sentence in the imperative.
    pub fn new(thing: impl Display, reason: impl Display, next_step: impl Display) -> Self {
        let (thing, reason) = (shortened(&thing.to_string(), 200), shortened(&reason.to_string(), 1000));
        Self(format!("{thing}: {reason}\n  {next_step}"))
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self(error.to_string())
    }
}

impl From<BuildError> for Failure {
    fn from(error: BuildError) -> Self {
        Self(format!("{error}\n  Correct this in the configuration; `buzheng doctor` looks at all of it."))
    }
}

impl From<ConnectError> for Failure {
    fn from(error: ConnectError) -> Self {
        Self::new("database", &error, error.next_step())
    }
}

impl From<MigrateError> for Failure {
    fn from(error: MigrateError) -> Self {
        Self::new("schema", &error, error.next_step())
    }
}

impl From<TelemetryError> for Failure {
    fn from(error: TelemetryError) -> Self {
        Self::new("log", error, "Correct the [log] section of the configuration.")
    }
}
