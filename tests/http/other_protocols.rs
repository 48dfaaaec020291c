//! What holds behind every portal, for those that do not speak OpenID Connect.

use serde_json::json;
use sso::simulator::{JisShape, OAuth2Shape, Persona, Protocol};

use crate::support::{CESHI, Certificate, TestApp, logged};

fn protocols() -> [Protocol; 4] {
    [
        Protocol::OAuth2(Box::new(OAuth2Shape::standard())),
        Protocol::OAuth2(Box::new(OAuth2Shape::hunan())),
        Protocol::Jis(JisShape::shandong()),
        Protocol::Jis(JisShape::front_login()),
    ]
}

#[tokio::test]
async fn every_citizen_of_the_demonstration_is_let_in_and_the_others_are_told_why() {
    for protocol in protocols() {
        let app = TestApp::builder().speaking(protocol).build().await;
        let certificate = app.add(Certificate::of(&CESHI, 2017)).to_string();
        for (persona, name) in [
            ("ceshi", "测试"),
            ("shiwuwei", "石五维"),
            ("jiandian", "阿依古丽·买买提"),
            ("gaiming", "李改明"),
            ("xinren", "辛仁"),
        ] {
            let page = app.anon().sign_in(persona).await;
            assert_eq!(page.text(".who-name"), format!("登录用户：{name}"));
        }
        let step1 = app.user("ceshi").await.get("/reissue?exam=ZJ").await.expect(200);
        assert_eq!(step1.attr("tr[data-certificate]", "data-certificate"), Some(certificate));
        for (persona, code) in [("faren", "corporate"), ("dijibie", "level_too_low")] {
            let browser = app.anon();
            let page = browser.settle(browser.try_sign_in(persona, None).await).await.expect(403);
            assert!(page.has(&format!("[data-refused={code}]")), "{}", page.summary());
        }
        assert_eq!(app.count("persons"), 5);
    }
}

#[tokio::test]
async fn what_the_portal_masks_leaves_out_or_writes_in_unknown_codes_is_refused_and_the_log_names_the_field_alone() {
    const MASKED: &str = "1101**********1233";
    for protocol in [Protocol::OAuth2(Box::new(OAuth2Shape::standard())), Protocol::Jis(JisShape::shandong())] {
        let app = TestApp::builder().speaking(protocol).build().await;
        let table = [
            ("number_invalid", json!({ "papersnumber": MASKED }), "document_number", "papersnumber"),
            ("number_missing", json!({ "papersnumber": null }), "document_number", "none of the listed ones"),
            ("level_too_low", json!({ "authlevel": "LV-unheard-of" }), "level", "authlevel"),
            ("level_too_low", json!({ "authlevel": null }), "level", "none of the listed ones"),
            ("unrecognised", json!({ "usertype": "UT-unheard-of" }), "user_type", "usertype"),
            ("unrecognised", json!({ "paperstype": "PT-unheard-of" }), "document_type", "paperstype"),
        ];
        for (code, extra, attribute, field) in table {
            let mut persona = Persona::citizen("ceshi", CESHI.name, CESHI.number);
            persona.extra = extra.as_object().unwrap().clone();
            app.simulator.add_persona(persona);
            let before = logged().len();
            let browser = app.anon();
            let held = browser.try_sign_in("ceshi", None).await;
            assert_eq!(held.leads_to(), "/sso/held", "{extra}");
            let page = browser.settle(held).await.expect(403);
            assert!(page.has(&format!("[data-refused={code}]")), "{extra}\n{}", page.summary());
            assert_eq!(page.user(), None);
            let log = logged().split_off(before);
            let told = |line: &&str| line.contains("WARN") && line.contains(&format!("portal.claims.{attribute}"));
            let line = log.lines().find(told).unwrap_or_else(|| panic!("{extra}: no line\n{log}"));
            assert!(line.contains(&format!("field=\"{field}\"")), "{line}");
            for value in [MASKED, "unheard-of"] {
                assert!(!log.contains(value), "{value} in {log}");
            }
        }
        assert_eq!(app.people_rows().iter().map(|(_, rows)| rows).sum::<i64>(), 0);
    }
}

#[tokio::test]
async fn numbers_written_as_json_numbers_are_the_same_numbers() {
    for protocol in [Protocol::OAuth2(Box::new(OAuth2Shape::standard())), Protocol::Jis(JisShape::shandong())] {
        let app = TestApp::builder().speaking(protocol).build().await;
        let certificate = app.add(Certificate::of(&CESHI, 2017)).to_string();
        let mut persona = Persona::citizen("ceshi", CESHI.name, CESHI.number);
        let extra = json!({ "papersnumber": CESHI.number.parse::<u64>().unwrap(), "authlevel": 2, "usertype": 1 });
        persona.extra = extra.as_object().unwrap().clone();
        app.simulator.add_persona(persona);
        let step1 = app.user("ceshi").await.get("/reissue?exam=ZJ").await.expect(200);
        assert_eq!(step1.attr("tr[data-certificate]", "data-certificate"), Some(certificate));
    }
}
