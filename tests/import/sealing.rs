use crate::bench::{ACCOUNTS, APPLICATIONS, Bench, CERTIFICATES};

/// What no column may show, neither as text nor as bytes.
const SECRETS: [&str; 9] = [
    "110101199003071233",
    "欧阳试测",
    "geheim@example.com",
    "13800001111",
    "900150983cd24fb0d6963f7d28e17f72",
    "p4ssw0rd-in-clear",
    "salz4711",
    "备注之秘",
    "110101********1233",
];

#[test]
fn nothing_personal_stands_in_clear_anywhere() {
    let bench = Bench::new();
    bench.rows(
        "accounts.csv",
        &format!("{ACCOUNTS},备注,old_password"),
        &[
            "1,110101199003071233,欧阳试测,geheim@example.com,900150983cd24fb0d6963f7d28e17f72,salz4711,,备注之秘,p4ssw0rd-in-clear",
            "110101199003071233,110101199003071233,欧阳\u{1},,,,,,",
        ],
    );
    bench.rows("plain.csv", ACCOUNTS, &["9,110101199003071233,欧阳试测,,p4ssw0rd-in-clear,salz4711,"]);
    let rest = "造价,2012,,,欧阳试测,110101199003071233,无,,济南市";
    bench.rows("certificates.csv", CERTIFICATES, &[&format!("1,{rest},已领取")]);
    bench.rows("applications.csv", APPLICATIONS, &[&format!("1,1,{rest},13800001111,等待审核,,")]);
    let photo = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/photos/good.jpg")).unwrap();
    bench.file("photos/1.jpg", &photo);

    let sources = bench.import(&[
        ("accounts", "accounts.csv", "password = { scheme = \"md5-salted\", order = \"salt+password\" }"),
        ("accounts", "plain.csv", "password = { scheme = \"plain\" }"),
        ("certificates", "certificates.csv", ""),
        ("applications", "applications.csv", ""),
        ("photos", "photos", ""),
    ]);

    assert_eq!(sources.iter().map(|source| source.counts.inserted).collect::<Vec<_>>(), [1, 1, 1, 1, 1]);
    assert_eq!(bench.count("legacy_accounts WHERE password_salt_sealed IS NOT NULL"), 1);
    let everything = bench.everything();
    let list = std::fs::read_to_string(bench.path("b.rejected.csv")).unwrap();
    for secret in SECRETS {
        let bytes = hex::encode(secret);
        assert!(!everything.contains(secret) && !everything.contains(&bytes), "{secret} in the database");
        assert!(secret.contains('*') || !list.contains(secret), "{secret} in the list of rejected rows");
    }
    assert!(!everything.contains(&hex::encode(&photo[200..232])), "the photo's bytes");
}

#[test]
fn the_sealed_row_holds_every_column_but_the_secret_ones() {
    use buzheng::vault::Purpose;
    let bench = Bench::new();
    bench.rows(
        "accounts.csv",
        &format!("{ACCOUNTS},备注,备注,pwd2"),
        &[" 1 ,'110101199003071233, 欧阳试测 ,g@example.com,900150983cd24fb0d6963f7d28e17f72,s,昨天,a,b,c"],
    );
    bench.import(&[("accounts", "accounts.csv", "password = { scheme = \"md5\" }")]);
    let sealed = bench.text("SELECT encode(raw_sealed, 'hex') FROM legacy_accounts");
    let raw: serde_json::Value = bench.vault.open_json(Purpose::RawRow, &hex::decode(sealed).unwrap()).unwrap();
    assert_eq!(
        raw,
        serde_json::json!({
            "编号": " 1 ", "身份证号": "'110101199003071233", "姓名": " 欧阳试测 ", "邮箱": "g@example.com",
            "注册时间": "昨天", "备注": "a", "备注 (2)": "b",
        })
    );
    let name = bench.text("SELECT encode(name_sealed, 'hex') FROM legacy_accounts");
    assert_eq!(bench.vault.open_text(Purpose::Name, &hex::decode(name).unwrap()).unwrap(), " 欧阳试测 ");
    assert_eq!(bench.text("SELECT key FROM legacy_accounts"), "1");
}

#[test]
fn numbers_are_found_by_their_canonical_form() {
    use buzheng::vault::LookUp;
    let bench = Bench::new();
    bench.rows("accounts.csv", ACCOUNTS, &["1,１１０１０１６９０５１２００１,甲,,,,", "2,' 110101196905120010,乙,,,,"]);
    bench.import(&[("accounts", "accounts.csv", "")]);
    let wanted = hex::encode(bench.vault.look_up(LookUp::Number, &["110101196905120010"]));
    let found = bench
        .text(&format!("SELECT key FROM legacy_accounts WHERE encode(number_lookup, 'hex') = '{wanted}' ORDER BY 1"));
    assert_eq!(found, "1\n2");
}
