//! `buzheng link` and `buzheng task`: what administrators and reviewers read, do, and are told.

use buzheng::app::linking::{Asked, Evidence, Request};
use buzheng::db::audit;
use buzheng::domain::evidence::MediaType;
use buzheng::ids::{AccountId, LinkId, PersonId};
use chrono::Utc;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

use crate::desk::{Citizen as Entered, audited, enter, granted_pair, link_of, open_tasks, request, standing, state};
use crate::scratch::{Ended, program};
use crate::support::{Account, CESHI, Certificate, GAIMING, TestApp, XINREN, photo};

/// The program on the database and the keys of a service.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn of(app: &TestApp) -> Self {
        let (folder, config) = (tempfile::tempdir().unwrap(), &app.service.config);
        let text = format!(
            r#"
            [server]
            public_url = "http://127.0.0.1:8080"
            [database]
            url = "{database}"
            [redis]
            url = "{redis}"
            prefix = "{prefix}"
            [vault]
            keys_file = "{keys}"
            [portal]
            home_url = "http://127.0.0.1:9/"
            [portal.oidc]
            issuer = "http://127.0.0.1:9"
            client_id = "test"
            client_secret = "not a secret"
            "#,
            database = config.database.url.expose_secret(),
            redis = config.redis.url.expose_secret(),
            prefix = config.redis.prefix,
            keys = config.vault.keys_file.display(),
        );
        std::fs::write(folder.path().join("buzheng.toml"), text).unwrap();
        Self { folder }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program(arguments);
        command.current_dir(self.folder.path()).env("USER", "wang").env_remove("SUDO_USER");
        command
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        self.command(arguments).output().unwrap().into()
    }

    /// What a command that ends with 0 prints, ids and times replaced by what they are.
    #[track_caller]
    fn says(&self, arguments: &[&str]) -> String {
        let ended = self.run(arguments).expect(0);
        assert_eq!(ended.stderr, "");
        blank(&ended.stdout)
    }

    #[track_caller]
    fn json(&self, arguments: &[&str]) -> Value {
        self.run(&[arguments, &["--format", "json"]].concat()).expect(0).json()
    }

    /// The message of a command that ends with 2 and prints nothing else.
    #[track_caller]
    fn refuses(&self, arguments: &[&str]) -> String {
        let ended = self.run(arguments).expect(2);
        assert_eq!(ended.stdout, "", "{}", ended.stderr);
        assert!(ended.stderr.starts_with("error: "), "{}", ended.stderr);
        blank(&ended.stderr)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// Ids become `ID`, times `TIME`.
fn blank(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let token: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-')).collect();
        let is_time =
            rest.get(..19).is_some_and(|t| t.as_bytes()[10] == b' ' && t.as_bytes()[13] == b':' && t.starts_with("20"));
        if is_time {
            out.push_str("TIME");
            rest = &rest[19..];
        } else if token.parse::<PersonId>().is_ok() {
            out.push_str("ID");
            rest = &rest[token.len()..];
        } else {
            let whole = token.len().max(c.len_utf8());
            out.push_str(&rest[..whole]);
            rest = &rest[whole..];
        }
    }
    out
}

/// Number and name of every person here, in whatever part of an output.
const PERSONAL: [&str; 6] = [CESHI.number, CESHI.name, GAIMING.number, GAIMING.name, XINREN.number, "李旧名"];

#[track_caller]
fn is_masked(text: &str) {
    for word in PERSONAL {
        assert!(!text.contains(word), "{word}: {text}");
    }
}

/// How often staff looked at full numbers, by whom and at what.
fn views(app: &TestApp) -> Vec<(String, Value)> {
    let rows = audit::page(&mut app.db.connect(), 0, 1000).unwrap();
    let views = rows.into_iter().filter(|row| row.event == "number_viewed");
    views.map(|row| (row.actor, row.details["what"].clone())).collect()
}

/// 李改明 with an account by the rules, one by proof and one that came with it.
async fn gaiming(app: &TestApp) -> (Entered, AccountId) {
    let old_name = GAIMING.named("李旧名");
    app.add(Account::of(&GAIMING, "reissue", "1"));
    let proven = app.add(Account::of(&old_name, "reissue", "2").password("first-secret"));
    app.add(Account::of(&old_name, "mailing", "3"));
    let gaiming = enter(app, "gaiming").await;
    gaiming.prove(app, proven, "first-secret").await.unwrap();
    (gaiming, proven)
}

