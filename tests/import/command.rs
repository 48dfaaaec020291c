//! The command itself: exit codes, output, messages.

use std::path::Path;
use std::process::{Command, Output};

use crate::bench::{ACCOUNTS, Bench, EXAMS};

impl Bench {
    pub(crate) fn command(&self, arguments: &[&str]) -> Output {
        let config = self.config();
        Command::new(env!("CARGO_BIN_EXE_buzheng"))
            .env("BUZHENG_CONFIG", config)
            .arg("import")
            .args(arguments)
            .output()
            .unwrap()
    }

    pub(crate) fn of(&self, action: &str, more: &[&str]) -> (i32, String, String) {
        let manifest = self.path("manifest.toml");
        let output = self.command(&[&[action, "--manifest", manifest.to_str().unwrap()], more].concat());
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }
}

#[test]
fn exit_codes_tell_done_attention_and_could_not() {
    let bench = Bench::new();
    bench.rows("exams.csv", EXAMS, &["ZJ,造价,2017,,"]);
    bench.manifest(&[("exams", "exams.csv", "encoding = \"auto\"")]);
    assert_eq!(bench.of("check", &[]).0, 0, "remarks alone");
    assert_eq!(bench.of("run", &[]).0, 0);
    bench.rows("exams.csv", EXAMS, &["ZJ,造价,2017,,", ",x,,,"]);
    assert_eq!(bench.of("check", &[]).0, 1);
    assert_eq!(bench.of("run", &[]).0, 1);
    bench.rows("exams.csv", "代码,名称", &["ZJ,造价"]);
    assert_eq!(bench.of("check", &[]).0, 1);
    let (code, _, err) = bench.of("run", &[]);
    assert_eq!(code, 2);
    assert!(err.contains("--accept missing-column"), "{err}");
    assert_eq!(bench.of("run", &["--accept", "missing-column"]).0, 1);
    assert_eq!(bench.of("run", &["--accept", "no-such"]).0, 2);
    std::fs::remove_file(bench.path("manifest.toml")).unwrap();
    let (code, out, err) = bench.of("run", &[]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("manifest.toml"), "{err}");
}

#[test]
fn reports_are_one_object_for_programs_and_a_table_for_people() {
    let bench = Bench::new();
    bench.rows("accounts.csv", ACCOUNTS, &["1,110101199003071234,测试,,,,", ",,,,,,"]);
    bench.manifest(&[("accounts", "accounts.csv", "columns = { password = \"\" }")]);
    let (code, out, err) = bench.of("check", &["--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, err.as_str()), (1, ""));
    let source = &report["sources"][0];
    let counted = ["read", "inserted", "updated", "unchanged", "rejected"].map(|key| source[key].as_u64().unwrap());
    assert_eq!(counted, [2, 1, 0, 0, 1]);
    assert_eq!((report["batch"].as_str(), source["kind"].as_str()), (Some("b"), Some("accounts")));
    let bad =
        source["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == "bad-check-digit").unwrap();
    assert_eq!((bad["count"].as_u64(), &bad["first_rows"]), (Some(1), &serde_json::json!([2])));

    let out_folder = bench.path("lists");
    std::fs::create_dir(&out_folder).unwrap();
    let (_, page, _) = bench.of("run", &["--out", out_folder.to_str().unwrap()]);
    assert!(page.contains("reissue accounts") && page.contains("bad-check-digit：1 处，第 2 行"), "{page}");
    let list = Path::new(&out_folder).join("b.rejected.csv");
    assert!(page.contains(list.to_str().unwrap()));
    assert!(std::fs::read_to_string(list).unwrap().contains("accounts.csv,3,,missing-key,"));
}

#[test]
fn a_database_that_cannot_be_used_is_named_with_the_next_step() {
    let bench = Bench::new();
    bench.rows("exams.csv", EXAMS, &["ZJ,造价,2017,,"]);
    bench.manifest(&[("exams", "exams.csv", "")]);
    let manifest = bench.path("manifest.toml");
    let output = Command::new(env!("CARGO_BIN_EXE_buzheng"))
        .env("BUZHENG_CONFIG", bench.path("none.toml"))
        .args(["import", "run", "--manifest", manifest.to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("none.toml"));
}

#[test]
fn a_manifest_that_is_no_toml_is_told_of_by_its_place_and_never_quoted() {
    let bench = Bench::new();
    let line = "mysql = { url = \"mysql://root:Sup3rSecret@127.0.0.1/db\" table = \"x\" }";
    bench.file("manifest.toml", format!("batch = \"b\"\n[[source]]\n{line}\n"));
    for action in ["check", "run"] {
        let (code, out, err) = bench.of(action, &[]);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(!err.contains("Sup3rSecret") && !err.contains("root"), "{err}");
        assert!(err.contains("TOML") && err.contains("第 3 行第 57 列"), "{err}");
    }
}

#[test]
fn a_refused_run_tells_nothing_of_the_passwords_of_earlier_ones() {
    let bench = Bench::new();
    let password = "password = { scheme = \"md5\" }";
    bench.rows("accounts.csv", ACCOUNTS, &["1,,甲,,900150983cd24fb0d6963f7d28e17f72,,"]);
    bench.manifest(&[("accounts", "accounts.csv", password)]);
    assert!(bench.of("run", &[]).1.contains("待加固"));
    bench.rows("accounts.csv", "编号", &["1"]);
    for format in ["human", "json"] {
        let (code, out, err) = bench.of("run", &["--format", format]);
        assert_eq!(code, 2, "{err}");
        assert!(!out.contains("待加固") && !err.contains("待加固"), "{out}{err}");
    }
}
