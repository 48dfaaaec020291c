//! The data of all samples, in one.

use serde_json::Value;

/// One value that has every key that any of the samples has, at every level.
pub(in crate::views) fn union(samples: impl IntoIterator<Item = Value>) -> Value {
    samples.into_iter().fold(Value::Null, |all, one| match (all, one) {
        (Value::Object(mut all), Value::Object(one)) => {
            for (key, value) in one {
                let known = all.remove(&key).unwrap_or_default();
                all.insert(key, union([known, value]));
            }
            Value::Object(all)
        }
        (Value::Array(all), Value::Array(one)) => {
            let elements = union(all.into_iter().chain(one));
            Value::Array(if elements.is_null() { Vec::new() } else { vec![elements] })
        }
        (Value::Null, Value::Object(one)) => {
            Value::Object(one.into_iter().map(|(key, value)| (key, union([value]))).collect())
        }
        (Value::Null, Value::Array(one)) => {
            let elements = union(one);
            Value::Array(if elements.is_null() { Vec::new() } else { vec![elements] })
        }
        (Value::Null, one) => one,
        (all, _) => all,
    })
}
