//! `import report`: one page and one object about a batch, which open anywhere and hold no personal data.

use std::process::Output;

use crate::bench::{ACCOUNTS, Bench, CERTIFICATES, EXAMS};

const NAME: &str = "欧阳测试";
const NUMBER: &str = "110101199003071233";

impl Bench {
    fn report(&self, more: &[&str]) -> (i32, String, String) {
        let folder = self.path("reports");
        let Output { status, stdout, stderr } =
            self.command(&[&["report", "--out", folder.to_str().unwrap()], more].concat());
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (status.code().unwrap(), text(stdout), text(stderr))
    }

    fn page(&self) -> String {
        std::fs::read_to_string(self.path("reports/b.report.html")).unwrap()
    }
}

/// Two systems, with findings of each severity but the blocking ones.
fn import(bench: &Bench) {
    bench.rows("exams.csv", EXAMS, &["ZJ,造价,2017,,", "ZJ,造价,2018,,", "ZJ,造价,2018,,"]);
    let good = format!("1,{NUMBER},{NAME},someone@example.org,{:032x},,2011/8/22", 7);
    let rows = [good.as_str(), "2,1.10101E+17,甲,,,,", "3,,乙,,,,", ",,,,,,", "4,110101900307123,丙,,,,"];
    bench.rows("accounts.csv", ACCOUNTS, &rows);
    let certificate = format!("9,造价,2017,,,{NAME},{NUMBER},AB-77,20171022,济南市,已领取");
    bench.rows("certificates.csv", CERTIFICATES, &[&certificate]);
    let manifest = bench.manifest(&[
        ("exams", "exams.csv", ""),
        ("accounts", "accounts.csv", "password = { scheme = \"md5\" }"),
        ("certificates", "certificates.csv", ""),
    ]);
    bench.run(&manifest);
}

const FORECAST: &str = r#"{"subject":"geheim-1","decision":"linked","rule":"L1","accounts":["reissue:1"],"proof":[],"review":[],"reason":"证件号码和姓名相同。"}
{"subject":"geheim-2","decision":"refused","rule":"refused","accounts":[],"proof":[],"review":[],"reason":"实名认证等级不够。"}
"#;

#[test]
fn the_page_stands_alone_tells_everything_and_names_nobody() {
    let bench = Bench::new();
    import(&bench);
    bench.file("forecast.jsonl", FORECAST);
    let forecast = bench.path("forecast.jsonl");
    let (code, out, err) = bench.report(&["--batch", "b", "--forecast", forecast.to_str().unwrap()]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("reports/b.report.html") && out.contains("reports/b.report.json"), "{out}");

    let page = bench.page();
    for words in [
        "导入报告：b",
        "数量相符",
        "reissue accounts",
        "accounts.csv",
        "<code>excel-damage</code>",
        "证件号码被电子表格改坏",
        "考试目录 exams",
        "其中旧密码待加固</dt><dd>1</dd>",
        "共预演门户用户 2 人",
        "自动承接 linked",
        "实名认证等级不够。",
        "default-src 'none'; style-src 'unsafe-inline'",
    ] {
        assert!(page.contains(words), "{words}");
    }
    for outside in ["http:", "https:", "<script", "<link", "<img", "url(", "@import", " src=", " href="] {
        assert!(!page.contains(outside), "{outside}");
    }
    let object = std::fs::read_to_string(bench.path("reports/b.report.json")).unwrap();
    for personal in [NAME, NUMBER, "someone@example.org", "AB-77", "110101900307123", "1.10101E+17", "geheim"] {
        assert!(!page.contains(personal) && !object.contains(personal), "{personal}");
    }
    assert_eq!(bench.path("reports").read_dir().unwrap().count(), 2, "nothing half written stays");
}

