//! `POST /link/request`: 申请人工核实.

use buzheng::db::schema::{review_task_files, review_tasks};
use buzheng::domain::evidence;
use buzheng::domain::review::{Basis, Grounds};
use buzheng::vault::Purpose;
use diesel::prelude::*;
use std::io::Write;

use crate::desk::{REVIEWER, decide, no, yes};
use crate::link_proof::old_account;
use crate::support::{Browser, Form, GAIMING, Page, TestApp, of_another_program, photo};

/// What a citizen types.
const TYPED: [(&str, &str); 6] = [
    ("system", "reissue"),
    ("old_number", "370102750820331"),
    ("old_name", "李旧名"),
    ("exam", "造价"),
    ("year", "2012"),
    ("note", "第一行\n第二行，申请不见了"),
];

async fn form(app: &TestApp) -> (Browser, Form) {
    old_account(app);
    let browser = app.user("gaiming").await;
    let form = browser.get("/link").await.main_form().fill(&TYPED);
    (browser, form)
}

fn tasks(page: &Page) -> Vec<(String, String)> {
    let row = |name: &str, row: &crate::support::Row| row.attr(name).to_owned();
    page.rows("[data-task]").iter().map(|one| (row("data-task", one), row("data-status", one))).collect()
}

fn files(app: &TestApp) -> Vec<(String, Vec<u8>)> {
    let rows: Vec<(String, Vec<u8>)> = review_task_files::table
        .order((review_task_files::task_id, review_task_files::place))
        .select((review_task_files::media_type, review_task_files::file_sealed))
        .load(&mut app.db.connect())
        .unwrap();
    let open = |sealed: Vec<u8>| app.service.vault.open(Purpose::Photo, &sealed).unwrap();
    rows.into_iter().map(|(media_type, sealed)| (media_type, open(sealed))).collect()
}

/// What the one task rests on.
fn grounds(app: &TestApp) -> Vec<Basis> {
    let sealed: Vec<Vec<u8>> =
        review_tasks::table.select(review_tasks::evidence_sealed).load(&mut app.db.connect()).unwrap();
    assert_eq!(sealed.len(), 1);
    app.service.vault.open_json::<Grounds>(Purpose::Evidence, &sealed[0]).unwrap().bases
}

/// A PNG of one grey pixel, with a text chunk.
fn png_with_text() -> Vec<u8> {
    let chunk = |kind: &[u8], data: &[u8]| {
        let checked = [kind, data].concat();
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [length.as_slice(), &checked, &crc32fast::hash(&checked).to_be_bytes()].concat()
    };
    let mut pixels = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    pixels.write_all(&[0, 127]).unwrap();
    let header = chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
    let parts =
        [header, chunk(b"tEXt", b"Author\0GEHEIM"), chunk(b"IDAT", &pixels.finish().unwrap()), chunk(b"IEND", b"")];
    [b"\x89PNG\r\n\x1a\n".as_slice(), &parts.concat()].concat()
}

#[tokio::test]
async fn a_request_is_a_numbered_task_with_its_state() {
    let app = TestApp::new().await;
    let (browser, form) = form(&app).await;
    let answer = browser.submit(form).await;
    assert_eq!(answer.leads_to(), "/link");
    let page = browser.get("/link").await.expect(200);
    let all = tasks(&page);
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].1, "open");
    page.says("等待核实").says(&format!("第 {} 号", all[0].0)).says("申请人工核实");
    page.never_holds("李旧名").never_holds("370102750820331").never_holds("第二行");
    assert!(files(&app).is_empty() && app.links().is_empty());
    let other = app.user("xinren").await;
    assert!(!other.get("/link").await.has("[data-task]"), "nobody else sees it");
}

#[tokio::test]
async fn the_form_without_a_file_may_come_either_way() {
    let app = TestApp::new().await;
    let (browser, mut form) = form(&app).await;
    form.multipart = false;
    assert_eq!(browser.submit(form).await.leads_to(), "/link");
    assert_eq!(tasks(&browser.get("/link").await).len(), 1);
}

#[tokio::test]
async fn a_picture_is_kept_sealed_and_without_what_it_tells_besides() {
    for (name, bytes, media_type, secret) in [
        ("户口簿.jpg", photo("good_exif_gps.jpg"), "image/jpeg", "Exif"),
        ("name.exe", png_with_text(), "image/png", "GEHEIM"),
    ] {
        let app = TestApp::new().await;
        let (browser, form) = form(&app).await;
        browser.submit(form.file("evidence", name, &bytes)).await.location();
        let kept = files(&app);
        assert_eq!(kept.len(), 1, "{name}");
        assert_eq!(kept[0].0, media_type);
        let holds = |bytes: &[u8]| bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(holds(&bytes) && !holds(&kept[0].1), "{name}");
    }
}