#[tokio::test]
async fn links_are_listed_by_person_and_account_and_undone_ones_when_asked_for() {
    let app = TestApp::new().await;
    let (gaiming, proven) = gaiming(&app).await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    enter(&app, "ceshi").await;
    let (desk, person) = (Desk::of(&app), gaiming.person().to_string());

    let all = desk.says(&["link", "list"]);
    assert_eq!(all.lines().next(), Some("ID  reissue:12  人员 ID  规则 L1  由登录  TIME  有效"));
    assert!(all.ends_with("共 4 条\n"), "{all}");
    let lines = desk.says(&["link", "list", "--account", "reissue:2"]);
    assert_eq!(lines, "ID  reissue:2  人员 ID  规则 L4  由旧密码  TIME  有效\n共 1 条\n");
    assert_eq!(desk.json(&["link", "list", "--person", &person])["links"].as_array().unwrap().len(), 3);
    assert_eq!(desk.json(&["link", "list", "--limit", "2"])["links"].as_array().unwrap().len(), 2);
    let nobody = PersonId::generate().to_string();
    assert_eq!(desk.says(&["link", "list", "--person", &nobody]), "共 0 条\n");
    assert_eq!(desk.json(&["link", "list", "--person", &nobody]), json!({ "links": [] }));

    let id = link_of(&app, proven).unwrap().id.to_string();
    desk.run(&["link", "undo", &id, "--reason", "关联有误"]).expect(0);
    assert!(desk.says(&["link", "list", "--person", &person]).ends_with("共 1 条\n"));
    let undone = desk.says(&["link", "list", "--account", "reissue:2", "--undone"]);
    assert_eq!(undone, "ID  reissue:2  人员 ID  规则 L4  由旧密码  TIME  已撤销（wang：关联有误）\n共 1 条\n");
    let undone = &desk.json(&["link", "list", "--account", "reissue:2", "--undone"])["links"][0];
    assert_eq!(
        (&undone["link"], &undone["state"], &undone["undone_by"], &undone["undone_reason"]),
        (&json!(id), &json!("undone"), &json!("wang"), &json!("关联有误"))
    );
    assert!(undone["linked_at"].is_string() && undone["undone_at"].is_string());
    assert_eq!(views(&app), [], "a list is no view of a full number");

    let unknown = desk.refuses(&["link", "list", "--account", "reissue:99"]);
    assert_eq!(
        unknown,
        "error: account reissue:99: there is no such account\n  Write it as SYSTEM:KEY, such as reissue:12.\n"
    );
}

#[tokio::test]
async fn a_link_is_shown_masked_and_in_full_only_with_a_record_of_who_looked() {
    let app = TestApp::new().await;
    let (_, proven) = gaiming(&app).await;
    let (desk, link) = (Desk::of(&app), link_of(&app, proven).unwrap().id.to_string());
    let masked = desk.says(&["link", "show", &link]);
    let portal = format!("门户账户：{} gaiming\n", app.service.config.portal.oidc.issuer);
    let expected = [
        "ID  reissue:2  人员 ID  规则 L4  由旧密码  TIME  有效\n",
        "原账户一方：370102********3313  李*名\n",
        "本人一方：  370102********3313  李*明\n",
        "比对时的处理：姓名不同\n",
        &portal,
        "撤销时一并撤销：ID\n",
    ];
    assert_eq!(masked, expected.concat());
    let report = desk.json(&["link", "show", &link]);
    is_masked(&report.to_string());
    assert_eq!((&report["state"], &report["changed_since"]), (&json!("standing"), &json!(false)));
    assert_eq!(report["dependants"].as_array().unwrap().len(), 1);
    assert_eq!(views(&app), []);

    let full = desk.says(&["link", "show", &link, "--full"]);
    assert!(full.contains(&format!("原账户一方：{}  李旧名\n", GAIMING.number)), "{full}");
    let full = desk.json(&["link", "show", &link, "--full", "--as", "li"]);
    assert_eq!(full["person_side"], json!({ "number": GAIMING.number, "name": GAIMING.name }));
    assert_eq!(views(&app), [("staff:wang".to_owned(), json!("link")), ("staff:li".to_owned(), json!("link"))]);
    audited(&app, &PERSONAL);

    let unknown = LinkId::generate().to_string();
    let told = desk.refuses(&["link", "show", &unknown, "--full"]);
    assert_eq!(told, "error: link ID: there is no such link\n  `buzheng link list --undone` shows every link.\n");
    assert_eq!(views(&app).len(), 2, "nothing was seen");
}

