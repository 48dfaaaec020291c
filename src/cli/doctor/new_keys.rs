//! `--new-keys`: a key file for a new installation.

use serde_json::json;
use std::path::Path;

use crate::cli::failure::Failure;
use crate::cli::output::{Format, Outcome, print};
use crate::vault::KeyFile;

pub(super) fn new_keys(path: &Path, format: Format) -> Result<Outcome, Failure> {
    KeyFile::generate().write_new(path).map_err(|error| {
        Failure::new(
            path.display(),
            error,
            "Choose a path that does not exist yet, in a directory that this user may write to; keys are never overwritten.",
        )
    })?;
    match format {
        Format::Human => print(format_args!(
            "wrote new keys to {}; name the file as vault.keys_file, and keep a copy apart from the database and its backups",
            path.display()
        ))?,
        Format::Json => print(json!({ "keys_file": path }))?,
    }
    Ok(Outcome::Done)
}
