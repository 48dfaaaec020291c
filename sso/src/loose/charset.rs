//! The charset of a portal's answers.

use encoding_rs::GB18030;
use serde::Deserialize;

/// The charset of a portal's answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Charset {
    /// UTF-8; what is not UTF-8 is read as GB18030, a superset of GBK. An ambiguous text is refused: see [`may_be_gbk`].
    #[default]
    Auto,
    /// UTF-8 alone.
    #[serde(rename = "utf-8")]
    Utf8,
    /// GBK, read as GB18030.
    #[serde(alias = "gb18030", alias = "gb2312")]
    Gbk,
}

/// The text of an answer; `None` where it is malformed in this charset.
pub(crate) fn text(bytes: &[u8], charset: Charset) -> Option<String> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let utf8 = || str::from_utf8(bytes).ok().map(str::to_owned);
    let gbk = || GB18030.decode_without_bom_handling_and_without_replacement(bytes).map(String::from);
    match charset {
        Charset::Utf8 => utf8(),
        Charset::Gbk => gbk(),
        Charset::Auto => match utf8() {
            Some(text) if may_be_gbk(&text) && gbk().is_some() => {
                tracing::warn!(
                    "the portal's answer can be read as UTF-8 and as GBK; set charset in its section to the one that its operator names"
                );
                None
            }
            Some(text) => Some(text),
            None => gbk(),
        },
    }
}

/// Some names in GBK are valid UTF-8 by accident: 郑伟 is `D6 A3 CE B0`, which UTF-8 reads as a Hebrew mark and a Greek letter. Where nothing
/// in an answer is Chinese, and something is not ASCII, it may be such a name, and nobody may be signed in under a wrong one. The middle
/// dot between Latin letters (`C2 B7`) is allowed.
fn may_be_gbk(text: &str) -> bool {
    let odd = text.char_indices().filter(|(_, c)| !c.is_ascii());
    let is_dot = |at: usize| {
        let (before, after) = (text[..at].chars().next_back(), text[at..].chars().nth(1));
        [before, after].iter().all(|c| c.is_some_and(|c| c.is_ascii_alphabetic()))
    };
    let mut doubtful = false;
    for (at, c) in odd {
        if is_chinese(c) {
            return false;
        }
        doubtful |= c != '\u{b7}' || !is_dot(at);
    }
    doubtful
}

/// Ideographs, and the punctuation and full-width forms that come with them.
fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{303f}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}