#[tokio::test]
async fn a_link_is_undone_once_with_a_reason_and_tells_what_went_with_it() {
    let app = TestApp::new().await;
    let (gaiming, proven) = gaiming(&app).await;
    let (desk, link) = (Desk::of(&app), link_of(&app, proven).unwrap().id.to_string());
    let unexplained = desk.run(&["link", "undo", &link]).expect(2);
    assert!(unexplained.stderr.contains("--reason <TEXT>"), "{}", unexplained.stderr);
    assert_eq!(standing(&app), 3);

    let said = desk.says(&["link", "undo", &link, "--reason", " 关联有误 "]);
    assert_eq!(said, "已撤销：ID、ID（人员 ID）。本人此后所做的申请仍归本人。\n");
    assert_eq!(standing(&app), 1);
    let again = desk.refuses(&["link", "undo", &link, "--reason", "再次"]);
    assert_eq!(again, "error: link ID: it was undone already\n  `buzheng link list --undone` shows every link.\n");
    let unknown = desk.refuses(&["link", "undo", &LinkId::generate().to_string(), "--reason", "误"]);
    assert!(unknown.contains("there is no such link"), "{unknown}");
    let last: Vec<_> = audited(&app, &PERSONAL).into_iter().filter(|event| event.starts_with("undone")).collect();
    assert_eq!(last, ["undone by staff:wang"; 2]);

    let left = app.links().into_iter().find(|link| link.evidence.account == "reissue:1").unwrap();
    let left = link_of(&app, left.account).unwrap().id.to_string();
    let report = desk.json(&["link", "undo", &left, "--reason", "误", "--as", "li"]);
    assert_eq!(report, json!({ "person": gaiming.person().to_string(), "pair": null, "undone": [left] }));
}

/// 辛仁 asks for 测试's account, and for something else: the first task's number.
async fn two_requests(app: &TestApp) -> (Entered, String) {
    app.add(Account::of(&CESHI, "reissue", "12"));
    let xinren = enter(app, "xinren").await;
    let asked = Request {
        old_number: CESHI.number.to_owned(),
        old_name: CESHI.name.to_owned(),
        exam: format!("造价{}", CESHI.number),
        year: "2012".to_owned(),
        note: format!("我的号码是{}", CESHI.number),
        ..request("reissue")
    };
    let task = xinren.request(app, asked).await.to_string();
    xinren.request(app, request("mailing")).await;
    (xinren, task)
}

#[tokio::test]
async fn tasks_are_listed_and_shown_with_what_they_rest_on_and_what_each_answer_does() {
    let app = TestApp::new().await;
    let (_, task) = two_requests(&app).await;
    let desk = Desk::of(&app);
    let lines = desk.says(&["task", "list"]);
    assert_eq!(lines, "1  申请人工核实  reissue  TIME  待核实\n2  申请人工核实  mailing  TIME  待核实\n共 2 项\n");

    let shown = desk.says(&["task", "show", &task]);
    let expected = [
        "1  申请人工核实  reissue  TIME  待核实",
        "使用人：370203********6625  辛*  来源 门户",
        r#"依据：本人填写 旧证件号码 "110101********1233" 旧姓名 "测*" 考试 "造价******************" 年度 "2012" 说明 "（内容须以完整方式查看）""#,
        "原账户 reissue:12：110101********1233  测*  已关联 无  姓名比对 不同",
        "通过（approve）：属于该使用人：关联原账户，或承认证书上的姓名和号码",
        "不通过（refuse）：不能认定属于该使用人：不关联",
        "",
    ];
    assert_eq!(shown, expected.join("\n"));
    is_masked(&desk.json(&["task", "show", &task]).to_string());
    assert_eq!(views(&app), []);
    let full = desk.json(&["task", "show", &task, "--full", "--as", "li"]);
    assert_eq!(full["grounds"][0]["note"], json!(format!("我的号码是{}", CESHI.number)));
    assert_eq!(full["accounts"][0]["number"], json!(CESHI.number));
    assert_eq!(views(&app), [("staff:li".to_owned(), json!("task"))]);
    audited(&app, &PERSONAL);
}

