use super::*;
use crate::ids::PersonId;
use crate::vault::KeyFile;
use chrono::DateTime;
use proptest::prelude::*;
use serde_json::json;
use std::sync::LazyLock;

static VAULT: LazyLock<Vault> = LazyLock::new(|| Vault::new(&KeyFile::generate()));

fn details() -> impl Strategy<Value = Value> {
    let plain = prop_oneof![
        "\\PC{0,4}".prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from)
    ];
    plain.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec(("[a-c\":,{}]{0,3}", inner), 0..3)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

prop_compose! {
    /// Few letters, so that parts are often alike.
    fn rows()(
        seq in 0_i64..3,
        micros in 0_i64..3,
        event in "[ab0]{0,3}",
        actor in "[ab0]{0,3}",
        ids in prop::array::uniform5(prop::option::of(0_u128..2)),
        details in details(),
        previous_hash in prop::collection::vec(0_u8..2, 0..2),
    ) -> Row {
        let id = |at: usize| ids[at].map(uuid::Uuid::from_u128);
        Row {
            seq,
            at: DateTime::from_timestamp_micros(micros).unwrap(),
            event,
            actor,
            person_id: id(0).map(PersonId::from_uuid),
            account_id: id(1).map(crate::ids::AccountId::from_uuid),
            link_id: id(2).map(crate::ids::LinkId::from_uuid),
            task_id: id(3).map(crate::ids::TaskId::from_uuid),
            application_id: id(4).map(crate::ids::ApplicationId::from_uuid),
            details,
            previous_hash,
            hash: Vec::new(),
        }
    }
}

/// Its fields in the opposite order, all the way down.
fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            Value::Object(fields.iter().rev().map(|(key, value)| (key.clone(), reversed(value))).collect())
        }
        Value::Array(items) => items.iter().map(reversed).collect(),
        plain => plain.clone(),
    }
}

proptest! {
    #[test]
    fn rows_hash_alike_only_if_they_are_alike(one in rows(), other in rows()) {
        prop_assert_eq!(hash(&VAULT, &one, one.seq) == hash(&VAULT, &other, other.seq), one == other);
    }

    #[test]
    fn the_order_of_fields_does_not_count(row in rows()) {
        let turned = Row { details: reversed(&row.details), ..row.clone() };
        prop_assert_eq!(hash(&VAULT, &row, 1), hash(&VAULT, &turned, 1));
    }

    #[test]
    fn canonical_text_is_the_same_value(value in details()) {
        prop_assert_eq!(&serde_json::from_str::<Value>(&canonical(&value)).unwrap(), &value);
    }
}

#[test]
fn no_character_moves_from_one_column_to_the_next() {
    let row = |event: &str, actor: &str| Row {
        seq: 1,
        at: DateTime::UNIX_EPOCH,
        event: event.into(),
        actor: actor.into(),
        person_id: None,
        account_id: None,
        link_id: None,
        task_id: None,
        application_id: None,
        details: json!({}),
        previous_hash: Vec::new(),
        hash: Vec::new(),
    };
    assert_ne!(hash(&VAULT, &row("ab", "c"), 1), hash(&VAULT, &row("a", "bc"), 1));
    let person = PersonId::generate();
    let as_person = Row { person_id: Some(person), ..row("a", "b") };
    let as_account = Row { account_id: Some(crate::ids::AccountId::from_uuid(*person.as_uuid())), ..row("a", "b") };
    assert_ne!(hash(&VAULT, &as_person, 1), hash(&VAULT, &as_account, 1));
}

#[test]
fn another_key_makes_another_hash() {
    let other = Vault::new(&KeyFile::generate());
    assert_ne!(head(&VAULT, 1, vec![1]).seal, head(&other, 1, vec![1]).seal);
}
