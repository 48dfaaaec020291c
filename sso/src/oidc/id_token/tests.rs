use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use serde_json::json;

use super::*;

/// Verifies `raw` against a key set with one key, as a sign-in would.
fn try_verify(raw: &str) -> Result<Map<String, Value>, Refusal> {
    let key = json!({ "kty": "EC", "crv": "P-256", "kid": "k",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" });
    let keys = KeySet::read(json!({ "keys": [key] }).as_object().unwrap()).unwrap();
    let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    let expected = Expected {
        issuer: "https://p.example",
        client_id: "c",
        client_secret: None,
        algorithms: &[CoreJwsSigningAlgorithm::EcdsaP256Sha256],
        nonce: "n",
        access_token: &AccessToken::new("a".to_owned()),
        earliest_issue: now,
        now,
        leeway: TimeDelta::seconds(60),
    };
    verify(raw, &keys, &expected)
}

fn jwt(header: &Value, payload: &Value, signature: &[u8]) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{}", encode(header), encode(payload), URL_SAFE_NO_PAD.encode(signature))
}

fn good_claims() -> Value {
    json!({ "iss": "https://p.example", "sub": "s", "aud": "c", "nonce": "n", "iat": 1_800_000_000, "exp": 1_800_000_300 })
}

#[test]
fn a_signature_of_any_length_under_the_known_key_is_refused_as_unfitting() {
    for length in [0, 1, 63, 64, 65, 1000] {
        let raw = jwt(&json!({ "alg": "ES256", "kid": "k" }), &good_claims(), &vec![1; length]);
        assert!(matches!(try_verify(&raw), Err(Refusal::NoKeyFits)), "{length}");
    }
}

#[test]
fn encrypted_nested_and_critical_tokens_are_refused() {
    for header in [
        json!({ "alg": "A128GCM" }),
        json!({ "alg": "ES256", "kid": "k", "cty": "JWT" }),
        json!({ "alg": "ES256", "kid": "k", "crit": ["exp"] }),
        json!({ "alg": "ES256", "kid": "k", "typ": "logout+jwt" }),
        json!({ "alg": "es256", "kid": "k" }),
        json!({ "kid": "k" }),
    ] {
        assert!(matches!(try_verify(&jwt(&header, &good_claims(), &[1; 64])), Err(Refusal::Final(_))), "{header}");
    }
}

/// Any JSON value, shallow.
fn json_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        prop::collection::vec(".{0,4}".prop_map(Value::from), 0..3).prop_map(Value::from),
    ]
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_or_pass(raw in "[A-Za-z0-9_.=-]{0,200}|.{0,50}") {
        prop_assert!(try_verify(&raw).is_err());
    }

    #[test]
    fn no_claim_of_any_shape_makes_it_panic_or_pass(
        name in "iss|sub|aud|nonce|iat|exp|nbf|azp|auth_time|at_hash|sid|acr|amr|address|updated_at|email_verified",
        value in json_value(),
        kid in json_value(),
    ) {
        let mut claims = good_claims();
        claims[name] = value;
        let raw = jwt(&json!({ "alg": "ES256", "kid": kid }), &claims, &[7; 64]);
        prop_assert!(try_verify(&raw).is_err());
    }
}