#[tokio::test]
async fn a_task_is_answered_once_and_with_words_that_fit_it() {
    let app = TestApp::new().await;
    let (xinren, task) = two_requests(&app).await;
    let desk = Desk::of(&app);
    let before = state(&app);
    let unsaid = desk.refuses(&["task", "approve", &task, "--reason", "材料相符"]);
    assert_eq!(
        unsaid,
        "error: task 1: say what is theirs: --account SYSTEM:KEY or --certificate SYSTEM:KEY\n  `buzheng task show 1` tells all of it.\n"
    );
    let wrong = desk.refuses(&["task", "approve", &task, "--reason", "材料相符", "--account", "reissue:13"]);
    assert!(wrong.starts_with("error: task 1: there is no account reissue:13\n"), "{wrong}");
    assert!(
        desk.run(&["task", "refuse", &task, "--reason", "无", "--account", "reissue:12"])
            .expect(2)
            .stderr
            .contains("--account")
    );
    assert_eq!((state(&app), open_tasks(&app).len()), (before, 2));

    let said = desk.says(&["task", "approve", &task, "--reason", "材料相符", "--account", "reissue:12"]);
    assert_eq!(said, "核实 1：核实通过\n");
    assert_eq!(xinren.carried("reissue").await, (1, 0, 0));
    for action in ["approve", "refuse"] {
        let again = desk.refuses(&["task", action, &task, "--reason", "再次"]);
        assert_eq!(again, "error: task 1: it was decided already\n  `buzheng task show 1` tells all of it.\n");
    }
    let refused = desk.json(&["task", "refuse", "2", "--reason", "材料不符"]);
    assert_eq!(refused, json!({ "task": 2, "status": "refused" }));
    assert_eq!(desk.says(&["task", "list"]), "共 0 项\n");
    let lines = desk.says(&["task", "list", "--status", "all"]);
    assert!(lines.starts_with("1  申请人工核实  reissue  TIME  核实通过（wang：材料相符）\n2  "), "{lines}");
    assert_eq!(desk.json(&["task", "list", "--status", "refused"])["tasks"][0]["task"], 2);
    assert_eq!(desk.says(&["task", "list", "--status", "approved", "--limit", "1"]).lines().count(), 2);
    audited(&app, &PERSONAL);
}

#[tokio::test]
async fn a_question_about_a_number_shows_who_bears_it_now_beside_what_the_portal_says() {
    let app = TestApp::new().await;
    let ceshi = enter(&app, "ceshi").await;
    app.persona(&CESHI.at("maoming").named("冒名"));
    app.anon().try_sign_in("maoming", None).await;
    let desk = Desk::of(&app);
    let expected = [
        "1  证件号码已有使用人  -  TIME  待核实",
        "依据：门户提供 110101********1233  冒*  证件类型 resident_id",
        "该号码现有使用人 ID：110101********1233  测*",
        "通过（approve）：同一人：该门户账户并入已有使用人",
        "不通过（refuse）：不是同一人：该门户账户成为新的使用人，不得到已有使用人的任何数据",
        "",
    ];
    assert_eq!(desk.says(&["task", "show", "1"]), expected.join("\n"));
    let full = desk.json(&["task", "show", "1", "--full"]);
    let pairs = json!([{ "number": CESHI.number, "name": CESHI.name }]);
    assert_eq!(full["holders"], json!([{ "person": ceshi.person().to_string(), "pairs": pairs }]));
}

#[tokio::test]
async fn a_pair_that_was_granted_by_a_task_is_named_by_it_and_undone_like_a_link() {
    let app = TestApp::new().await;
    let certificate = app.add(Certificate::of(&CESHI, 2017));
    let xinren = enter(&app, "xinren").await;
    let task = xinren.request(&app, request("reissue")).await.to_string();
    let (desk, label) = (Desk::of(&app), format!("reissue:{certificate}"));
    desk.run(&["task", "approve", &task, "--reason", "材料相符", "--certificate", &label]).expect(0);
    assert_eq!(xinren.certificates().await.len(), 1);
    let pair = granted_pair(&app).to_string();
    let shown = desk.run(&["task", "show", &task]).expect(0).stdout;
    assert!(shown.contains(&format!("110101********1233  测*  来源 核实  （可撤销：link undo {pair}）")), "{shown}");
    let said = desk.says(&["link", "undo", &pair, "--reason", "误"]);
    assert_eq!(said, "已撤销：核实时承认的号码和姓名 ID（人员 ID）。本人此后所做的申请仍归本人。\n");
    assert_eq!(xinren.certificates().await.len(), 0);
    assert!(desk.refuses(&["link", "undo", &pair, "--reason", "误"]).contains("it was undone already"));
    assert!(audited(&app, &PERSONAL).contains(&"undone by staff:wang".to_owned()), "taking a pair back is recorded");
}

