//! The key file: there, well formed, its owner's alone, and that of this database.

use sso::Finding;
use std::path::Path;

use super::{ok, problem, warning};
use crate::vault::{KeyFile, Purpose, Vault};

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

/// Whether the keys open what the database holds. `None` where there is nothing to tell from, or no keys.
pub(super) fn fit(path: &Path, sealed_numbers: &[Vec<u8>]) -> Option<Finding> {
    let vault = Vault::new(&KeyFile::read(path).ok()?);
    let failure = sealed_numbers.iter().find_map(|sealed| vault.open(Purpose::Number, sealed).err());
    match failure {
        Some(error) => Some(problem(
            "keys.fit",
            format!("the keys are not those of this database: {error}"),
            "name the key file that belongs to this database as vault.keys_file, or restore it from its backup",
        )),
        None if sealed_numbers.is_empty() => None,
        None => Some(ok("keys.fit", "the keys open what the database holds".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sso::Severity;

    #[test]
    fn keys_of_another_installation_are_a_problem() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str| {
            let path = folder.path().join(name);
            KeyFile::generate().write_new(&path).unwrap();
            path
        };
        let (ours, others) = (write("ours.toml"), write("others.toml"));
        let sealed = Vault::new(&KeyFile::read(&ours).unwrap()).seal_text(Purpose::Number, "110101199003071233");
        assert_eq!(fit(&ours, &[]), None);
        assert_eq!(fit(&ours, std::slice::from_ref(&sealed)).unwrap().severity, Severity::Ok);
        assert_eq!(fit(&others, &[sealed]).unwrap().severity, Severity::Problem);
    }
}
