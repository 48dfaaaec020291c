//! A later import beside the work of the people whose old data it brings.

use chrono::Utc;

use crate::desk::{decide, open_tasks, yes};
use crate::support::{CESHI, TestApp, import};

const ACCOUNTS: &str = "编号,身份证号,姓名,邮箱,密码,盐,注册时间";
const APPLICATIONS: &str =
    "编号,账号编号,考试,年度,级别,专业,姓名,证件号码,证书管理号,批准日期,报名市,联系方式,状态,审核结果反馈,提交时间";

/// What the old system exports of ceshi, whose application it calls this and says that of.
fn export(app: &TestApp, status: &str, feedback: &str) {
    let (number, name) = (CESHI.number, CESHI.name);
    let account = format!("{ACCOUNTS}\n12,{number},{name},,,,2011-08-22\n");
    let application = format!(
        "{APPLICATIONS}\n7,12,执业药师,2020,执业药师,中药,{name},{number},16039686,20201122,济南市,13700000000,{status},{feedback},2021-01-05\n"
    );
    import(&app.service, &[("accounts", &account), ("applications", &application)], Utc::now());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_application_that_its_owner_edited_is_never_overwritten_and_a_reviewer_is_asked_once() {
    let app = TestApp::new().await;
    export(&app, "等待审核", "");
    let browser = app.user("ceshi").await;
    let id = browser.get("/applications").await.attr("tr[data-application]", "data-application").unwrap();
    let read = async || browser.get(&format!("/applications/{id}")).await.expect(200);

    export(&app, "审核未过", "照片不清楚");
    assert_eq!(open_tasks(&app), [], "nobody has edited it");
    assert!(
        browser.get("/applications").await.text("tr[data-application]").contains("审核未过"),
        "the old system's word counts"
    );

    browser.submit(read().await.main_form().set("contact", "13800000001")).await.location();
    let edited = (read().await.value("contact"), browser.get("/applications").await.text("tr[data-application]"));
    export(&app, "审核通过", "");
    assert_eq!(
        (read().await.value("contact"), browser.get("/applications").await.text("tr[data-application]")),
        edited
    );
    let asked = open_tasks(&app);
    assert!(matches!(&*asked, [(_, kind, None)] if kind == "application_changed"), "{asked:?}");

    export(&app, "审核未过", "请补充材料");
    assert_eq!(open_tasks(&app), asked, "the same question is asked once");
    export(&app, "审核未过", "请补充材料");
    assert_eq!(open_tasks(&app), asked, "what has not changed asks nothing");
    decide(&app, asked[0].0, &yes()).unwrap();
    assert_eq!((read().await.value("contact"), open_tasks(&app).len()), (edited.0, 0));
    export(&app, "审核通过", "");
    assert_eq!(open_tasks(&app).len(), 1, "another change is another question");
}
