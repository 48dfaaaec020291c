//! What the forecast says, and that the sign-in then does it.

use buzheng::app::App;
use buzheng::app::account::{DoorAnswer, Registered, register};
use buzheng::app::sign_in::SignedIn;
use buzheng::app::tx::act_blocking;
use buzheng::config::Config;
use buzheng::db::schema::sign_in_decisions;
use buzheng::domain::email::Email;
use buzheng::vault::hash_password;
use diesel::prelude::*;
use serde_json::{Value, json};
use sso::{DocumentType, PortalIdentity, PortalSession, UserType};
use std::collections::BTreeSet;
use std::path::Path;
use tokio::runtime::Runtime;

use crate::bench::{ACCOUNTS, Bench, now};
use crate::everyone::{PEOPLE, identity};
use crate::population::Population;

const HEADER: &str = "subject,name,document_type,document_number,level,user_type";

/// Of the population, one in so many signs in.
const SIGNED_IN: usize = 10;

/// How the command ended.
struct Told {
    code: i32,
    out: String,
    err: String,
}

impl Told {
    fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// (subject, decision, rule) of each line.
    fn decisions(&self) -> Vec<[String; 3]> {
        let text = |line: &Value, key: &str| line[key].as_str().unwrap().to_owned();
        self.lines().iter().map(|line| ["subject", "decision", "rule"].map(|key| text(line, key))).collect()
    }
}

