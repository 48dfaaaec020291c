use crate::support::{CESHI, Account, TestApp};

#[tokio::test]
async fn smoke() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    let browser = app.anon();
    let page = browser.sign_in("ceshi").await;
    assert_eq!(page.url.path(), "/continuity");
    println!("{}", page.html());
    println!("{:#?}", page.headers);
}
