use super::*;

#[test]
fn names_read_back_and_strangers_are_no_field() {
    for field in Field::ALL {
        assert_eq!(Field::from_word(field.as_str()), Some(field));
    }
    for name in ["csrf_token", "version", "Exam", ""] {
        assert_eq!(Field::from_word(name), None);
    }
}

#[test]
fn what_is_set_is_what_is_got() {
    let mut input = Input::default();
    for field in Field::ALL {
        input.set(field, field.as_str());
    }
    for field in Field::ALL {
        let expected = if field == Field::Photo { "" } else { field.as_str() };
        assert_eq!(input.get(field), expected);
    }
}

#[test]
fn debug_output_holds_no_personal_data() {
    let input = Input { name: "测试".into(), document_number: "110101199003071233".into(), ..Input::default() };
    assert_eq!(format!("{input:?}"), r#"Input { filled: ["name", "document_number"] }"#);
}