#[tokio::test]
async fn an_attachment_is_written_to_a_new_file_for_its_owner_alone_and_recorded() {
    let app = TestApp::new().await;
    let xinren = enter(&app, "xinren").await;
    let picture = photo("good.jpg");
    let evidence = Evidence { media_type: MediaType::Jpeg, bytes: picture.clone() };
    let task = xinren.request(&app, Request { evidence: Some(evidence), ..request("reissue") }).await.to_string();
    let bare = xinren.request(&app, request("mailing")).await.to_string();
    let desk = Desk::of(&app);
    std::fs::write(desk.path("taken.jpg"), "mine").unwrap();
    std::os::unix::fs::symlink(desk.path("elsewhere.jpg"), desk.path("link.jpg")).unwrap();
    for (task, file, reason) in [
        (&task, "taken.jpg", "File exists"),
        (&task, "link.jpg", "File exists"),
        (&task, "no/such/folder.jpg", "No such file"),
        (&task, ".", ""),
        (&bare, "none.jpg", "nothing is attached"),
        (&"99".to_owned(), "none.jpg", "no such task"),
    ] {
        let told = desk.refuses(&["task", "show", task, "--attachment", file]);
        assert!(told.contains(reason), "{file}: {told}");
    }
    assert_eq!(std::fs::read(desk.path("taken.jpg")).unwrap(), b"mine");
    assert!(!desk.path("none.jpg").exists() && !desk.path("elsewhere.jpg").exists());
    assert_eq!(views(&app), []);

    let shown = desk.run(&["task", "show", &task, "--attachment", "new.jpg"]).expect(0).stdout;
    assert!(shown.contains("附件：image/jpeg（用 --attachment FILE 取出）"), "{shown}");
    assert_eq!(std::fs::read(desk.path("new.jpg")).unwrap(), picture);
    assert_eq!(std::fs::metadata(desk.path("new.jpg")).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(views(&app), [("staff:wang".to_owned(), json!("attachment"))]);
}

#[tokio::test]
async fn every_picture_of_a_request_is_written_or_none() {
    let app = TestApp::new().await;
    let xinren = enter(&app, "xinren").await;
    let pictures = [photo("good.jpg"), photo("gray.jpg"), photo("progressive.jpg")];
    let of = |bytes: &Vec<u8>| Evidence { media_type: MediaType::Jpeg, bytes: bytes.clone() };
    let asked = |at: usize| Request { evidence: Some(of(&pictures[at])), ..request("reissue") };
    let task = xinren.request(&app, asked(0)).await;
    for at in [1, 1, 2] {
        let again = app.service.request_verification(&xinren.asker, asked(at), Utc::now()).await.unwrap();
        assert_eq!(again, Asked::AlreadyOpen { task });
    }
    let desk = Desk::of(&app);
    let task = task.to_string();
    std::fs::write(desk.path("taken-3.jpg"), "mine").unwrap();
    assert!(desk.refuses(&["task", "show", &task, "--attachment", "taken.jpg"]).contains("File exists"));
    assert!(!desk.path("taken.jpg").exists() && !desk.path("taken-2.jpg").exists());
    assert_eq!(std::fs::read(desk.path("taken-3.jpg")).unwrap(), b"mine");

    let shown = desk.run(&["task", "show", &task, "--attachment", "new.jpg"]).expect(0).stdout;
    assert!(shown.contains("附件 3：image/jpeg"), "{shown}");
    for (name, picture) in ["new.jpg", "new-2.jpg", "new-3.jpg"].into_iter().zip(&pictures) {
        assert_eq!(&std::fs::read(desk.path(name)).unwrap(), picture, "{name}");
        assert_eq!(std::fs::metadata(desk.path(name)).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let told = desk.run(&["task", "show", &task, "--format", "json"]).expect(0).stdout;
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["attachments"], json!(["image/jpeg", "image/jpeg", "image/jpeg"]));
    assert_eq!(told["attachment"], json!("image/jpeg"));
}

/// Command lines that no person at a desk would type.
fn hostile(task: &str, link: &str) -> Vec<Vec<String>> {
    let long = &*"长".repeat(10_000);
    let id = &*PersonId::generate().to_string();
    let of_task = |words: &[&'static str]| -> Vec<String> {
        ["task", "approve"].iter().chain(&[task]).chain(words).map(|word| (*word).to_owned()).collect()
    };
    let mut all: Vec<Vec<String>> = vec![
        of_task(&["--reason", "好", "--account", "\u{1b}[31mreissue:12"]),
        of_task(&["--reason", "好", "--account", "reissue:12\n"]),
        of_task(&["--reason", "好", "--account", "' OR 1=1 --"]),
        of_task(&["--reason", "好", "--certificate", "reissue:"]),
        of_task(&["--reason", "好", "--person", "1"]),
        of_task(&["--reason", "好\u{7}", "--account", "reissue:12"]),
        of_task(&["--reason", "好\n坏", "--account", "reissue:12"]),
        of_task(&["--reason", "", "--account", "reissue:12"]),
        of_task(&["--reason", " \u{3000} ", "--account", "reissue:12"]),
        of_task(&["--reason", "好", "--account", "reissue:12", "--as", ""]),
        of_task(&["--reason", "好", "--account", "reissue:12", "--as", "\u{1b}]0;x"]),
    ];
    for words in [
        ["task", "approve", task, "--account", "reissue:12", "--reason", long],
        ["task", "approve", task, "--reason", "好", "--account", long],
        ["task", "approve", task, "--reason", "好", "--certificate", long],
        ["task", "approve", "1e3", "--account", "reissue:12", "--reason", "好"],
        ["task", "approve", "9223372036854775808", "--account", "reissue:12", "--reason", "好"],
        ["task", "approve", "9223372036854775807", "--account", "reissue:12", "--reason", "好"],
        ["task", "approve", "0", "--account", "reissue:12", "--reason", "好"],
        ["task", "show", "-1", "--as", long, "--format", "json"],
        ["link", "undo", link, "--reason", long, "--as", "wang"],
        ["link", "undo", link, "--reason", "好", "--as", long],
        ["link", "undo", "../../etc/passwd", "--reason", "好", "--as", "wang"],
        ["link", "undo", long, "--reason", "好", "--as", "wang"],
        ["link", "undo", id, "--reason", "好", "--as", "wang"],
        ["link", "list", "--person", long, "--format", "json", "--undone"],
        ["link", "list", "--account", long, "--format", "json", "--undone"],
        ["link", "list", "--account", "\u{1b}[2Jreissue:12", "--format", "json", "--undone"],
        ["link", "list", "--limit", "0", "--format", "json", "--undone"],
        ["link", "list", "--limit", "100001", "--format", "json", "--undone"],
    ] {
        all.push(words.map(str::to_owned).to_vec());
    }
    all
}

#[tokio::test]
async fn hostile_arguments_are_refused_in_words_and_change_nothing() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    enter(&app, "ceshi").await;
    let xinren = enter(&app, "xinren").await;
    let task = xinren.request(&app, request("reissue")).await.to_string();
    let (desk, before) = (Desk::of(&app), state(&app));
    let link = app.links()[0].account;
    let link = link_of(&app, link).unwrap().id.to_string();
    for arguments in hostile(&task, &link) {
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let shown: Vec<String> = words.iter().map(|word| word.chars().take(40).collect()).collect();
        let ended = desk.run(&words);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{shown:?}: {}", ended.stderr);
        assert!(ended.stderr.starts_with("error: ") && ended.stderr.contains('\n'), "{shown:?}: {}", ended.stderr);
        assert!(
            !ended.stderr.contains("panicked") && !ended.stderr.contains("database"),
            "{shown:?}: {}",
            ended.stderr
        );
        if ended.stderr.contains("--help") {
            continue; // By the reader of the command line.
        }
        let raw = ended.stderr.chars().find(|c| c.is_control() && *c != '\n');
        assert_eq!(raw, None, "{shown:?}: a terminal is not to be steered by what was typed");
        assert!(ended.stderr.chars().count() < 1500, "{shown:?}: {}", ended.stderr.chars().count());
    }
    assert_eq!((state(&app), open_tasks(&app).len()), (before, 1));
}

#[tokio::test]
async fn whoever_has_no_name_acts_by_their_number_and_a_database_that_is_away_is_named() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    enter(&app, "ceshi").await;
    let link = link_of(&app, app.links()[0].account).unwrap().id.to_string();
    let desk = Desk::of(&app);
    let nameless = |arguments: &[&str]| -> Ended {
        let mut command = desk.command(arguments);
        command.env_remove("USER").env_remove("LOGNAME").output().unwrap().into()
    };
    nameless(&["link", "undo", &link, "--reason", "误"]).expect(0);
    let undone = audited(&app, &[CESHI.number]).into_iter().find(|told| told.starts_with("undone by ")).unwrap();
    assert!(undone.starts_with("undone by staff:uid:"), "{undone}");
    for arguments in [&["link", "list"][..], &["task", "list"], &["task", "show", "1"]] {
        let mut command = desk.command(arguments);
        let away = command.env("BUZHENG__DATABASE__URL", "postgres://someone:hunter2@127.0.0.1:9/nothing");
        let ended = Ended::from(away.output().unwrap()).expect(2);
        assert!(
            ended.stderr.starts_with("error: database: ") && ended.stderr.contains("buzheng doctor"),
            "{}",
            ended.stderr
        );
        assert!(!ended.stderr.contains("hunter2"), "{}", ended.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_listed_and_ended_by_person_or_all_with_a_record_of_who_did_it() {
    let app = TestApp::new().await;
    let desk = Desk::of(&app);
    let (ceshi, again, xinren) = (app.user("ceshi").await, app.user("ceshi").await, app.user("xinren").await);
    app.anon().try_sign_in("faren", None).await;
    let person = ceshi.person().await.unwrap();

    let all = desk.json(&["session", "list"]);
    let states: Vec<_> = all["sessions"].as_array().unwrap().iter().map(|line| line["state"].clone()).collect();
    assert_eq!(states.len(), 4);
    assert_eq!(states.iter().filter(|state| **state == "held").count(), 1);
    let theirs = desk.json(&["session", "list", "--person", &person]);
    let theirs = theirs["sessions"].as_array().unwrap();
    assert_eq!(theirs.len(), 2);
    assert!(theirs.iter().all(|line| line["person"] == person.as_str() && line["began_at"].is_string()));
    let printed = desk.run(&["session", "list"]).expect(0).stdout;
    assert!(printed.contains(&person) && printed.contains("共 4 个会话"), "{printed}");
    assert!(!printed.contains(CESHI.name) && !printed.contains(CESHI.number), "{printed}");

    assert_eq!(desk.json(&["session", "end", "--person", &person])["ended"], 2);
    for browser in [&ceshi, &again] {
        assert_eq!(browser.person().await, None, "signed out on every browser");
    }
    assert!(xinren.person().await.is_some());

    assert!(desk.refuses(&["session", "end", "--all"]).contains("--yes"));
    assert!(xinren.person().await.is_some(), "nothing is ended without the word");
    assert_eq!(desk.json(&["session", "end", "--all", "--yes"])["ended"], 2);
    assert_eq!(xinren.person().await, None);
    assert_eq!(app.redis.keys("session"), Vec::<String>::new(), "and nothing is left in any list");

    let ended = app
        .number("SELECT count(*) AS number FROM audit_events WHERE event = 'sessions_ended' AND actor = 'staff:wang'");
    assert_eq!(ended, 2);
    assert_eq!(
        app.number(&format!(
            "SELECT count(*) AS number FROM audit_events WHERE person_id = '{person}' AND event LIKE 'sessions%'"
        )),
        2
    );
    desk.run(&["session", "end"]).expect(2);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_of_another_key_file_are_counted_and_left_alone() {
    let app = TestApp::new().await;
    let desk = Desk::of(&app);
    let browser = app.user("ceshi").await;
    let key = app.redis.keys("session:").pop().unwrap();
    let theirs = app.redis.get(&key).unwrap();
    app.redis.overwrite(&key, b"sealed by somebody else");
    let report = desk.run(&["session", "end", "--all", "--yes", "--format", "json"]).expect(1).json();
    assert_eq!((&report["ended"], &report["unopened"]), (&json!(0), &json!(1)));
    app.redis.overwrite(&key, &theirs);
    assert!(browser.person().await.is_some());
}
