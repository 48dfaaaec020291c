#![allow(clippy::unwrap_used)]
use super::*;
use proptest::prelude::*;

/// A value as an old row holds it.
struct Vector {
    spec: &'static str,
    password: &'static str,
    raw: &'static str,
    salt: &'static str,
}

const fn vector(spec: &'static str, password: &'static str, raw: &'static str, salt: &'static str) -> Vector {
    Vector { spec, password, raw, salt }
}

const MEMBERSHIP_SHA256: &str = r#"{"scheme":"aspnet-membership","algorithm":"sha256"}"#;
const MEMBERSHIP_HMAC: &str = r#"{"scheme":"aspnet-membership","algorithm":"hmac-sha256"}"#;
const PASSWORD_SALT: &str = r#"{"scheme":"md5-salted","order":"password+salt"}"#;
const SALT_PASSWORD: &str = r#"{"scheme":"md5-salted","order":"salt+password"}"#;
const INNER_SALT: &str = r#"{"scheme":"md5-salted","order":"md5(password)+salt"}"#;

/// RFC 1321 A.5, FIPS 180 examples, and the test suite of crypt_blowfish 1.3.
const UNSALTED: &[Vector] = &[
    vector("md5", "abc", "900150983cd24fb0d6963f7d28e17f72", ""),
    vector("md5", "message digest", "F96B697D7CB7938D525A2F31AAF161D0", "ignored"),
    vector("md5", "", "d41d8cd98f00b204e9800998ecf8427e", ""),
    vector("md5-16", "abc", "3cd24fb0d6963f7d", ""),
    vector("md5-16", "message digest", " 7CB7938D525A2F31 ", ""),
    vector("sha1", "abc", "A9993E364706816ABA3E25717850C26C9CD0D89D", ""),
    vector("sha256", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", ""),
    vector("sha256", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", ""),
    vector("bcrypt", "U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", ""),
    vector("bcrypt", "U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", ""),
    vector(
        "bcrypt",
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored",
        "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui",
        "",
    ),
    vector("plain", "abc123456 ", "abc123456 ", ""),
];

/// hashcat's page of example hashes: modes 10, 20, 2611; 141 and 1441 (which are SqlMembershipProvider's).
const SALTED: &[Vector] = &[
    vector(PASSWORD_SALT, "hashcat", "01dfae6e5d4d90d9892622325959afbe", "7050461"),
    vector("md5-salted", "hashcat", "01DFAE6E5D4D90D9892622325959AFBE ", "7050461"),
    vector(SALT_PASSWORD, "hashcat", "f0fda58630310a6dd91a7d8f0a4ceda2", "4225637426"),
    vector(INNER_SALT, "hashcat", "16780ba78d2d5f02f3202901c1b6d975", "568"),
    vector("aspnet-membership", "hashcat", "utkfN0EOgljbv5FoZ6+AcZD5iLk=", "bEtiVGhPNlZpcUN4a3ExTg=="),
    vector(MEMBERSHIP_SHA256, "hashcat", "lRjiU46qHA7S6ZE7RfKUcYhB85ofArj1j7TrCtu3u6Y=", "MDEyMzQ1Njc4OWFiY2RlZg=="),
];

/// PasswordHasherTest.cs of dotnet/aspnetcore, in its order; the last one of SHA-256 has 250,000 iterations.
const IDENTITY: &[Vector] = &[
    vector(
        "aspnet-identity",
        "my password",
        "AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJg==",
        "",
    ),
    vector(
        "aspnet-identity",
        "my password",
        "AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==",
        "",
    ),
    vector(
        "aspnet-identity",
        "my password",
        "ANXrDknc7fGPpigibZXXZFMX4aoqz44JveK6jQuwY3eH/UyPhvr5xTPeGYEckLxz9A==",
        "",
    ),
    vector("aspnet-identity", "my password", "AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw", ""),
    vector(
        "aspnet-identity",
        "my password",
        "AQAAAAIAAAD6AAAAIJbVi5wbMR+htSfFp8fTw8N8GOS/Sje+S/4YZcgBfU7EQuqv4OkVYmc4VJl9AGZzmRTxSkP7LtVi9IWyUxX8IAAfZ8v+ZfhjCcudtC1YERSqE1OEdXLW9VukPuJWBBjLuw==",
        "",
    ),
    vector("aspnet-identity", "my password", "AQAAAAAAAAD6AAAAEAhftMyfTJylOlZT+eEotFXd1elee8ih5WsjXaR3PA9M", ""),
    vector(
        "aspnet-identity",
        "my password",
        "AQAAAAEAA9CQAAAAIESkQuj2Du8Y+kbc5lcN/W/3NiAZFEm11P27nrSN5/tId+bR1SwV8CO1Jd72r4C08OLvplNlCDc3oQZ8efcW+jQ=",
        "",
    ),
];

/// Computed with Python's hashlib and hmac, for example
/// `hmac.new((bytes(range(24)) * 3)[:64], "hashcat".encode("utf-16le"), "sha256")` and
/// `md5(md5(b"hashcat").hexdigest().upper().encode() + b"568")`.
const COMPUTED: &[Vector] = &[
    vector(MEMBERSHIP_HMAC, "hashcat", "fkQfSRVPA0ffIETAxuF3Pj/jk66nY1nH3iNLBS1ncKQ=", "MDEyMzQ1Njc4OWFiY2RlZg=="),
    vector(
        MEMBERSHIP_HMAC,
        "hashcat",
        "Kz3VAqk5p78zf7diy1dhonOouORO9XJdMKGAHqP/1ko=",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
    ),
    vector("aspnet-membership", "密码", "Nx9+PV934OSznS/mSk85pOk9MQc=", "MDEyMzQ1Njc4OWFiY2RlZg=="),
    vector(
        r#"{"scheme":"md5-salted","order":"md5(password)+salt","hex_case":"upper"}"#,
        "hashcat",
        "e6d1549614e30ea2b186ea84a32db3e6",
        "568",
    ),
    vector("md5", "密码123", "d18902dd4cc8df459a9e769dc749888d", ""),
    vector(r#"{"scheme":"md5","charset":"gb18030"}"#, "密码123", "023b1f07f0a78fc82f15fc1cebe93524", ""),
    vector(r#"{"scheme":"md5","charset":"utf-16le","trim":true}"#, " 密码123 ", "67e01d9eeefa9113c5a00e8ca85c2b53", ""),
    vector(r#"{"scheme":"md5-salted","charset":"gb18030"}"#, "密码123", "031995a0968bf48b82b6341757b7dfe6", "盐1"),
    vector(r#"{"scheme":"md5-salted","charset":"utf-16le"}"#, "hashcat", "424aa90ca4208adccb3fce3ff1db6851", "7050461"),
    vector(
        r#"{"scheme":"md5-salted","order":"md5(password)+salt","charset":"utf-16le"}"#,
        "hashcat",
        "251a6a18d3445970ef5042b323814dbe",
        "568",
    ),
    vector(r#"{"scheme":"plain","trim":true}"#, " abc123456", "abc123456 ", ""),
];

fn vectors() -> impl Iterator<Item = &'static Vector> {
    [UNSALTED, SALTED, IDENTITY, COMPUTED].into_iter().flatten()
}

fn spec(stored: &str) -> Spec {
    match Kept::parse(stored).unwrap() {
        Kept::Old(spec) => spec,
        Kept::Replaced => panic!("{stored} is no old scheme"),
    }
}

fn normal(vector: &Vector) -> LegacyHash {
    normalise_hash(spec(vector.spec), vector.raw, vector.salt).unwrap()
}

#[test]
fn published_and_computed_vectors_verify_and_other_passwords_do_not() {
    for vector @ Vector { spec, password, raw, .. } in vectors() {
        let hash = normal(vector);
        assert!(verify(&hash, password), "{spec} {raw}");
        // A quarter of a million iterations take long in a debug build; the other vectors show as much.
        let wrong = if raw.starts_with("AQAAAAEAA9CQ") { 0 } else { 3 };
        for wrong in [format!("x{password}"), password.to_uppercase() + "!", String::from("1")].iter().take(wrong) {
            assert!(!verify(&hash, wrong), "{spec} {wrong}");
        }
    }
}

#[test]
fn a_hash_is_verified_from_what_is_kept_of_it() {
    for vector in vectors().filter(|vector| !vector.raw.starts_with("AQAAAAEAA9CQ")) {
        let hash = normal(vector);
        let kept = LegacyHash::kept(hash.spec(), hash.digest().to_owned(), hash.salt().map(str::to_owned));
        assert!(verify(&kept, vector.password), "{}", vector.raw);
        match digest_of(hash.spec(), hash.salt(), vector.password) {
            Some(digest) => assert_eq!(*digest, hash.digest()),
            None => assert_eq!(hash.spec().scheme, Scheme::Bcrypt),
        }
    }
}

#[test]
fn a_salt_belongs_to_its_hash() {
    for vector in SALTED.iter().chain(IDENTITY).filter(|vector| !vector.raw.starts_with("AQAAAAEAA9CQ")) {
        let hash = normal(vector);
        let without = LegacyHash::kept(hash.spec(), hash.digest().to_owned(), None);
        assert!(!verify(&without, vector.password));
        let other = LegacyHash::kept(hash.spec(), hash.digest().to_owned(), Some("AAAA".into()));
        assert!(!verify(&other, vector.password), "{}", vector.spec);
    }
}

#[test]
fn a_password_that_the_charset_lacks_matches_nothing() {
    // WHATWG's gb18030 gives U+E5E5 no bytes.
    for scheme in [Scheme::Md5, Scheme::Md5Salted, Scheme::Sha1, Scheme::Plain] {
        let spec = Spec { charset: Some(Charset::Gb18030), ..Spec::of(scheme) };
        assert_eq!(digest_of(spec, Some("1"), "\u{e5e5}"), None);
        assert!(digest_of(spec, Some("1"), "\u{e5e4}").is_some());
    }
    let bcrypt = normal(&UNSALTED[8]);
    let kept = Spec { charset: Some(Charset::Gb18030), ..bcrypt.spec() };
    assert!(!verify(&LegacyHash::kept(kept, bcrypt.digest().into(), None), "\u{e5e5}"));
}

#[test]
fn schemes_and_options_are_stored_by_their_words() {
    for name in
        ["MD5", "", "crypt", "{}", r#"{"scheme":"crypt"}"#, r#"{"scheme":"argon2id"}"#, r#"{"scheme":"md5","x":1}"#]
    {
        assert_eq!(Kept::parse(name), Err(UnknownScheme(name.to_owned())));
    }
    assert_eq!(Kept::parse("argon2id"), Ok(Kept::Replaced));
    assert_eq!(Scheme::from_word("argon2id"), None, "no manifest can say so");
    for scheme in Scheme::ALL {
        assert_eq!(Spec::of(scheme).stored(), scheme.as_str());
        assert_eq!(spec(scheme.as_str()), Spec::of(scheme));
    }
    let some = Spec { charset: Charset::named("gbk"), trim: Some(true), ..Spec::of(Scheme::Md5) };
    assert_eq!(some.stored(), r#"{"scheme":"md5","charset":"gb18030","trim":true}"#);
    for vector in vectors().filter(|vector| vector.spec.starts_with('{')) {
        assert_eq!(spec(vector.spec).stored(), vector.spec);
    }
}

#[test]
fn values_that_cannot_be_a_hash_are_refused_with_the_reason() {
    let salt = "MDEyMzQ1Njc4OWFiY2RlZg==";
    let table = [
        ("md5", "", "", Malformed::Empty),
        ("plain", " \t", "", Malformed::Empty),
        ("md5", "3cd24fb0d6963f7d", "", Malformed::Length { scheme: Scheme::Md5, expected: 32, found: 16 }),
        (
            "md5-16",
            "900150983cd24fb0d6963f7d28e17f72",
            "",
            Malformed::Length { scheme: Scheme::Md5Middle, expected: 16, found: 32 },
        ),
        ("md5", "900150983cd24fb0d6963f7d28e17f7g", "", Malformed::NotHex),
        ("sha1", "密码", "", Malformed::NotHex),
        ("md5-salted", "900150983cd24fb0d6963f7d28e17f72", " ", Malformed::NoSalt),
        ("md5-salted", "900150983cd24fb0d6963f7d28e17f7g", "1", Malformed::NotHex),
        (
            r#"{"scheme":"md5-salted","charset":"gb18030"}"#,
            "900150983cd24fb0d6963f7d28e17f72",
            "\u{e5e5}",
            Malformed::Salt,
        ),
        ("aspnet-membership", "utkfN0EOgljbv5FoZ6+AcZD5iLk=", "", Malformed::NoSalt),
        ("aspnet-membership", "utkfN0EOgljbv5FoZ6+AcZD5iLk=", "12345", Malformed::Salt),
        ("aspnet-membership", "abc123456", salt, Malformed::NotBase64),
        ("aspnet-membership", SALTED[5].raw, salt, Malformed::Bytes { expected: 20, found: 32 }),
        (MEMBERSHIP_HMAC, SALTED[4].raw, salt, Malformed::Bytes { expected: 32, found: 20 }),
        ("bcrypt", "900150983cd24fb0d6963f7d28e17f72", "", Malformed::NotBcrypt),
        ("bcrypt", "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "", Malformed::NotBcrypt),
        ("bcrypt", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe", "", Malformed::NotBcrypt),
        ("bcrypt", "$2a$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "", Malformed::NotBcrypt),
        ("bcrypt", "$2a$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "", Malformed::BcryptCost(31)),
        ("bcrypt", "$2a$05$CCCCCCCCCCCCCCCCCCCCC!E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "", Malformed::NotBcrypt),
    ];
    for (name, raw, salt, why) in table {
        assert_eq!(normalise_hash(spec(name), raw, salt), Err(why), "{name} {raw}");
    }
}

/// A value of format 3.
fn identity(prf: u32, iterations: u32, salt: u32, bytes: usize) -> String {
    use base64::Engine as _;
    let head = [[1].as_slice(), &prf.to_be_bytes(), &iterations.to_be_bytes(), &salt.to_be_bytes()].concat();
    base64::engine::general_purpose::STANDARD.encode([head, vec![7; bytes]].concat())
}

#[test]
fn values_that_are_no_hash_of_identity_are_refused_before_they_cost_time() {
    // "Too short" and "extra data" of PasswordHasherTest.cs. Three bytes more are a longer subkey to both formats' readers, but
    // format 2 has a fixed length.
    let refused = [
        String::from("AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggE="),
        String::from("AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJgAAAAAAAAAAAAA="),
        String::from("AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4A="),
        String::from("AA=="),
        String::from("AQ=="),
        String::from("Av////8="),
        identity(3, 1000, 16, 48),
        identity(1, 0, 16, 48),
        identity(1, 1000, 8, 48),
        identity(1, 1000, 65, 128),
        identity(1, 1000, u32::MAX, 48),
        identity(1, 1000, 16, 16 + 65),
        identity(1, 1000, 16, 16 + 15),
    ];
    for raw in refused {
        let refusal = normalise_hash(Spec::of(Scheme::AspnetIdentity), &raw, "");
        assert_eq!(refusal, Err(Malformed::NotIdentity), "{raw}");
    }
    let read =
        |iterations, bytes| normalise_hash(Spec::of(Scheme::AspnetIdentity), &identity(1, iterations, 16, bytes), "");
    assert!(read(MAX_IDENTITY_WORK, 48).is_ok());
    for (iterations, bytes) in [(MAX_IDENTITY_WORK + 1, 48), (u32::MAX, 48), (u32::MAX, 80), (600_000, 80)] {
        assert_eq!(read(iterations, bytes), Err(Malformed::IdentityWork(iterations)));
    }
    assert_eq!(normalise_hash(Spec::of(Scheme::AspnetIdentity), "密码", ""), Err(Malformed::NotBase64));
    // Extra data makes another subkey, which the right password does not match.
    let longer = "AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHwAAAAAAAAAAAA";
    assert!(!verify(&normalise_hash(Spec::of(Scheme::AspnetIdentity), longer, "").unwrap(), "my password"));
}

#[test]
fn messages_and_debug_output_hold_no_secret() {
    let hash = normalise_hash(Spec::of(Scheme::Plain), "abc123456", "").unwrap();
    assert!(!format!("{hash:?}").contains("abc"));
    let error = normalise_hash(Spec::of(Scheme::Md5), "abc123", "").unwrap_err();
    assert_eq!(error.to_string(), "6 个字符，而 md5 是 32 个");
}

fn any_spec() -> impl Strategy<Value = Spec> {
    use prop::option::of;
    use prop::sample::select;
    let options = (of(select(&Order::ALL)), of(select(&Charset::ALL)), of(any::<bool>()), of(select(&HexCase::ALL)));
    (select(&Scheme::ALL), options, of(select(&Algorithm::ALL))).prop_map(
        |(scheme, (order, charset, trim, hex_case), algorithm)| Spec {
            scheme,
            order,
            charset,
            trim,
            hex_case,
            algorithm,
        },
    )
}

/// A salt as [`LegacyHash::salt`] gives it, whatever the scheme.
fn salt_of(spec: Spec, salt: &str) -> Option<String> {
    match spec.scheme {
        Scheme::Md5Salted => Some(salt.to_owned()),
        Scheme::AspnetMembership => Some("MDEyMzQ1Njc4OWFiY2RlZg==".into()),
        // Two iterations of SHA-512, a subkey of 16 bytes.
        Scheme::AspnetIdentity => Some("AQAAAAIAAAACAAAAEOMwvh3+FZxqkdMBz2ekgGg=.16".into()),
        _ => None,
    }
}

proptest! {
    #[test]
    fn any_value_is_normalised_or_refused_without_panic(
        spec in any_spec(),
        raw in any::<String>(),
        near in "\\$2[abxy]\\$[0-9]{2}\\$.{50,54}|[0-9a-fA-F]{32}|AQAAAA[A-Za-z0-9+/]{54}|A[A-Za-z0-9+/]{27}=?",
        salt in any::<String>(),
    ) {
        for raw in [&raw, &near] {
            if let Ok(hash) = normalise_hash(spec, raw, &salt) {
                let again = normalise_hash(spec, hash.digest(), &salt);
                prop_assert!(spec.scheme == Scheme::AspnetIdentity || again == Ok(hash));
            }
        }
    }

    #[test]
    fn any_stored_salt_is_used_or_refused_without_panic(spec in any_spec(), salt in any::<String>(), near in "A[A-Za-z0-9+/]{22}=?=?\\.[0-9]{1,3}") {
        for salt in [Some(salt.as_str()), Some(near.as_str()), None] {
            let _ = digest_of(spec, salt, "abc");
        }
    }

    #[test]
    fn a_password_verifies_against_its_own_digest_only(
        spec in any_spec(), password in any::<String>(), other in any::<String>(), salt in "[0-9a-z盐]{1,8}",
    ) {
        prop_assume!(!password.trim().is_empty() && spec.scheme != Scheme::Bcrypt);
        let salt = salt_of(spec, &salt);
        if let Some(digest) = digest_of(spec, salt.as_deref(), &password) {
            let hash = LegacyHash::kept(spec, digest.to_string(), salt);
            prop_assert!(verify(&hash, &password));
            prop_assert_eq!(verify(&hash, &other), spec.trimmed(&password) == spec.trimmed(&other));
        }
    }

    #[test]
    fn what_is_stored_of_a_scheme_is_read_as_the_same(spec in any_spec()) {
        prop_assert_eq!(Kept::parse(&spec.stored()), Ok(Kept::Old(spec)));
    }
}
