//! JSON as portals write it: in GBK, with a byte order mark, or as text inside JSON.

mod charset;

use std::borrow::Cow;

use serde_json::{Map, Value};

pub use charset::Charset;
pub(crate) use charset::text;

/// How deep texts that hold JSON are unpacked: an answer inside `data` inside an envelope, and one more.
const MAX_UNPACKED: usize = 3;

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
mod tests;
