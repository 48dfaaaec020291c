//! Roles and pages: the table of the code, crawled with every role.

use buzheng::domain::staff::{Place, Right, Role};

use crate::support::{Browser, Page, TestApp};

/// An address of a place, with an id that is nobody's.
fn filled(path: &str) -> String {
    let part = |part| if str::starts_with(part, '{') { "0199c1a47f1e70008000000000000001" } else { part };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

async fn sent(browser: &Browser, path: &str, token: &str) -> Page {
    browser.post_form(path, &[("csrf_token", token)]).await
}

#[tokio::test]
async fn to_a_role_that_lacks_a_page_it_is_not_there_and_whoever_is_signed_out_is_sent_to_the_sign_in() {
    let app = TestApp::new().await;
    let nobody = app.anon();
    for place in Place::ALL {
        let path = filled(place.path());
        let place_of = nobody.get(&path).await;
        assert!(place_of.leads_to().starts_with("/review/sign-in?return_to=/review"), "{path}");
        assert_eq!(sent(&nobody, &path, "x").await.leads_to(), "/review/sign-in", "{path}");
    }
    for (at, role) in Role::ALL.into_iter().enumerate() {
        let (_, browser) = app.hire(&format!("member{at}"), role).await;
        let token = browser.get("/review/account").await.expect(200).csrf_token();
        for place in Place::ALL {
            let path = filled(place.path());
            let may = |right: Option<Right>| right.is_some_and(|right| right.roles().contains(&role));
            let seen = browser.get(&path).await;
            let is_one = place.path().contains('{');
            match (may(place.seen_by()), is_one) {
                (true, false) => assert_eq!(seen.status, 200, "{role} GET {path}"),
                (true, true) => assert_eq!(seen.status, 404, "{role} GET {path}: nobody's id"),
                (false, _) if place.seen_by().is_none() && may(place.sent_by()) => {
                    assert_eq!(seen.status, 405, "{role} GET {path}");
                }
                (false, _) => assert_eq!(seen.status, 404, "{role} GET {path}"),
            }
            let answer = sent(&browser, &path, &token).await;
            if may(place.sent_by()) {
                assert!(
                    [303, 400, 404, 409, 422].contains(&answer.status.as_u16()),
                    "{role} POST {path} {}",
                    answer.status
                );
                sent(&browser, &path, "another").await.expect(403);
            } else {
                let expected = if place.sent_by().is_none() && may(place.seen_by()) { 405 } else { 404 };
                assert_eq!(answer.status, expected, "{role} POST {path}");
            }
        }
    }
}

#[tokio::test]
async fn the_menu_holds_the_pages_of_the_roles_and_no_other() {
    let app = TestApp::new().await;
    for (at, role) in Role::ALL.into_iter().enumerate() {
        let (_, browser) = app.hire(&format!("member{at}"), role).await;
        let page = browser.get("/review/account").await.expect(200);
        let shown = page.rows("nav.menu a").into_iter().map(|row| row.attr("href").to_owned()).collect::<Vec<_>>();
        let has = |place: &Place| {
            place.menu().is_some() && place.seen_by().is_some_and(|right| right.roles().contains(&role))
        };
        let expected: Vec<_> = Place::ALL.into_iter().filter(has).map(|place| place.path().to_owned()).collect();
        assert_eq!(shown, expected, "{role}");
        for address in shown {
            browser.get(&address).await.expect(200);
        }
    }
}

#[tokio::test]
async fn outside_of_the_allowed_networks_there_is_no_desk() {
    let from = |network: &'static str| {
        TestApp::builder().config(move |config| {
            config.staff.allowed_networks = vec![network.parse().unwrap()];
            config.server.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
        })
    };
    let app = from("10.1.0.0/16").build().await;
    for path in ["/review/sign-in", "/review/staff", "/review/enrol/x", "/review/factor"] {
        let page = app.anon().get(path).await.expect(404);
        assert!(!page.html().contains("审核工作台"), "nothing tells that there is one");
        let inside = app.anon().with_header("x-forwarded-for", "10.1.2.3").get(path).await;
        assert_ne!(inside.status, 404, "{path}");
        app.anon().with_header("x-forwarded-for", "10.2.2.3").get(path).await.expect(404);
    }
    app.anon().get("/").await.expect(200);
}

#[tokio::test]
async fn a_desk_with_a_listener_of_its_own_is_there_alone() {
    let listen = "127.0.0.1:0".parse().unwrap();
    let app = TestApp::builder().config(move |config| config.staff.listen = Some(listen)).build().await;
    app.anon().get("/review/sign-in").await.expect(404);
    let desk = app.desk_server().await;
    let staff = Browser::at(desk.home.clone());
    staff.get("/review/sign-in").await.expect(200);
    assert!(staff.get("/review/staff").await.leads_to().starts_with("/review/sign-in"));
    for path in ["/", "/reissue", "/account/login", "/sso/login"] {
        staff.get(path).await.expect(404);
    }
    let page = staff.get("/review/sign-in").await;
    for style in page.rows("link[rel=stylesheet]") {
        staff.get(style.attr("href")).await.expect(200);
    }
}
