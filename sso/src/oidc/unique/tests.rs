use proptest::prelude::*;

use super::*;

#[test]
fn an_object_with_a_member_twice_is_none_however_deep_it_lies_and_however_it_is_written() {
    for twice in [
        r#"{"sub":"a","sub":"b"}"#,
        r#"{"sub":"a","sub":"a"}"#,
        r#"{"sub":"a","\u0073ub":"b"}"#,
        r#"{"events":{"e":{},"e":{}}}"#,
        r#"{"list":[1,{"a":1,"a":null}]}"#,
        r#"{"a":1} {"b":1}"#,
        r#"[{"a":1}]"#,
        "",
    ] {
        assert_eq!(object(twice.as_bytes()), None, "{twice}");
    }
    let deep = "[".repeat(100_000);
    assert_eq!(object(deep.as_bytes()), None);
}

proptest! {
    #[test]
    fn what_has_no_member_twice_is_read_as_ever(
        members in prop::collection::hash_map("[a-c\u{e9}\"]{0,3}", prop_oneof![
            any::<u64>().prop_map(Value::from), any::<i64>().prop_map(Value::from), any::<bool>().prop_map(Value::from),
            (-1e6..1e6).prop_map(Value::from), ".{0,5}".prop_map(Value::from), Just(Value::Null),
            prop::collection::vec(any::<u8>(), 0..3).prop_map(Value::from),
        ], 0..6),
    ) {
        let whole = Value::from_iter(members);
        let text = whole.to_string();
        prop_assert_eq!(object(text.as_bytes()).map(Value::Object), serde_json::from_str(&text).ok());
    }
}
