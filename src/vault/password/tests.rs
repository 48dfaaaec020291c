use super::*;
use argon2::Block;

/// What the crate makes of it with memory of its own.
fn by_the_crate(secret: &str, salt: &[u8], params: Params) -> String {
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    hasher.hash_password_with_salt(secret.as_bytes(), salt).unwrap().to_string()
}

#[test]
fn a_hash_is_the_one_that_the_crate_makes_whatever_the_memory_held_before() {
    let hasher = Hasher::new();
    for (secret, salt) in [("abc123456", b"0123456789abcdef"), ("", b"fedcba9876543210"), ("密码", b"0123456789abcdef")]
    {
        let hash = hasher.hash_password_with_salt(secret.as_bytes(), salt).unwrap().to_string();
        assert_eq!(hash, by_the_crate(secret, salt, Params::default()));
    }
}

#[test]
fn the_form_of_stored_hashes_stays() {
    let hash = hash_password("abc123456");
    let parts: Vec<_> = hash.split('$').collect();
    assert_eq!(parts[..4], ["", "argon2id", "v=19", "m=19456,t=2,p=1"]);
    // Without padding: 16 and 32 bytes.
    assert_eq!((parts.len(), parts[4].len(), parts[5].len()), (6, 22, 43));
}

#[test]
fn hashes_with_other_parameters_are_verified_as_the_crate_verifies_them() {
    for (memory, passes, lanes, length) in [(8, 1, 1, 16), (40_000, 1, 2, 32), (64, 3, 4, 64)] {
        let params = Params::new(memory, passes, lanes, Some(length)).unwrap();
        let stored = by_the_crate("abc123456", b"0123456789abcdef", params);
        assert!(verify_password("abc123456", &stored), "{stored}");
        assert!(!verify_password("abc123457", &stored), "{stored}");
    }
    let no_output = "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg";
    assert!(PasswordHash::new(no_output).is_ok() && !verify_password("abc123456", no_output));
    assert!(!verify_password("abc123456", "$scrypt$ln=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg"));
}

/// Each test is a process of its own.
#[test]
fn one_memory_is_left_to_the_next_hasher_wiped_and_no_large_one() {
    let (first, second) = (Hasher::new(), Hasher::new());
    first.hash("abc123456");
    second.hash("abc123456");
    drop((first, second));
    let (next, another) = (Hasher::new(), Hasher::new());
    let is_wiped = |block: &Block| block.as_ref().iter().all(|word| *word == 0);
    assert_eq!(next.0.borrow().0.len(), 19_456);
    assert!(next.0.borrow().0.iter().all(is_wiped));
    assert!(another.0.borrow().0.is_empty());
    let large = Params::new(40_000, 1, 1, None).unwrap();
    next.hash_password_with_params(b"x", b"0123456789abcdef", large).unwrap();
    drop(next);
    assert!(Hasher::new().0.borrow().0.is_empty());
}
