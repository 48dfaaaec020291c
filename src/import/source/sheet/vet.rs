//! Vets a workbook before it is read. The reader keeps some parts in memory, and every element as a whole: an archive of a few kilobytes
//! could exhaust the memory. A vetted workbook needs a bounded amount.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use zip::ZipArchive;

use crate::import::source::items::NoTable;

/// The limit of a part that is kept in memory, the workbook's texts above all.
const MAX_PART: u64 = 64 * 1024 * 1024;
/// The limit of a sheet, which is streamed.
const MAX_SHEET: u64 = 16 * 1024 * 1024 * 1024;
/// The limit of a cell, with everything in it.
const MAX_ELEMENT: usize = 1024 * 1024;
/// `worksheet`, `sheetData`, `row`: the elements within are cells.
const OUTER: usize = 3;
const MAX_DEPTH: usize = 64;
const MAX_PARTS: usize = 10_000;

const OLE: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

fn refuse(reason: impl Into<String>) -> NoTable {
    NoTable::Workbook(reason.into())
}

/// Vets every part.
pub(super) fn workbook(mut file: File) -> Result<(), NoTable> {
    let mut head = Vec::new();
    file.by_ref().take(OLE.len() as u64).read_to_end(&mut head)?;
    if head == OLE {
        return Err(refuse("是旧的 .xls 格式，或设有密码；请另存为不设密码的 .xlsx，或 CSV"));
    }
    file.rewind()?;
    let damaged = |error: zip::result::ZipError| refuse(format!("不是 .xlsx 文件，或已损坏（{error}）"));
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    if archive.len() > MAX_PARTS {
        return Err(refuse("部件过多"));
    }
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(damaged)?;
        // The reader finds parts whatever the case of their names.
        let name = part.name().map_err(damaged)?.to_lowercase();
        vet_part(&name, part)?;
    }
    Ok(())
}

fn vet_part(name: &str, mut part: impl Read) -> Result<(), NoTable> {
    let is_texts = name.contains("sharedstrings");
    let is_sheet = name.contains("worksheets/") && !is_texts;
    let limit = if is_sheet { MAX_SHEET } else { MAX_PART };
    let is_xml = [".xml", ".rels", ".vml"].iter().any(|ending| name.ends_with(ending));
    let mut scan = Scan::default();
    let mut definition = Definition::default();
    let mut chunk = vec![0; 64 * 1024];
    let mut total = 0;
    loop {
        let count = part.read(&mut chunk).map_err(|error| refuse(format!("部件 {name} 已损坏（{error}）")))?;
        if count == 0 {
            break;
        }
        total += count as u64;
        if total > limit {
            let limit = limit / 1024 / 1024;
            return Err(refuse(format!("部件 {name} 解压后超过 {limit} MiB；请另存为 CSV")));
        }
        if is_sheet || is_texts {
            scan.bytes(&chunk[..count]).map_err(|reason| refuse(format!("部件 {name} {reason}")))?;
        } else if is_xml && definition.is_in(&chunk[..count]) {
            return Err(refuse(format!("部件 {name} 含有 DTD")));
        }
    }
    // Memory for the announced number of texts is allocated beforehand.
    if scan.announced > total / 4 { Err(refuse(format!("部件 {name} 的计数不实"))) } else { Ok(()) }
}

/// Searches for a document type. The reader ignores entities that one defines, and the text that they stand for: a part of a name.
#[derive(Default)]
struct Definition {
    /// The end of the searched bytes, where one may have begun.
    tail: Vec<u8>,
}

impl Definition {
    const BEGINNING: &[u8] = b"<!doctype";

    fn is_in(&mut self, bytes: &[u8]) -> bool {
        self.tail.extend_from_slice(bytes);
        let found = self.tail.windows(Self::BEGINNING.len()).any(|window| window.eq_ignore_ascii_case(Self::BEGINNING));
        let kept = self.tail.len().min(Self::BEGINNING.len() - 1);
        self.tail.drain(..self.tail.len() - kept);
        found
    }
}

