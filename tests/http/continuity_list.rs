//! 承接清单 names what came over.

use crate::support::{Account, Application, CESHI, Certificate, GAIMING, TestApp};

#[tokio::test]
async fn exam_year_and_number_of_each_certificate_and_application_are_named() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Certificate::of(&CESHI, 2017));
    app.add(Certificate::of(&CESHI, 2018).exam("YS", "执业药师").certificate_number("").system("mailing"));
    app.add(Certificate::of(&CESHI, 2012).year("2012上半年").certificate_number("鲁0012"));
    app.add(Application::of(&CESHI, "reissue", "12"));
    let page = app.user("ceshi").await.get("/continuity").await.expect(200);
    let certificates = [
        "执业药师，2018年度 原证书邮寄系统",
        "造价，2017年度，证书管理号 16039686 原证书补办系统",
        "造价，2012上半年，证书管理号 鲁0012 原证书补办系统",
    ];
    assert_eq!(page.texts("[data-carried=certificate]"), certificates);
    let applications = ["计算机应用能力考试，2012年度，证书管理号 123456789 原证书补办系统"];
    assert_eq!(page.texts("[data-carried=application]"), applications);
    let row = &page.rows("tr[data-system=reissue]")[0];
    assert_eq!((row.attr("data-certificates"), row.attr("data-applications")), ("2", "1"), "the counts stay");
}

#[tokio::test]
async fn nothing_is_named_of_what_did_not_come_over() {
    let app = TestApp::new().await;
    app.add(Account::of(&GAIMING, "reissue", "4").name("李旧名"));
    app.add(Application::of(&GAIMING, "reissue", "4").name("李旧名").certificate_number("JIU-2012"));
    app.add(Certificate::of(&GAIMING, 2017).name("李旧名").certificate_number("JIU-2017"));
    let page = app.user("gaiming").await.get("/continuity").await.expect(200);
    assert!(!page.has("[data-carried]"));
    page.never_holds("JIU-2012").never_holds("JIU-2017").never_holds("计算机应用能力考试");
}
