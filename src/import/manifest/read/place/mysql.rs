//! The table `mysql` of a source.

use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use std::path::Path;
use toml::Table;
use url::Url;

use crate::import::manifest::mysql::{Mysql, Rows, reads_only};
use crate::import::manifest::read::Reader;

impl Reader {
    pub(super) fn mysql(&mut self, given: &Table, folder: &Path) -> Option<Mysql> {
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
