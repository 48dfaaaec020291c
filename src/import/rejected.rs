//! The list of rows that were left out: a CSV file without personal data, safe to open in a spreadsheet.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use super::source::Rejection;
use crate::domain::document::{self, Number};

/// Collects the list. It gets its name when it is complete: a list that stands is one of a whole run.
#[derive(Debug)]
pub struct RejectedList {
    writer: csv::Writer<BufWriter<File>>,
    unfinished: PathBuf,
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
    /// Begins `<batch>.rejected.csv` in a folder, which is made if need be.
    pub fn create(folder: &Path, batch: &str) -> Result<Self, ListError> {
        let path = folder.join(format!("{batch}.rejected.csv"));
        let unfinished = folder.join(format!("{batch}.rejected.csv.part"));
        let fail = |source| ListError { path: path.clone(), source };
        fs::create_dir_all(folder).map_err(fail)?;
        let file = File::create(&unfinished).map_err(fail)?;
        let mut writer = csv::Writer::from_writer(BufWriter::new(file));
        writer.write_record(["source", "row", "key", "code", "message"]).map_err(|error| fail(error.into()))?;
        Ok(Self { writer, unfinished, path })
    }

    /// Adds one row.
    pub fn add(&mut self, source: &str, rejection: &Rejection) -> Result<(), ListError> {
        let Rejection { row, key, code } = rejection;
        let cells = [neutral(source), row.to_string(), harmless(key), code.as_str().into(), code.meaning().into()];
        self.writer.write_record(cells).map_err(|error| ListError { path: self.path.clone(), source: error.into() })
    }

    /// Puts the list in its place.
    pub fn finish(mut self) -> Result<PathBuf, ListError> {
        let done = self.writer.flush().and_then(|()| fs::rename(&self.unfinished, &self.path));
        done.map_err(|source| ListError { path: self.path.clone(), source })?;
        Ok(self.path)
    }
}

/// A key as the list may show it. Some systems use the ID number as key: it is masked.
pub(super) fn harmless(key: &str) -> String {
    const LONGEST: usize = 64;
    let printable: String = key.chars().filter(|c| !c.is_control()).collect();
    if Number::new(&printable, None).is_resident() {
        return neutral(&document::mask(Number::new(&printable, None).canonical()));
    }
    let short: String = printable.chars().take(LONGEST).collect();
    neutral(&short)
}

/// A cell that no spreadsheet takes for a formula.
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
    use crate::import::finding::Code;

    #[test]
    fn hostile_and_personal_keys_are_made_harmless() {
        let table = [
            ("12", "12"),
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            (" +1", "' +1"),
            ("＝1", "'＝1"),
            ("\u{7}\t@x", "'@x"),
            ("110101199003071233", "110101********1233"),
            ("110101900307123", "110101********1233"),
        ];
        for (key, shown) in table {
            assert_eq!(harmless(key), shown);
        }
        assert_eq!(harmless(&"x".repeat(500)).len(), 64);
    }

    #[test]
    fn the_list_appears_when_it_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let mut list = RejectedList::create(folder.path(), "b").unwrap();
        list.add("a,b.csv", &Rejection { row: 7, key: "-1".into(), code: Code::ColumnCount }).unwrap();
        assert!(!folder.path().join("b.rejected.csv").exists());
        let text = fs::read_to_string(list.finish().unwrap()).unwrap();
        assert_eq!(
            text,
            "source,row,key,code,message\n\"a,b.csv\",7,'-1,column-count,该行的列数与表头不符，未导入。\n"
        );
        assert_eq!(folder.path().read_dir().unwrap().count(), 1);
        assert!(RejectedList::create(&folder.path().join("new/folder"), "b").is_ok());
        assert!(RejectedList::create(&folder.path().join("b.rejected.csv"), "b").is_err(), "a file is no folder");
    }
}