#[tokio::test]
async fn a_picture_that_a_telephone_turned_is_kept_with_its_orientation_and_nothing_else_of_exif() {
    let app = TestApp::new().await;
    let (browser, form) = form(&app).await;
    let lying = of_another_program("lying_orientation_6.jpg");
    browser.submit(form.file("evidence", "IMG_0001.jpg", &lying)).await.location();
    let exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let kept = &files(&app)[0].1;
    assert!(kept.windows(exif.len()).any(|window| window == exif));
}

#[tokio::test]
async fn further_pictures_for_an_open_request_are_kept_each_once_and_five_of_them() {
    let app = TestApp::builder().config(|config| config.throttle.submissions_per_hour = 0).build().await;
    let (browser, form) = form(&app).await;
    let with = |bytes: &[u8]| form.clone().file("evidence", "a.jpg", bytes);
    let pictures =
        [photo("good.jpg"), png_with_text(), photo("gray.jpg"), photo("progressive.jpg"), photo("wrong_size.jpg")];
    assert_eq!(browser.submit(with(&pictures[0])).await.leads_to(), "/link");
    let number = tasks(&browser.get("/link").await)[0].0.clone();
    // Each of them twice, and without any picture once.
    for picture in &pictures {
        for _ in 0..2 {
            let again = browser.submit(with(picture)).await;
            assert_eq!(again.leads_to(), "/link");
            let page = browser.settle(again).await.expect(200);
            page.says(&format!("第 {number} 号")).says("这次填写的内容已补充进去");
        }
    }
    browser.submit(form.clone()).await.location();
    let kept = files(&app);
    let types: Vec<_> = kept.iter().map(|(media_type, _)| media_type.as_str()).collect();
    assert_eq!(types, ["image/jpeg", "image/png", "image/jpeg", "image/jpeg", "image/jpeg"]);
    for at in [0, 2, 3, 4] {
        assert_eq!(kept[at].1, evidence::check(&pictures[at]).unwrap().bytes(), "{at}");
    }

    // One too many is told, and what came with it is not kept by half.
    let page = browser.submit(with(&photo("good_exif_gps.jpg")).set("note", "第三行")).await.expect(422);
    assert!(page.error_at("evidence").contains(&format!("第 {number} 号）正在办理，已有 5 张证明图片")));
    assert_eq!(page.value("note"), "第三行");
    assert_eq!(files(&app).len(), 5);
    assert_eq!(grounds(&app).len(), 1);
    let without = page.main_form();
    let added = browser.submit(without).await;
    browser.settle(added).await.says(&format!("同样的核实申请（第 {number} 号）正在办理"));
    assert_eq!(grounds(&app).len(), 2);
    assert_eq!(app.count("review_tasks"), 1);
}

#[tokio::test]
async fn pictures_sent_from_two_tabs_at_once_are_all_kept() {
    let app = TestApp::builder().config(|config| config.throttle.submissions_per_hour = 0).build().await;
    let (browser, form) = form(&app).await;
    browser.submit(form.clone()).await.location();
    let with = |name: &str| browser.submit(form.clone().file("evidence", name, &photo(name)));
    let answers = tokio::join!(with("good.jpg"), with("gray.jpg"), with("gray.jpg"), with("progressive.jpg"));
    for answer in [answers.0, answers.1, answers.2, answers.3] {
        assert_eq!(answer.location().path(), "/link");
    }
    assert_eq!((files(&app).len(), app.count("review_tasks")), (3, 1));
}

#[tokio::test]
async fn what_is_said_once_more_is_kept_until_it_is_told_to_be_enough() {
    let app = TestApp::builder().config(|config| config.throttle.submissions_per_hour = 0).build().await;
    let (browser, form) = form(&app).await;
    for number in 0..10 {
        browser.submit(form.clone().set("note", &format!("第{number}次"))).await.location();
    }
    assert_eq!(grounds(&app).len(), 10);
    let page = browser.submit(form.clone().set("note", "再说一遍")).await.expect(422);
    page.says("已补充 10 次，不能再补充，这次的内容没有保存");
    assert_eq!(page.value("note"), "再说一遍");
    assert_eq!(grounds(&app).len(), 10);
    // A picture to words that are known is no further word.
    let known = form.set("note", "第3次").file("evidence", "a.jpg", &photo("good.jpg"));
    browser.submit(known).await.location();
    assert_eq!((files(&app).len(), grounds(&app).len()), (1, 10));
}

