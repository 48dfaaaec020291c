#![allow(clippy::unwrap_used)]
use super::*;
use crate::domain::legacy_password::{Algorithm, Charset, HexCase, Order, Scheme, Spec, UnknownScheme};
use crate::import::kind::Target;
use crate::import::source::{Declared, Encoding};

fn parse(text: &str) -> Result<Manifest, Vec<String>> {
    read::parse(text, Path::new("/data"))
}

#[test]
fn a_full_manifest_is_read() {
    let manifest = parse(
        r#"
        batch = "切换-1"
        [[source]]
        system = "reissue"
        kind = "accounts"
        file = "accounts.csv"
        encoding = "gb18030"
        columns = { key = "ID", id_number = "SFZ", email = "" }
        password = { scheme = "md5-salted", order = "salt+password", charset = "gb18030", trim = true, hex_case = "upper" }
        [[source]]
        system = "reissue"
        kind = "photos"
        file = "photos"
        "#,
    )
    .unwrap();
    assert_eq!((manifest.batch.as_str(), manifest.sources.len()), ("切换-1", 2));
    let accounts = &manifest.sources[0];
    assert_eq!(accounts.path, Path::new("/data/accounts.csv"));
    assert_eq!(accounts.encoding, Declared::Fixed(Encoding::Gb18030));
    assert_eq!(accounts.columns[&Target::Number].as_deref(), Some("SFZ"));
    assert_eq!(accounts.columns[&Target::Email], None);
    let spec = Spec {
        order: Some(Order::SaltPassword),
        charset: Some(Charset::Gb18030),
        trim: Some(true),
        hex_case: Some(HexCase::Upper),
        ..Spec::of(Scheme::Md5Salted)
    };
    assert_eq!(accounts.password, Some(Ok(spec)));
    assert_eq!(manifest.sources[1].encoding, Declared::Auto);
}

#[test]
fn every_problem_is_reported_at_once() {
    let problems = parse(
        r#"
        batch = "../x"
        extra = 1
        [[source]]
        system = "re issue"
        kind = "acounts"
        file = "a.csv"
        encodng = "gb18030"
        [[source]]
        kind = "certificates"
        file = 7
        encoding = "latin1"
        columns = { password = "密码", key = 1, number = "x" }
        password = { scheme = 1, order = "?", trim = "yes", salt = "x" }
        "#,
    )
    .unwrap_err();
    let all = problems.join("\n");
    for piece in [
        "batch 只能",
        "\"extra\"",
        "system 只能",
        "\"acounts\"",
        "\"encodng\"",
        "缺少 system",
        "file 须是文字",
        "\"latin1\"",
        "\"password\"",
        "columns.key",
        "\"number\"",
        "只用于 kind",
        "scheme 须是文字",
        "password.trim",
        "\"salt\"",
    ] {
        assert!(all.contains(piece), "{piece} in\n{all}");
    }
    assert!(all.contains("第 2 个 [[source]]"), "{all}");
}

#[test]
fn broken_toml_empty_manifests_and_repeated_files_are_refused() {
    assert!(parse("batch = ").unwrap_err()[0].contains("TOML"));
    assert_eq!(parse("").unwrap_err().len(), 2);
    assert!(parse("batch = \"\"\nsource = []").unwrap_err().join("").contains("[[source]]"));
    let twice = "batch = \"b\"\n[[source]]\nsystem=\"a\"\nkind=\"exams\"\nfile=\"e.csv\"\n[[source]]\nsystem=\"a\"\nkind=\"exams\"\nfile=\"e.csv\"\n";
    assert!(parse(twice).unwrap_err()[0].contains("同一文件"));
}

fn password(table: &str) -> Result<Option<Result<Spec, UnknownScheme>>, Vec<String>> {
    let head = "batch = \"b\"\n[[source]]\nsystem = \"a\"\nkind = \"accounts\"\nfile = \"a.csv\"\n";
    parse(&format!("{head}{table}")).map(|manifest| manifest.sources[0].password.clone())
}

#[test]
fn every_scheme_has_its_word_and_an_unknown_one_is_left_to_the_run() {
    for scheme in Scheme::ALL {
        let order = if scheme == Scheme::Md5Salted { ", order = \"password+salt\"" } else { "" };
        let read = password(&format!("password = {{ scheme = \"{}\"{order} }}", scheme.as_str())).unwrap();
        assert_eq!(read.unwrap().unwrap().scheme, scheme);
    }
    for unknown in ["md5-triple", "argon2id", "MD5"] {
        let read = password(&format!("password = {{ scheme = \"{unknown}\" }}")).unwrap();
        assert_eq!(read, Some(Err(UnknownScheme(unknown.into()))), "where it is a finding");
    }
    let read =
        password("password = { scheme = \"aspnet-membership\", algorithm = \"hmac-sha256\", charset = \"gbk\" }")
            .unwrap();
    let membership = Spec::of(Scheme::AspnetMembership);
    let hmac = Spec { algorithm: Some(Algorithm::HmacSha256), charset: Some(Charset::Gb18030), ..membership };
    assert_eq!(read, Some(Ok(hmac)));
}

#[test]
fn options_that_would_make_every_password_wrong_are_refused() {
    for (table, piece) in [
        ("password = { scheme = \"md5-salted\" }", "须写明 password.order"),
        ("password = { scheme = \"md5\", order = \"password+salt\" }", "只用于 scheme = \"md5-salted\""),
        ("password = { scheme = \"sha1\", algorithm = \"sha1\" }", "只用于 scheme = \"aspnet-membership\""),
        ("password = { scheme = \"aspnet-membership\", algorithm = \"md5\" }", "password.algorithm 须是"),
        ("password = { scheme = \"md5\", charset = \"big5\" }", "password.charset 须是"),
        ("password = { scheme = \"md5\", hex_case = \"mixed\" }", "password.hex_case 须是"),
        ("password = { scheme = \"aspnet-membership\" }\ncolumns = { salt = \"\" }", "需要盐所在的列"),
    ] {
        let problems = password(table).unwrap_err();
        assert!(problems.len() == 1 && problems[0].contains(piece), "{table}: {problems:?}");
    }
}
