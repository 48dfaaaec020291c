//! A folder of photos named by their application's key.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read};
use std::ops::Range;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::items::{Item, Items, Rejection};
use super::open::open_file;
use crate::domain::form::text::tidy;
use crate::import::finding::{Code, Tally};

/// Far above any portrait; a larger file is not read.
pub const MAX_PHOTO: u64 = 10 * 1024 * 1024;

#[derive(Debug)]
pub struct PhotoFile {
    /// Position among the folder's photos by name, from 1.
    pub number: u64,
    pub key: String,
    pub bytes: Vec<u8>,
}

/// One photo without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoKey {
    /// Position among the folder's photos by name, from 1.
    pub number: u64,
    pub key: String,
    pub length: u64,
    pub modified: SystemTime,
}

/// The photos of a folder, sorted by name, so that every run numbers them alike. Names share one allocation: there may be millions.
#[derive(Debug)]
pub struct FolderInput {
    path: PathBuf,
    names: Vec<u8>,
    order: Vec<(usize, u8)>,
}

impl FolderInput {
    pub(super) fn open(path: &Path, tally: &mut Tally) -> io::Result<Self> {
        let (mut names, mut order) = (Vec::new(), Vec::new());
        for entry in path.read_dir()? {
            let entry = entry?;
            let name = entry.file_name();
            // A symbolic link is no photo: it may point anywhere.
            match u8::try_from(name.len()) {
                Ok(length) if is_jpg(&name) && entry.file_type()?.is_file() => {
                    order.push((names.len(), length));
                    names.extend(name.as_bytes());
                }
                _ => tally.source(Code::OtherFile, &extension(&name)),
            }
        }
        order.sort_unstable_by_key(|place| &names[range(*place)]);
        Ok(Self { path: path.to_owned(), names, order })
    }

    pub fn size(&self) -> u64 {
        self.order.len() as u64
    }

    /// Every photo with its content.
    pub fn rows(&self) -> impl Items<Input = PhotoFile> + '_ {
        Walk { folder: self, read: 0, look: read_photo }
    }

    /// Every photo without its content.
    pub fn keys(&self) -> impl Items<Input = PhotoKey> + '_ {
        Walk { folder: self, read: 0, look: look_at }
    }

    fn name(&self, at: usize) -> &OsStr {
        OsStr::from_bytes(&self.names[range(self.order[at])])
    }
}

fn range((from, length): (usize, u8)) -> Range<usize> {
    from..from + usize::from(length)
}

/// Makes an item of a photo's number, key and path.
type Look<T> = fn(u64, String, &Path) -> Result<T, Code>;

/// An iterator over a folder.
struct Walk<'a, T> {
    folder: &'a FolderInput,
    read: usize,
    look: Look<T>,
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

fn read_photo(number: u64, key: String, path: &Path) -> Result<PhotoFile, Code> {
    let mut bytes = Vec::new();
    let read = open_file(path).and_then(|file| file.take(MAX_PHOTO + 1).read_to_end(&mut bytes));
    match read {
        Ok(length) if length as u64 > MAX_PHOTO => Err(Code::LineTooLong),
        Ok(_) => Ok(PhotoFile { number, key, bytes }),
        Err(_) => Err(Code::UnreadablePhoto),
    }
}

fn look_at(number: u64, key: String, path: &Path) -> Result<PhotoKey, Code> {
    let looked = fs::symlink_metadata(path).and_then(|found| Ok((found.len(), found.modified()?)));
    match looked {
        Ok((length, _)) if length > MAX_PHOTO => Err(Code::LineTooLong),
        Ok((length, modified)) => Ok(PhotoKey { number, key, length, modified }),
        Err(_) => Err(Code::UnreadablePhoto),
    }
}

fn is_jpg(name: &OsStr) -> bool {
    let bytes = name.as_bytes();
    bytes.len() >= 4 && bytes[bytes.len() - 4..].eq_ignore_ascii_case(b".jpg")
}

/// What a message may quote of a file that is no photo: a name may be a person's.
fn extension(name: &OsStr) -> String {
    let name: String = name.to_string_lossy().chars().filter(|c| !c.is_control()).take(40).collect();
    name.rsplit_once('.').map_or("（无扩展名或文件夹）".to_owned(), |(_, extension)| format!(".{extension}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn all<T>(mut items: impl Items<Input = T>) -> Vec<Result<T, Rejection>> {
        let mut found = Vec::new();
        while let Some(item) = items.next().unwrap() {
            found.push(match item {
                Item::Row(row) => Ok(row),
                Item::Rejected(rejection) => Err(rejection),
            });
        }
        found
    }

    #[test]
    fn photos_come_by_name_every_time_and_keys_are_the_same_ones() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["20.jpg", "3.JPG", "100.jpg", "b\u{7}.jpg", "notes.txt"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        fs::create_dir(folder.path().join("d.jpg")).unwrap();
        fs::write(folder.path().join("big.jpg"), vec![0; usize::try_from(MAX_PHOTO).unwrap() + 1]).unwrap();
        let mut tally = Tally::default();
        let input = FolderInput::open(folder.path(), &mut tally).unwrap();
        assert_eq!(input.size(), 5);
        for _ in 0..2 {
            let rows: Vec<_> = all(input.rows())
                .into_iter()
                .map(|row| row.map(|row| (row.number, row.key, row.bytes.len())))
                .collect();
            let keys: Vec<_> = all(input.keys())
                .into_iter()
                .map(|row| row.map(|row| (row.number, row.key, usize::try_from(row.length).unwrap())))
                .collect();
            assert_eq!(rows, keys);
            let row = |number, key: &str, length| Ok((number, key.to_owned(), length));
            let rejected = |row, key: &str, code| Err(Rejection { row, key: key.to_owned(), code });
            assert_eq!(
                rows,
                [
                    row(1, "100", 7),
                    row(2, "20", 6),
                    row(3, "3", 5),
                    rejected(4, "", Code::ControlCharacter),
                    rejected(5, "big", Code::LineTooLong)
                ]
            );
        }
        assert_eq!(tally.findings()[0].details.len(), 2);
    }

    #[test]
    fn a_photo_that_is_gone_costs_itself_only() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["1.jpg", "2.jpg"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        let input = FolderInput::open(folder.path(), &mut Tally::default()).unwrap();
        fs::remove_file(folder.path().join("1.jpg")).unwrap();
        let codes: Vec<_> = all(input.rows()).into_iter().map(|row| row.err().map(|rejected| rejected.code)).collect();
        assert_eq!(codes, [Some(Code::UnreadablePhoto), None]);
    }
}
