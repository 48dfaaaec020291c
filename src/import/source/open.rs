//! How every file of a source is opened.

use std::fs::File;
use std::io;
use std::path::Path;

/// Opens a file that can be read to its end and again from its beginning. Opening a pipe would wait for ever for its other end.
pub(super) fn open_file(path: &Path) -> io::Result<File> {
    let refuse = || Err(io::Error::new(io::ErrorKind::InvalidInput, "不是普通文件"));
    if !path.metadata()?.is_file() {
        return refuse();
    }
    let file = File::open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { refuse() }
}
