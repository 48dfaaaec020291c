//! What messages may quote of a header. A file without a header line has personal data in its place.

use crate::domain::document::Number;
use crate::import::finding::{Code, Tally};
use crate::import::kind::Target;
use crate::import::manifest;

/// More consecutive digits than any word has.
const DIGITS: usize = 6;
/// The shortest run of characters that counts as a hash.
const HASH: usize = 16;

/// The headers as messages may quote them. A name cannot be distinguished from a header: where one header looks like data, or none is a
/// wanted one, all unwanted ones are shown by their positions.
pub(super) fn shown(
    headers: &[String],
    targets: &[Option<Target>],
    source: &manifest::Source,
    tally: &mut Tally,
) -> Vec<String> {
    let place = |at: usize| format!("第 {} 列", at + 1);
    // The column names of a database are its own.
    let may_be_data = source.mysql.is_none();
    let columns = || headers.iter().zip(targets).enumerate();
    let data = columns().filter(|(_, (header, target))| may_be_data && target.is_none() && looks_like_data(header));
    let data: Vec<usize> = data.map(|(at, _)| at).collect();
    for at in &data {
        tally.row_with(Code::HeaderLooksLikeData, 1, &place(*at));
    }
    let none_wanted = may_be_data && targets.iter().all(Option::is_none);
    if none_wanted && data.is_empty() {
        tally.row(Code::HeaderLooksLikeData, 1);
    }
    let hidden = none_wanted || !data.is_empty();
    let show = |(at, (header, target)): (usize, (&String, &Option<Target>))| {
        if hidden && target.is_none() { place(at) } else { printable(header) }
    };
    columns().map(show).collect()
}

fn looks_like_data(header: &str) -> bool {
    let digits = header.split(|c: char| !c.is_numeric()).any(|run| run.chars().count() >= DIGITS);
    digits || header.contains(['@', '＠']) || looks_like_hash(header) || Number::new(header, None).is_resident()
}

/// Hexadecimal digits, or Base64. Long words without digits and signs are headers.
fn looks_like_hash(header: &str) -> bool {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    header.split(|c: char| !is_base64(c)).filter(|run| run.len() >= HASH).any(|run| {
        let has = |test: fn(&u8) -> bool| run.as_bytes().iter().any(test);
        let mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
        let hex = has(u8::is_ascii_digit) && run.bytes().all(|byte| byte.is_ascii_hexdigit());
        hex || mixed || run.contains(['+', '='])
    })
}

/// A header as a message may quote it.
fn printable(header: &str) -> String {
    header.chars().filter(|c| !c.is_control()).take(40).collect()
}
