//! Texts that were decoded in the wrong encoding, or that are still escaped: 寮犱笁, ÕÅÈý, å¼ ä¸‰, 锟斤拷, `&#24352;`, `\u5f20`, `%E5%BC%A0`.
//!
//! A false positive costs an administrator's time for every row, so each rule requires more than one indication. The tests measure the rate
//! of false positives among good names.

mod code;
mod escapes;
mod gbk;
mod latin1;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Garbled {
    /// 寮犱笁.
    Utf8AsGbk,
    /// ÕÅÈý.
    GbkAsLatin1,
    /// å¼ ä¸‰.
    Utf8AsLatin1,
    /// 锟斤拷: replacement characters in UTF-8, read as GBK.
    Replaced,
    /// 烫烫烫, 屯屯屯: uninitialised memory.
    Unwritten,
    /// `&#24352;`, `&nbsp;`.
    Html,
    /// `\u5f20`.
    Escaped,
    /// `%E5%BC%A0`.
    Percent,
}

/// The kind of text. A person's name of two characters is the shortest text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    Name,
    Text,
    /// The kind of the column is not known: a name, or an address, HTML or JSON, which have escape rules of their own.
    Unknown,
}

impl Garbled {
    /// The diagnosis, and how to correct the export.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Utf8AsGbk => "像是把 UTF-8 当作 GBK 读的，请以 UTF-8 重新导出",
            Self::GbkAsLatin1 => {
                "像是把 GBK 当作 Latin-1 读的，请以 GB18030 重新导出（MySQL 请写 encoding = \"gb18030\"）"
            }
            Self::Utf8AsLatin1 => "像是把 UTF-8 当作 Latin-1 读的，请以 UTF-8 重新导出",
            Self::Replaced => "“锟斤拷”，原字在导出前已丢失，请从原数据库以 UTF-8 重新导出",
            Self::Unwritten => "“烫烫烫”“屯屯屯”，原程序没有写入内容，请从原数据库重新导出",
            Self::Html => "HTML 实体，请还原后重新导出",
            Self::Escaped => "\\u 之类的转义，请还原后重新导出",
            Self::Percent => "网址的百分号编码，请还原后重新导出",
        }
    }
}

pub fn look(text: &str, of: Of) -> Option<Garbled> {
    if of != Of::Unknown || !code::is_code(text) {
        let escaped = escapes::look(text);
        if escaped.is_some() {
            return escaped;
        }
    }
    let first = text.chars().find(|c| !c.is_ascii())?;
    if let Some(garbled) = latin1::look(text) {
        return Some(garbled);
    }
    if text.contains("锟斤") || text.contains("斤拷") {
        return Some(Garbled::Replaced);
    }
    if text.trim() == "烫烫" || ["烫烫烫", "屯屯屯", "葺葺葺"].iter().any(|run| text.contains(run)) {
        return Some(Garbled::Unwritten);
    }
    gbk::is_utf8(first, text, of).then_some(Garbled::Utf8AsGbk)
}

#[cfg(test)]
mod tests;