#[test]
fn the_object_holds_the_runs_own_report_and_what_is_stored() {
    let bench = Bench::new();
    import(&bench);
    let (code, out, _) = bench.report(&["--batch", "b", "--format", "json"]);
    let object: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &object["batch"], &object["balanced"]), (0, &"b".into(), &true.into()));
    let accounts = &object["sources"][1];
    assert_eq!(accounts["kind"], "accounts");
    let counted = ["read", "inserted", "updated", "unchanged", "rejected"].map(|key| accounts[key].as_u64().unwrap());
    assert_eq!(counted, [5, 4, 0, 0, 1]);
    assert!(
        accounts["findings"].as_array().unwrap().iter().any(|one| one["code"] == "excel-damage" && one["count"] == 1)
    );
    let exams = serde_json::json!({"system":"","kind":"exams","written":2,"standing":2,"replaced":0,"difference":0});
    assert!(object["stored"].as_array().unwrap().contains(&exams), "{object}");
    assert_eq!(object["accounts"], serde_json::json!({"all": 4, "linked": 0, "unwrapped": 1}));
    assert_eq!(object["forecast"], serde_json::Value::Null);
    let file = std::fs::read_to_string(bench.path("reports/b.report.json")).unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&file).unwrap(), object);
}

#[test]
fn rows_that_are_missing_are_shown_and_rows_that_others_wrote_or_took_back_are_accounted_for() {
    let bench = Bench::new();
    import(&bench);
    let (before, after) = ("batch = \"b\"", "batch = \"later\"");
    bench.rows("accounts.csv", ACCOUNTS, &["3,,乙,changed@example.org,,,"]);
    let later = std::fs::read_to_string(bench.path("manifest.toml")).unwrap().replace(before, after);
    bench.file("manifest.toml", later);
    bench.run(&bench.path("manifest.toml"));
    let stored = || {
        let (code, out, _) = bench.report(&["--batch", "b", "--format", "json"]);
        let object: serde_json::Value = serde_json::from_str(&out).unwrap();
        let accounts = object["stored"].as_array().unwrap().iter().find(|one| one["kind"] == "accounts").unwrap();
        let numbers = ["written", "standing", "replaced", "difference"].map(|key| accounts[key].as_i64().unwrap());
        (code, numbers, object["balanced"].as_bool().unwrap())
    };
    assert_eq!(stored(), (0, [4, 3, 1, 0], true));
    let mut conn = bench.test_db.connect();
    diesel::RunQueryDsl::execute(diesel::sql_query("DELETE FROM legacy_accounts WHERE key = '1'"), &mut conn).unwrap();
    assert_eq!(stored(), (1, [4, 2, 1, -1], false));
    assert!(bench.page().contains("数量不符") && bench.page().contains("<tr class=\"bad\">"));
    for batch in ["later", "b"] {
        bench.command(&["rollback", "--batch", batch, "--yes", "--out", bench.path("").to_str().unwrap()]);
    }
    assert_eq!(stored(), (0, [4, 0, 0, -4], true));
    assert!(bench.page().contains("回滚") && !bench.page().contains("<tr class=\"bad\">"));
}

#[test]
fn what_cannot_be_reported_is_told_and_nothing_is_written() {
    let bench = Bench::new();
    let told = |more: &[&str], words: &str| {
        let (code, out, err) = bench.report(more);
        assert_eq!((code, out.as_str()), (2, ""), "{more:?}");
        assert!(err.contains(words), "{more:?}: {err}");
    };
    told(&["--batch", "b"], "数据库中还没有任何批次");
    import(&bench);
    told(&["--batch", "nowhere"], "最近的批次有 b");
    let path = |name: &str| bench.path(name).to_str().unwrap().to_owned();
    for (content, words) in [
        ("", "没有内容"),
        ("subject,name\n1,甲\n", "第 1 行不是预演的结果"),
        (&(FORECAST.to_owned() + "{\"decision\":\"x\"}\n"), "第 3 行不是预演的结果"),
        (&"x".repeat(3_000_000), "第 1 行不是预演的结果"),
    ] {
        bench.file("forecast.jsonl", content);
        told(&["--batch", "b", "--forecast", &path("forecast.jsonl")], words);
    }
    told(&["--batch", "b", "--forecast", &path("missing.jsonl")], "--forecast 的路径");
    let mut conn = bench.test_db.connect();
    let unfinish = diesel::sql_query("UPDATE import_batches SET finished_at = NULL");
    diesel::RunQueryDsl::execute(unfinish, &mut conn).unwrap();
    told(&["--batch", "b"], "还没有完成");
    assert!(!bench.path("reports").exists());
}
