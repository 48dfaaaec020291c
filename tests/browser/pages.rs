//! Pages beside the main way: refusals, what could not be joined, errors, conflicts, approved applications, help.

use sso::simulator::Persona;

use crate::support::{Account, Application, CESHI, Certificate, GAIMING, TestApp, XINREN};
use crate::tab::{Tab, WIDE};

/// Goes to the portal and presses one of its buttons.
async fn at_portal(tab: &Tab, button: &str) {
    tab.go("/").await;
    tab.follow("main a[href^='/sso/login']").await;
    tab.follow(button).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_let_in_reads_why_and_what_to_do() {
    let app = TestApp::new().await;
    let mut tab = Tab::new(&app, WIDE).await;
    at_portal(&tab, "button[value=faren]").await;
    assert_eq!(tab.count("[data-refused=corporate]").await, 1);
    tab.look_wide_and_narrow("refused-corporate", 403).await;

    at_portal(&tab, "button[value=dijibie]").await;
    assert_eq!(tab.count("[data-refused=level_too_low]").await, 1);
    tab.look_wide_and_narrow("refused-level", 403).await;

    at_portal(&tab, "button[name=cancel]").await;
    assert_eq!(tab.count("[data-failure=cancelled]").await, 1);
    tab.look_wide_and_narrow("sign-in-cancelled", 400).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subject_whose_number_changed_is_held_until_a_person_has_looked() {
    let app = TestApp::new().await;
    app.user("xinren").await;
    app.simulator.add_persona(Persona::citizen(XINREN.persona, XINREN.name, GAIMING.number));
    let mut tab = Tab::new(&app, WIDE).await;
    at_portal(&tab, "button[value=xinren]").await;
    assert_eq!(tab.count("[data-needs-review]").await, 1);
    tab.look_wide_and_narrow("held-for-review", 403).await;
    assert_eq!(tab.count("main a[href^='/help']").await, 1, "what to do meanwhile");
    tab.follow("main form[action='/sso/logout'] button").await;
    assert_eq!(tab.place().await.split('?').next(), Some("/signed-out"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_found_and_not_joined_is_told_without_a_detail_of_it() {
    let app = TestApp::new().await;
    app.add(Account::of(&GAIMING, "reissue", "31").name("李旧名"));
    app.add(Certificate::of(&GAIMING, 2015).name("李旧名").certificate_number("15099999"));
    let mut tab = Tab::signed_in(&app, WIDE, "gaiming").await;
    assert_eq!(tab.place().await, "/continuity");
    assert_eq!(tab.count("[data-needs-proof='1']").await, 1);
    assert_eq!(tab.count("[data-other-name]").await, 1);
    tab.look_wide_and_narrow("continuity-needs-proof", 200).await;
    assert!(!tab.words().await.contains("李旧名"));

    tab.go("/reissue?exam=ZJ").await;
    assert_eq!(tab.count("tr[data-certificate]").await, 0);
    assert!(!tab.words().await.contains("15099999"));
    tab.look_wide_and_narrow("step1-other-name", 200).await;
    tab.go("/applications").await;
    tab.look_wide_and_narrow("applications-not-joined", 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reason_against_an_application_is_told_with_what_to_do() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    for (year, status) in [(2019, "not_collected"), (2020, "not_issued"), (2021, "withheld"), (2022, "unknown_status")]
    {
        app.add(Certificate::of(&CESHI, year).status(status));
    }
    let applied = Certificate::of(&CESHI, 2012).exam("JSJ", "计算机应用能力考试").level("中级");
    app.add(applied.specialty("Word 2003中文字处理").certificate_number("123456789"));
    app.add(Application::of(&CESHI, "reissue", "12"));
    let mut tab = Tab::signed_in(&app, WIDE, "ceshi").await;
    tab.go("/reissue?exam=ZJ").await;
    for reason in ["not_collected", "not_issued", "withheld", "unknown_status"] {
        assert!(!tab.text(&format!("tr[data-eligible=false][data-reason={reason}] .reason")).await.is_empty());
    }
    tab.look_wide_and_narrow("step1-not-eligible", 200).await;
    tab.go("/reissue?exam=JSJ").await;
    assert_eq!(tab.count("tr[data-reason=already_applied] a[href^='/applications/']").await, 1);
    tab.look_wide_and_narrow("step1-already-applied", 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn applications_of_every_status_are_listed_and_approved_ones_only_shown() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Application::of(&CESHI, "reissue", "12"));
    let approved = Application::of(&CESHI, "reissue", "12").year("2010").certificate_number("无").status("approved");
    app.add(approved.feedback("审核通过，请于15个工作日后领取证书。"));
    let rejected = Application::of(&CESHI, "reissue", "12").year("2011").certificate_number("2011370000000000123456");
    app.add(
        rejected.status("rejected").feedback("照片不清晰，请重新上传白底证件照；报名市与登记不符，请核对后再提交。"),
    );
    let mut tab = Tab::signed_in(&app, WIDE, "ceshi").await;
    tab.go("/applications").await;
    tab.look_wide_and_narrow("applications-every-status", 200).await;
    tab.follow("tr[data-status=approved] a").await;
    assert_eq!(tab.count("main form").await, 0);
    tab.look_wide_and_narrow("application-approved", 200).await;
    tab.go("/applications").await;
    tab.follow("tr[data-status=rejected] a").await;
    tab.says("照片不清晰").await;
    tab.look_wide_and_narrow("maintenance-rejected", 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_editors_of_one_application_lose_nothing() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Application::of(&CESHI, "reissue", "12").exam("ZJ", "造价").year("2018"));
    let mut tab = Tab::signed_in(&app, WIDE, "ceshi").await;
    tab.go("/applications").await;
    tab.follow("tr[data-application] a").await;
    let place = tab.place().await;

    let elsewhere = app.user("ceshi").await;
    let page = elsewhere.get(&place).await;
    elsewhere.submit(page.main_form().set("contact", "0531-11111111")).await.expect(303);

    tab.fill("contact", "0531-22222222").await;
    tab.follow("main form[enctype] button").await;
    assert_eq!(tab.focus().await, "conflict");
    assert_eq!(tab.value("contact").await, "0531-22222222");
    assert!(tab.text("#contact-saved").await.contains("0531-11111111"));
    tab.look_wide_and_narrow("maintenance-conflict", 409).await;
    tab.follow("main form[enctype] button").await;
    assert_eq!(tab.place().await, "/applications");
}

#[tokio::test(flavor = "multi_thread")]
async fn help_and_error_pages_lead_on() {
    let app = TestApp::new().await;
    let mut tab = Tab::new(&app, WIDE).await;
    tab.go("/help").await;
    tab.look_wide_and_narrow("help", 200).await;
    tab.go("/no-such-page").await;
    tab.look_wide_and_narrow("not-found", 404).await;
    assert_eq!((tab.count("main a[href='/']").await, tab.count("main a[href='/help']").await), (1, 1));
    tab.go("/sso/callback?code=x&state=y").await;
    tab.look_wide_and_narrow("sign-in-expired", 400).await;

    let tab = Tab::signed_in(&app, WIDE, "xinren").await;
    tab.go("/applications/0190a5f0-0000-7000-8000-000000000000").await;
    tab.look_at("not-found-signed-in", 404).await;
    tab.follow("main a[href='/reissue']").await;
}
