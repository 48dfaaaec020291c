//! Visitors whom the portal knows and who are refused: the way out. That of those who wait for a reviewer is with the other questions.

use sso::simulator::Persona;

use crate::support::{Account, CESHI, TestApp};

fn persona(change: impl FnOnce(&mut Persona)) -> Persona {
    let mut persona = Persona::citizen("ceshi", CESHI.name, CESHI.number);
    change(&mut persona);
    persona
}

#[tokio::test]
async fn whoever_is_held_can_sign_out_here_and_at_the_portal_whatever_the_reason() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    let refused = [
        ("corporate", persona(|p| p.user_type = Some("2".into()))),
        ("unrecognised", persona(|p| p.user_type = Some("9".into()))),
        ("level_too_low", persona(|p| p.level = Some("0".into()))),
        ("number_missing", persona(|p| p.document_number = None)),
        ("number_invalid", persona(|p| p.document_number = Some("110101199003071234".into()))),
        ("name_missing", persona(|p| p.name = String::new())),
    ];
    for (code, persona) in refused {
        app.simulator.add_persona(persona);
        let browser = app.anon();
        let page = browser.settle(browser.try_sign_in("ceshi", None).await).await.expect(403);
        assert!(page.has(&format!("[data-refused={code}]")), "{code}");
        let form = page.form("form[action='/sso/logout']:not(:has([name=next]))");
        let held = browser.session().expect("a session");
        assert_eq!(page.count("form[action='/sso/logout']:not(:has([name=next]))"), 1, "{code}");

        // Not without the token.
        browser.submit(form.clone().force("csrf_token", "x")).await.expect(403);
        browser.get("/sso/held").await.expect(403);

        let to_portal = browser.submit(form).await.expect(303).location();
        assert_eq!(to_portal.origin().ascii_serialization(), app.simulator.base_url().trim_end_matches('/'), "{code}");
        assert_eq!(browser.session(), None, "{code}: the cookie is gone");
        browser.set_cookie("bz_session", &held);
        assert_eq!(browser.get("/sso/held").await.location().path(), "/", "{code}: the session is gone");
    }
}
