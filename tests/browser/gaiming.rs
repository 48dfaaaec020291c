//! 李改明, whose old account stands under the name of before: proves it by the old password, or has it looked into.

use serde_json::json;

use crate::support::{Account, Application, CESHI, GAIMING, TestApp};
use crate::tab::{PHONE, Tab, View, WIDE};

const PASSWORD: &str = "abc123456";

async fn service() -> TestApp {
    let app = TestApp::new().await;
    app.add(Account::of(&GAIMING, "reissue", "4").name("李旧名").password(PASSWORD));
    app.add(Application::of(&GAIMING, "reissue", "4").name("李旧名"));
    app
}

async fn proof(view: View) {
    let app = service().await;
    let tab = Tab::signed_in(&app, view, "gaiming").await;
    assert_eq!(tab.place().await, "/continuity");
    tab.follow("[data-needs-proof] a").await;
    assert_eq!(tab.place().await, "/link");
    let row = tab.text("[data-account]").await;
    for words in ["原证书补办系统的账户", "2011年", "李*名", "370102********3313"] {
        assert!(row.contains(words), "{words}: {row}");
    }
    tab.look("link").await;

    tab.fill("proof-1-password", "wrong-password").await;
    tab.follow("[data-account] form button[type=submit]").await;
    assert!(tab.text("#error-summary").await.contains("还可以再试 4 次"));
    assert!(tab.text("#proof-1-password-error").await.contains("密码不正确"));
    assert_eq!(tab.value("proof-1-password").await, "");
    tab.look_at("link-wrong-password", 422).await;

    tab.fill("proof-1-password", PASSWORD).await;
    tab.follow("[data-account] form button[type=submit]").await;
    assert_eq!(tab.place().await, "/continuity");
    assert_eq!(tab.count("tr[data-system=reissue][data-accounts='1'][data-applications='1']").await, 1);
    assert_eq!(tab.count("[data-needs-proof]").await, 0);
    tab.says("原系统密码验证").await;
    tab.look("continuity-proven").await;
    tab.go("/applications").await;
    assert_eq!(tab.count("tr[data-application]").await, 1);
    tab.go("/link").await;
    tab.look("link-nothing-to-prove").await;
}

async fn request(view: View) {
    let app = service().await;
    let tab = Tab::signed_in(&app, view, "gaiming").await;
    tab.go("/link").await;
    let handle = tab.find("[data-account]").await.attr("data-account").await.unwrap().unwrap();
    tab.follow("[data-account] a[href*='#request']").await;
    assert!(tab.place().await.ends_with("#request"));
    assert_eq!(tab.value("account").await, handle, "the account is chosen");
    tab.fill("old_name", "李旧名").await;
    tab.fill("note", "2015 年更名，见户口簿。").await;
    tab.attach_to("evidence", "bmp_renamed.jpg").await;
    tab.follow("form[action='/link/request'] button").await;
    assert_eq!(tab.count("#error-summary li").await, 1);
    assert!(tab.text("#evidence-error").await.contains("BMP 图片"));
    assert_eq!(tab.value("note").await, "2015 年更名，见户口簿。");
    assert_eq!(tab.value("account").await, handle);
    tab.look_at("link-request-errors", 422).await;

    tab.attach_to("evidence", "good_exif_gps.jpg").await;
    tab.follow("form[action='/link/request'] button").await;
    assert_eq!(tab.place().await, "/link");
    assert_eq!(tab.count("tr[data-task][data-status=open]").await, 1);
    tab.says("这个账户已申请人工核实").await;
    tab.look("link-requested").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn gaiming_proves_the_old_account_on_a_wide_screen() {
    proof(WIDE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn gaiming_proves_the_old_account_on_a_phone_without_scripts() {
    proof(PHONE.without_scripts()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn gaiming_asks_for_verification_with_a_picture_on_a_wide_screen_without_scripts() {
    request(WIDE.without_scripts()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn gaiming_asks_for_verification_with_a_picture_on_a_phone() {
    request(PHONE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_guesses_too_often_reads_when_to_come_back_and_what_else_to_do() {
    let app = service().await;
    app.add(Account::of(&GAIMING, "mailing", "9").name("李旧名").password(PASSWORD));
    let elsewhere = app.user("gaiming").await;
    let form = elsewhere.get("/link").await.form("[data-account] form");
    for guess in 0..4 {
        elsewhere.submit(form.clone().set("password", &format!("guess-{guess}"))).await.expect(422);
    }
    let mut tab = Tab::signed_in(&app, WIDE, "gaiming").await;
    tab.go("/link").await;
    elsewhere.submit(form.set("password", "guess-4")).await.expect(422);
    tab.fill("proof-1-password", PASSWORD).await;
    tab.follow("[data-account] form button[type=submit]").await;
    tab.says("输错次数过多").await;
    assert!(tab.text("[data-account] [data-lockout]").await.starts_with("已输错 5 次，请在 "));
    tab.says("您验证各账户共输错 5 次，所有账户都暂停验证").await;
    tab.look_wide_and_narrow("link-locked", 429).await;
    tab.click("#error-summary a[href='#request']").await;
    assert!(tab.place().await.ends_with("#request"));
    assert!(tab.find("#note").await.is_displayed().await.unwrap(), "the forms are opened");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_not_mine_is_hidden_after_a_second_look() {
    for view in [WIDE, PHONE.without_scripts()] {
        let app = TestApp::new().await;
        app.add(Account::of(&CESHI, "reissue", "12"));
        app.add(Account::of(&CESHI, "mailing", "7"));
        app.add(Application::of(&CESHI, "reissue", "12"));
        let tab = Tab::signed_in(&app, view, "ceshi").await;
        let row = "tr[data-account]:first-child";
        let button = format!("{row} .btn-danger");
        assert!(!tab.find(&button).await.is_displayed().await.unwrap(), "one click is not enough");
        tab.click(&format!("{row} summary")).await;
        tab.look("continuity-not-mine").await;
        for width in [PHONE.width, 1024, WIDE.width] {
            tab.resize(width).await;
            let lines = "return [...document.querySelectorAll('.masked')].map((it) => it.getClientRects().length)";
            let (lines, room): (Vec<u32>, i64) = (
                tab.script(lines, json!([])).await,
                tab.script("return innerWidth - document.scrollingElement.scrollWidth", json!([])).await,
            );
            assert_eq!((lines.as_slice(), room), ([1, 1].as_slice(), 0), "numbers at {width} px");
        }
        tab.resize(view.width).await;
        tab.follow(&button).await;
        assert_eq!(tab.place().await, "/continuity");
        assert_eq!((tab.count("tr[data-account]").await, tab.count("[data-frozen]").await), (1, 1));
        tab.look("continuity-frozen").await;

        tab.follow("#missing ~ form button").await;
        assert_eq!(tab.place().await, "/link?ask=missing#request");
    }
}
