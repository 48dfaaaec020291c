//! Tickets: the way through for each generation and each way back, what belongs together, and the way out.

mod common;

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{TimeDelta, Utc};
use common::{CALLBACK, SIGNED_OUT, Stage, TicketReturn};
use serde_json::json;
use sso::simulator::{
    Endpoint, Fault, JisShape, Packing, Persona, Protocol, Simulator, SimulatorConfig, WayBack, visit,
};
use sso::{DocumentType, DocumentTypeWord, LoginError, PendingLogin, Portal, PortalSession, Severity, UserType};

async fn stage(shape: JisShape) -> Stage {
    Stage::of(SimulatorConfig { protocol: Protocol::Jis(shape), ..SimulatorConfig::default() }, |_| {}).await
}

fn generations() -> [JisShape; 3] {
    [JisShape::shandong(), JisShape::front_login(), JisShape::open()]
}

#[tokio::test]
async fn a_citizen_signs_in_at_every_generation_and_the_portals_codes_are_mapped() {
    for shape in generations() {
        let stage = stage(shape).await;
        let identity = stage.ticket_sign_in("ceshi").await.unwrap();
        assert_eq!(identity.issuer, stage.simulator.base_url());
        assert_eq!(identity.subject, "ceshi");
        assert_eq!(identity.name.as_deref(), Some("测试"));
        assert_eq!(identity.document_number.as_deref(), Some("110101199003071233"));
        assert_eq!(identity.document_type, DocumentType::Known(DocumentTypeWord::ResidentId));
        assert_eq!((identity.level, identity.user_type), (Some(2), UserType::Personal));
        assert!(!identity.session.announces_end && identity.session.sid.is_none());
        assert_eq!((stage.simulator.requests(Endpoint::Ticket), stage.simulator.requests(Endpoint::Person)), (1, 1));
    }
}

#[tokio::test]
async fn every_way_back_brings_the_ticket() {
    for way_back in
        [WayBack::Query, WayBack::Twice, WayBack::SecondMark, WayBack::Ampersand, WayBack::Encoded, WayBack::Post]
    {
        for shape in generations() {
            let stage = stage(JisShape { way_back, ..shape }).await;
            let identity = stage.ticket_sign_in("xinren").await.unwrap_or_else(|error| panic!("{way_back:?}: {error}"));
            assert_eq!(identity.subject, "xinren");
        }
    }
}

#[tokio::test]
async fn every_packing_is_read_in_utf_8_and_in_gbk() {
    for packing in [Packing::Object, Packing::Text, Packing::PersonSealed, Packing::Sealed] {
        for gbk in [false, true] {
            let stage = stage(JisShape { packing, gbk, ..JisShape::shandong() }).await;
            let identity = stage.ticket_sign_in("jiandian").await.unwrap_or_else(|e| panic!("{packing:?} {gbk}: {e}"));
            assert_eq!(identity.name.as_deref(), Some("阿依古丽·买买提"));
        }
    }
}

#[tokio::test]
async fn the_word_itself_is_the_key_where_no_other_is_set() {
    for shape in generations() {
        let protocol = Protocol::Jis(JisShape { packing: Packing::Sealed, ..shape });
        let client_secret = "word of 16 bytes".to_owned();
        let stage = Stage::of(SimulatorConfig { protocol, client_secret, ..SimulatorConfig::default() }, |config| {
            assert!(format!("{:?}", config.jis).contains("data_key: SecretBox"));
            config.jis.data_key = String::new().into();
        })
        .await;
        stage.ticket_sign_in("ceshi").await.unwrap();
    }
}

#[tokio::test]
async fn every_persona_of_the_demo_signs_in_and_corporate_and_unverified_ones_are_told_apart() {
    let stage = stage(JisShape::shandong()).await;
    for persona in sso::simulator::personas::demo() {
        let identity = stage.ticket_sign_in(&persona.id).await.unwrap();
        assert_eq!(identity.name.as_deref(), Some(persona.name.as_str()));
        let corporate = persona.id == "faren";
        assert_eq!(identity.user_type, if corporate { UserType::Corporate } else { UserType::Personal });
        assert_eq!(identity.level, Some(if persona.id == "dijibie" { 0 } else { 2 }));
    }
}

