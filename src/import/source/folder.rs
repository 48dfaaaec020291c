//! A folder of photos named by their application's key.

mod walk;

use std::ffi::OsStr;
use std::io::{self};
use std::ops::Range;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::items::Items;
use crate::import::finding::{Code, Tally};
use walk::{Walk, look_at, read_photo};

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
mod tests;
