//! Files that an import leaves for people. Each gets its name when it is complete; until then it has a name that nobody can foresee,
//! so that whoever else may write to the folder cannot have it written elsewhere, and it goes again when the work fails.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file on its way. Only its owner may read it.
#[derive(Debug)]
pub struct Unfinished {
    file: NamedTempFile,
    path: PathBuf,
}

impl Unfinished {
    /// Begins a file in a folder, which is made if need be.
    pub fn create(path: &Path) -> io::Result<Self> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let prefix = format!(".{name}.");
        let file = tempfile::Builder::new().prefix(&prefix).suffix(".part").rand_bytes(12).tempfile_in(folder)?;
        Ok(Self { file, path: path.to_owned() })
    }

    /// To be written to.
    pub fn file(&self) -> io::Result<File> {
        self.file.as_file().try_clone()
    }

    /// Gives the file its name, in place of whatever has it.
    pub fn finish(self) -> io::Result<PathBuf> {
        self.file.persist(&self.path)?;
        Ok(self.path)
    }

    /// The same, where the content is worth more than the name: it stays as it is if it cannot have that one.
    pub fn finish_or_keep(self) -> Result<PathBuf, (io::Error, PathBuf)> {
        let Self { file, path } = self;
        match file.persist(&path) {
            Ok(_) => Ok(path),
            Err(failed) => match failed.file.keep() {
                Ok((_, kept)) => Err((failed.error, kept)),
                Err(unkept) => Err((failed.error, unkept.file.path().to_owned())),
            },
        }
    }
}
