//! Going through the photos of a folder.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use super::{FolderInput, MAX_PHOTO, PhotoFile, PhotoKey};
use crate::domain::form::text::tidy;
use crate::import::finding::Code;
use crate::import::source::items::{Item, Items, Rejection};
use crate::import::source::open::open_file;

/// Makes an item of a photo's number, key and path.
type Look<T> = fn(u64, String, &Path) -> Result<T, Code>;

/// An iterator over a folder.
pub(super) struct Walk<'a, T> {
    pub(super) folder: &'a FolderInput,
    pub(super) read: usize,
    pub(super) look: Look<T>,
}

impl<T> Items for Walk<'_, T> {
    type Input = T;

    fn next(&mut self) -> io::Result<Option<Item<T>>> {
        if self.read == self.folder.order.len() {
            return Ok(None);
        }
        let name = self.folder.name(self.read);
        self.read += 1;
        let row = self.read as u64;
        let reject = |key: String, code| Ok(Some(Item::Rejected(Rejection { row, key, code })));
        let Some((stem, _)) = name.to_str().and_then(|name| name.rsplit_once('.')) else {
            return reject(String::new(), Code::MalformedBytes);
        };
        if stem.chars().any(char::is_control) {
            return reject(String::new(), Code::ControlCharacter);
        }
        let key = tidy(stem).to_owned();
        match (self.look)(row, key.clone(), &self.folder.path.join(name)) {
            Ok(photo) => Ok(Some(Item::Row(photo))),
            Err(code) => reject(key, code),
        }
    }
}

pub(super) fn read_photo(number: u64, key: String, path: &Path) -> Result<PhotoFile, Code> {
    let mut bytes = Vec::new();
    let read = open_file(path).and_then(|file| file.take(MAX_PHOTO + 1).read_to_end(&mut bytes));
    match read {
        Ok(length) if length as u64 > MAX_PHOTO => Err(Code::LineTooLong),
        Ok(_) => Ok(PhotoFile { number, key, bytes }),
        Err(_) => Err(Code::UnreadablePhoto),
    }
}

pub(super) fn look_at(number: u64, key: String, path: &Path) -> Result<PhotoKey, Code> {
    let looked = fs::symlink_metadata(path).and_then(|found| Ok((found.len(), found.modified()?)));
    match looked {
        Ok((length, _)) if length > MAX_PHOTO => Err(Code::LineTooLong),
        Ok((length, modified)) => Ok(PhotoKey { number, key, length, modified }),
        Err(_) => Err(Code::UnreadablePhoto),
    }
}
