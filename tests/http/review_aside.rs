//! Notes, 挂起, and decisions that are taken back.

use buzheng::domain::staff::Role;
use chrono::{TimeDelta, Utc};

use crate::review_pages::{Desk, one, queue};
use crate::support::Page;

fn in_days(days: i64) -> String {
    buzheng::domain::china::china_date(Utc::now() + TimeDelta::days(days)).to_string()
}

async fn held(desk: &Desk, until: &str, reason: &str) -> Page {
    let form = desk.form(&desk.jinan, "hold").await.set("until", until).set("reason", reason);
    desk.jinan.submit(form).await
}

fn events(desk: &Desk, name: &str) -> i64 {
    desk.app.number(&format!("SELECT count(*) AS number FROM audit_events WHERE event = '{name}'"))
}

#[tokio::test]
async fn a_note_is_for_colleagues_alone_and_makes_what_they_looked_at_stale() {
    let desk = Desk::open().await;
    let (_, other) = desk.app.hire("jinan-b", Role::CityReviewer).await;
    let early = desk.form(&other, "note").await.set("note", "我也打过");
    let form = desk.form(&desk.jinan, "note").await;
    let empty = desk.jinan.submit(form.clone()).await.expect(422);
    assert_eq!(empty.errors()[0].0, "note");
    let words = "电话 <联系>\n无人接听";
    assert_eq!(desk.jinan.submit(form.set("note", words)).await.expect(303).leads_to(), desk.path());
    let page = desk.case(&desk.jinan).await;
    page.says("备注已保存").says("电话 <联系>");
    let late = other.submit(early).await.expect(409);
    late.says("已由 jinan 于").says("处理：备注");
    assert_eq!(late.text("#note").trim(), "我也打过", "what was typed is kept");
    other.submit(late.form("form[action$='/note']")).await.expect(303);
    assert_eq!(events(&desk, "case_noted"), 2);
    assert_eq!(desk.app.number("SELECT count(*) AS number FROM review_acts WHERE comment_sealed IS NOT NULL"), 2);
    for path in ["/applications".to_owned(), format!("/applications/{}", desk.id)] {
        desk.ceshi.get(&path).await.expect(200).never_holds("无人接听").never_holds("备注");
    }
    // What is decided may be noted on too.
    for browser in [&desk.jinan, &desk.sheng] {
        desk.answer(browser, "approve").await.expect(303);
    }
    let form = desk.form(&desk.jinan, "note").await.set("note", "已通知本人");
    desk.jinan.submit(form).await.expect(303);
    assert_eq!(desk.seen().await.0, "approved");
}

#[tokio::test]
async fn what_is_on_hold_is_out_of_the_queue_until_its_day_or_until_it_is_resumed() {
    let desk = Desk::open().await;
    for (until, reason, field) in [
        ("", "等", "until"),
        ("明天", "等", "until"),
        (&*in_days(0), "等", "until"),
        (&*in_days(200), "等", "until"),
        (&*in_days(5), " ", "reason"),
        (&*in_days(5), "\u{202e}x", "reason"),
    ] {
        let page = held(&desk, until, reason).await.expect(422);
        assert_eq!(page.errors()[0].0, field, "{until} {reason}");
        assert_eq!(page.attr("#until", "value").as_deref(), Some(until));
    }
    let done = held(&desk, &in_days(5), "等待考试机构答复").await;
    assert_eq!(done.leads_to(), "/review");
    assert_eq!(queue(&desk.jinan, "").await, []);
    assert_eq!(queue(&desk.jinan, "?state=held").await, one(&desk.id, "city", "pending"));
    let form = desk.jinan.get("/review").await.form("form[action='/review/next']");
    assert_eq!(desk.jinan.submit(form).await.leads_to(), "/review", "it is none of the next ones");
    let page = desk.case(&desk.jinan).await;
    page.says("已挂起至").says("等待考试机构答复");
    assert!(!page.has("form[action$='/hold']"));
    desk.ceshi.get(&format!("/applications/{}", desk.id)).await.never_holds("挂起").never_holds("考试机构答复");

    // Its day has come.
    desk.app.execute("UPDATE review_cases SET held_until = held_until - 5");
    assert_eq!(queue(&desk.jinan, "").await, one(&desk.id, "city", "pending"));
    desk.app.execute("UPDATE review_cases SET held_until = held_until + 5");
    let form = desk.form(&desk.jinan, "resume").await;
    assert_eq!(desk.jinan.submit(form.clone()).await.expect(303).leads_to(), desk.path());
    assert_eq!(queue(&desk.jinan, "").await, one(&desk.id, "city", "pending"));
    desk.jinan.submit(form).await.expect(409).says("处理：恢复办理");
    assert_eq!((events(&desk, "case_held"), events(&desk, "case_resumed")), (1, 1));

    // What was waited for may be what its owner changes.
    held(&desk, &in_days(5), "等待本人修改").await.expect(303);
    let form = desk.ceshi.get(&format!("/applications/{}", desk.id)).await.main_form();
    desk.ceshi.submit(form.set("contact", "13912340002")).await.expect(303);
    assert_eq!(queue(&desk.jinan, "").await, one(&desk.id, "city", "pending"));
}

