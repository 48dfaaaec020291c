//! What binds the rows of the log: keyed hashes that a re-read from PostgreSQL reproduces.

use serde_json::Value;

use crate::db::audit::{Head, Row};
use crate::vault::{LookUp, Vault};

/// The hash of a row as if it stood at `seq`, its stored hash aside.
///
/// Each column is a part of its own, so that no character can move from one to another. An id that is absent is the empty text, which no
/// id is.
pub fn hash(vault: &Vault, row: &Row, seq: i64) -> Vec<u8> {
    fn id(id: Option<impl ToString>) -> String {
        id.map(|id| id.to_string()).unwrap_or_default()
    }
    vault.look_up(
        LookUp::Audit,
        &[
            &hex::encode(&row.previous_hash),
            &seq.to_string(),
            &row.at.timestamp_micros().to_string(),
            &row.event,
            &row.actor,
            &id(row.person_id),
            &id(row.account_id),
            &id(row.link_id),
            &id(row.task_id),
            &id(row.application_id),
            &canonical(&row.details),
        ],
    )
}

/// The head over a row, sealed.
pub fn head(vault: &Vault, seq: i64, hash: Vec<u8>) -> Head {
    // No row's first part is this word.
    let seal = vault.look_up(LookUp::Audit, &["head", &seq.to_string(), &hex::encode(&hash)]);
    Head { seq, hash, seal }
}

/// Whether a head is one that [`head`] made.
pub fn is_sealed(vault: &Vault, stored: &Head) -> bool {
    head(vault, stored.seq, stored.hash.clone()) == *stored
}

/// JSON with sorted keys and no blanks: PostgreSQL keeps the order of neither.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(key, _)| *key);
            let fields =
                fields.into_iter().map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), canonical(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        plain => plain.to_string(),
    }
}

#[cfg(test)]
mod tests;
