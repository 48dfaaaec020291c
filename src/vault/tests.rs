use super::*;
use base64::{Engine, prelude::BASE64_STANDARD};

fn vault() -> Vault {
    Vault::new(&KeyFile::generate())
}

#[test]
fn a_sealed_value_opens_to_what_was_sealed_and_never_looks_the_same_twice() {
    let vault = vault();
    let (a, b) = (vault.seal_text(Purpose::Name, "测试"), vault.seal_text(Purpose::Name, "测试"));
    assert_ne!(a, b);
    assert_eq!(vault.open_text(Purpose::Name, &a).unwrap(), "测试");
    assert!(!a.windows(6).any(|window| window == "测试".as_bytes()));
}

#[test]
fn a_value_sealed_for_one_purpose_does_not_open_as_another() {
    let vault = vault();
    let sealed = vault.seal_text(Purpose::Email, "a@example.test");
    assert_eq!(vault.open(Purpose::Name, &sealed), Err(VaultError::Refused));
}

#[test]
fn a_changed_cut_or_foreign_value_is_refused() {
    let vault = vault();
    let sealed = vault.seal(Purpose::Photo, b"bytes");
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(vault.open(Purpose::Photo, &changed).is_err(), "byte {at}");
        assert!(vault.open(Purpose::Photo, &sealed[..at]).is_err(), "cut at {at}");
    }
    assert!(matches!(super::tests::vault().open(Purpose::Photo, &sealed), Err(VaultError::UnknownKey(_))));
}

#[test]
fn old_keys_still_open_what_they_sealed_after_a_new_one_became_current() {
    let directory = tempfile::tempdir().unwrap();
    let old = KeyFile::generate();
    let sealed = Vault::new(&old).seal(Purpose::Form, b"{}");
    let mut rotated = KeyFile::generate();
    rotated.sealing.extend(old.sealing);
    let path = directory.path().join("keys.toml");
    rotated.write_new(&path).unwrap();
    let vault = Vault::new(&KeyFile::read(&path).unwrap());
    assert_eq!(vault.open(Purpose::Form, &sealed).unwrap(), b"{}");
    assert_ne!(vault.seal(Purpose::Form, b"{}")[..5], sealed[..5], "new values carry the new key's id");
}

#[test]
fn look_up_values_depend_on_key_kind_and_the_borders_of_parts() {
    let (one, other) = (vault(), vault());
    let value = one.look_up(LookUp::Alias, &["ab", "c"]);
    assert_eq!(value, one.look_up(LookUp::Alias, &["ab", "c"]));
    assert_ne!(value, one.look_up(LookUp::Alias, &["a", "bc"]));
    assert_ne!(value, one.look_up(LookUp::Number, &["ab", "c"]));
    assert_ne!(value, other.look_up(LookUp::Alias, &["ab", "c"]));
}

#[test]
fn a_new_key_file_is_private_and_never_overwrites_another() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("keys.toml");
    KeyFile::generate().write_new(&path).unwrap();
    assert!(!KeyFile::is_exposed(&path).unwrap());
    assert!(matches!(KeyFile::generate().write_new(&path), Err(KeyFileError::Io(_))));
}

#[test]
fn broken_key_files_are_refused_without_quoting_a_key() {
    let key = |byte: u8| BASE64_STANDARD.encode([byte; 32]);
    let good = |current: &str, id: &str, a: u8, b: u8| {
        format!(
            "current_sealing = \"{current}\"\n[[sealing]]\nid = \"{id}\"\nkey = \"{}\"\n[look_up]\nid = \"00000002\"\nkey = \"{}\"\n",
            key(a),
            key(b)
        )
    };
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("keys.toml");
    let read = |text: &str| {
        std::fs::write(&path, text).unwrap();
        KeyFile::read(&path)
    };
    assert!(read(&good("00000001", "00000001", 1, 2)).is_ok());
    for text in [
        good("00000009", "00000001", 1, 2),
        good("00000002", "00000002", 1, 2),
        good("00000001", "00000001", 1, 1),
        good("1", "1", 1, 2),
        good("00000001", "00000001", 1, 2).replace(&key(1), "c2hvcnQ="),
        "what".to_owned(),
    ] {
        let message = read(&text).unwrap_err().to_string();
        assert!(!message.contains(&key(1)) && !message.contains("c2hvcnQ"), "{message}");
    }
}

#[test]
fn passwords_are_verified_and_nobody_has_none() {
    let stored = hash_password("abc123456");
    assert!(stored.starts_with("$argon2id$"));
    assert!(verify_password("abc123456", &stored));
    assert!(!verify_password("abc123457", &stored));
    assert!(!verify_password("abc123456", "not a hash"));
    assert!(!verify_password_of_nobody("nobody"));
}