#[tokio::test]
async fn a_decision_is_taken_back_by_another_person_with_a_fresh_factor_and_a_reason() {
    let desk = Desk::open().await;
    let (officer, other) = desk.app.hire("sheng-b", Role::ProvinceReviewer).await;
    for browser in [&desk.jinan, &desk.sheng] {
        desk.answer(browser, "approve").await.expect(303);
    }
    assert!(!desk.case(&desk.sheng).await.has("form[action$='/reopen']"), "whoever decided does not take it back");
    assert!(!desk.case(&desk.jinan).await.has("form[action$='/reopen']"), "nor does a city");
    let form = desk.form(&other, "reopen").await;
    let own = form.clone().set("reason", "x").force("csrf_token", &desk.case(&desk.sheng).await.csrf_token());
    desk.sheng.submit(own).await.expect(409).says("须由其他人员重新审核");
    let empty = other.submit(form.clone().set("reason", " ")).await.expect(422);
    assert_eq!(empty.errors()[0].0, "reason");

    desk.app.age_factor(&other).await;
    let page = desk.case(&other).await;
    assert!(!page.has("form[action$='/reopen']"), "no form that would be in vain");
    let token = page.csrf_token();
    let form = form.set("reason", "照片与本人不符").force("csrf_token", &token);
    let sent = other.submit(form).await;
    assert_eq!(sent.leads_to(), format!("/review/factor?return_to={}", desk.path()));
    desk.app.forget_steps("sheng-b");
    let page = other.settle(sent).await.expect(200);
    other.submit(page.form("form.account-form").set("code", &officer.code(0))).await.expect(303);
    let form = desk.form(&other, "reopen").await.set("reason", "照片与本人不符");
    assert_eq!(other.submit(form.clone()).await.expect(303).leads_to(), desk.path());

    let (status, text) = desk.seen().await;
    assert_eq!(status, "pending");
    assert!(text.contains("等待审核"), "{text}");
    let page = desk.ceshi.get(&format!("/applications/{}", desk.id)).await.expect(200);
    page.says("省级重新审核").says("正在省级审核").never_holds("照片与本人不符");
    assert_eq!(queue(&other, "").await, one(&desk.id, "province", "pending"));
    other.submit(form).await.expect(409).says("处理：重新审核");
    let form = desk.form(&other, "decision").await.also("reasons", "contact_unreachable").set("comment", "重新审核");
    other.submit(form.press("outcome", "reject")).await.expect(303);
    assert_eq!(desk.seen().await.0, "rejected");
    assert_eq!(events(&desk, "application_reopened"), 1);
}

#[tokio::test]
async fn an_approval_is_not_taken_back_while_its_owner_applies_again() {
    let desk = Desk::open().await;
    let (_, other) = desk.app.hire("sheng-b", Role::ProvinceReviewer).await;
    for browser in [&desk.jinan, &desk.sheng] {
        desk.answer(browser, "approve").await.expect(303);
    }
    let page = desk.ceshi.get("/reissue").await;
    let certificate = page.rows("tr[data-eligible=true]")[0].attr("data-certificate").to_owned();
    let form = desk.ceshi.step2(&format!("certificate={certificate}")).await.main_form().set("contact", "13912340001");
    desk.ceshi.apply(form).await;
    let form = desk.form(&other, "reopen").await.set("reason", "照片与本人不符");
    other.submit(form).await.expect(409).says("另有未办结的补证申请");
    assert_eq!(desk.seen().await.0, "approved");
}