#[tokio::test]
async fn two_pictures_in_one_form_are_told_apart_from_one() {
    let app = TestApp::new().await;
    let (browser, form) = form(&app).await;
    let form = form.file("evidence", "a.jpg", &photo("good.jpg")).one_more_file("evidence", &photo("gray.jpg"));
    let page = browser.submit(form).await.expect(422);
    assert!(page.error_at("evidence").contains("每次只能附一张"));
    assert_eq!(app.count("review_tasks"), 0);
}

#[tokio::test]
async fn files_that_are_no_plain_picture_are_refused_by_name_with_everything_typed_kept() {
    let app = TestApp::new().await;
    let (browser, form) = form(&app).await;
    let mut png_and_zip = png_with_text();
    png_and_zip.extend(b"PK\x03\x04");
    let table: [(Vec<u8>, &str); 8] = [
        (Vec::new(), "空文件"),
        (b"%PDF-1.7".to_vec(), "PDF 文件"),
        (photo("html_renamed.jpg"), "网页文件"),
        (photo("zip_appended.jpg"), "结尾之后还有 638 字节"),
        (png_and_zip, "结尾之后还有 4 字节"),
        (photo("cut_in_half.jpg"), "不完整"),
        (photo("forged_13000.jpg"), "13000×13000"),
        (vec![0xff; 9 * 1024 * 1024], "您上传的是 9.0MB"),
    ];
    for (bytes, words) in table {
        let page = browser.submit(form.clone().file("evidence", "a.jpg", &bytes)).await.expect(422);
        assert_eq!(page.errors().len(), 1, "{words}");
        assert_eq!(page.errors()[0].0, "evidence");
        assert!(page.error_at("evidence").contains(words), "{words}: {}", page.error_at("evidence"));
        for (field, text) in TYPED {
            assert_eq!(page.value(field), text, "{words}: {field}");
        }
    }
    assert_eq!((app.count("review_tasks"), app.count("review_task_files")), (0, 0));
}

#[tokio::test]
async fn each_wrong_field_is_refused_by_itself_with_everything_typed_kept() {
    let app = TestApp::new().await;
    let (browser, form) = form(&app).await;
    for (field, text, words) in [
        ("system", "nowhere", "从列表中选择"),
        ("old_number", &*"1".repeat(65), "不能超过 64 个字，现有 65 个字"),
        ("old_name", &*"名".repeat(65), "不能超过 64 个字"),
        ("old_name", "a\0b", "无法识别的字符"),
        ("exam", &*"考".repeat(101), "不能超过 100 个字"),
        ("year", "明年", "四位数字"),
        ("note", &*"话".repeat(1001), "不能超过 1000 个字，现有 1001 个字"),
        ("note", "\u{1}", "无法识别的字符"),
    ] {
        let page = browser.submit(form.clone().force(field, text)).await.expect(422);
        assert_eq!(page.errors().len(), 1, "{field}: {:?}", page.errors());
        assert_eq!(page.errors()[0].0, field);
        assert!(page.error_at(field).contains(words), "{}", page.error_at(field));
        assert_eq!(page.value("note"), if field == "note" { text } else { TYPED[5].1 }, "{field}");
    }
    let empty = browser.get("/link").await.main_form().set("system", "reissue");
    browser.submit(empty).await.expect(422).says("请至少填写");
    assert_eq!(app.count("review_tasks"), 0);
}

