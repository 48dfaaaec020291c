//! TOML to [`Manifest`]. The tables are walked by hand, because a derived reader stops at the first problem.

mod password;
mod place;

use std::collections::BTreeMap;
use std::path::Path;
use toml::{Table, Value};

use super::{BATCH_RULE, Manifest, Source, is_batch_name};
use crate::import::kind::{Kind, Target};
use crate::import::source::encoding::Declared;
use place::Place;

/// The problems so far, and the reader's position.
struct Reader {
    problems: Vec<String>,
    place: String,
}

pub(super) fn parse(text: &str, folder: &Path) -> Result<Manifest, Vec<String>> {
    let table: Table = match text.parse() {
        Ok(table) => table,
        Err(error) => return Err(vec![format!("不是有效的 TOML：{}", without_the_line(text, &error))]),
    };
    let mut reader = Reader { problems: Vec::new(), place: String::new() };
    reader.refuse_unknown(&table, &["batch", "source"]);
    let batch = reader.text(&table, "batch").unwrap_or_default();
    reader.check_batch(&batch);
    let sources = match table.get("source") {
        Some(Value::Array(entries)) if !entries.is_empty() => reader.sources(entries, folder),
        _ => {
            reader.say("缺少 [[source]]；至少写一个数据源");
            Vec::new()
        }
    };
    if reader.problems.is_empty() {
        Ok(Manifest { batch, folder: folder.to_owned(), sources })
    } else {
        Err(reader.problems)
    }
}

/// The parser's message with its position: the full message quotes the line, which may hold a password.
fn without_the_line(text: &str, error: &toml::de::Error) -> String {
    let place = error.span().and_then(|span| text.get(..span.start)).map_or_else(String::new, |before| {
        let line = before.rsplit('\n').next().unwrap_or_default();
        format!("（第 {} 行第 {} 列）", before.matches('\n').count() + 1, line.chars().count() + 1)
    });
    format!("{}{place}", error.message())
}

impl Reader {
    fn say(&mut self, problem: &str) {
        self.problems.push(format!("{}{problem}", self.place));
    }

    fn refuse_unknown(&mut self, table: &Table, known: &[&str]) {
        for key in table.keys().filter(|key| !known.contains(&key.as_str())) {
            self.say(&format!("不认识的键 {key:?}；可用的有 {}", known.join("、")));
        }
    }

    fn text(&mut self, table: &Table, key: &str) -> Option<String> {
        match table.get(key) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => {
                self.say(&format!("{key} 须是文字"));
                None
            }
            None => {
                self.say(&format!("缺少 {key}"));
                None
            }
        }
    }

    fn check_batch(&mut self, batch: &str) {
        if !batch.is_empty() && !is_batch_name(batch) {
            self.say(&format!("batch {BATCH_RULE}"));
        }
        if batch.is_empty() && self.problems.is_empty() {
            self.say("batch 不能为空");
        }
    }

    fn sources(&mut self, entries: &[Value], folder: &Path) -> Vec<Source> {
        let mut sources: Vec<Source> = Vec::new();
        for (at, entry) in entries.iter().enumerate() {
            let Value::Table(table) = entry else {
                self.say("source 须写成 [[source]] 表");
                continue;
            };
            let file = table.get("file").and_then(Value::as_str);
            let file = file.unwrap_or(if table.contains_key("mysql") { "mysql" } else { "?" });
            self.place = format!("第 {} 个 [[source]]（{file}）：", at + 1);
            if let Some(source) = self.source(table, (folder, at + 1)) {
                let same = |other: &Source| {
                    (other.kind, &other.path, &other.sheet) == (source.kind, &source.path, &source.sheet)
                };
                if source.mysql.is_none() && sources.iter().any(same) {
                    self.say("同一文件已在前面的数据源中列出");
                }
                sources.push(source);
            }
        }
        self.place.clear();
        sources
    }

    fn source(&mut self, table: &Table, place: (&Path, usize)) -> Option<Source> {
        self.refuse_unknown(
            table,
            &["system", "kind", "file", "mysql", "delimiter", "sheet", "encoding", "columns", "password"],
        );
        let system = self.text(table, "system");
        if let Some(system) = &system {
            let fits = system.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
            if system.is_empty() || !fits || system.len() > 32 {
                self.say("system 只能由英文字母、数字和 - _ 组成，最长 32 字");
            }
        }
        let kind = self.kind(table);
        let place = self.place(table, kind, place);
        let encoding = self.encoding(table);
        let columns = kind.map(|kind| self.columns(table, kind)).unwrap_or_default();
        let password = self.password(table, kind);
        let Place { file, path, mysql, delimiter, sheet } = place?;
        let (system, kind) = (system?, kind?);
        let source = Source { system, kind, file, path, mysql, delimiter, sheet, encoding, columns, password };
        self.check_salt_column(&source);
        Some(source)
    }

    fn kind(&mut self, table: &Table) -> Option<Kind> {
        let word = self.text(table, "kind")?;
        let kind = Kind::parse(&word);
        if kind.is_none() {
            self.say(&format!("不认识的 kind {word:?}；可用的有 {}", Kind::ALL.map(Kind::as_str).join("、")));
        }
        kind
    }

    fn encoding(&mut self, table: &Table) -> Declared {
        if !table.contains_key("encoding") {
            return Declared::Auto;
        }
        let Some(word) = self.text(table, "encoding") else { return Declared::Auto };
        Declared::parse(&word).unwrap_or_else(|| {
            self.say(&format!("不认识的 encoding {word:?}；可用的有 utf-8、gb18030、utf-16le、auto"));
            Declared::Auto
        })
    }

    fn columns(&mut self, table: &Table, kind: Kind) -> BTreeMap<Target, Option<String>> {
        let mut columns = BTreeMap::new();
        let given = match table.get("columns") {
            Some(Value::Table(given)) => given,
            Some(_) => {
                self.say("columns 须是 { 目标 = \"表头\" } 的表");
                return columns;
            }
            None => return columns,
        };
        let known: Vec<Target> = kind.columns().iter().map(|(target, _)| *target).collect();
        for (word, header) in given {
            match (Target::parse(word).filter(|target| known.contains(target)), header.as_str()) {
                (None, _) => self.say(&format!(
                    "columns 中不认识的目标 {word:?}；{} 可用的有 {}",
                    kind.as_str(),
                    known.iter().map(|target| target.as_str()).collect::<Vec<_>>().join("、")
                )),
                (Some(_), None) => self.say(&format!("columns.{word} 须是表头的文字")),
                (Some(target), Some(header)) => {
                    let header = Some(header.trim().to_owned()).filter(|header| !header.is_empty());
                    if columns.insert(target, header).is_some() {
                        self.say(&format!("columns 中 {} 写了两次", target.as_str()));
                    }
                }
            }
        }
        columns
    }
}
