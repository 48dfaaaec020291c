use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::config::Success;
use crate::config::{Charset, PortalConfig};
use crate::identity::{PortalIdentity, PortalSession};
use reqwest::StatusCode;

fn raw(status: u16, body: impl Into<Vec<u8>>) -> RawAnswer {
    RawAnswer { status: StatusCode::from_u16(status).unwrap(), body: body.into(), date: None }
}

fn section(adjust: impl FnOnce(&mut OAuth2Config)) -> OAuth2Config {
    let mut section = OAuth2Config::default();
    adjust(&mut section);
    section
}

fn wrapped() -> OAuth2Config {
    section(|section| {
        section.success = Some(Success { pointer: "/head/code".to_owned(), value: "0".to_owned() });
        section.expired_codes = vec!["40029".to_owned()];
        section.access_token = vec!["/body/token".to_owned(), "access_token".to_owned()];
        section.userinfo_token = TokenPlace::Query;
    })
}

fn token(section: &OAuth2Config, status: u16, body: impl Into<Vec<u8>>) -> Result<String, LoginError> {
    Reader::new(section).token(&raw(status, body)).map(|token| token.secret().to_owned())
}

/// The identity that these two answers make.
fn identity(portal: &PortalConfig, token: Vec<u8>, person: Vec<u8>) -> Result<PortalIdentity, LoginError> {
    let reader = Reader::new(&portal.oauth2);
    let token = reader.token(&raw(200, token))?;
    let person = reader.person(&raw(200, person), token)?;
    crate::claims::Claims::new(person).identity(portal, PortalSession::none())
}