#[tokio::test]
async fn numbers_as_json_numbers_are_read_and_masked_or_missing_ones_are_handed_on_as_they_are() {
    let stage = stage(JisShape::shandong()).await;
    let mut persona = Persona::citizen("shuzi", "舒子", "110101199003071233");
    let extra = json!({ "uuid": 4711, "papersnumber": 110_101_199_003_071_233_u64, "authlevel": 2, "usertype": 1, "paperstype": 1 });
    persona.extra = extra.as_object().cloned().unwrap();
    stage.simulator.add_persona(persona.clone());
    let identity = stage.ticket_sign_in("shuzi").await.unwrap();
    assert_eq!((identity.subject.as_str(), identity.level), ("4711", Some(2)));
    assert_eq!(identity.document_number.as_deref(), Some("110101199003071233"));
    assert_eq!(identity.document_type, DocumentType::Known(DocumentTypeWord::ResidentId));

    persona.extra = json!({ "papersnumber": "1101**********1233", "authlevel": "L9" }).as_object().cloned().unwrap();
    stage.simulator.add_persona(persona.clone());
    let identity = stage.ticket_sign_in("shuzi").await.unwrap();
    assert_eq!((identity.document_number.as_deref(), identity.level), (Some("1101**********1233"), None));

    persona.extra = json!({ "papersnumber": null, "usertype": "8" }).as_object().cloned().unwrap();
    stage.simulator.add_persona(persona);
    let identity = stage.ticket_sign_in("shuzi").await.unwrap();
    assert_eq!((identity.document_number, identity.user_type), (None, UserType::Unmapped));
}

#[tokio::test]
async fn the_login_address_carries_the_mark_and_our_one_time_value_in_our_own_address() {
    let plain = stage(JisShape::shandong()).await;
    let (url, pending) = plain.portal.begin(Utc::now()).await.unwrap();
    let query: HashMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!(pending.handle().len(), 43, "256 bits in base64url");
    assert_eq!(query["appMark"], "buzheng");
    assert_eq!(query["userType"], "1");
    assert_eq!(query["backUrl"], format!("{CALLBACK}/{}", pending.handle()));
    assert!(!url.as_str().contains("simulator secret"));

    let encoded = Stage::of(
        SimulatorConfig { protocol: Protocol::Jis(JisShape::front_login()), ..SimulatorConfig::default() },
        |config| config.jis.goto_param = "gotoUrl".to_owned(),
    )
    .await;
    let (url, pending) = encoded.portal.begin(Utc::now()).await.unwrap();
    let query: HashMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!(query["uuid"], "simulated-uuid");
    assert_eq!(query["gotourl"], STANDARD.encode(format!("{CALLBACK}/{}", pending.handle())));
    assert_eq!(query["gotoUrl"], query["gotourl"]);
    let (_, another) = encoded.portal.begin(Utc::now()).await.unwrap();
    assert_ne!(another.handle(), pending.handle());
}

#[tokio::test]
async fn two_tabs_sign_in_at_once_and_each_return_fits_its_own() {
    let stage = stage(JisShape::front_login()).await;
    let first = stage.fetch_ticket("ceshi").await.unwrap();
    let second = stage.fetch_ticket("xinren").await.unwrap();
    assert_ne!(first.pending.handle(), second.pending.handle());
    assert_eq!(stage.finish(second).await.unwrap().subject, "xinren");
    assert_eq!(stage.finish(first).await.unwrap().subject, "ceshi");
}

#[tokio::test]
async fn a_return_of_another_sign_in_is_refused_before_the_portal_is_asked() {
    let stage = stage(JisShape::shandong()).await;
    let mine = stage.fetch_ticket("ceshi").await.unwrap();
    let theirs = stage.fetch_ticket("xinren").await.unwrap();
    let swapped = TicketReturn { pending: mine.pending, tail: theirs.tail, query: theirs.query };
    assert_eq!(stage.finish(swapped).await.unwrap_err(), LoginError::StateMismatch);
    assert_eq!(stage.simulator.requests(Endpoint::Ticket), 0);
}

