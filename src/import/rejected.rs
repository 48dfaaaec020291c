//! The list of rejected rows: a CSV file without personal data, safe to open in a spreadsheet.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use super::finding::Code;
use super::output::Unfinished;
use super::source::Rejection;
use crate::domain::document::Number;

/// Collects the list. It is renamed when it is complete: a list with that name is one of a whole run.
#[derive(Debug)]
pub struct RejectedList {
    writer: csv::Writer<BufWriter<File>>,
    unfinished: Unfinished,
    path: PathBuf,
}

/// Why the list cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("无法写入清单 {}：{source}；请检查该文件夹是否存在、可写，或用 --out 指定另一个文件夹", path.display())]
pub struct ListError {
    path: PathBuf,
    source: io::Error,
}

impl ListError {
    pub(super) const fn new(path: PathBuf, source: io::Error) -> Self {
        Self { path, source }
    }
}

impl RejectedList {
    /// Creates `<batch>.rejected.csv` in a folder, which is created if need be.
    pub fn create(folder: &Path, batch: &str) -> Result<Self, ListError> {
        let path = folder.join(format!("{batch}.rejected.csv"));
        let fail = |source| ListError { path: path.clone(), source };
        let unfinished = Unfinished::create(&path).map_err(fail)?;
        let mut writer = csv::Writer::from_writer(BufWriter::new(unfinished.file().map_err(fail)?));
        writer.write_record(["source", "row", "key", "code", "message"]).map_err(|error| fail(error.into()))?;
        Ok(Self { writer, unfinished, path })
    }

    pub fn add(&mut self, source: &str, rejection: &Rejection) -> Result<(), ListError> {
        let Rejection { row, key, code } = rejection;
        // If a row did not split as its header says, the key may be a piece of any column.
        let key = match code {
            Code::UnclosedQuote | Code::LineTooLong => String::new(),
            Code::ColumnCount if !is_serial(key) => String::new(),
            _ => harmless(key),
        };
        let cells = [neutral(source), row.to_string(), key, code.as_str().into(), code.meaning().into()];
        self.writer.write_record(cells).map_err(|error| ListError { path: self.path.clone(), source: error.into() })
    }

    /// Renames the list.
    pub fn finish(mut self) -> Result<PathBuf, ListError> {
        let done = self.writer.flush().and_then(|()| self.unfinished.finish());
        done.map_err(|source| ListError { path: self.path, source })
    }
}

/// The longest key that is shown.
const LONGEST: usize = 32;

/// Masks a key for a list: unchanged where it can only be a key, else its first character and its length. Some systems use ID numbers,
/// names, addresses or telephone numbers as keys.
pub(super) fn harmless(key: &str) -> String {
    if is_mere_key(key) {
        return neutral(key);
    }
    let printable: Vec<char> = key.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    let masked = printable.iter().enumerate().map(|(at, c)| if at == 0 && printable.len() > 1 { *c } else { '*' });
    neutral(&masked.collect::<String>())
}

/// Up to three letters and up to six digits: too short for the number of a person, a document or a telephone.
fn is_serial(key: &str) -> bool {
    let digits = key.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    key.len() - digits.len() <= 3 && (1..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Masks a key of several parts, each by itself.
pub(super) fn harmless_parts(key: &str, between: &str) -> String {
    let parts: Vec<String> = key.split('\u{1f}').map(harmless).collect();
    neutral(&parts.join(between))
}

fn is_mere_key(key: &str) -> bool {
    /// The number of digits of a telephone number.
    const TELLING: usize = 11;
    let plain = key.len() <= LONGEST
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'-'));
    let runs = || key.split(|c: char| !c.is_ascii_digit()).map(str::len);
    plain && runs().all(|digits| digits < TELLING) && !Number::new(key, None).is_resident()
}

/// Escapes a cell so that no spreadsheet takes it for a formula.
pub(super) fn neutral(cell: &str) -> String {
    if cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || cell.starts_with(['\t', '\r', '\n'])
    {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::fs;

    #[test]
    fn hostile_and_personal_keys_are_made_harmless() {
        let table = [
            ("12", "12"),
            ("A-1_2.3:4", "A-1_2.3:4"),
            ("1234567890", "1234567890"),
            ("12345678901", "1**********"),
            ("张", "*"),
            ("张三丰", "张**"),
            ("z@example.com", "z************"),
            ("=cmd|' /C calc'!A0", "'=*****************"),
            (" +1", " **"),
            ("-1", "'-1"),
            ("＝1", "'＝*"),
            ("\u{7}\t@x", "'@*"),
            ("110101199003071233", "1*****************"),
            ("110101900307123", "1**************"),
            ("110101-19900307-123X", "1*******************"),
        ];
        for (key, shown) in table {
            assert_eq!(harmless(key), shown);
        }
        assert_eq!(harmless(&"x".repeat(500)).len(), 32);
        assert_eq!(harmless_parts("ZJ\u{1f}造价\u{1f}2017", "/"), "ZJ/造*/2017");
    }

    #[test]
    fn the_list_appears_when_it_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let mut list = RejectedList::create(folder.path(), "b").unwrap();
        list.add("a,b.csv", &Rejection { row: 7, key: "-1".into(), code: Code::RepeatedKey }).unwrap();
        assert!(!folder.path().join("b.rejected.csv").exists());
        let text = fs::read_to_string(list.finish().unwrap()).unwrap();
        assert_eq!(
            text,
            "source,row,key,code,message\n\"a,b.csv\",7,'-1,repeated-key,编号与前面的行相同而内容不同，未导入；以先出现的为准。\n"
        );
        assert_eq!(folder.path().read_dir().unwrap().count(), 1);
        assert!(RejectedList::create(&folder.path().join("new/folder"), "b").is_ok());
        assert!(RejectedList::create(&folder.path().join("b.rejected.csv"), "b").is_err(), "a file is no folder");
    }
}
