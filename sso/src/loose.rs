//! JSON as portals write it: in GBK, with a byte order mark, or as text inside JSON.

use std::borrow::Cow;

use encoding_rs::GB18030;
use serde::Deserialize;
use serde_json::{Map, Value};

/// How deep texts that hold JSON are unpacked: an answer inside `data` inside an envelope, and one more.
const MAX_UNPACKED: usize = 3;

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

/// The JSON object of an answer, also one that is encoded as a JSON text.
pub(crate) fn object(text: &str) -> Option<Map<String, Value>> {
    match unpacked(serde_json::from_str(text.trim()).ok()?) {
        Value::Object(object) => Some(object),
        _ => None,
    }
}

/// A text that holds a JSON object or list is replaced by its content; anything else is unchanged.
pub(crate) fn unpacked(mut value: Value) -> Value {
    for _ in 0..MAX_UNPACKED {
        let Value::String(text) = &value else { break };
        let packed = text.trim_start();
        if !packed.starts_with(['{', '[', '"']) {
            break;
        }
        let Ok(inner) = serde_json::from_str(packed) else { break };
        value = inner;
    }
    value
}

/// The value at a place: a field's name, or a JSON pointer (which begins with `/`) that may lead through texts which hold JSON. Nothing of
/// an answer is copied, except the content of such texts.
pub(crate) fn at<'a>(value: &'a Value, place: &str) -> Option<Cow<'a, Value>> {
    let Some(path) = place.strip_prefix('/') else { return value.get(place).map(Cow::Borrowed) };
    path.split('/').try_fold(Cow::Borrowed(value), |here, step| {
        let step = step.replace("~1", "/").replace("~0", "~");
        match here {
            Cow::Borrowed(value @ (Value::Object(_) | Value::Array(_))) => member(value, &step).map(Cow::Borrowed),
            packed => member(&unpacked(packed.into_owned()), &step).cloned().map(Cow::Owned),
        }
    })
}

fn member<'a>(value: &'a Value, step: &str) -> Option<&'a Value> {
    match value {
        Value::Object(object) => object.get(step),
        Value::Array(list) => list.get(step.parse::<usize>().ok()?),
        _ => None,
    }
}

/// A scalar as text. A number beyond 64 bits, or with a fraction, is refused: its digits are lost when it is read, and two people's numbers
/// could become equal.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Number(_) | Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_in_gbk_is_read_where_it_is_expected_or_told_by_its_bytes() {
        let gbk = [0xb2, 0xe2, 0xca, 0xd4];
        assert_eq!(text(&gbk, Charset::Gbk).as_deref(), Some("测试"));
        assert_eq!(text(&gbk, Charset::Auto).as_deref(), Some("测试"));
        assert_eq!(text(&gbk, Charset::Utf8), None);
        assert_eq!(text("\u{feff}测试".as_bytes(), Charset::Auto).as_deref(), Some("测试"));
        assert_eq!(text(&[0xb2, 0xff], Charset::Auto), None);
    }

    #[test]
    fn a_name_that_is_valid_in_both_charsets_is_never_read_as_another_one() {
        for name in ["郑伟", "谢英", "袁伟", "叶颖"] {
            let (gbk, _, _) = GB18030.encode(name);
            let answer = [b"{\"name\":\"", gbk.as_ref(), b"\"}"].concat();
            assert!(str::from_utf8(&answer).is_ok(), "{name} is no example");
            assert_eq!(text(&answer, Charset::Auto), None, "{name}");
            assert_eq!(text(&answer, Charset::Gbk).unwrap(), format!("{{\"name\":\"{name}\"}}"));
        }
        for answer in [
            "{\"name\":\"郑伟\"}",
            "{\"name\":\"ABDUL·KARIM\"}",
            "{\"name\":\"LI\"}",
            "{\"name\":\"José\",\"message\":\"成功\"}",
        ] {
            assert_eq!(text(answer.as_bytes(), Charset::Auto).as_deref(), Some(answer));
        }
        assert_eq!(text("{\"name\":\"José\"}".as_bytes(), Charset::Utf8).as_deref(), Some("{\"name\":\"José\"}"));
    }

    #[test]
    fn a_number_whose_digits_are_lost_in_reading_is_none() {
        let read = |text: &str| scalar(&serde_json::from_str(text).unwrap());
        assert_eq!(read("110101199003071233").as_deref(), Some("110101199003071233"));
        assert_eq!(read("18446744073709551615").as_deref(), Some("18446744073709551615"));
        for lost in ["123456789012345678901", "123456789012345678902", "1e2", "1.0", "-0.0", "1.5"] {
            assert_eq!(read(lost), None, "{lost}");
        }
    }

    #[test]
    fn json_inside_json_is_found() {
        let answer = json!({ "data": "{\"user\":\"{\\\"name\\\":\\\"测试\\\"}\",\"list\":[1,{\"a/b\":2}]}" });
        let at = |place| at(&answer, place).map(Cow::into_owned);
        assert_eq!(at("/data/user/name"), Some(json!("测试")));
        assert_eq!(at("/data/list/1/a~1b"), Some(json!(2)));
        assert_eq!(at("/data/list/7"), None);
        assert_eq!(at("/data/user/name/x"), None);
        assert_eq!(at("data"), Some(answer["data"].clone()));
        assert_eq!(object("\"{\\\"a\\\":1}\""), json!({ "a": 1 }).as_object().cloned());
        assert_eq!(object("[1]"), None);
    }

    proptest! {
        #[test]
        fn no_answer_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), place in ".{0,20}") {
            for charset in [Charset::Auto, Charset::Utf8, Charset::Gbk] {
                if let Some(object) = text(&bytes, charset).as_deref().and_then(object) {
                    let _ = at(&Value::Object(object), &place);
                }
            }
        }

        #[test]
        fn however_often_it_is_packed_reading_ends(depth in 0usize..8) {
            let mut value = json!({ "a": 1 });
            for _ in 0..depth {
                value = Value::String(value.to_string());
            }
            let _ = unpacked(value);
        }
    }
}
