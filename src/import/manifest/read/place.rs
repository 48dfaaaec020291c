//! Where the rows of a source are: a file, a sheet of one, or a database.

mod mysql;

use std::path::{Path, PathBuf};
use toml::{Table, Value};

use super::Reader;
use crate::import::kind::Kind;
use crate::import::manifest::mysql::{Mysql, Rows};

/// The value of `file` or `mysql`, and the keys beside it.
pub(super) struct Place {
    pub(super) file: String,
    pub(super) path: PathBuf,
    pub(super) mysql: Option<Mysql>,
    pub(super) delimiter: Option<u8>,
    pub(super) sheet: Option<String>,
}

impl Reader {
    /// `at` counts the sources of the manifest from 1.
    pub(super) fn place(&mut self, table: &Table, kind: Option<Kind>, folder: &Path, at: usize) -> Option<Place> {
        let delimiter = self.delimiter(table);
        let sheet = table.contains_key("sheet").then(|| self.text(table, "sheet")).flatten();
        let Some(mysql) = table.get("mysql") else {
            let file = self.text(table, "file")?;
            let workbook = is_workbook(&file);
            if sheet.is_some() && !workbook {
                self.say("sheet 只用于 .xlsx 文件");
            }
            if delimiter.is_some() && workbook {
                self.say("delimiter 不用于 .xlsx 文件");
            }
            let path = folder.join(&file);
            return Some(Place { file, path, mysql: None, delimiter, sheet });
        };
        if table.contains_key("file") {
            self.say("file 和 mysql 只能写一个");
        }
        if kind == Some(Kind::Photos) {
            self.say("照片只能来自文件夹，不能来自 mysql");
        }
        for key in ["delimiter", "sheet"].iter().filter(|key| table.contains_key(**key)) {
            self.say(&format!("{key} 不用于 mysql"));
        }
        if table.get("encoding").and_then(Value::as_str).is_some_and(|word| word.eq_ignore_ascii_case("utf-16le")) {
            self.say("mysql 的 encoding 只能是 utf-8、gb18030 或 auto");
        }
        let Value::Table(given) = mysql else {
            self.say("mysql 须是 { url = \"mysql://...\", table = \"...\" } 的表");
            return None;
        };
        let mysql = self.mysql(given, folder)?;
        let file = match &mysql.rows {
            Rows::Table(name) => format!("mysql:{}", name.join(".")),
            Rows::Query(_) => format!("mysql:query-{at}"),
        };
        Some(Place { file, path: PathBuf::new(), mysql: Some(mysql), delimiter: None, sheet: None })
    }

    fn delimiter(&mut self, table: &Table) -> Option<u8> {
        match table.get("delimiter")?.as_str() {
            Some("," | "comma") => Some(b','),
            Some("\t" | "tab") => Some(b'\t'),
            _ => {
                self.say("delimiter 须是 \",\"（comma）或 \"\\t\"（tab）");
                None
            }
        }
    }
}

fn is_workbook(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"))
}
