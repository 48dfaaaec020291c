use proptest::prelude::*;
use serde_json::json;

use super::*;
use encoding_rs::GB18030;

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
