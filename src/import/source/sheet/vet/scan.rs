//! Following the structure of a part.

/// The limit of a cell, with everything in it.
const MAX_ELEMENT: usize = 1024 * 1024;
/// `worksheet`, `sheetData`, `row`: the elements within are cells.
const OUTER: usize = 3;
const MAX_DEPTH: usize = 64;

/// Follows the structure of XML without keeping any of it.
#[derive(Default)]
pub(super) struct Scan {
    /// The current tag, without its brackets.
    tag: Vec<u8>,
    in_tag: bool,
    quote: Option<u8>,
    /// The names of the open elements, concatenated, and where each begins.
    names: Vec<u8>,
    open: Vec<usize>,
    /// Bytes since an outer element last began or ended.
    since: usize,
    pub(super) announced: u64,
}

impl Scan {
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<(), &'static str> {
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
pub(super) fn announced(tag: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(tag);
    let value = text.split_once("uniqueCount").map_or("", |(_, rest)| rest);
    let value = value.trim_start_matches(|c: char| matches!(c, '=' | '"' | '\'') || c.is_whitespace());
    let digits: String = value.chars().take_while(char::is_ascii_digit).collect();
    if digits.is_empty() { 0 } else { digits.parse().unwrap_or(u64::MAX) }
}
