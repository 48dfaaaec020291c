//! TOML to [`Manifest`]. The tables are walked by hand, because a derived reader stops at the first problem.

mod password;
mod place;
mod source;

use std::path::Path;
use toml::{Table, Value};

use super::{BATCH_RULE, Manifest, is_batch_name};

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
}