#[tokio::test]
async fn a_return_without_its_place_or_with_the_value_as_a_parameter_is_refused() {
    let stage = stage(JisShape::shandong()).await;
    for as_state in [false, true] {
        let returned = stage.fetch_ticket("ceshi").await.unwrap();
        let more = if as_state { format!("&state={}", returned.pending.handle()) } else { String::new() };
        let query = returned.query + &more;
        let result = stage.finish(TicketReturn { tail: String::new(), query, pending: returned.pending }).await;
        assert!(matches!(result, Err(LoginError::BadCallback { .. })), "{result:?}");
    }
    assert_eq!(stage.simulator.requests(Endpoint::Ticket), 0);
}

#[tokio::test]
async fn what_else_a_portal_sends_along_with_its_ticket_keeps_nobody_out() {
    let stage = stage(JisShape::shandong()).await;
    for more in ["state=", "error=", "error=%E6%97%A0", "iss=", "error_description=%00", "="] {
        let mut returned = stage.fetch_ticket("ceshi").await.unwrap();
        returned.query = format!("{}&{more}", returned.query);
        assert_eq!(stage.finish(returned).await.unwrap_or_else(|e| panic!("{more}: {e}")).subject, "ceshi");
    }
}

#[tokio::test]
async fn a_ticket_that_is_none_is_refused_before_the_portal_is_asked() {
    let stage = stage(JisShape::shandong()).await;
    for ticket in ["a%20b".to_owned(), "a+b".to_owned(), "t".repeat(1025)] {
        let mut returned = stage.fetch_ticket("ceshi").await.unwrap();
        returned.query = format!("ticket={ticket}");
        let result = stage.finish(returned).await;
        assert!(matches!(result, Err(LoginError::BadCallback { .. })), "{result:?}");
    }
    assert_eq!(stage.simulator.requests(Endpoint::Ticket), 0);
}

#[tokio::test]
async fn a_ticket_is_accepted_once_and_an_invented_one_never() {
    let stage = stage(JisShape::shandong()).await;
    let first = stage.fetch_ticket("ceshi").await.unwrap();
    let mut second = stage.fetch_ticket("xinren").await.unwrap();
    second.query.clone_from(&first.query);
    let digest = stage.callback(&first).unwrap().credential_digest();
    assert_eq!(stage.callback(&second).unwrap().credential_digest(), digest);
    stage.finish(first).await.unwrap();
    assert!(matches!(stage.finish(second).await, Err(LoginError::Expired { .. })));

    let mut invented = stage.fetch_ticket("ceshi").await.unwrap();
    invented.query = "ticket=invented".to_owned();
    assert!(matches!(stage.finish(invented).await, Err(LoginError::Expired { .. })));
}

#[tokio::test]
async fn a_pending_sign_in_survives_storage_and_not_its_life() {
    let stage = stage(JisShape::shandong()).await;
    let returned = stage.fetch_ticket("ceshi").await.unwrap();
    let callback = stage.callback(&returned).unwrap();
    assert_eq!(callback.handle(), Some(returned.pending.handle()));
    let restored = PendingLogin::from_stored(&returned.pending.into_stored()).unwrap();
    stage.portal.finish(restored, callback, Utc::now()).await.unwrap();

    let returned = stage.fetch_ticket("ceshi").await.unwrap();
    let callback = stage.callback(&returned).unwrap();
    let late = Utc::now() + PendingLogin::LIFETIME + TimeDelta::seconds(2);
    let result = stage.portal.finish(returned.pending, callback, late).await;
    assert!(matches!(result, Err(LoginError::Expired { .. })));
}

#[tokio::test]
async fn cancelling_at_the_portal_is_told_apart_from_failures() {
    let stage = stage(JisShape::shandong()).await;
    let (url, pending) = stage.portal.begin(Utc::now()).await.unwrap();
    let back = visit(&url, &[("cancel", "1")]).await.unwrap();
    let returned = TicketReturn::of(pending, &back, None);
    assert_eq!(stage.finish(returned).await.unwrap_err(), LoginError::Denied);

    stage.simulator.fault(Fault::AuthorizeError("whatever"));
    assert_eq!(stage.ticket_sign_in("ceshi").await.unwrap_err(), LoginError::Denied);
}

