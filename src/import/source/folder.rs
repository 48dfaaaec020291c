//! A folder of photos named by their application's key.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::{Item, Items, Rejection};
use crate::domain::form::text::tidy;
use crate::import::finding::{Code, Tally};

/// Far above any portrait; a larger file is not read.
pub const MAX_PHOTO: u64 = 10 * 1024 * 1024;

/// One photo.
#[derive(Debug)]
pub struct PhotoFile {
    /// Its place among the folder's photos by name, from 1.
    pub number: u64,
    pub key: String,
    pub bytes: Vec<u8>,
}

/// Reads photos one after the other, in the order of their names, so that every run counts them alike.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    names: std::vec::IntoIter<OsString>,
    read: u64,
}

impl Folder {
    /// Lists the folder.
    pub fn open(path: &Path, tally: &mut Tally) -> io::Result<Self> {
        let mut names = Vec::new();
        for entry in path.read_dir()? {
            let entry = entry?;
            // A link is no photo: it may lead anywhere.
            if entry.file_type()?.is_file() && is_jpg(&entry.file_name()) {
                names.push(entry.file_name());
            } else {
                let name: String =
                    entry.file_name().to_string_lossy().chars().filter(|c| !c.is_control()).take(40).collect();
                let extension =
                    name.rsplit_once('.').map_or("（无扩展名或文件夹）".to_owned(), |(_, e)| format!(".{e}"));
                tally.source(Code::OtherFile, &extension);
            }
        }
        names.sort();
        Ok(Self { path: path.to_owned(), names: names.into_iter(), read: 0 })
    }
}

impl Items for Folder {
    type Input = PhotoFile;

    fn next(&mut self) -> io::Result<Option<Item<PhotoFile>>> {
        let Some(name) = self.names.next() else { return Ok(None) };
        self.read += 1;
        let row = self.read;
        let reject = |key: &str, code| Ok(Some(Item::Rejected(Rejection { row, key: key.to_owned(), code })));
        let Some(stem) = name.to_str().and_then(|name| name.rsplit_once('.')).map(|(stem, _)| stem) else {
            return reject("", Code::MalformedBytes);
        };
        if stem.chars().any(char::is_control) {
            return reject("", Code::ControlCharacter);
        }
        let mut bytes = Vec::new();
        File::open(self.path.join(&name))?.take(MAX_PHOTO + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_PHOTO {
            return reject(tidy(stem), Code::LineTooLong);
        }
        Ok(Some(Item::Row(PhotoFile { number: row, key: tidy(stem).to_owned(), bytes })))
    }
}

fn is_jpg(name: &OsString) -> bool {
    let bytes = name.as_encoded_bytes();
    bytes.len() >= 4 && bytes[bytes.len() - 4..].eq_ignore_ascii_case(b".jpg")
}
