//! How every file of a source is opened.

use std::fs::File;
use std::io;
use std::path::Path;

/// Opens a regular file, which can be read repeatedly. Opening a pipe would block until its other end opens.
pub(super) fn open_file(path: &Path) -> io::Result<File> {
    let refuse = || Err(io::Error::new(io::ErrorKind::InvalidInput, "不是普通文件"));
    if !path.metadata()?.is_file() {
        return refuse();
    }
    let file = File::open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { refuse() }
}
