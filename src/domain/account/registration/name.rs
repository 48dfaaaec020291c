//! 姓名 as somebody types it today.

use crate::domain::form::text::{half_width, tidy};
use crate::domain::name;

/// The longest name on a document is shorter.
const LONGEST: usize = 50;

const DOT: char = '·';

/// The name as it is stored: with the dot of GB/T 40442, U+00B7, and without blanks between Chinese characters. Letters of alphabets that look like
/// Latin ones are refused: two names that look alike must be one.
pub fn read(typed: &str) -> Result<String, String> {
    let text: String = half_width(tidy(typed)).chars().map(|c| if is_dot(c) { DOT } else { c }).collect();
    if text.is_empty() {
        return Err("请填写姓名".to_owned());
    }
    let length = text.chars().count();
    if length > LONGEST {
        return Err(format!("姓名不能超过 {LONGEST} 个字，现有 {length} 个字"));
    }
    if name::has_placeholder(&text) {
        return Err("姓名中有未能显示的字，请用文字填写；打不出生僻字的，请咨询工作人员".to_owned());
    }
    let (han, latin) = (text.chars().any(is_han), text.chars().any(is_latin));
    if !text.chars().all(|c| is_han(c) || is_latin(c) || is_between(c)) || !(han || latin) {
        return Err("姓名含有证件姓名中不会出现的字符，请按身份证上的姓名填写".to_owned());
    }
    if han && latin {
        return Err("姓名中既有汉字又有字母，请按身份证上的姓名填写".to_owned());
    }
    if text.starts_with(DOT) || text.ends_with(DOT) || text.contains("··") {
        return Err("姓名中间隔号“·”的位置不正确，请按身份证上的姓名填写".to_owned());
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    Ok(words.join(if han { "" } else { " " }))
}

/// What keyboards and old systems write for the dot (LINKING.md); a full stop stays one.
const fn is_dot(c: char) -> bool {
    matches!(c, '•' | '‧' | '・' | '･' | '⋅' | '∙' | '\u{387}' | '●' | '﹒' | DOT)
}

const fn is_between(c: char) -> bool {
    matches!(c, DOT | ' ' | '-' | '\'' | '.')
}

/// Unified ideographs with their extensions, and 〇.
const fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '〇')
}

/// ASCII, and what Latin-1 and Latin Extended-A add.
fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, 'À'..='ÿ' | 'Ā'..='ſ') && c.is_alphabetic()
}
