//! Where the rows of a source are: a file, a sheet of one, or a database.

use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use std::path::{Path, PathBuf};
use toml::{Table, Value};
use url::Url;

use super::Reader;
use crate::import::kind::Kind;
use crate::import::manifest::mysql::{Mysql, Rows, reads_only};

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
    pub(super) fn place(&mut self, table: &Table, kind: Option<Kind>, (folder, at): (&Path, usize)) -> Option<Place> {
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

    fn mysql(&mut self, given: &Table, folder: &Path) -> Option<Mysql> {
        self.refuse_unknown(given, &["url", "url_file", "password_file", "ssl_ca", "table", "query"]);
        let url = match (given.contains_key("url"), given.contains_key("url_file")) {
            (true, false) => self.text(given, "url")?,
            (false, true) => self.secret(given, "url_file", folder)?,
            _ => {
                self.say("mysql 须写 url 或 url_file 之一");
                return None;
            }
        };
        let rows = self.mysql_rows(given);
        let from_file =
            given.contains_key("password_file").then(|| self.secret(given, "password_file", folder)).flatten();
        let ssl_ca = given.contains_key("ssl_ca").then(|| self.text(given, "ssl_ca")).flatten();
        // The reason is not quoted: it may hold a part of the password.
        let Some(parts) = Url::parse(&url).ok().and_then(|url| Parts::of(&url)) else {
            self.say("mysql.url 须形如 mysql://用户@主机:3306/数据库，其后不带参数");
            return None;
        };
        Some(Mysql {
            host: parts.host,
            port: parts.port,
            user: parts.user,
            password: from_file.or(parts.password).map(SecretString::from),
            database: parts.database,
            ssl_ca: ssl_ca.map(|file| folder.join(file)),
            rows: rows?,
        })
    }

    fn mysql_rows(&mut self, given: &Table) -> Option<Rows> {
        match (given.contains_key("table"), given.contains_key("query")) {
            (true, false) => {
                let table = self.text(given, "table")?;
                let names: Vec<String> = table.split('.').map(str::to_owned).collect();
                if names.len() > 2 || !names.iter().all(|name| is_table_name(name)) {
                    self.say("mysql.table 须是表名，或 数据库.表名");
                    return None;
                }
                Some(Rows::Table(names))
            }
            (false, true) => {
                let query = self.text(given, "query")?;
                if let Err(why) = reads_only(&query) {
                    self.say(&format!("mysql.query {why}"));
                    return None;
                }
                Some(Rows::Query(query.trim().trim_end_matches(';').to_owned()))
            }
            _ => {
                self.say("mysql 须写 table 或 query 之一");
                None
            }
        }
    }

    /// The first line of a file that holds a secret.
    fn secret(&mut self, given: &Table, key: &str, folder: &Path) -> Option<String> {
        let file = self.text(given, key)?;
        match std::fs::read_to_string(folder.join(&file)) {
            Ok(text) => Some(text.trim_end_matches(['\r', '\n']).to_owned()),
            Err(error) => {
                self.say(&format!("mysql.{key}：{file} 无法读取（{error}）"));
                None
            }
        }
    }
}

fn is_workbook(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"))
}

fn is_table_name(name: &str) -> bool {
    !name.is_empty()
        && name.chars().count() <= 64
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '-'))
}

struct Parts {
    host: String,
    port: u16,
    user: String,
    password: Option<String>,
    database: String,
}

impl Parts {
    fn of(url: &Url) -> Option<Self> {
        let decode = |text: &str| percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned);
        let database = decode(url.path().strip_prefix('/')?)?;
        let host = url.host_str().filter(|host| !host.is_empty())?;
        let plain = url.scheme() == "mysql" && url.query().is_none() && url.fragment().is_none();
        (plain && !url.username().is_empty() && !database.is_empty() && !database.contains('/')).then_some(())?;
        Some(Self {
            host: host.trim_matches(['[', ']']).to_owned(),
            port: url.port().unwrap_or(3306),
            user: decode(url.username())?,
            password: match url.password() {
                Some(password) => Some(decode(password)?),
                None => None,
            },
            database,
        })
    }
}
