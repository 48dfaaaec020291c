//! What the commands of administrators and reviewers share: who acts, why, and one transaction with retry.

use chrono::{DateTime, Utc};
use clap::Args as ClapArgs;

use super::{Failure, ground};
use crate::app::AppError;
use crate::app::keys::Recording;
use crate::app::tx::{Tx, UseCaseError, act_blocking};
use crate::config::Config;
use crate::db::Db;
use crate::vault::Vault;

/// Who acts.
#[derive(Clone, Debug, ClapArgs)]
pub struct Who {
    /// Who acts, for the audit log [default: the name of this user]
    #[arg(long = "as", value_name = "NAME", value_parser = name)]
    name: Option<String>,
}

impl Who {
    /// The name; never without one.
    pub fn name(&self) -> Result<String, Failure> {
        let of_user = || ["SUDO_USER", "USER", "LOGNAME"].iter().find_map(|key| std::env::var(key).ok());
        self.name.clone().or_else(|| of_user().and_then(|user| name(&user).ok())).or_else(of_uid).ok_or_else(|| {
            Failure::new("--as", "this user has no name, and the audit log needs one", "Say who acts with --as NAME.")
        })
    }
}

/// Who runs this program, where the environment does not say, as in a container: `uid:0`.
fn of_uid() -> Option<String> {
    let own = std::fs::metadata("/proc/self").ok()?;
    Some(format!("uid:{}", std::os::unix::fs::MetadataExt::uid(&own)))
}

/// Why it is done.
#[derive(Clone, Debug, ClapArgs)]
pub struct Why {
    /// Why; it is stored, and of a task shown to the citizen
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    pub reason: String,
}

fn name(text: &str) -> Result<String, String> {
    let text = text.trim();
    let is_name = !text.is_empty() && text.chars().count() <= 64 && !text.chars().any(char::is_control);
    is_name.then(|| text.to_owned()).ok_or_else(|| "1 to 64 characters, none of them a control character".to_owned())
}

fn reason(text: &str) -> Result<String, String> {
    let text = text.trim();
    let is_reason = !text.is_empty() && text.chars().count() <= 500 && !text.chars().any(char::is_control);
    is_reason.then(|| text.to_owned()).ok_or_else(|| "1 to 500 characters, none of them a control character".to_owned())
}

pub struct Desk {
    db: Db,
    pub vault: Vault,
    now: DateTime<Utc>,
}

impl Desk {
    /// Opens them, where they belong together.
    pub fn open(config: &Config, recording: Recording) -> Result<Self, Failure> {
        let (db, vault) = ground::open(config, recording)?;
        Ok(Self { db, vault, now: Utc::now() })
    }

    /// Runs a use case, with retry after a race condition.
    pub fn act<T, E: UseCaseError>(&self, work: impl Fn(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        act_blocking(&self.db, &self.vault, self.now, work)
    }
}

/// The database, in words for the person at the terminal.
pub fn failed(error: &AppError) -> Failure {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text} ({error})");
        cause = error.source();
    }
    Failure::new("database", text, "Run `buzheng doctor`: it looks at database, schema and keys.")
}