#[tokio::test]
async fn an_unregistered_application_or_address_gets_no_sign_in_page() {
    for shape in generations() {
        let stage = stage(shape).await;
        let mut other = stage.simulator.portal_config();
        (other.jis.app_mark, other.jis.login_mark) = ("other".to_owned(), "other".to_owned());
        let portal = Portal::new(&other, CALLBACK.parse().unwrap()).unwrap();
        assert!(visit(&portal.begin(Utc::now()).await.unwrap().0, &[("persona", "ceshi")]).await.is_err());
        for elsewhere in ["http://127.0.0.1:18080/sso/callbacks", "http://127.0.0.1:18081/sso/callback"] {
            let portal = Portal::new(&stage.simulator.portal_config(), elsewhere.parse().unwrap()).unwrap();
            assert!(visit(&portal.begin(Utc::now()).await.unwrap().0, &[("persona", "ceshi")]).await.is_err());
        }
    }
}

#[tokio::test]
async fn signing_out_goes_to_the_portal_and_comes_back_with_our_state() {
    for shape in generations() {
        let stage = stage(shape).await;
        let identity = stage.ticket_sign_in("ceshi").await.unwrap();
        // The session has been through the store, and this process has no cached state of the portal yet.
        let session = serde_json::from_str(&serde_json::to_string(&identity.session).unwrap()).unwrap();
        let portal = Portal::new(&stage.simulator.portal_config(), CALLBACK.parse().unwrap()).unwrap();
        let url = portal.sign_out_url(&session, &SIGNED_OUT.parse().unwrap(), "s 1&x").unwrap();
        let back = visit(&url, &[]).await.unwrap();
        assert_eq!(back.as_str(), format!("{SIGNED_OUT}?state=s+1%26x"));

        let elsewhere = portal.sign_out_url(&session, &"http://evil.example/".parse().unwrap(), "s1").unwrap();
        assert!(visit(&elsewhere, &[]).await.is_err());
        assert!(portal.sign_out_url(&PortalSession::none(), &SIGNED_OUT.parse().unwrap(), "s").is_none());
    }
}

#[tokio::test]
async fn there_is_no_sign_out_address_at_a_portal_without_one() {
    let config = SimulatorConfig { protocol: Protocol::Jis(JisShape::shandong()), ..SimulatorConfig::default() };
    let stage = Stage::of(config, |config| config.jis.logout_url.clear()).await;
    let identity = stage.ticket_sign_in("ceshi").await.unwrap();
    assert!(stage.portal.sign_out_url(&identity.session, &SIGNED_OUT.parse().unwrap(), "s").is_none());
    assert_eq!(stage.portal.browser_origins(), [stage.simulator.base_url()]);
}

#[tokio::test]
async fn browsers_may_be_sent_to_the_login_page_and_the_place_of_sign_out_and_nowhere_else() {
    let config = SimulatorConfig { protocol: Protocol::Jis(JisShape::shandong()), ..SimulatorConfig::default() };
    let stage = Stage::of(config, |config| {
        config.jis.logout_url = "https://out.example.gov.cn/logout".to_owned();
        config.jis.interface_url = "https://inner.example.gov.cn/".to_owned();
    })
    .await;
    assert_eq!(stage.portal.browser_origins(), [stage.simulator.base_url(), "https://out.example.gov.cn"]);
}

#[tokio::test]
async fn debug_prints_show_neither_secrets_nor_persons() {
    let stage = stage(JisShape::shandong()).await;
    let returned = stage.fetch_ticket("ceshi").await.unwrap();
    let ticket = returned.query.strip_prefix("ticket=").unwrap().to_owned();
    let handle = returned.pending.handle().to_owned();
    let shown = format!("{:?} {:?}", returned.pending, stage.callback(&returned).unwrap());
    assert!(!shown.contains(&handle) && !shown.contains(&ticket), "{shown}");
    let identity = stage.finish(returned).await.unwrap();
    let config = stage.simulator.portal_config();
    let shown = format!("{identity:?} {:?} {config:?} {:?}", identity.session, stage.portal);
    for private in ["110101199003071233", "测试", "ceshi", "simulator secret", "simulator key"] {
        assert!(!shown.contains(private), "{private} in {shown}");
    }
}

