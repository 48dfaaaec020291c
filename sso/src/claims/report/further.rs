//! Fields of the answer that no list names.

use serde_json::Value;

use super::entry::{entry, short};
use crate::claims::Claims;
use crate::config::PortalConfig;
use crate::finding::{FieldReport, Severity};
use crate::loose;

/// The most further fields that are shown; of an answer with more, only a part is.
const MAX_FURTHER: usize = 40;
/// The most fields that are examined.
const MAX_WALKED: usize = 500;
/// The depth to which fields are searched.
const MAX_DEPTH: usize = 4;

impl Claims {
    /// Names only: the values are private. Fields within objects, and within texts that hold JSON, by their pointers.
    pub(super) fn further(&self, config: &PortalConfig) -> Vec<FieldReport> {
        let lists = &config.claims;
        let lists =
            [&lists.subject, &lists.name, &lists.document_number, &lists.document_type, &lists.level, &lists.user_type];
        let is_listed = |place: &String| lists.iter().any(|list| list.contains(place));
        let mut further = Vec::new();
        walk(&self.0, "", 0, &mut further);
        // Sorted, because the answer's order is not always preserved.
        further.sort_unstable();
        further.retain(|(place, _)| {
            !is_listed(place) && !place.strip_prefix('/').is_some_and(|name| is_listed(&name.to_owned()))
        });
        let entries = further.into_iter().take(MAX_FURTHER);
        entries
            .map(|(place, shape)| {
                entry("", Some(&short(&place)), shape.to_owned(), Severity::Ok, "not used".to_owned())
            })
            .collect()
    }
}

/// Every field that is no object itself, with its pointer and its shape.
fn walk(value: &Value, at: &str, depth: usize, found: &mut Vec<(String, &'static str)>) {
    if found.len() > MAX_WALKED {
        return;
    }
    let inner;
    let value = match value {
        Value::String(_) => {
            inner = loose::unpacked(value.clone());
            &inner
        }
        other => other,
    };
    match value {
        Value::Object(object) if depth < MAX_DEPTH => {
            for (name, value) in object {
                let name = name.replace('~', "~0").replace('/', "~1");
                walk(value, &format!("{at}/{name}"), depth + 1, found);
            }
        }
        other => found.push((at.to_owned(), shape(other))),
    }
}

fn shape(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
