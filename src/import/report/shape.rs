//! How a table was read: what an administrator checks before trusting the counts.

use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shape {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<EncodingFound>,
    /// `comma` or `tab`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<&'static str>,
    pub columns: Columns,
}

/// An encoding, and whether it was guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct EncodingFound {
    pub name: &'static str,
    pub guessed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Columns {
    /// By their meaning.
    pub mapped: BTreeMap<&'static str, String>,
    pub unmapped: Vec<String>,
}

/// The most unmapped columns that a page names.
const NAMED: usize = 20;

impl Shape {
    pub(super) fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let encoding =
            self.encoding.map(|found| format!("编码 {}{}", found.name, if found.guessed { "（猜测）" } else { "" }));
        let delimiter = self.delimiter.map(|word| format!("分隔符 {}", if word == "tab" { "制表符" } else { "逗号" }));
        let how: Vec<String> = encoding.into_iter().chain(delimiter).collect();
        if !how.is_empty() {
            writeln!(f, "  {}", how.join("，"))?;
        }
        let mapped: Vec<String> =
            self.columns.mapped.iter().map(|(target, header)| format!("{target} = {header}")).collect();
        writeln!(f, "  对应的列：{}", if mapped.is_empty() { "无".to_owned() } else { mapped.join("，") })?;
        let unmapped = &self.columns.unmapped;
        if unmapped.is_empty() {
            return Ok(());
        }
        let named = unmapped.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join("，");
        let more = if unmapped.len() > NAMED { format!(" 等 {} 列", unmapped.len()) } else { String::new() };
        writeln!(f, "  未用的列：{named}{more}")
    }
}
