use proptest::prelude::*;

use super::*;

#[test]
fn known_parameters_are_read_and_unknown_ones_ignored() {
    let callback = Callback::parse("code=a%2Fb+c&state=s1&iss=https%3A%2F%2Fp.example&session_state=x&x=%00").unwrap();
    assert_eq!(callback.code.as_deref(), Some("a/b c"));
    assert_eq!(callback.handle(), Some("s1"));
    assert_eq!(callback.issuer.as_deref(), Some("https://p.example"));
    assert!(callback.error.is_none());
}

#[test]
fn an_errors_description_may_be_chinese() {
    let callback =
        Callback::parse("error=access_denied&error_description=%E7%94%A8%E6%88%B7%E5%8F%96%E6%B6%88&state=s").unwrap();
    assert_eq!(callback.error_description(), Some("用户取消"));
}

#[test]
fn repeated_empty_overlong_and_impossible_parameters_are_refused() {
    let long_code = format!("code={}", "a".repeat(MAX_CODE + 1));
    let long_state = format!("state={}", "a".repeat(MAX_OTHER + 1));
    let long_query = format!("x={}", "a".repeat(MAX_QUERY));
    for query in [
        "code=a&code=a",
        "code=a&state=s&state=t",
        "error=a&error=b",
        "iss=a&iss=a",
        "code=",
        "state=",
        "code=a%00b",
        "state=a%0Ab",
        "code=%C3%A9",
        "state=%FF",
        "error_description=a%00",
        &long_code,
        &long_state,
        &long_query,
    ] {
        assert!(matches!(Callback::parse(query), Err(LoginError::BadCallback { .. })), "{query:.60}");
    }
}

#[test]
fn debug_prints_show_no_values() {
    let shown = format!("{:?}", Callback::parse("code=secret1&state=secret2&error=secret3").unwrap());
    assert!(!shown.contains("secret"), "{shown}");
}

proptest! {
    #[test]
    fn no_query_makes_it_panic(query in ".*") {
        let _ = Callback::parse(&query);
    }

    #[test]
    fn what_is_accepted_is_visible_ascii(code in ".{0,40}", state in ".{0,40}") {
        let query: String = form_urlencoded::Serializer::new(String::new())
            .append_pair("code", &code).append_pair("state", &state).finish();
        let clean = |text: &str| !text.is_empty() && text.bytes().all(|byte| (0x20..=0x7e).contains(&byte));
        match Callback::parse(&query) {
            Ok(callback) => {
                prop_assert_eq!(callback.code.as_deref(), Some(code.as_str()));
                prop_assert_eq!(callback.handle(), Some(state.as_str()));
                prop_assert!(clean(&code) && clean(&state));
            }
            Err(_) => prop_assert!(!clean(&code) || !clean(&state)),
        }
    }

    #[test]
    fn a_parameter_given_twice_is_refused_wherever_it_stands(name in "code|state|error|iss|error_description", between in "[a-z]{0,5}") {
        let query = format!("{name}=a&x{between}=1&{name}=b");
        prop_assert!(Callback::parse(&query).is_err());
    }
}
