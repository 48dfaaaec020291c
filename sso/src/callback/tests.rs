use proptest::prelude::*;

use super::parts::is_ours;
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

const PASTED: Manner<'static> = Manner { code: "ticket", state: None, standard: false, pasted: true };

#[test]
fn however_a_portal_pastes_its_ticket_it_is_found() {
    for (tail, query) in [
        ("h-1_", "ticket=T0=="),
        ("h-1_", "ticket=T0%3D%3D&x=1"),
        ("h-1_", "ticket=T0==&ticket=T0=="),
        ("h-1_", "ticket=T0==?ticket=T0=="),
        ("h-1_", "x=1?ticket=T0=="),
        ("h-1_", "?ticket=T0=="),
        ("h-1_", "&ticket=T0=="),
        ("h-1_", "x=1;ticket=T0=="),
        ("h-1_", "ticket%3DT0%3D%3D"),
        ("h-1_", "ticket=T0==%3Fticket%3dT0=="),
        ("h-1_", "ticket=T0==%26ticket=T0=="),
        ("h-1_&ticket=T0==", ""),
        ("h-1_&x=1&ticket=T0==", ""),
        ("h-1_&ticket=T0==&ticket=T0==", "ticket=T0=="),
        ("h-1_&ticket=T0==", "ticket=T0%3d%3d"),
        ("h-1_;ticket=T0==", ""),
        ("h-1_%3Fticket=T0==", ""),
        ("h-1_%3fticket%3DT0%3D%3D", ""),
        ("h-1_%26ticket=T0==", "x=1"),
        ("h-1_%3bticket=T0==", ""),
    ] {
        let callback = Callback::read(tail, query, PASTED).unwrap_or_else(|error| panic!("{tail} ? {query}: {error}"));
        assert_eq!((callback.handle(), callback.code.as_deref()), (Some("h-1_"), Some("T0==")), "{tail} ? {query}");
    }
}

#[test]
fn two_tickets_that_differ_odd_tickets_and_odd_places_are_refused() {
    for (tail, query) in [
        ("h", "ticket=A&ticket=B"),
        ("h", "ticket=A?ticket=B"),
        ("h", "ticket=A%3Fticket%3DB"),
        ("h", "ticket=A&ticket=a"),
        ("h&ticket=A", "ticket=B"),
        ("h;ticket=A;ticket=B", ""),
        ("h%26ticket%3DA", "ticket=B"),
        ("h", "ticket="),
        ("h", "ticket=A?ticket="),
        ("h", "ticket=A%00"),
        ("h", "ticket=A%0d%0aB"),
        ("h", "ticket=%E7%A5%A8"),
        ("h", "ticket=%FF"),
        ("h%00", "ticket=A"),
        ("h/../x", "ticket=A"),
        ("h/", "ticket=A"),
        ("h%2Fticket=A", ""),
        ("h=ticket", ""),
        ("测试", "ticket=A"),
        (&"h".repeat(MAX_OTHER + 1), "ticket=A"),
    ] {
        let result = Callback::read(tail, query, PASTED);
        assert!(matches!(result, Err(LoginError::BadCallback { .. })), "{tail} ? {query}");
    }
}

#[test]
fn what_has_no_meaning_in_a_return_is_ignored_whatever_it_holds() {
    for more in ["state=", "error=", "error=%E6%97%A0", "iss=", "state=a&state=b", "error_description=%00", "=", "=X"] {
        let callback =
            Callback::read("h", &format!("ticket=T&{more}"), PASTED).unwrap_or_else(|e| panic!("{more}: {e}"));
        assert_eq!((callback.handle(), callback.code.as_deref()), (Some("h"), Some("T")), "{more}");
        assert!(callback.error.is_none() && callback.issuer.is_none() && callback.state.is_none(), "{more}");
    }
    let silent = Manner { state: None, ..Manner::STANDARD };
    for more in ["=", "=X", "state=", "state=a&state=b"] {
        assert_eq!(Callback::read("", &format!("code=T&{more}"), silent).unwrap().handle(), None, "{more}");
    }
}

#[test]
fn an_empty_error_is_none() {
    let callback = Callback::parse("code=a&error=&state=s&error=").unwrap();
    assert_eq!((callback.code.as_deref(), callback.error), (Some("a"), None));
    assert_eq!(Callback::parse("error=&error=access_denied&state=s").unwrap().error.as_deref(), Some("access_denied"));
}

#[test]
fn a_portal_that_pastes_nothing_is_read_to_the_letter() {
    let callback = Callback::parse("code=a?b;c%26d&state=s").unwrap();
    assert_eq!(callback.code.as_deref(), Some("a?b;c&d"));
    assert!(Callback::read("h;code=a", "", Manner::STANDARD).is_err());
    assert!(Callback::read("h%26code=a", "", Manner::STANDARD).is_err());
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
    fn no_pasted_return_makes_it_panic_or_holds_anything_but_visible_characters(tail in ".{0,40}|[a-z]{3}[&?;%3Fticket=a-z]{0,20}", query in ".{0,60}|(ticket=|%3[fFdDbB]|[&?;]|%26|[a-c]){0,12}") {
        if let Ok(callback) = Callback::read(&tail, &query, PASTED) {
            let clean = |text: &str| text.bytes().all(|byte| (0x20..=0x7e).contains(&byte));
            prop_assert!(callback.code.as_deref().is_none_or(|code| clean(code) && !code.contains(['?', '&', ';'])));
            prop_assert!(callback.place.as_deref().is_none_or(|place| place.chars().all(is_ours)));
        }
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
