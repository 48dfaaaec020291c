//! Identities that are not accepted: nothing is created, and the page says what to do.

use sso::simulator::Persona;

use crate::support::{Account, CESHI, Certificate, TestApp};

fn persona(change: impl FnOnce(&mut Persona)) -> Persona {
    let mut persona = Persona::citizen("ceshi", CESHI.name, CESHI.number);
    change(&mut persona);
    persona
}

fn with_number(number: &str) -> Persona {
    persona(|persona| persona.document_number = Some(number.to_owned()))
}

#[tokio::test]
async fn an_identity_that_is_not_accepted_creates_nothing_and_is_told_why() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Certificate::of(&CESHI, 2017));
    let table = [
        ("corporate", persona(|p| p.user_type = Some("2".into()))),
        ("unrecognised", persona(|p| p.user_type = Some("9".into()))),
        ("unrecognised", persona(|p| p.user_type = Some(String::new()))),
        ("level_too_low", persona(|p| p.level = Some("0".into()))),
        ("level_too_low", persona(|p| p.level = Some("7".into()))),
        ("level_too_low", persona(|p| p.level = None)),
        ("number_missing", persona(|p| p.document_number = None)),
        ("number_missing", with_number(" ")),
        ("number_invalid", with_number("110101********1233")),
        ("number_invalid", with_number("110101199003071234")), // check digit
        ("number_invalid", with_number("110101199013071231")), // 13th month
        ("number_invalid", with_number("11010119900307123")),  // 17 digits
        ("number_invalid", with_number("1.10101E+17")),
        ("unrecognised", persona(|p| p.document_type = Some("99".into()))),
        ("name_missing", persona(|p| p.name = String::new())),
        ("name_missing", persona(|p| p.name = "　 ".into())),
        ("name_missing", persona(|p| p.name = "·".into())),
    ];
    let mut refusals = 0;
    for (code, persona) in table {
        let what = format!("{code}: {persona:?}");
        app.simulator.add_persona(persona);
        let browser = app.anon();
        let page = browser.settle(browser.try_sign_in("ceshi", Some("/applications")).await).await;
        let page = page.expect(403);
        assert!(page.has(&format!("[data-refused={code}]")), "{what}\n{}", page.summary());
        assert!(page.count("ol.next li") >= 2, "{what}: what to do");
        assert_eq!(page.user(), None, "{what}");
        assert_eq!(browser.get("/applications").await.location().path(), "/sso/held", "{what}");
        for (table, rows) in app.people_rows() {
            assert_eq!(rows, 0, "{what}: {table}");
        }
        refusals += 1;
        let recorded =
            "SELECT count(*) AS number FROM sign_in_decisions WHERE decision = 'refused' AND rule = 'refused'";
        assert_eq!(app.number(recorded), refusals, "{what}: the refusal is on record");
    }
}

#[tokio::test]
async fn a_person_whose_level_fell_is_refused_and_loses_nothing() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    let person = app.user("ceshi").await.person().await;
    let before = app.people_rows();
    app.simulator.add_persona(persona(|p| p.level = Some("0".into())));
    let browser = app.anon();
    browser.settle(browser.try_sign_in("ceshi", None).await).await.expect(403);
    assert_eq!(app.people_rows(), before);
    app.persona(&CESHI);
    assert_eq!(app.user("ceshi").await.person().await, person);
}

#[tokio::test]
async fn a_number_of_the_resident_family_may_be_written_with_width_and_case() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.simulator.add_persona(with_number("１１０１０１ １９９００３０７ １２３３"));
    let page = app.anon().sign_in("ceshi").await;
    assert!(page.has("tr[data-system=reissue][data-accounts='1']"));
}
