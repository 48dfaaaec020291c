//! Rows and columns of a sheet that a user does not see: hidden ones, and those that a filter excludes.

use std::io::{BufReader, Read};
use std::path::Path;
use zip::ZipArchive;

use crate::import::source::open::open_file;

/// The limit of the file format.
const MAX_ROWS: u32 = 1_048_576;
/// The most bytes that are read of a tag.
const MAX_TAG: usize = 64 * 1024;

/// Positions, the first row being 1 and the first column 0.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    /// Numbers of hidden rows, ascending.
    rows: Vec<u32>,
    columns: Vec<(u32, u32)>,
}

impl Hidden {
    /// Examines a sheet of a workbook that was [vetted](super::vet). Nothing is hidden where the workbook is structured in another way than
    /// spreadsheets do it.
    pub(super) fn of(path: &Path, sheet: &str) -> Self {
        find(path, sheet).unwrap_or_default()
    }

    pub(super) fn has_row(&self, row: u64) -> bool {
        u32::try_from(row).is_ok_and(|row| self.rows.binary_search(&row).is_ok())
    }

    pub(super) fn has_column(&self, column: usize) -> bool {
        u32::try_from(column).is_ok_and(|column| self.columns.iter().any(|(from, to)| (*from..=*to).contains(&column)))
    }

    fn add(&mut self, tag: &str, last: &mut u32) {
        let number = |name: &str| attribute(tag, name).and_then(|value| value.parse::<u32>().ok());
        let is_hidden = |size: &str| {
            attribute(tag, "hidden").is_some_and(|value| matches!(value.as_str(), "1" | "true"))
                || attribute(tag, size).is_some_and(|value| value.parse() == Ok(0.0_f64))
        };
        match name(tag) {
            "row" => {
                *last = number("r").unwrap_or(last.saturating_add(1));
                if is_hidden("ht") && *last <= MAX_ROWS && self.rows.last().is_none_or(|before| *before < *last) {
                    self.rows.push(*last);
                }
            }
            "col" if is_hidden("width") && self.columns.len() < 1000 => {
                self.columns.extend(
                    number("min").zip(number("max")).map(|(from, to)| (from.saturating_sub(1), to.saturating_sub(1))),
                );
            }
            _ => {}
        }
    }
}

fn find(path: &Path, sheet: &str) -> Option<Hidden> {
    let mut archive = ZipArchive::new(BufReader::new(open_file(path).ok()?)).ok()?;
    let (mut id, mut target) = (None, None);
    each_tag(part(&mut archive, "xl/workbook.xml")?, |tag| {
        if name(tag) == "sheet" && attribute(tag, "name").as_deref() == Some(sheet) {
            id = attribute(tag, "id");
        }
    });
    let id = id?;
    each_tag(part(&mut archive, "xl/_rels/workbook.xml.rels")?, |tag| {
        if name(tag) == "Relationship" && attribute(tag, "Id").as_ref() == Some(&id) {
            target = attribute(tag, "Target");
        }
    });
    let target = target?;
    let target = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
    let (mut hidden, mut last) = (Hidden::default(), 0);
    each_tag(part(&mut archive, &target)?, |tag| hidden.add(tag, &mut last));
    Some(hidden)
}

fn part<'a>(archive: &'a mut ZipArchive<BufReader<std::fs::File>>, wanted: &str) -> Option<impl Read + 'a> {
    let is_it = |name: &str| name.eq_ignore_ascii_case(wanted);
    let at = (0..archive.len())
        .find(|at| archive.by_index_raw(*at).is_ok_and(|part| part.name().is_ok_and(|name| is_it(&name))))?;
    archive.by_index(at).ok()
}

/// Calls `give` with every tag, without its brackets. A truncated part was reported before.
fn each_tag(mut part: impl Read, mut give: impl FnMut(&str)) {
    let (mut chunk, mut tag, mut in_tag, mut quote) = (vec![0; 64 * 1024], Vec::new(), false, None);
    while let Ok(count @ 1..) = part.read(&mut chunk) {
        for byte in &chunk[..count] {
            match (in_tag, quote, byte) {
                (false, _, b'<') => in_tag = true,
                (false, ..) => {}
                (true, None, b'>') => {
                    give(std::str::from_utf8(&tag).unwrap_or_default());
                    tag.clear();
                    in_tag = false;
                }
                _ => {
                    quote = match (quote, byte) {
                        (Some(mark), byte) if mark == *byte => None,
                        (None, b'"' | b'\'') => Some(*byte),
                        (quote, _) => quote,
                    };
                    if tag.len() < MAX_TAG {
                        tag.push(*byte);
                    }
                }
            }
        }
    }
}

/// The name of an element that begins, without its prefix.
fn name(tag: &str) -> &str {
    let name = tag.split([' ', '\t', '\r', '\n', '/']).next().unwrap_or_default();
    name.rsplit(':').next().unwrap_or_default()
}

/// The value of an attribute, whatever its prefix.
fn attribute(tag: &str, wanted: &str) -> Option<String> {
    let mut rest = tag;
    loop {
        let (before, behind) = rest.split_once('=')?;
        let behind = behind.trim_start();
        let mark = behind.chars().next().filter(|mark| matches!(mark, '"' | '\''))?;
        let (value, behind) = behind[1..].split_once(mark)?;
        let name = before.split_whitespace().last().unwrap_or_default();
        if name.rsplit(':').next() == Some(wanted) {
            return Some(unescape(value));
        }
        rest = behind;
    }
}

fn unescape(value: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
        .iter()
        .fold(value.to_owned(), |value, (entity, c)| value.replace(entity, c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_whatever_stands_about_them() {
        let tag = "x:sheet name='A &amp; \"B\"' sheetId = \"3\" r:id=\"rId7\"/";
        assert_eq!(name(tag), "sheet");
        assert_eq!(attribute(tag, "name").as_deref(), Some("A & \"B\""));
        assert_eq!(attribute(tag, "sheetId").as_deref(), Some("3"));
        assert_eq!(attribute(tag, "id").as_deref(), Some("rId7"));
        assert_eq!(attribute(tag, "hidden"), None);
    }

    #[test]
    fn rows_and_columns_are_hidden_by_a_mark_or_by_having_no_size() {
        let sheet = "<cols><col min=\"2\" max=\"3\" hidden=\"1\"/><col min=\"5\" max=\"5\" width=\"0\"/><col min=\"6\" max=\"6\" width=\"9\"/></cols>\
                     <sheetData><row/><row hidden='true'><c t='>'/></row><row r=\"9\" ht=\"0\"></row><row hidden=\"0\"/></sheetData>";
        let (mut hidden, mut last) = (Hidden::default(), 0);
        each_tag(sheet.as_bytes(), |tag| hidden.add(tag, &mut last));
        assert_eq!((0..8).filter(|column| hidden.has_column(*column)).collect::<Vec<_>>(), [1, 2, 4]);
        assert_eq!((0..20).filter(|row| hidden.has_row(*row)).collect::<Vec<_>>(), [2, 9]);
    }
}
