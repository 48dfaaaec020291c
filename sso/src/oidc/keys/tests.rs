use serde_json::json;

use super::*;

fn read(keys: &Value, now: Instant) -> KeySet {
    KeySet::read(json!({ "keys": keys }).as_object().unwrap(), now).unwrap()
}

fn rsa(kid: &str, bytes: usize, first: u8) -> Value {
    let mut modulus = vec![0xff_u8; bytes];
    modulus[0] = first;
    json!({ "kty": "RSA", "kid": kid, "n": URL_SAFE_NO_PAD.encode(modulus), "e": "AQAB" })
}

fn ec(kid: &str) -> Value {
    json!({ "kty": "EC", "crv": "P-256", "kid": kid, "x": "AA", "y": "AA" })
}

#[test]
fn rsa_keys_count_by_their_significant_bits() {
    let now = Instant::now();
    let set = read(
        &json!([rsa("2048", 256, 0x80), rsa("2047", 256, 0x7f), rsa("padded", 257, 0), rsa("1024", 128, 0xff)]),
        now,
    );
    assert!(set.candidates(Some("2048")).next().is_some());
    assert!(set.candidates(Some("padded")).next().is_some());
    assert_eq!((set.len(), set.weak), (2, 2));
}

#[test]
fn symmetric_keys_are_left_out() {
    let set = read(&json!([{ "kty": "oct", "kid": "a", "k": "c2VjcmV0" }, ec("b")]), Instant::now());
    assert_eq!(set.len(), 1);
    assert!(set.candidates(Some("a")).next().is_none());
}

#[test]
fn a_token_without_key_id_may_be_signed_by_any_key_and_one_with_it_by_that_key_only() {
    let set = read(&json!([ec("a"), ec("b"), ec("b")]), Instant::now());
    assert_eq!(set.candidates(None).count(), 3);
    assert_eq!(set.candidates(Some("b")).count(), 2);
    assert_eq!(set.candidates(Some("c")).count(), 0);
}

#[test]
fn a_retired_key_is_kept_for_its_time_and_never_in_place_of_a_newer_one() {
    let now = Instant::now();
    let before = read(&json!([ec("old"), ec("same")]), now);
    let mut after = read(&json!([ec("new"), ec("same")]), now);
    after.keep_retired(&before);
    assert!(after.candidates(Some("old")).next().is_some());
    assert_eq!(after.candidates(Some("same")).count(), 1);

    let long_ago = now.checked_sub(RETIRED_LIFE + Duration::from_secs(1)).unwrap();
    let before = read(&json!([ec("old")]), long_ago);
    let mut after = read(&json!([ec("new")]), now);
    after.keep_retired(&before);
    assert!(after.candidates(Some("old")).next().is_none());
}
