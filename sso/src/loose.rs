//! JSON as portals write it: in GBK, with a byte order mark, or packed as text inside JSON.

use encoding_rs::GB18030;
use serde::Deserialize;
use serde_json::{Map, Value};

/// How deep texts that hold JSON are unpacked: an answer inside `data` inside an envelope, and one more.
const MAX_UNPACKED: usize = 3;

/// In which characters a portal answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Charset {
    /// UTF-8; what is not UTF-8 is read as GB18030, of which GBK is a part.
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
        Charset::Auto => utf8().or_else(gbk),
    }
}

/// The JSON object that an answer holds, also one that is written as a JSON text.
pub(crate) fn object(text: &str) -> Option<Map<String, Value>> {
    match unpacked(serde_json::from_str(text.trim()).ok()?) {
        Value::Object(object) => Some(object),
        _ => None,
    }
}

/// A text that holds a JSON object or list becomes what it holds; anything else stays.
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

/// What stands at a place: a field's name, or a JSON pointer (which begins with `/`) that may lead through texts which hold JSON.
pub(crate) fn at(value: &Value, place: &str) -> Option<Value> {
    let Some(path) = place.strip_prefix('/') else { return value.get(place).cloned() };
    let mut here = value.clone();
    for step in path.split('/') {
        let step = step.replace("~1", "/").replace("~0", "~");
        here = match unpacked(here) {
            Value::Object(mut object) => object.remove(&step)?,
            Value::Array(mut list) => {
                let index: usize = step.parse().ok()?;
                (index < list.len()).then(|| list.swap_remove(index))?
            }
            _ => return None,
        };
    }
    Some(here)
}

/// A scalar as the text it is written with.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
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
    fn json_inside_json_is_found() {
        let answer = json!({ "data": "{\"user\":\"{\\\"name\\\":\\\"测试\\\"}\",\"list\":[1,{\"a/b\":2}]}" });
        assert_eq!(at(&answer, "/data/user/name"), Some(json!("测试")));
        assert_eq!(at(&answer, "/data/list/1/a~1b"), Some(json!(2)));
        assert_eq!(at(&answer, "/data/list/7"), None);
        assert_eq!(at(&answer, "/data/user/name/x"), None);
        assert_eq!(at(&answer, "data"), Some(answer["data"].clone()));
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
