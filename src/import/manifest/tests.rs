#![allow(clippy::unwrap_used)]
use super::*;
use crate::import::source::Encoding;

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
    let password = accounts.password.as_ref().unwrap();
    assert_eq!((password.scheme.as_str(), password.trim), ("md5-salted", Some(true)));
    assert_eq!(password.known_scheme(), None, "left to the run, where it is a finding");
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
