//! Electronic certificates first (`[[reissue.electronic]]`): step 1 offers them before 申请补证, or instead of it.

use buzheng::config::ElectronicConfig;

use crate::support::{CESHI, Certificate, Form, TestApp};

const ADDRESS: &str = "https://cert.example.gov.cn/";

async fn app(only: bool, text: &str) -> TestApp {
    let entry = ElectronicConfig {
        exam: "造价".into(),
        since: 2021,
        only,
        url: Some(ADDRESS.parse().unwrap()),
        text: text.into(),
    };
    TestApp::builder().config(move |config| config.reissue.electronic = vec![entry]).build().await
}

#[tokio::test]
async fn step_1_offers_the_electronic_certificate_before_the_application() {
    let app = app(false, "").await;
    let old = app.add(Certificate::of(&CESHI, 2020).approval_date("20201022"));
    let new = app.add(Certificate::of(&CESHI, 2021).approval_date("20211022"));
    let user = app.user("ceshi").await;
    for path in ["/reissue", "/reissue?exam=ZJ"] {
        let page = user.get(path).await.expect(200);
        let row = |id: &dyn std::fmt::Display| format!("tr[data-certificate='{id}'][data-eligible=true]");
        assert!(page.has(&format!("{} [data-electronic] a[href='{ADDRESS}']", row(&new))));
        assert!(page.has(&format!("{} a[href^='/reissue/new']", row(&new))), "it can be applied for all the same");
        assert!(page.has(&row(&old)) && !page.has(&format!("{} [data-electronic]", row(&old))));
        page.says("具有同等效力");
    }
}

#[tokio::test]
async fn where_there_is_no_paper_step_1_leads_to_the_electronic_certificate_instead() {
    let app = app(true, "请登录“示例”网站下载。").await;
    let id = app.add(Certificate::of(&CESHI, 2022).approval_date("20221022"));
    let user = app.user("ceshi").await;
    let page = user.get("/reissue?exam=ZJ").await.expect(200);
    assert!(page.has(&format!("tr[data-certificate='{id}'][data-reason=electronic_only] a[href='{ADDRESS}']")));
    page.says("请登录“示例”网站下载。");
    assert!(!page.has(&format!("a[href='/reissue/new?certificate={id}']")));
    let turned_back = user.get(&format!("/reissue/new?certificate={id}")).await.expect(303);
    assert!(turned_back.leads_to().starts_with("/reissue?exam="));
}

fn by_hand(form: Form, year: &str) -> Form {
    form.fill(&[
        ("year", year),
        ("certificate_number", "无"),
        ("approval_date", "20221022"),
        ("level", "一级"),
        ("specialty", "土建"),
        ("city", "济南市"),
        ("contact", "13912340001"),
    ])
}

#[tokio::test]
async fn whoever_fills_in_by_hand_is_told_before_the_submission_and_is_not_kept_from_it() {
    let app = app(false, "").await;
    let user = app.user("xinren").await;
    let link = format!("main [data-electronic] a[href='{ADDRESS}']");
    let page = user.step2("exam=ZJ").await;
    assert!(page.has(&link));
    page.says("2021 年及以后年度：该证书有电子证书");
    assert!(!user.step2("exam=YS").await.has("[data-electronic]"), "of another exam");
    for (year, is_told) in [("2022", true), ("2020", false)] {
        let page = user.submit(by_hand(page.main_form(), year).set("contact", "")).await.expect(422);
        assert_eq!(page.has(&link), is_told, "{year}");
        assert!(!page.words().contains("年及以后年度"), "the year is known");
        assert_eq!(user.step2("exam=ZJ").await.has(&link), is_told, "{year}");
    }
    user.apply(by_hand(page.main_form(), "2022")).await;

    let registered = app.add(Certificate::of(&CESHI, 2021).approval_date("20211022"));
    let other = app.user("ceshi").await;
    assert!(!other.step2(&format!("certificate={registered}")).await.has("[data-electronic]"), "told on step 1");
}

#[tokio::test]
async fn what_is_filled_in_by_hand_is_refused_for_the_years_without_paper_and_for_no_others() {
    let app = app(true, "").await;
    let user = app.user("xinren").await;
    let filled = async |year: &str| by_hand(user.step2("exam=ZJ").await.main_form(), year);
    let page = user.submit(filled("2022").await).await.expect(422);
    assert!(page.has(&format!("#error-summary a[href='{ADDRESS}']")));
    assert_eq!((page.value("specialty").as_str(), app.count("applications")), ("土建", 0));
    // Newer than the catalogue: that there is no paper says more.
    let page = user.submit(filled("2025").await.set("approval_date", "20251022")).await.expect(422);
    assert!(page.has(&format!("#error-summary a[href='{ADDRESS}']")));
    let id = user.apply(filled("2020").await.set("approval_date", "20201022")).await;
    // An edit is no way round.
    let form = user.get(&format!("/applications/{id}")).await.main_form();
    let page = user.submit(form.clone().set("year", "2022")).await.expect(422);
    assert!(page.has(&format!("#error-summary a[href='{ADDRESS}']")));
    user.submit(form.set("contact", "13912340002")).await.expect(303);
}
