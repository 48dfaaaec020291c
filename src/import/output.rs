//! Output files of an import. Each is renamed when it is complete; until then it has a name that nobody can predict, so that another user
//! with write access to the folder cannot redirect it, and it is deleted when the work fails.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// An incomplete file. Only its owner may read it.
#[derive(Debug)]
pub struct Unfinished {
    file: NamedTempFile,
    path: PathBuf,
}

impl Unfinished {
    /// Creates a file in a folder, which is created if need be.
    pub fn create(path: &Path) -> io::Result<Self> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let prefix = format!(".{name}.");
        let file = tempfile::Builder::new().prefix(&prefix).suffix(".part").rand_bytes(12).tempfile_in(folder)?;
        Ok(Self { file, path: path.to_owned() })
    }

    pub fn file(&self) -> io::Result<File> {
        self.file.as_file().try_clone()
    }

    /// Renames the file, replacing an existing one.
    pub fn finish(self) -> io::Result<PathBuf> {
        self.file.persist(&self.path)?;
        Ok(self.path)
    }

    /// Like [`Self::finish`], where the content is worth more than the name: if it cannot be renamed, it stays as it is.
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
