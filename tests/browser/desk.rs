//! The reviewers' desk: the queue and an application, from 下一件 to the answer, with and without scripts, on a wide screen and on a phone.

use buzheng::domain::staff::Role;
use serde_json::json;
use thirtyfour::Key;

use crate::support::{CESHI, Certificate, Officer, STAFF_PASSWORD, TestApp, photo};
use crate::tab::{PHONE, Tab, View, WIDE};

/// Who has applied: ceshi, whose certificate was registered otherwise since, and xinren by hand, with a photo.
async fn applied(app: &TestApp) {
    app.add(Certificate::of(&CESHI, 2017).approval_date("20171022"));
    let ceshi = app.user("ceshi").await;
    let page = ceshi.get("/reissue").await;
    let certificate = page.rows("tr[data-eligible=true]")[0].attr("data-certificate").to_owned();
    let form = ceshi.step2(&format!("certificate={certificate}")).await.main_form().set("contact", "13912340001");
    ceshi.apply(form).await;
    app.execute("UPDATE legacy_certificates SET specialty = '安装工程'");
    let xinren = app.user("xinren").await;
    let form = xinren.step2("exam=ZJ").await.main_form().fill(&BY_HAND).file("photo", "photo.jpg", &photo("good.jpg"));
    xinren.apply(form).await;
}

const BY_HAND: [(&str, &str); 7] = [
    ("year", "2012"),
    ("certificate_number", "0012345"),
    ("approval_date", "20121125"),
    ("level", "造价工程师"),
    ("specialty", "安装"),
    ("city", "莱芜市"),
    ("contact", "13912340001"),
];

async fn signed_in(app: &TestApp, view: View, officer: &Officer) -> Tab {
    let tab = Tab::new(app, view).await;
    tab.go("/review").await;
    tab.fill("user", &officer.name).await;
    tab.fill("password", STAFF_PASSWORD).await;
    tab.follow("main button.btn-primary").await;
    app.forget_steps(&officer.name);
    tab.fill("code", &officer.code(0)).await;
    tab.follow("main button.btn-primary").await;
    assert_eq!(tab.place().await, "/review");
    tab
}

/// From 下一件 to what the owner reads.
async fn an_application_gets_its_answer(view: View) {
    let app = TestApp::new().await;
    applied(&app).await;
    let (jinan, _) = app.hire("jinan", Role::CityReviewer).await;
    let (sheng, _) = app.hire("sheng", Role::ProvinceReviewer).await;
    let name = view.name();
    let tab = signed_in(&app, view, &jinan).await;
    tab.look_at(&format!("desk-queue-{name}"), 200).await;
    tab.follow("form[action='/review/next'] button").await;
    tab.look_at(&format!("desk-case-{name}"), 200).await;
    tab.click(".case-section:has(#reason-contact_unreachable) summary").await;
    tab.click("#reason-contact_unreachable").await;
    tab.follow("button[value=approve]").await;
    tab.says("勾选了不通过的原因").await;
    tab.look_at(&format!("desk-case-refused-{name}"), 422).await;
    tab.follow("button[value=reject]").await;
    assert_eq!(tab.place().await, "/review");
    tab.says("已提出建议：不通过").await;

    // The other one, with a photo.
    tab.follow("form[action='/review/next'] button").await;
    tab.look_at(&format!("desk-case-photo-{name}"), 200).await;

    let tab = signed_in(&app, view, &sheng).await;
    tab.follow("form[action='/review/next'] button").await;
    tab.look_at(&format!("desk-case-recommended-{name}"), 200).await;
    tab.follow("button[value=reject]").await;
    tab.says("审核未过，申请人将看到原因").await;
    tab.go("/review?state=rejected").await;
    tab.look_at(&format!("desk-queue-rejected-{name}"), 200).await;
    tab.follow("tr[data-application] a").await;
    tab.look_at(&format!("desk-case-decided-{name}"), 200).await;

    let tab = Tab::signed_in(&app, view, "ceshi").await;
    tab.go("/applications").await;
    tab.look_at(&format!("applications-refused-{name}"), 200).await;
    tab.follow("tr[data-status=rejected] a").await;
    tab.look_at(&format!("application-remarks-{name}"), 200).await;
    tab.fill("contact", "13912340002").await;
    tab.follow("main form button.btn-primary").await;
    assert_eq!(tab.count("tr[data-status=pending]").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_gets_its_answer_on_a_wide_screen() {
    an_application_gets_its_answer(WIDE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_gets_its_answer_on_a_phone_without_scripts() {
    an_application_gets_its_answer(PHONE.without_scripts()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_and_holds_stand_beside_the_answer() {
    let app = TestApp::new().await;
    applied(&app).await;
    let (jinan, _) = app.hire("jinan", Role::CityReviewer).await;
    let mut tab = signed_in(&app, WIDE, &jinan).await;
    tab.follow("form[action='/review/next'] button").await;
    tab.click(".case-aside:has(#note) summary").await;
    tab.fill("note", "电话无人接听").await;
    tab.follow("form[action$='/note'] button").await;
    tab.click(".case-aside:has(#until) summary").await;
    tab.follow("form[action$='/hold'] button").await;
    tab.look_wide_and_narrow("desk-case-hold-refused", 422).await;
    let soon = "new Date(Date.now() + 5 * 864e5).toISOString().slice(0, 10)";
    tab.script::<()>(&format!("document.querySelector('#until').value = {soon}"), json!([])).await;
    tab.fill("reason", "等待考试机构答复").await;
    tab.follow("form[action$='/hold'] button").await;
    tab.says("已挂起").await;
    tab.go("/review?state=held").await;
    tab.look_wide_and_narrow("desk-queue-held", 200).await;
    tab.follow("tr[data-application] a").await;
    tab.look_wide_and_narrow("desk-case-on-hold", 200).await;
    tab.follow("form[action$='/resume'] button").await;
    tab.says("已恢复办理").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_alone_takes_and_answers_an_application() {
    let app = TestApp::new().await;
    applied(&app).await;
    let (jinan, _) = app.hire("jinan", Role::CityReviewer).await;
    let tab = signed_in(&app, WIDE, &jinan).await;
    let until = async |stop: &str| {
        for _ in 0..60 {
            tab.press(Key::Tab).await;
            if tab.focus().await == stop {
                return;
            }
        }
        panic!("no way to {stop}");
    };
    until("下一件").await;
    tab.leave(async || tab.press(Key::Enter).await).await;
    // What it is about comes before the answer, and the answer before what stands aside.
    for stop in ["身份", "证书", "照片", "其他", "comment", "同意，报省级", "不同意，报省级", "放回队列"]
    {
        until(stop).await;
    }
    tab.find("#comment").await.focus().await.unwrap();
    tab.press(Key::Tab).await;
    tab.leave(async || tab.press(Key::Enter).await).await;
    tab.says("已提出建议：通过").await;
}
