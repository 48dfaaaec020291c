//! Step 1 before an exam is chosen: the certificates that are registered, then the exams.

use crate::support::{Account, Application, CESHI, Certificate, GAIMING, TestApp};

/// Three certificates of two exams, one of them not collected, and an open old application about the fourth.
fn holdings(app: &TestApp) {
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Certificate::of(&CESHI, 2017));
    app.add(Certificate::of(&CESHI, 2019).status("not_collected"));
    let pharmacist = Certificate::of(&CESHI, 2018).exam("YS", "执业药师").level("执业药师").specialty("中药");
    app.add(pharmacist);
    let word = "Word 2003中文字处理";
    let computers = Certificate::of(&CESHI, 2012).exam("JSJ", "计算机应用能力考试").level("中级").specialty(word);
    app.add(computers);
    app.add(Application::of(&CESHI, "reissue", "12"));
}

#[tokio::test]
async fn the_certificates_of_all_exams_come_first_with_the_way_to_apply_or_the_reason_against_it() {
    let app = TestApp::new().await;
    holdings(&app);
    let browser = app.user("ceshi").await;
    let page = browser.get("/reissue").await.expect(200);
    assert_eq!(page.text("h2#certificates"), "您名下有证书的考试");
    assert_eq!(page.texts("main table thead th"), ["考试", "年度", "级别", "专业", "状态", "操作"]);
    let rows = page.rows("tr[data-certificate]");
    let told: Vec<_> = rows
        .iter()
        .map(|row| {
            let reason = row.attributes.get("data-reason").map_or("", String::as_str);
            (row.attr("data-eligible"), reason, row.cells[..2].join(" "))
        })
        .collect();
    let expected = [
        ("false", "not_collected", "造价 2019"),
        ("true", "", "执业药师 2018"),
        ("true", "", "造价 2017"),
        ("false", "already_applied", "计算机应用能力考试 2012"),
    ];
    assert_eq!(told, expected.map(|(eligible, reason, row)| (eligible, reason, row.to_owned())));
    assert!(page.has("tr[data-reason=already_applied] a[href^='/applications/']"));
    let apply = page.attr("tr[data-eligible=true] a.btn", "href").unwrap();
    assert!(browser.get(&apply).await.expect(200).has("form[action='/reissue'] input[name=contact]"));
}

#[tokio::test]
async fn the_rows_are_those_of_each_exams_own_page() {
    let app = TestApp::new().await;
    holdings(&app);
    let browser = app.user("ceshi").await;
    let told = |page: crate::support::Page| {
        let row = |row: &crate::support::Row| {
            let named = |name: &str| row.attributes.get(name).cloned().unwrap_or_default();
            (named("data-certificate"), named("data-eligible"), named("data-reason"))
        };
        let mut rows: Vec<_> = page.rows("tr[data-certificate]").iter().map(row).collect();
        rows.sort();
        rows
    };
    let mut one_by_one = Vec::new();
    for exam in ["ZJ", "YS", "JSJ"] {
        one_by_one.extend(told(browser.get(&format!("/reissue?exam={exam}")).await.expect(200)));
    }
    one_by_one.sort();
    assert_eq!(told(browser.get("/reissue").await), one_by_one);
    assert_eq!(told(browser.get("/reissue?exam=NONE").await.expect(200)), one_by_one, "an exam that is unknown");
}

#[tokio::test]
async fn the_exams_follow_by_pinyin_and_lead_to_the_form_that_is_filled_in_by_hand() {
    let app = TestApp::new().await;
    holdings(&app);
    // One that the catalogue lacks takes its place among the others.
    app.add(Certificate::of(&CESHI, 2015).exam("AQ", "安全工程师"));
    let browser = app.user("ceshi").await;
    let page = browser.get("/reissue").await;
    let exams = page.texts("select[name=exam] option");
    assert_eq!(exams, ["请选择考试", "安全工程师", "计算机应用能力考试", "造价", "执业药师"]);
    let chosen = browser.submit(page.form("form[action='/reissue']").set("exam", "YS")).await.expect(200);
    assert_eq!(chosen.text("h2#certificates"), "执业药师证书列表");
    assert!(chosen.has("a[href='/reissue/new?exam=YS']") && chosen.has("main a[href='/reissue']"));
}

#[tokio::test]
async fn who_has_no_certificate_reads_so_and_chooses_an_exam() {
    let app = TestApp::new().await;
    let page = app.user("xinren").await.get("/reissue").await.expect(200);
    page.says("没有检索到您名下的证书信息").says("自行填写补证申请");
    assert!(!page.has("table") && page.has("select[name=exam]"));
}

#[tokio::test]
async fn a_certificate_under_another_name_is_told_of_and_not_shown() {
    let app = TestApp::new().await;
    app.add(Certificate::of(&GAIMING, 2017).name("李旧名").certificate_number("JIU-2017"));
    let page = app.user("gaiming").await.get("/reissue").await.expect(200);
    assert!(page.has("[data-other-name]") && !page.has("tr[data-certificate]"));
    page.never_holds("JIU-2017").never_holds("李旧名").never_holds("2017");
}