/// Follows the structure of XML without keeping any of it.
#[derive(Default)]
struct Scan {
    /// The current tag, without its brackets.
    tag: Vec<u8>,
    in_tag: bool,
    quote: Option<u8>,
    /// The names of the open elements, concatenated, and where each begins.
    names: Vec<u8>,
    open: Vec<usize>,
    /// Bytes since an outer element last began or ended.
    since: usize,
    announced: u64,
}

impl Scan {
    fn bytes(&mut self, bytes: &[u8]) -> Result<(), &'static str> {
        for byte in bytes {
            self.since += 1;
            if self.since > MAX_ELEMENT {
                return Err("有过长的单元格或元素");
            }
            match (self.in_tag, self.quote, byte) {
                (false, _, b'<') => self.in_tag = true,
                (false, ..) => {}
                (true, Some(quote), _) => {
                    self.quote = (*byte != quote).then_some(quote);
                    self.tag.push(*byte);
                }
                (true, None, b'<') => return Err("的结构无法理解"),
                (true, None, b'>') => {
                    self.end_tag()?;
                    self.tag.clear();
                    self.in_tag = false;
                }
                (true, None, _) => {
                    self.quote = matches!(byte, b'"' | b'\'').then_some(*byte);
                    self.tag.push(*byte);
                }
            }
        }
        Ok(())
    }

    fn end_tag(&mut self) -> Result<(), &'static str> {
        let name_end = self.tag.iter().position(u8::is_ascii_whitespace).unwrap_or(self.tag.len());
        let name = &self.tag[..name_end];
        match name.first() {
            Some(b'?') if self.open.is_empty() => {}
            // Comments, CDATA and definitions hide structure; no spreadsheet writes them there.
            Some(b'?' | b'!') => return Err("含有注释、CDATA 或 DTD"),
            Some(b'/') => {
                let from = self.open.pop().ok_or("的结构无法理解")?;
                if self.names[from..] != name[1..] {
                    return Err("的结构无法理解");
                }
                self.names.truncate(from);
            }
            Some(_) if self.tag.ends_with(b"/") => {}
            Some(_) => {
                if name == b"sst" || name.ends_with(b":sst") {
                    self.announced = announced(&self.tag);
                }
                if self.open.len() == MAX_DEPTH {
                    return Err("的层次过深");
                }
                self.open.push(self.names.len());
                self.names.extend_from_slice(name);
            }
            None => return Err("的结构无法理解"),
        }
        if self.open.len() <= OUTER {
            self.since = 0;
        }
        Ok(())
    }
}

/// `uniqueCount="17"`.
fn announced(tag: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(tag);
    let value = text.split_once("uniqueCount").map_or("", |(_, rest)| rest);
    let value = value.trim_start_matches(|c: char| matches!(c, '=' | '"' | '\'') || c.is_whitespace());
    let digits: String = value.chars().take_while(char::is_ascii_digit).collect();
    if digits.is_empty() { 0 } else { digits.parse().unwrap_or(u64::MAX) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(text: &str) -> Result<u64, &'static str> {
        let mut scan = Scan::default();
        text.as_bytes().iter().try_for_each(|byte| scan.bytes(&[*byte])).map(|()| scan.announced)
    }

    #[test]
    fn structure_is_followed_and_what_hides_it_is_refused() {
        assert_eq!(scan("<?xml version='1.0'?>\n<sst uniqueCount=\"7\"><si><t a='>'>x</t></si><si/></sst>"), Ok(7));
        for bad in
            ["<a><!-- x --></a>", "<a><![CDATA[x]]></a>", "<!DOCTYPE a>", "<a><b></a></b>", "<a b='<'<", "</a>", "<>"]
        {
            assert!(scan(bad).is_err(), "{bad}");
        }
        assert!(scan(&"<a>".repeat(65)).is_err());
        let cell = "<c><v>1</v></c>".repeat(200_000);
        assert_eq!(scan(&format!("<worksheet><sheetData><row>{cell}</row></sheetData></worksheet>")), Ok(0));
        let long = "<t>x</t>".repeat(200_000);
        assert!(scan(&format!("<worksheet><sheetData><row><c>{long}</c></row></sheetData></worksheet>")).is_err());
    }
}
