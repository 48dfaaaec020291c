//! The key file: there, well formed, its owner's alone.

use sso::Finding;
use std::path::Path;

use super::{ok, problem, warning};
use crate::vault::KeyFile;

pub(super) fn examine(path: &Path) -> Vec<Finding> {
    let name = path.display();
    let readable = match KeyFile::read(path) {
        Ok(_) => ok("keys.file", format!("{name} holds usable keys")),
        Err(error) => {
            return vec![problem(
                "keys.file",
                format!("vault.keys_file {name}: {error}"),
                "restore the installation's key file from its backup; only a new installation gets a new one, by `buzheng doctor \
                 --new-keys FILE`",
            )];
        }
    };
    let access = match KeyFile::is_exposed(path) {
        Ok(false) => ok("keys.access", format!("{name} is readable by its owner alone")),
        Ok(true) => warning(
            "keys.access",
            format!("{name} can be read or written by others than its owner"),
            "chmod 600 the file, and consider who may have read the keys",
        ),
        Err(error) => problem("keys.access", format!("{name}: {error}"), "let this user look at the file"),
    };
    vec![readable, access]
}
