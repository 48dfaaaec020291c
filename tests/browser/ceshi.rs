//! 测试: from the landing page to the receipt and back out, with what the old systems hold.

use crate::support::{Account, Application, CESHI, Certificate, TestApp};
use crate::tab::{PHONE, Tab, View, WIDE};

/// What the demo data holds for this person.
async fn service() -> TestApp {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Account::of(&CESHI, "mailing", "7"));
    app.add(Certificate::of(&CESHI, 2017));
    app.add(Certificate::of(&CESHI, 2019).certificate_number("19034567").status("not_collected"));
    app.add(Application::of(&CESHI, "reissue", "12"));
    app
}

async fn journey(view: View) {
    let app = service().await;
    let tab = Tab::new(&app, view).await;
    tab.go("/applications").await;
    assert_eq!(tab.place().await, "/?return_to=/applications");
    tab.look("landing-sign-in-needed").await;
    tab.go("/").await;
    tab.look("landing").await;

    tab.follow("main a[href^='/sso/login']").await;
    assert!(tab.place().await.starts_with(app.simulator.base_url()));
    tab.follow("button[value=ceshi]").await;
    assert_eq!(tab.place().await, "/continuity");
    tab.says("登录用户：测试").await;
    assert_eq!(
        tab.count("[data-system=reissue][data-accounts='1'][data-certificates='2'][data-applications='1']").await,
        1
    );
    assert_eq!(tab.count("[data-system=mailing][data-accounts='1']").await, 1);
    tab.look("continuity").await;

    choose_exam(&tab).await;
    apply(&tab).await;
    follow_up(&tab).await;

    tab.follow("form[action='/sso/logout'] button").await;
    assert_eq!(tab.place().await.split('?').next(), Some("/signed-out"));
    tab.look("signed-out").await;
    tab.go("/applications").await;
    assert_eq!(tab.place().await, "/?return_to=/applications");
}

async fn choose_exam(tab: &Tab) {
    tab.follow_menu("/reissue").await;
    tab.look("step1").await;
    // Choosing an entry shows its certificates at once; without scripts it takes the button.
    if tab.view.scripts {
        tab.leave(async || tab.choose("exam", "造价").await).await;
    } else {
        tab.choose("exam", "造价").await;
        tab.follow("form.choose button").await;
    }
    assert_eq!(tab.text("#certificates").await, "造价证书列表");
    assert_eq!(tab.count("tr[data-eligible=false][data-reason=not_collected] button[disabled]").await, 1);
    tab.look("step1-certificates").await;
}

async fn apply(tab: &Tab) {
    tab.follow("tr[data-eligible=true] a").await;
    for (name, value) in [
        ("exam", "造价"),
        ("year", "2017"),
        ("name", "测试"),
        ("document_number", "110101199003071233"),
        ("certificate_number", "16039686"),
        ("city", "济南市"),
    ] {
        assert_eq!(tab.value(name).await, value);
        assert_eq!(tab.count(&format!("input#{name}[readonly]")).await, 1, "{name} is locked");
        let source = tab.find(&format!("#{name}")).await.attr("aria-describedby").await.unwrap().unwrap();
        assert!(tab.text(&format!("#{source}")).await.contains("不可修改"), "{name} tells its source");
    }
    assert_eq!(tab.count("#photo").await, 0, "2017 needs no photo");
    tab.look("step2").await;

    tab.fill("approval_date", "20171022").await;
    tab.fill("contact", "1234567890").await;
    tab.follow("main form button:not([name])").await;
    assert!(tab.place().await.ends_with("/done"));
    assert!(!tab.text("[data-reference]").await.is_empty());
    tab.look("step3").await;
}

async fn follow_up(tab: &Tab) {
    tab.follow_menu("/applications").await;
    assert_eq!(tab.count("tr[data-application][data-status=pending]").await, 2);
    tab.look("applications").await;

    let new = tab.script::<String>(
        "return [...document.querySelectorAll('tr[data-application]')].find((row) => row.innerText.includes('16039686'))
           .querySelector('a').getAttribute('href')",
        serde_json::json!([]),
    );
    tab.follow(&format!("a[href='{}']", new.await)).await;
    tab.look("maintenance").await;
    tab.fill("contact", "13912340001").await;
    tab.follow("main form button").await;
    tab.look("maintenance-saved").await;
    tab.says("已保存").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ceshi_finds_the_old_data_applies_and_follows_the_status_on_a_wide_screen() {
    journey(WIDE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ceshi_finds_the_old_data_applies_and_follows_the_status_on_a_phone() {
    journey(PHONE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ceshi_goes_the_same_way_on_a_wide_screen_without_scripts() {
    journey(WIDE.without_scripts()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ceshi_goes_the_same_way_on_a_phone_without_scripts() {
    journey(PHONE.without_scripts()).await;
}
