//! The table of one source.

use std::collections::BTreeMap;
use std::path::Path;
use toml::{Table, Value};

use super::Reader;
use super::place::Place;
use crate::domain::linking::Account;
use crate::import::kind::{Kind, Target};
use crate::import::manifest::Source;
use crate::import::source::encoding::Declared;

impl Reader {
    pub(super) fn sources(&mut self, entries: &[Value], folder: &Path) -> Vec<Source> {
        let mut sources: Vec<Source> = Vec::new();
        for (at, entry) in entries.iter().enumerate() {
            let Value::Table(table) = entry else {
                self.say("source 须写成 [[source]] 表");
                continue;
            };
            let file = table.get("file").and_then(Value::as_str);
            let file = file.unwrap_or(if table.contains_key("mysql") { "mysql" } else { "?" });
            self.place = format!("第 {} 个 [[source]]（{file}）：", at + 1);
            if let Some(source) = self.source(table, folder, at + 1) {
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

    pub(super) fn source(&mut self, table: &Table, folder: &Path, at: usize) -> Option<Source> {
        self.refuse_unknown(
            table,
            &["system", "kind", "file", "mysql", "delimiter", "sheet", "encoding", "columns", "password"],
        );
        let system = self.text(table, "system");
        if let Some(system) = &system {
            let fits = system.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
            if system.is_empty() || !fits || system.len() > 32 {
                self.say("system 只能由英文字母、数字和 - _ 组成，最长 32 字");
            } else if system == Account::REGISTERED {
                self.say("system 不能是 registered：这个名称留给在本系统注册的账户");
            }
        }
        let kind = self.kind(table);
        let place = self.place(table, kind, folder, at);
        let encoding = self.encoding(table);
        let columns = kind.map(|kind| self.columns(table, kind)).unwrap_or_default();
        let password = self.password(table, kind);
        let Place { file, path, mysql, delimiter, sheet } = place?;
        let (system, kind) = (system?, kind?);
        let source = Source { system, kind, file, path, mysql, delimiter, sheet, encoding, columns, password };
        self.check_salt_column(&source);
        Some(source)
    }

    pub(super) fn kind(&mut self, table: &Table) -> Option<Kind> {
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

    pub(super) fn columns(&mut self, table: &Table, kind: Kind) -> BTreeMap<Target, Option<String>> {
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
