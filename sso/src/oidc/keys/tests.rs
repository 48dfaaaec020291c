use serde_json::json;
use tokio::time::advance;

use super::set::RETIRED_LIFE;
use super::*;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

fn read(keys: &Value) -> KeySet {
    KeySet::read(json!({ "keys": keys }).as_object().unwrap()).unwrap()
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
    let set =
        read(&json!([rsa("2048", 256, 0x80), rsa("2047", 256, 0x7f), rsa("padded", 257, 0), rsa("1024", 128, 0xff)]));
    assert!(set.candidates(Some("2048")).next().is_some());
    assert!(set.candidates(Some("padded")).next().is_some());
    assert_eq!((set.len(), set.weak), (2, 2));
}

#[test]
fn symmetric_keys_are_left_out() {
    let set = read(&json!([{ "kty": "oct", "kid": "a", "k": "c2VjcmV0" }, ec("b")]));
    assert_eq!(set.len(), 1);
    assert!(set.candidates(Some("a")).next().is_none());
}

#[test]
fn keys_that_say_they_are_for_something_else_are_left_out() {
    let key = |name: &str, value: Value| {
        let mut key = ec("a");
        key[name] = value;
        key
    };
    for other in [key("use", json!("enc")), key("key_ops", json!(["encrypt", "wrapKey"])), key("key_ops", json!([]))] {
        assert_eq!(read(&json!([other])).len(), 0, "{other}");
    }
    for ours in [key("use", json!("sig")), key("use", Value::Null), key("key_ops", json!(["sign", "verify"])), ec("a")]
    {
        assert_eq!(read(&json!([ours])).len(), 1, "{ours}");
    }
}

#[test]
fn a_token_without_key_id_may_be_signed_by_any_key_and_one_with_it_by_that_key_only() {
    let set = read(&json!([ec("a"), ec("b"), ec("b")]));
    assert_eq!(set.candidates(None).count(), 3);
    assert_eq!(set.candidates(Some("b")).count(), 2);
    assert_eq!(set.candidates(Some("c")).count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_retired_key_is_kept_for_its_time_from_when_it_was_found_gone() {
    let before = read(&json!([ec("old"), ec("same")]));
    // It had been fetched long before it was replaced.
    advance(LIFE).await;
    let mut after = read(&json!([ec("new"), ec("same")]));
    after.keep_retired(&before, Instant::now());
    assert_eq!(after.candidates(Some("old")).count(), 1);
    assert_eq!(after.candidates(Some("same")).count(), 1);

    // The next set follows before the retired key's time is over, and does not extend it.
    advance(RETIRED_LIFE.checked_sub(Duration::from_secs(1)).unwrap()).await;
    let mut later = read(&json!([ec("new")]));
    later.keep_retired(&after, Instant::now());
    assert_eq!(later.candidates(Some("old")).count(), 1);
    advance(Duration::from_secs(1)).await;
    assert_eq!(later.candidates(Some("old")).count(), 0);
    assert_eq!(after.candidates(None).count(), 2);

    let mut last = read(&json!([ec("new")]));
    last.keep_retired(&later, Instant::now());
    assert_eq!(last.len(), 2, "the one that went last is kept, the first is not");
}

#[tokio::test(start_paused = true)]
async fn a_retired_key_that_comes_back_is_good_again_and_never_stands_in_place_of_a_newer_one() {
    let mut between = read(&json!([ec("new")]));
    between.keep_retired(&read(&json!([ec("old")])), Instant::now());
    let mut back = read(&json!([ec("new"), ec("old")]));
    back.keep_retired(&between, Instant::now());
    advance(RETIRED_LIFE).await;
    assert_eq!(back.candidates(Some("old")).count(), 1);

    let mut replaced = read(&json!([rsa("old", 256, 0xff)]));
    replaced.keep_retired(&back, Instant::now());
    assert_eq!(replaced.candidates(Some("old")).count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_key_without_id_is_retired_once_it_is_published_no_longer() {
    let nameless = |x: &str| json!({ "kty": "EC", "crv": "P-256", "x": x, "y": "AA" });
    let before = read(&json!([nameless("AA"), nameless("AQ")]));
    let mut after = read(&json!([nameless("AQ")]));
    after.keep_retired(&before, Instant::now());
    assert_eq!(after.candidates(None).count(), 2);
    advance(RETIRED_LIFE).await;
    assert_eq!(after.candidates(None).count(), 1);
}
