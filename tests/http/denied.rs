//! What somebody asks for and does not get is told by the log: who, and which object; and whether it is another person's or nowhere.

use crate::support::{Account, Application, Certificate, TestApp, XINREN, logged};

/// The lines that tell of a denial of this object.
fn denials(id: &str) -> Vec<String> {
    logged().lines().filter(|line| line.contains("denied: ") && line.contains(id)).map(str::to_owned).collect()
}

#[tokio::test]
async fn another_persons_objects_and_ids_that_are_nowhere_are_told_apart_with_the_person_who_asked() {
    let app = TestApp::new().await;
    app.add(Account::of(&XINREN, "reissue", "88"));
    let old = app.add(Application::of(&XINREN, "reissue", "88").exam("YS", "执业药师").year("2020")).to_string();
    let certificate = app.add(Certificate::of(&XINREN, 2019)).to_string();
    let owner = app.user("xinren").await;
    owner.get(&format!("/applications/{old}")).await.expect(200);
    let browser = app.user("ceshi").await;
    let person = browser.person().await.unwrap();
    let nowhere = uuid::Uuid::now_v7().simple().to_string();
    let paths = [
        (format!("/applications/{old}"), &old, "application"),
        (format!("/applications/{old}/photo"), &old, "photo"),
        (format!("/reissue/{old}/done"), &old, "application"),
        (format!("/reissue/new?certificate={certificate}"), &certificate, "certificate"),
        (format!("/applications/{nowhere}"), &nowhere, "application"),
        (format!("/reissue/new?certificate={nowhere}"), &nowhere, "certificate"),
    ];
    for (path, id, kind) in &paths {
        let before = denials(id).len();
        browser.get(path).await.expect(404);
        let told = denials(id);
        assert_eq!(told.len(), before + 1, "{path}");
        let line = told.last().unwrap();
        assert!(line.contains(&format!("person={person}")) && line.contains(&format!("object=\"{kind}\"")), "{line}");
        let whose = if *id == &nowhere { "there is no such object" } else { "the object is not this person's" };
        assert!(line.contains(whose), "{line}");
    }
}

#[tokio::test]
async fn an_account_that_is_not_offered_is_told_with_the_person_who_asked() {
    let app = TestApp::new().await;
    let browser = app.user("ceshi").await;
    let person = browser.person().await.unwrap();
    let token = browser.get("/link").await.expect(200).csrf_token();
    let fields = [("csrf_token", token.as_str()), ("account", "x"), ("password", "abc123456")];
    browser.post_form("/link/proof", &fields).await.expect(404);
    let told = denials(&person);
    assert!(told.iter().any(|line| line.contains("object=\"account\"")), "{told:?}");
}
