#![allow(clippy::unwrap_used)]
use super::*;
use crate::domain::legacy_password::{Scheme, normalise_hash};
use crate::vault::KeyFile;
use std::time::Instant;

fn vault() -> Vault {
    Vault::new(&KeyFile::generate())
}

fn sealed(vault: &Vault, spec: Spec, raw: &str, salt: &str) -> OldPassword {
    let hash = normalise_hash(spec, raw, salt).unwrap();
    OldPassword {
        password_scheme: Some(spec.stored()),
        password_sealed: Some(vault.seal_text(Purpose::PasswordHash, hash.digest())),
        password_wrapped: None,
        password_salt_sealed: hash.salt().map(|salt| vault.seal_text(Purpose::PasswordSalt, salt)),
    }
}

fn wrapped(vault: &Vault, row: &OldPassword) -> OldPassword {
    let digest = vault.open_text(Purpose::PasswordHash, row.password_sealed.as_ref().unwrap()).unwrap();
    OldPassword { password_sealed: None, password_wrapped: Some(hash_password(&digest)), ..row.clone() }
}

fn replaced(typed: &str) -> OldPassword {
    OldPassword {
        password_scheme: Some("argon2id".into()),
        password_wrapped: Some(replacement(typed)),
        ..OldPassword::default()
    }
}

/// One row of each state: sealed, wrapped, bcrypt, replaced; the password is `U*U` each time.
fn rows(vault: &Vault) -> Vec<OldPassword> {
    let md5 = sealed(vault, Spec::of(Scheme::Md5), "5CD143212DF6526AABC6E60437837646", "");
    let salted = sealed(vault, Spec::of(Scheme::Md5Salted), "ae67b17eb0d08123e8ae2b82cc5cd2ae", "12");
    let bcrypt = Spec::of(Scheme::Bcrypt);
    let bcrypt = sealed(vault, bcrypt, "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "");
    vec![wrapped(vault, &md5), md5, wrapped(vault, &salted), salted, bcrypt, replaced("U*U")]
}

#[test]
fn the_password_is_right_in_every_state_and_nothing_else_is() {
    let vault = vault();
    for row in rows(&vault) {
        assert!(check(&vault, &row, "U*U").unwrap(), "{row:?}");
        for wrong in ["U*U*", "u*u", "U*U\0", "5cd143212df6526aabc6e60437837646"] {
            assert!(!check(&vault, &row, wrong).unwrap(), "{row:?} {wrong:?}");
        }
    }
}

#[test]
fn hostile_input_and_rows_without_a_password_are_wrong_and_no_error() {
    let vault = vault();
    let long = "长".repeat(350_000);
    let mut rows = rows(&vault);
    rows.push(OldPassword::default());
    rows.push(OldPassword { password_scheme: Some("rot13".into()), ..rows[1].clone() });
    rows.push(OldPassword { password_wrapped: Some("$argon2id$".into()), ..replaced("x") });
    rows.push(OldPassword { password_salt_sealed: None, ..rows[2].clone() });
    for row in rows {
        for typed in ["", " \t\u{3000}", "\0", "\u{fffd}\u{e5e5}\0\r\n", &long, &long[..1025 * 3]] {
            assert_eq!(check(&vault, &row, typed), Ok(false), "{row:?}");
        }
    }
}

#[test]
fn the_hash_of_nothing_lets_nobody_in() {
    let vault = vault();
    let row = sealed(&vault, Spec::of(Scheme::Md5), "d41d8cd98f00b204e9800998ecf8427e", "");
    assert_eq!(check(&vault, &row, ""), Ok(false));
    let trimmed = Spec { trim: Some(true), ..Spec::of(Scheme::Md5) };
    let row = sealed(&vault, trimmed, "d41d8cd98f00b204e9800998ecf8427e", "");
    assert_eq!(check(&vault, &row, "  "), Ok(false));
}

#[test]
fn blanks_around_a_replaced_password_do_not_count() {
    let vault = vault();
    let row = replaced(" abc 123 ");
    for typed in ["abc 123", " abc 123 ", "abc 123\u{3000}"] {
        assert_eq!(check(&vault, &row, typed), Ok(true));
    }
    assert_eq!(check(&vault, &row, "abc123"), Ok(false));
}

#[test]
fn a_value_sealed_with_other_keys_is_an_error() {
    let row = sealed(&vault(), Spec::of(Scheme::Md5), "5cd143212df6526aabc6e60437837646", "");
    assert!(check(&vault(), &row, "U*U").is_err());
}

#[test]
fn every_answer_takes_the_time_of_an_argon2id_comparison() {
    let vault = vault();
    let stored = hash_password("x");
    verify_password_of_nobody("");
    let time = |action: &dyn Fn() -> bool| {
        let start = Instant::now();
        std::hint::black_box(action());
        start.elapsed()
    };
    // The quickest of several, for what else runs on the machine only adds; and a fifth of it, which is still a thousand times what
    // a fast hash takes.
    let once = (0..5).map(|_| time(&|| verify_password("y", &stored))).min().unwrap();
    let mut rows = rows(&vault);
    rows.push(OldPassword::default());
    for row in rows {
        for typed in ["U*U", "wrong", "", &"x".repeat(2000)] {
            let taken = time(&|| check(&vault, &row, typed).unwrap());
            assert!(taken * 5 > once, "{row:?}: {taken:?} and {once:?}");
        }
    }
}