#[tokio::test]
async fn the_check_finds_nothing_wrong_with_a_good_portal() {
    for shape in generations() {
        let stage = stage(shape).await;
        let findings = stage.portal.check(Utc::now()).await;
        assert!(findings.iter().all(|finding| finding.severity == Severity::Ok), "{findings:?}");
        let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, ["portal.login", "portal.interface", "portal.clock"]);
    }
}

#[tokio::test]
async fn the_check_names_what_is_wrong_with_the_address_the_word_the_codes_and_the_clock() {
    let stage = stage(JisShape::shandong()).await;
    let found = async |change: fn(&mut sso::PortalConfig), now| {
        let mut config = stage.simulator.portal_config();
        change(&mut config);
        let findings = Portal::new(&config, CALLBACK.parse().unwrap()).unwrap().check(now).await;
        let told = format!("{findings:?}");
        assert!(!told.contains("simulator secret"), "{told}");
        let wrong = findings.into_iter().filter(|finding| finding.severity != Severity::Ok);
        wrong.map(|finding| (finding.code, finding.severity)).collect::<Vec<_>>()
    };
    let now = Utc::now();
    let problem = |code| vec![(code, Severity::Problem)];
    let warning = |code| vec![(code, Severity::Warning)];
    assert_eq!(found(|config| config.jis.app_word = "wrong".into(), now).await, problem("portal.client"));
    assert_eq!(found(|config| config.jis.refusals.clear(), now).await, warning("portal.interface"));
    assert_eq!(found(|config| config.jis.login_url.push('x'), now).await, warning("portal.login"));
    assert_eq!(found(|config| config.jis.interface_url.push('x'), now).await, problem("portal.interface"));
    let everything_succeeds = |config: &mut sso::PortalConfig| {
        config.jis.refusals.clear();
        config.jis.success.value = JisShape::BAD_TICKET.to_owned();
    };
    assert_eq!(found(everything_succeeds, now).await, problem("portal.interface"));
    let elsewhere = |config: &mut sso::PortalConfig| config.jis.interface_url = "http://127.0.0.1:1/".to_owned();
    assert_eq!(found(elsewhere, now).await, problem("portal.unreachable"));
    assert_eq!(found(|_| {}, now + TimeDelta::minutes(2)).await, warning("portal.clock"));
}

#[tokio::test]
async fn a_portal_that_was_down_is_found_again_without_a_restart() {
    let stage = stage(JisShape::shandong()).await;
    let (address, config) = (stage.simulator.address(), stage.simulator.portal_config());
    let waiting = stage.fetch_ticket("ceshi").await.unwrap();
    stage.simulator.shutdown().await;
    let portal = Portal::new(&config, CALLBACK.parse().unwrap()).unwrap();
    assert!(portal.check(Utc::now()).await.iter().all(|finding| finding.code == "portal.unreachable"));
    let callback = portal.receive(&waiting.tail, &waiting.query).unwrap();
    let result = portal.finish(waiting.pending, callback, Utc::now()).await;
    assert!(matches!(result, Err(LoginError::Unavailable { .. })), "{result:?}");

    let protocol = Protocol::Jis(JisShape::shandong());
    let simulator =
        Simulator::start(address, SimulatorConfig { protocol, ..SimulatorConfig::default() }).await.unwrap();
    simulator.register(CALLBACK, SIGNED_OUT);
    Stage { simulator, portal }.ticket_sign_in("ceshi").await.unwrap();
}

#[tokio::test]
async fn after_failures_in_a_row_visitors_are_told_before_they_go_to_the_portal() {
    let config = SimulatorConfig { protocol: Protocol::Jis(JisShape::shandong()), ..SimulatorConfig::default() };
    let stage = Stage::of(config, |config| config.jis.interface_url = "http://127.0.0.1:1/".to_owned()).await;
    for _ in 0..5 {
        assert!(matches!(stage.ticket_sign_in("ceshi").await, Err(LoginError::Unavailable { .. })));
    }
    assert!(matches!(stage.portal.begin(Utc::now()).await, Err(LoginError::Unavailable { .. })));
}