#[test]
fn tokens_are_found_in_json_forms_and_packed_json() {
    let standard = section(|_| {});
    for body in [
        r#"{"access_token":"t1"}"#,
        r#"{"access_token":"t1","expires_in":"7200","token_type":"bearer"}"#,
        r#"{"data":{"access_token":"t1"}}"#,
        r#"{"access_token":null,"data":"{\"access_token\":\"t1\"}"}"#,
        r#""{\"access_token\":\"t1\"}""#,
        "\u{feff} {\"access_token\":\"t1\"}\n",
        "access_token=t1&expires_in=7200",
        "expires_in=7200&access_token=t1\n",
    ] {
        assert_eq!(token(&standard, 200, body).as_deref(), Ok("t1"), "{body}");
    }
    assert_eq!(token(&wrapped(), 200, r#"{"head":{"code":0},"body":"{\"token\":12345}"}"#).as_deref(), Ok("12345"));
    let gbk = section(|section| section.charset = Charset::Gbk);
    assert_eq!(token(&gbk, 200, *b"{\"msg\":\"\xb3\xc9\xb9\xa6\",\"access_token\":\"t1\"}").as_deref(), Ok("t1"));
}

#[test]
fn each_failure_at_the_token_endpoint_means_one_thing_to_the_visitor() {
    let expired = LoginError::Expired { what: "it no longer accepts the code" };
    let unknown = bad_answer("its token endpoint refuses the code with an error code that is not in the standards");
    let client = LoginError::Rejected { what: "invalid_client" };
    let silent = bad_answer("its token endpoint refuses the code without a reason");
    for (status, body, expected) in [
        (400, r#"{"error":"invalid_grant"}"#, expired),
        (200, r#"{"error":"invalid_grant","access_token":"t"}"#, expired),
        (200, r#"{"head":{"code":40029}}"#, expired),
        (200, r#"{"error":40029}"#, expired),
        (401, r#"{"error":"invalid_client"}"#, client),
        (401, "", client),
        (401, "<html>", client),
        (400, r#"{"error":"invalid_scope"}"#, LoginError::Rejected { what: "invalid_scope" }),
        (503, r#"{"error":"temporarily_unavailable"}"#, own_failure()),
        (200, r#"{"head":{"code":"1"},"access_token":"t"}"#, unknown),
        (200, r#"{"error":"110101199003071233"}"#, unknown),
        (200, r#"{"error":{"code":1}}"#, unknown),
        (200, r#"{"error":true}"#, unknown),
        (200, r#"{"access_token":"t"}"#, silent),
        (403, r#"{"head":{"code":0},"access_token":"t"}"#, silent),
        (404, "not found", silent),
    ] {
        assert_eq!(token(&wrapped(), status, body), Err(expected), "{status} {body}");
    }
}

#[test]
fn what_is_no_token_answer_is_refused() {
    let standard = section(|_| {});
    let no_token = bad_answer("its token answer holds no access token");
    let unreadable = bad_answer("its token answer is neither JSON nor a form");
    let kind = bad_answer("its access token is of an unknown kind");
    for (body, expected) in [
        ("{}", no_token),
        (r#"{"access_token":null}"#, no_token),
        (r#"{"access_token":true}"#, no_token),
        (r#"{"access_token":{"a":"b"}}"#, no_token),
        (r#"{"access_token":["t"]}"#, no_token),
        ("expires_in=1", no_token),
        ("access_token=a&access_token=b", unreadable),
        ("", unreadable),
        ("[1]", unreadable),
        ("null", unreadable),
        ("<html><a href='?access_token=t'></html>", unreadable),
        ("{\"access_token\":\"t\"", unreadable),
        (r#"{"access_token":"t","token_type":"DPoP"}"#, kind),
        (r#"{"access_token":"t","token_type":" MAC "}"#, kind),
    ] {
        assert_eq!(token(&standard, 200, body), Err(expected), "{body}");
    }
}

#[test]
fn tokens_hold_only_what_the_place_can_carry_where_they_go() {
    let long = "x".repeat(20_000);
    let header = section(|_| {});
    let query = section(|section| section.userinfo_token = TokenPlace::Query);
    for secret in ["a\r\nX-Evil: 1", "a\0", "a b", "", "令牌", "a\u{7f}", "a\tb", &long] {
        for section in [&header, &query] {
            let result = token(section, 200, json!({ "access_token": secret }).to_string());
            assert_eq!(result, Err(bad_answer("its access token holds characters that it cannot hold")));
        }
    }
    for secret in ["a&b=c", "a#?%", "=", "{x}|<y>"] {
        let body = json!({ "access_token": secret }).to_string();
        assert!(token(&header, 200, body.clone()).is_err(), "{secret}");
        assert_eq!(token(&query, 200, body).as_deref(), Ok(secret));
    }
}

#[test]
fn a_refused_token_and_a_failed_interface_lead_to_no_person() {
    let refused = bad_answer("it refuses its own access token, or the interface to us");
    let good = section(|_| {});
    let silent = section(|section| {
        section.success = Some(Success { pointer: "/code".to_owned(), value: "0".to_owned() });
        section.userinfo_success = Some(Success::default());
    });
    for (section, status, body, expected) in [
        (&good, 401, r#"{"sub":"s"}"#, refused),
        (&good, 401, "", refused),
        (&good, 200, r#"{"error":"invalid_token","sub":"s"}"#, refused),
        (&good, 200, "sub=s", bad_answer("it is not a JSON object")),
        (&good, 200, r#"["s"]"#, bad_answer("it is not a JSON object")),
        (&good, 200, r#"{"error":"server_error"}"#, own_failure()),
        (&wrapped(), 200, r#"{"sub":"s"}"#, refused),
        (&wrapped(), 200, r#"{"head":{"code":"1"},"sub":"s"}"#, refused),
        (&wrapped(), 200, r#"{"head":{"code":"40029"}}"#, expired()),
        (&silent, 403, r#"{"sub":"s"}"#, refused),
    ] {
        let token = Token { secret: AccessToken::new("t".to_owned()), answer: Map::new() };
        assert_eq!(Reader::new(section).person(&raw(status, body), token), Err(expected), "{status} {body}");
    }
    let token = Token { secret: AccessToken::new("t".to_owned()), answer: Map::new() };
    assert!(Reader::new(&silent).person(&raw(200, r#"{"sub":"s"}"#), token).is_ok());
}

/// Bytes that are near to what portals send.
fn near_answers() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        Just("sub".to_owned()),
        Just("cn".to_owned()),
        Just("access_token".to_owned()),
        Just("error".to_owned()),
        Just("data".to_owned()),
        ".{0,6}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    let json = leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner.clone()), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
            inner.prop_map(|value| Value::String(value.to_string())),
        ]
    });
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..120),
        json.prop_map(|value| value.to_string().into_bytes()),
        "[a-z_]{0,12}=[ -~]{0,12}(&[a-z_]{0,12}=[ -~]{0,12}){0,3}".prop_map(String::into_bytes),
    ]
}

proptest! {
    #[test]
    fn no_token_answer_makes_it_panic_and_every_accepted_token_fits_its_place(body in near_answers(), status in 200u16..600) {
        for place in [TokenPlace::Header, TokenPlace::Query] {
            for charset in [Charset::Auto, Charset::Utf8, Charset::Gbk] {
                let section = section(|section| { section.userinfo_token = place; section.charset = charset; });
                if let Ok(secret) = token(&section, status, body.clone()) {
                    prop_assert!((200..300).contains(&status));
                    prop_assert!(secret.bytes().all(|byte| (0x21..=0x7e).contains(&byte)) && !secret.is_empty());
                }
            }
        }
    }

    #[test]
    fn no_identity_comes_out_of_garbage(body in near_answers()) {
        let portal = PortalConfig::default();
        let token = br#"{"access_token":"t"}"#.to_vec();
        if let Ok(identity) = identity(&portal, token, body.clone()) {
            let text = loose::text(&body, Charset::Auto).unwrap();
            let answer = Value::Object(loose::object(&text).unwrap());
            let told = portal.claims.subject.iter().filter_map(|place| loose::at(&answer, place));
            prop_assert!(told.filter_map(|value| loose::scalar(&value)).any(|subject| subject == identity.subject));
            prop_assert!(!identity.subject.chars().any(char::is_control));
        }
    }

    #[test]
    fn a_failure_is_never_a_success(value in "[^0]{0,5}|00|0 | 0", code in any::<i32>()) {
        let answers = [
            json!({ "head": { "code": value }, "access_token": "t" }),
            json!({ "head": { "code": code }, "access_token": "t" }),
            json!({ "head": value, "access_token": "t" }),
        ];
        for answer in answers {
            let good = answer["head"]["code"] == json!(0);
            prop_assert_eq!(token(&wrapped(), 200, answer.to_string()).is_ok(), good);
        }
    }
}