#[tokio::test]
async fn an_offered_account_may_be_named_and_is_asked_about_once() {
    let app = TestApp::new().await;
    old_account(&app);
    let browser = app.user("gaiming").await;
    let page = browser.get("/link").await;
    let handle = page.attr("[data-account]", "data-account").unwrap();
    let form = page.main_form().set("account", &handle);
    browser.submit(form.clone()).await.location();
    let page = browser.get("/link").await;
    let all = tasks(&page);
    assert_eq!(all.len(), 1);
    page.says(&format!("这个账户已申请人工核实（第 {} 号）", all[0].0));

    let again = browser.submit(form.clone().set("note", "再说一遍")).await;
    assert_eq!(again.leads_to(), "/link");
    let page = browser.settle(again).await.expect(200);
    page.says(&format!("同样的核实申请（第 {} 号）正在办理", all[0].0));
    assert_eq!((tasks(&page).len(), app.count("review_tasks")), (1, 1));

    let other = app.user("ceshi").await;
    let foreign = other.get("/link").await.main_form().set("note", "x").force("account", &handle);
    let of_foreign = other.submit(foreign).await.expect(422);
    let unknown = other.get("/link").await.main_form().set("note", "x").force("account", "x");
    let of_unknown = other.submit(unknown).await.expect(422);
    assert_eq!(of_foreign.errors(), of_unknown.errors(), "a handle says nothing of others' accounts");
    of_foreign.says("所选的原账户已不能选择");
    assert_eq!(of_foreign.value("note"), "x");
    let page = browser.submit(form.force("account", "x").set("note", "又一件事")).await.expect(422);
    assert!(page.error_at("account").contains("已不能选择"));
    assert_eq!(page.value("note"), "又一件事");
    assert!(!other.get("/link").await.has("main > .notice"), "another person is told nothing");
}

#[tokio::test]
async fn a_request_that_is_sent_several_times_at_once_is_one_task() {
    let app = TestApp::new().await;
    let (browser, form) = form(&app).await;
    let answers = tokio::join!(browser.submit(form.clone()), browser.submit(form.clone()), browser.submit(form));
    for answer in [answers.0, answers.1, answers.2] {
        assert_eq!(answer.location().path(), "/link");
    }
    assert_eq!(tasks(&browser.get("/link").await).len(), 1);
}

#[tokio::test]
async fn the_reviewers_answer_and_words_are_shown_and_what_they_gave_came_along() {
    for (given, status, words) in [(yes(), "approved", "材料相符"), (no(), "refused", "材料不符")] {
        let app = TestApp::new().await;
        old_account(&app);
        let browser = app.user("gaiming").await;
        let page = browser.get("/link").await;
        let handle = page.attr("[data-account]", "data-account").unwrap();
        browser.submit(page.main_form().set("account", &handle)).await.location();
        let task = tasks(&browser.get("/link").await)[0].0.parse().unwrap();
        decide(&app, task, &given).unwrap();

        let page = browser.get("/link").await.expect(200);
        assert_eq!(tasks(&page), [(task.to_string(), status.to_owned())]);
        page.says(words);
        assert_eq!(page.has("[data-account]"), !given.approved, "what was given is not offered");
        let list = browser.get("/continuity").await;
        assert_eq!(list.has("tr[data-account]"), given.approved);
        if given.approved {
            list.says("人工核实").says("李*名");
        }
        page.never_holds(REVIEWER);
    }
}

#[tokio::test]
async fn so_many_requests_wait_at_once_and_no_more() {
    let app = TestApp::builder().config(|config| config.throttle.open_requests_per_person = 2).build().await;
    let browser = app.user("ceshi").await;
    for year in ["2011", "2012"] {
        let form = browser.get("/link").await.main_form().set("exam", "造价").set("year", year);
        browser.submit(form).await.location();
    }
    let form = browser.get("/link").await.main_form().set("exam", "造价").set("year", "2013");
    let page = browser.submit(form).await.expect(422);
    page.says("多项核实申请正在办理");
    assert_eq!(page.value("year"), "2013");
    assert_eq!(app.count("review_tasks"), 2);
}

#[tokio::test]
async fn forms_sent_again_and_again_are_throttled() {
    let app = TestApp::builder().config(|config| config.throttle.submissions_per_hour = 2).build().await;
    let browser = app.user("ceshi").await;
    let form = browser.get("/link").await.main_form();
    for _ in 0..2 {
        browser.submit(form.clone()).await.expect(422);
    }
    let page = browser.submit(form).await.expect(429);
    assert!(page.header("retry-after").parse::<u64>().unwrap() > 0);
}

#[tokio::test]
async fn nothing_personal_of_a_request_stands_in_the_database_in_clear() {
    let app = TestApp::new().await;
    let (browser, form) = form(&app).await;
    browser.submit(form.file("evidence", "李旧名.jpg", &photo("good.jpg"))).await.location();
    for table in ["review_tasks", "review_task_files", "audit_events"] {
        for word in ["李旧名", "370102750820331", "第二行", GAIMING.number] {
            let hexed = hex::encode(word);
            let found = app.number(&format!(
                "SELECT count(*) AS number FROM {table} t WHERE t::text LIKE '%{word}%' OR t::text LIKE '%{hexed}%'"
            ));
            assert_eq!(found, 0, "{table} holds {word} in clear");
        }
    }
}