impl Bench {
    fn forecast_file(&self, file: &Path, format: &str) -> Told {
        let output = self.command(&["forecast", "--portal-users", file.to_str().unwrap(), "--format", format]);
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Told { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    fn forecast(&self, users: impl AsRef<[u8]>) -> Told {
        self.file("users.csv", users);
        self.forecast_file(&self.path("users.csv"), "json")
    }

    fn accounts(&self, rows: &[&str]) {
        self.rows("accounts.csv", ACCOUNTS, rows);
        let manifest = self.manifest(&[("accounts", "accounts.csv", "columns = { password = \"\" }")]);
        self.run(&manifest);
    }

    fn execute(&self, statement: &str) {
        diesel::sql_query(statement).execute(&mut self.test_db.connect()).unwrap();
    }
}

fn users(lines: &[&str]) -> String {
    format!("{HEADER}\n{}\n", lines.join("\n"))
}

fn words(expected: &[[&str; 3]]) -> Vec<[String; 3]> {
    expected.iter().map(|words| words.map(str::to_owned)).collect()
}

fn sign_in(runtime: &Runtime, app: &App, subject: &str, name: &str, number: &str) {
    let identity = PortalIdentity {
        issuer: app.config.portal.issuer().to_owned(),
        subject: subject.to_owned(),
        name: Some(name.to_owned()),
        document_number: Some(number.to_owned()),
        document_type: DocumentType::Absent,
        level: Some(2),
        user_type: UserType::Personal,
        session: PortalSession::none(),
    };
    let answer = runtime.block_on(app.sign_in(&identity, now())).unwrap();
    assert!(matches!(answer, SignedIn::Person { .. }), "{subject}");
}

#[test]
fn the_demos_people_are_foreseen_word_for_word() {
    let bench = Bench::new();
    bench.run(&Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/demo/manifest.toml"));
    let told = bench.forecast(users(&[
        "ceshi,测试,resident_id,110101199003071233,2,1",
        "shiwuwei,石五维,resident_id,110101196905120010,2,1",
        "jiandian,阿依古丽·买买提,,650102198807152263,2,1",
        "gaiming,李改明,resident_id,370102197508203313,2,1",
        "xinren,辛仁,resident_id,370203199511116625,2,1",
        "faren,山东测试有限公司,other,91370000MA3C0FFEE1,2,2",
        "dijibie,狄吉别,resident_id,370602198204045514,0,1",
    ]));
    let line = |subject: &str, decision: &str, rule: &str, [accounts, proof]: [&str; 2], reason: &str| {
        format!(
            r#"{{"subject":"{subject}","decision":"{decision}","rule":"{rule}","accounts":[{accounts}],"proof":[{proof}],"review":[],"reason":"{reason}"}}"#
        )
    };
    let expected = [
        line("ceshi", "linked", "L1", [r#""reissue:1","mailing:1""#, ""], "证件号码和姓名与原账户一致。"),
        line("shiwuwei", "linked", "L1-15", [r#""reissue:2""#, ""], "原账户的15位证件号码升为18位后一致，姓名一致。"),
        line(
            "jiandian",
            "linked",
            "L1-fold",
            [r#""reissue:3""#, ""],
            "证件号码一致，姓名仅间隔号、空格、全半角或大小写不同。",
        ),
        line("gaiming", "needs_proof", "L4", ["", r#""reissue:4""#], "证件号码一致，姓名不同，需要证明。"),
        line("xinren", "no_account", "none", ["", ""], "没有找到该证件号码的原账户。"),
        line("faren", "refused", "refused", ["", ""], "法人账户不能办理，请使用本人的个人账户。"),
        line("dijibie", "refused", "refused", ["", ""], "门户账户的实名认证等级不够。"),
    ];
    assert_eq!(told.out, expected.join("\n") + "\n");
    assert_eq!(told.code, 0);

    let page = bench.forecast_file(&bench.path("users.csv"), "human");
    assert_eq!((page.code, page.err.as_str()), (0, ""));
    for text in [
        "自动承接 linked                               3   42.9%",
        "                            L1-fold           1   14.3%",
        "corporate",
        "level_too_low",
        "将自动承接 4 个，已承接 0 个，须用旧密码证明 1 个，须人工核实 0 个",
    ] {
        assert!(page.out.contains(text), "{text}\n{}", page.out);
    }
}

#[test]
fn accounts_that_were_opened_by_their_passwords_and_registered_ones_are_foreseen_as_they_then_follow() {
    let bench = Bench::new();
    bench.rows(
        "accounts.csv",
        ACCOUNTS,
        &["1,110101199003071233,测试,,mima-1,,", "2,370102197508203313,李旧名,,mima-2,,"],
    );
    bench.run(&bench.manifest(&[("accounts", "accounts.csv", "password = { scheme = \"plain\" }")]));
    let runtime = Runtime::new().unwrap();
    // Without the count of tries, which needs Redis.
    let mut config = Config::load(&bench.config()).unwrap();
    config.throttle.password_tries = 0;
    let app = runtime.block_on(async { App::new(config).unwrap() });
    let registered = |number: &str, name: &str| {
        let new = Registered {
            number: number.into(),
            name: name.into(),
            email: Some(Email::parse("someone@example.org").unwrap()),
            password_hash: hash_password("mima-3").into(),
        };
        act_blocking(&app.db, &app.vault, now(), |tx| register(tx, &new)).unwrap().expect("an account")
    };
    let (same, another) = (registered("370203199511116625", "辛仁"), registered("110101196905120010", "别名"));
    for (number, password) in [
        ("110101199003071233", "mima-1"),
        ("370102197508203313", "mima-2"),
        ("370203199511116625", "mima-3"),
        ("110101196905120010", "mima-3"),
    ] {
        let answer = runtime.block_on(app.open_account(number, password, now())).unwrap();
        assert!(matches!(answer, DoorAnswer::Opened(_)), "{number}");
    }
    let before = bench.everything();
    let told = bench.forecast(users(&[
        "a,测试,,110101199003071233,2,1",
        "b,李改明,,370102197508203313,2,1",
        "c,辛仁,,370203199511116625,2,1",
        "d,石五维,,110101196905120010,2,1",
    ]));
    let lists: Vec<[Value; 2]> =
        told.lines().iter().map(|line| ["accounts", "proof"].map(|list| line[list].clone())).collect();
    assert_eq!(
        lists,
        [
            [json!(["reissue:1"]), json!([])],
            [json!([]), json!(["reissue:2"])],
            [json!([format!("registered:{same}")]), json!([])],
            [json!([]), json!([format!("registered:{another}")])],
        ]
    );
    assert_eq!(bench.everything(), before, "a forecast writes nothing");
    sign_in(&runtime, &app, "a", "测试", "110101199003071233");
    let answer = runtime.block_on(app.open_account("110101199003071233", "mima-1", now())).unwrap();
    assert_eq!(answer, DoorAnswer::Shut);
}

#[test]
fn people_and_links_that_exist_count_and_other_lines_do_not() {
    let bench = Bench::new();
    bench.accounts(&[
        "1,110101199003071233,测试,,,,",
        "2,370102197508203313,李旧名,,,,",
        "3,370203199511116625,辛仁,,,,",
        "4,370203199511116625,辛仁,,,,",
    ]);
    let runtime = Runtime::new().unwrap();
    let app = runtime.block_on(async { bench.app() });
    sign_in(&runtime, &app, "a", "测试", "110101199003071233");
    sign_in(&runtime, &app, "c", "辛仁", "370203199511116625");
    bench.execute(
        "UPDATE links SET frozen_at = now() FROM legacy_accounts a WHERE a.id = links.account_id AND a.key IN ('3', '4')",
    );
    let before = bench.everything();
    let lines = [
        "a,测试,,110101199003071233,2,1",
        "again,测试,,110101199003071233,2,1",
        "a,测试,,370602198204045514,2,1",
        "other,别人,,110101199003071233,2,1",
        "c,辛仁,,370203199511116625,2,1",
        "b,李改明,,370102197508203313,2,1",
        "b2,李旧名,,370102197508203313,2,1",
        "b,李改明,,370102197508203313,2,1",
        "p,测试,passport,110101199003071233,2,1",
    ];
    let alone: String = lines.iter().map(|line| bench.forecast(users(&[line])).out).collect();
    let told = bench.forecast(users(&lines));
    assert_eq!(told.out, alone, "what is said of a line does not depend on its neighbours");
    let expected = [
        ["a", "linked", "L1"],
        ["again", "linked", "L1"],
        ["a", "needs_review", "R1"],
        ["other", "needs_review", "R2"],
        ["c", "needs_review", "L5"],
        ["b", "needs_proof", "L4"],
        ["b2", "linked", "L1"],
        ["b", "needs_proof", "L4"],
        // Another document with the same characters.
        ["p", "no_account", "none"],
    ];
    assert_eq!(told.decisions(), words(&expected), "{}", told.err);
    assert_eq!(told.lines()[4]["review"], json!(["reissue:3", "reissue:4"]));
    assert_eq!(told.lines()[2]["accounts"], json!([]), "by R1 the lists stay empty");
    assert!(told.err.contains("将自动承接 1 个，已承接 2 个，须用旧密码证明 2 个，须人工核实 2 个"), "{}", told.err);
    assert_eq!(bench.everything(), before, "a forecast writes nothing");
}

#[test]
fn every_word_of_the_portal_is_read_as_at_a_sign_in() {
    let bench = Bench::new();
    let refused = [
        ("测试,resident_id,110101199003071233,2,2", "法人"),
        ("测试,resident_id,110101199003071233,2,", "用户类型不明"),
        ("测试,resident_id,110101199003071233,2,个人", "用户类型不明"),
        ("测试,resident_id,110101199003071233,0,1", "等级不够"),
        ("测试,resident_id,110101199003071233,,1", "没有提供可识别的实名认证等级"),
        ("测试,resident_id,110101199003071233,L9,1", "没有提供可识别的实名认证等级"),
        ("测试,居民身份证,110101199003071233,2,1", "证件类型不能识别"),
        ("测试,resident_id, ,2,1", "没有提供证件号码"),
        ("测试,resident_id,1.10101E+17,2,1", "不完整或不正确"),
        ("测试,,110101********1233,2,1", "不完整或不正确"),
        (" ,resident_id,110101199003071233,2,1", "没有提供姓名"),
    ];
    let lines: Vec<String> = refused.iter().enumerate().map(|(at, (rest, _))| format!("s{at},{rest}")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let told = bench.forecast(users(&lines));
    assert_eq!(told.code, 0, "{}", told.err);
    for (line, (given, reason)) in told.lines().iter().zip(refused) {
        assert_eq!(line["decision"], "refused", "{given}");
        assert!(line["reason"].as_str().unwrap().contains(reason), "{given}: {line}");
    }
    let accepted =
        ["p,测试,passport,EX0000001,1,1", "r,测试,, 110101199003071233 , 2 , 1 ", "t,测试,other,无字1234,2,1"];
    let told = bench.forecast(users(&accepted));
    assert!(told.decisions().iter().all(|words| words[1..] == ["no_account", "none"]), "{}", told.out);
}

#[test]
fn the_columns_may_stand_in_any_order_and_encoding() {
    let bench = Bench::new();
    bench.accounts(&["1,110101199003071233,测试,,,,"]);
    let text =
        "备注,user_type,level,document_number,document_type,name,subject\r\n无,1,2,110101199003071233,,测试,甲-1\r\n";
    let (gb18030, _, _) = encoding_rs::GB18030.encode(text);
    let utf16: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for bytes in [text.as_bytes().to_vec(), format!("\u{feff}{text}").into_bytes(), gb18030.into_owned(), utf16] {
        let told = bench.forecast(bytes);
        assert_eq!(told.decisions(), words(&[["甲-1", "linked", "L1"]]), "{}", told.err);
        assert_eq!(told.code, 0);
    }
}

#[test]
fn a_line_that_cannot_be_read_costs_that_line_and_is_named_without_what_it_holds() {
    let bench = Bench::new();
    let good = ["first", "second", "last"].map(|subject| format!("{subject},测试,,110101199003071233,2,1\n"));
    let long = format!("{},密名,,370102197508203313,2,1\n", "x".repeat(2 * 1024 * 1024));
    let bad: [&[u8]; 10] = [
        b"s,\xff\xfe,,370102197508203313,2,1\n",
        b"s,a\0b,,370102197508203313,2,1\n",
        "s,密名,,370102197508203313,2\n".as_bytes(),
        "s,密名,,370102197508203313,2,1,7\n".as_bytes(),
        "s,\"密名,,370102197508203313,2,1\n".as_bytes(),
        long.as_bytes(),
        ",密名,,370102197508203313,2,1\n".as_bytes(),
        "s\u{200b},密名,,370102197508203313,2,1\n".as_bytes(),
        "s,密\t名,,370102197508203313,2,1\n".as_bytes(),
        "s,密名,,370102197508203313\u{7f},2,1\n".as_bytes(),
    ];
    let mut file = users(&[]).trim_end().as_bytes().to_vec();
    file.push(b'\n');
    file.extend(good[0].as_bytes());
    file.extend(bad[..5].concat());
    file.extend(good[1].as_bytes());
    file.extend(bad[5..].concat());
    file.extend(good[2].as_bytes());
    let told = bench.forecast(&file);
    let decided = told.decisions();
    let subjects: Vec<&str> = decided.iter().map(|words| words[0].as_str()).collect();
    assert_eq!(subjects, ["first", "second", "last"]);
    assert_eq!(told.code, 1);
    let codes = [
        (3, "malformed-bytes"),
        (4, "control-character"),
        (5, "column-count"),
        (6, "column-count"),
        (7, "unclosed-quote"),
        (9, "line-too-long"),
        (10, "unusable-answer"),
        (11, "unusable-answer"),
        (12, "unusable-answer"),
        (13, "control-character"),
    ];
    for (line, code) in codes {
        assert!(told.err.contains(&format!("第 {line} 行不能判定 [{code}]")), "{line} {code}\n{}", told.err);
    }
    assert!(told.err.contains("有 10 行不能判定") && told.err.contains("control-character 2 行"), "{}", told.err);
    for personal in ["密名", "3701021975", "测试", "1101011990"] {
        assert!(!told.err.contains(personal), "{personal}\n{}", told.err);
    }
    let page = bench.forecast_file(&bench.path("users.csv"), "human");
    assert_eq!(page.code, 1);
    assert!(page.out.contains("不能判定") && page.out.contains("76.9%"), "{}", page.out);
}

#[test]
fn garbled_names_are_decided_about_and_named_by_their_lines() {
    let bench = Bench::new();
    bench.accounts(&["1,110101199003071233,测试,,,,"]);
    let lines = [
        "a,测试,,110101199003071233,2,1",
        "b,寮犱笁,,370102197508203313,2,1",
        "c,&#24352;,,370102197508203313,2,1",
        ",ÕÅÈý,,370102197508203313,2,1",
    ];
    let told = bench.forecast(users(&lines));
    assert_eq!(told.code, 1, "{}", told.err);
    let expected = [["a", "linked", "L1"], ["b", "no_account", "none"], ["c", "no_account", "none"]];
    assert_eq!(told.decisions(), words(&expected), "{}", told.err);
    for text in [
        "第 3 行的姓名像是乱码 [name-garbled]：像是把 UTF-8 当作 GBK 读的",
        "第 4 行的姓名像是乱码 [name-garbled]：HTML",
        "第 5 行不能判定 [unusable-answer]",
        "有 2 行的姓名像是乱码（name-garbled）",
        "有 1 行不能判定",
    ] {
        assert!(told.err.contains(text), "{text}\n{}", told.err);
    }
    assert!(!told.err.contains("寮犱笁"), "{}", told.err);
    let page = bench.forecast_file(&bench.path("users.csv"), "human");
    assert_eq!(page.code, 1);
    assert!(page.out.contains("姓名像是乱码：2 人"), "{}", page.out);
    // Many of them are told in bounds.
    let many: Vec<String> = (0..3000).map(|at| format!("s{at},寮犱笁,,370102197508203313,2,1")).collect();
    let told = bench.forecast(users(&many.iter().map(String::as_str).collect::<Vec<_>>()));
    assert!(told.err.lines().count() < 130 && told.err.contains("有 3000 行的姓名"), "{}", told.err);
}

#[test]
fn blanks_of_every_kind_at_the_ends_of_values_hide_nobody() {
    let bench = Bench::new();
    bench.accounts(&["1,110101199003071233,测试,,,,"]);
    let blanks = [" ", "\t", "\n", "\r\n", "\u{3000}", "\u{a0}", "\u{85}", "\u{b}", "\u{feff}", "\u{200b}"];
    let lines: Vec<String> = blanks
        .iter()
        .enumerate()
        .map(|(at, blank)| {
            let [name, number, level, user_type] =
                ["测试", "110101199003071233", "2", "1"].map(|value| format!("\"{blank}{value}{blank}\""));
            format!("s{at},{name},\"{blank}\",{number},{level},{user_type}")
        })
        .collect();
    let told = bench.forecast(users(&lines.iter().map(String::as_str).collect::<Vec<_>>()));
    let linked: Vec<String> = (0..blanks.len()).map(|at| format!("s{at}")).collect();
    assert_eq!(
        told.decisions(),
        linked.iter().map(|s| [s.clone(), "linked".into(), "L1".into()]).collect::<Vec<_>>(),
        "{}",
        told.err
    );
    assert_eq!(told.code, 0, "{}", told.err);
}

#[test]
fn a_file_of_damage_alone_is_named_in_bounds() {
    let bench = Bench::new();
    let told = bench.forecast(users(&["x"].repeat(5000)));
    assert_eq!((told.code, told.out.as_str()), (1, ""));
    assert!(told.err.lines().count() < 130 && told.err.contains("column-count 5000 行"), "{}", told.err);
}

#[test]
fn a_file_that_is_no_table_of_users_is_refused_with_the_next_step() {
    let bench = Bench::new();
    let cases: [(&[u8], &str); 4] = [
        (b"", "文件是空的"),
        (b"subject,name,document_type,document_number,level\n", "缺少列 user_type"),
        ("编号,姓名\n1,测试\n".as_bytes(), "缺少列 subject、name"),
        (b"\"subject,name\n", "表头"),
    ];
    for (file, reason) in cases {
        let told = bench.forecast(file);
        assert_eq!((told.code, told.out.as_str()), (2, ""), "{reason}");
        assert!(told.err.contains(reason) && told.err.contains("users.csv"), "{}", told.err);
    }
    for path in [bench.path("none.csv"), bench.path("")] {
        let told = bench.forecast_file(&path, "json");
        assert_eq!(told.code, 2);
        assert!(told.err.contains("--portal-users"), "{}", told.err);
    }
    let told = bench.forecast(users(&[]));
    assert_eq!((told.code, told.out.as_str()), (0, ""), "nobody is nothing wrong: {}", told.err);
}

#[test]
fn a_database_that_does_not_answer_ends_the_forecast_with_the_next_step() {
    let bench = Bench::new();
    bench.file("users.csv", users(&["a,测试,,110101199003071233,2,1"]));
    let config = std::fs::read_to_string(bench.config()).unwrap();
    let elsewhere = config.replace(bench.test_db.url(), "postgres://nobody:x@127.0.0.1:1/none");
    bench.file("elsewhere.toml", elsewhere);
    let (users, elsewhere) = (bench.path("users.csv"), bench.path("elsewhere.toml"));
    let arguments = ["forecast", "--portal-users", users.to_str().unwrap(), "--config", elsewhere.to_str().unwrap()];
    let output = bench.command(&arguments);
    assert_eq!(output.status.code(), Some(2));
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.contains("没有写入任何数据") && err.contains("buzheng doctor"), "{err}");
}

/// What a subject's sign-in recorded, in the forecast's words.
fn decided(conn: &mut PgConnection, subject: &str) -> Value {
    use sign_in_decisions as t;
    let (decision, rule, reason, accounts): (String, String, String, Value) = t::table
        .filter(t::subject.eq(subject))
        .select((t::decision, t::rule, t::reason, t::accounts))
        .first(conn)
        .unwrap();
    let mut done = json!({ "subject": subject, "decision": decision, "rule": rule, "reason": reason });
    done.as_object_mut().unwrap().extend(accounts.as_object().unwrap().clone());
    done
}

#[test]
fn of_a_whole_population_every_sign_in_is_foreseen_before_and_after_it() {
    let bench = Bench::new();
    let population = Population::generate(Population::seed(), PEOPLE);
    let files = population.write(&bench.path(""));
    bench.run(&files.manifest);
    let foreseen = bench.forecast_file(&files.portal_users, "json");
    assert_eq!(foreseen.code, 0, "{}", foreseen.err);

    let labels =
        |list: &BTreeSet<(String, &str)>| -> BTreeSet<String> { list.iter().map(|(label, _)| label.clone()).collect() };
    let told = |line: &Value, list: &str| -> BTreeSet<String> { serde_json::from_value(line[list].clone()).unwrap() };
    let lines = foreseen.lines();
    let expected = population.expected();
    let users: Vec<_> = population
        .people
        .iter()
        .zip(&expected)
        .filter_map(|(person, expected)| Some((person.portal.as_ref()?, expected)))
        .collect();
    assert_eq!(lines.len(), users.len());
    for (line, (user, expected)) in lines.iter().zip(&users) {
        let seed = population.seed;
        assert_eq!(line["subject"], user.subject, "seed {seed}: in the file's order");
        assert_eq!([&line["decision"], &line["rule"]], [expected.decision, expected.rule], "seed {seed}: {line}");
        assert_eq!(told(line, "accounts"), labels(&expected.accounts), "seed {seed}: {line}");
        assert_eq!(told(line, "proof"), labels(&expected.proof), "seed {seed}: {line}");
        assert_eq!(line["review"], json!([]), "seed {seed}: {line}");
    }

    let runtime = Runtime::new().unwrap();
    let app = runtime.block_on(async { bench.app() });
    let mut conn = bench.test_db.connect();
    for (line, (user, _)) in lines.iter().zip(&users).step_by(SIGNED_IN) {
        runtime.block_on(app.sign_in(&identity(&app, user), now())).unwrap();
        let done = decided(&mut conn, &user.subject);
        assert_eq!(*line, done, "seed {}", population.seed);
    }
    let before = bench.everything();
    let again = bench.forecast_file(&files.portal_users, "json");
    assert!(again.out == foreseen.out, "seed {}: a second sign-in is what the first was", population.seed);
    assert!(bench.everything() == before, "a forecast writes nothing");

    // Everyone's account at the portal is made anew: who is known by number and name is the same person.
    let file = std::fs::read_to_string(&files.portal_users).unwrap();
    let anew = bench.forecast(file.replace("\nuser-", "\nanew-"));
    assert_eq!(anew.lines().len(), lines.len());
    for (at, (line, now)) in lines.iter().zip(anew.lines()).enumerate() {
        let (user, expected) = users[at];
        let mut same = line.clone();
        same["subject"] = json!(user.subject.replace("user-", "anew-"));
        if at % SIGNED_IN == 0 && expected.refused.is_none() && user.name.has_gaps() {
            assert_eq!([&now["decision"], &now["rule"]], ["needs_review", "R2"], "seed {}", population.seed);
        } else {
            assert_eq!(now, same, "seed {}", population.seed);
        }
    }
}
