//! The way through: to the portal, back, signed in, and out again.

mod common;

use chrono::{TimeDelta, Utc};
use common::{CALLBACK, SIGNED_OUT, Stage};
use serde_json::json;
use sso::simulator::{Endpoint, Fault, KeyKind, Persona, Simulator, SimulatorConfig, visit};
use sso::{Callback, DocumentType, DocumentTypeWord, LoginError, PendingLogin, Portal, Severity, UserType};

#[tokio::test]
async fn a_citizen_signs_in_and_the_portals_codes_are_mapped() {
    let stage = Stage::new().await;
    let identity = stage.sign_in("ceshi").await.unwrap();
    assert_eq!(identity.issuer, stage.simulator.base_url());
    assert_eq!(identity.subject, "ceshi");
    assert_eq!(identity.name.as_deref(), Some("测试"));
    assert_eq!(identity.document_number.as_deref(), Some("110101199003071233"));
    assert_eq!(identity.document_type, DocumentType::Known(DocumentTypeWord::ResidentId));
    assert_eq!(identity.level, Some(2));
    assert_eq!(identity.user_type, UserType::Personal);
    assert!(identity.session.sid.is_some());
}

#[tokio::test]
async fn every_persona_of_the_demo_signs_in_and_corporate_and_unverified_ones_are_told_apart() {
    let stage = Stage::new().await;
    for persona in sso::simulator::personas::demo() {
        let identity = stage.sign_in(&persona.id).await.unwrap();
        assert_eq!(identity.name.as_deref(), Some(persona.name.as_str()));
        let corporate = persona.id == "faren";
        assert_eq!(identity.user_type, if corporate { UserType::Corporate } else { UserType::Personal });
        assert_eq!(identity.level, Some(if persona.id == "dijibie" { 0 } else { 2 }));
    }
}

#[tokio::test]
async fn all_key_kinds_and_ways_of_client_authentication_work() {
    for key in [KeyKind::Es256, KeyKind::EdDsa, KeyKind::Rs256(2048)] {
        let stage = Stage::of(SimulatorConfig { key, ..SimulatorConfig::default() }, |config| {
            config.oidc.token_endpoint_auth_method = sso::config::TokenEndpointAuthMethod::ClientSecretPost;
        })
        .await;
        stage.sign_in("xinren").await.unwrap();
    }
}

#[tokio::test]
async fn two_tabs_sign_in_at_once_and_each_return_fits_its_own() {
    let stage = Stage::new().await;
    let first = stage.go_to_portal("ceshi").await.unwrap();
    let second = stage.go_to_portal("xinren").await.unwrap();
    assert_ne!(first.pending.handle(), second.pending.handle());
    let (first_callback, second_callback) = (first.callback(), second.callback());
    let identity = stage.portal.finish(second.pending, second_callback, Utc::now()).await.unwrap();
    assert_eq!(identity.subject, "xinren");
    let identity = stage.portal.finish(first.pending, first_callback, Utc::now()).await.unwrap();
    assert_eq!(identity.subject, "ceshi");
}

#[tokio::test]
async fn a_return_to_another_sign_in_is_refused_before_the_portal_is_asked() {
    let stage = Stage::new().await;
    let mine = stage.go_to_portal("ceshi").await.unwrap();
    let theirs = stage.go_to_portal("xinren").await.unwrap();
    let result = stage.portal.finish(mine.pending, theirs.callback(), Utc::now()).await;
    assert_eq!(result.unwrap_err(), LoginError::StateMismatch);
    assert_eq!(stage.simulator.requests(Endpoint::Token), 0);
}

#[tokio::test]
async fn a_pending_sign_in_survives_storage() {
    let stage = Stage::new().await;
    let returned = stage.go_to_portal("ceshi").await.unwrap();
    let callback = returned.callback();
    let handle = returned.pending.handle().to_owned();
    assert_eq!(callback.handle(), Some(handle.as_str()));
    let stored = returned.pending.into_stored();
    let restored = PendingLogin::from_stored(&stored).unwrap();
    assert_eq!(restored.handle(), handle);
    stage.portal.finish(restored, callback, Utc::now()).await.unwrap();
}

#[tokio::test]
async fn a_code_is_redeemed_once() {
    let stage = Stage::new().await;
    let returned = stage.go_to_portal("ceshi").await.unwrap();
    let (first, second) = (returned.callback(), returned.callback());
    let stored = returned.pending.into_stored();
    stage.portal.finish(PendingLogin::from_stored(&stored).unwrap(), first, Utc::now()).await.unwrap();
    let again = stage.portal.finish(PendingLogin::from_stored(&stored).unwrap(), second, Utc::now()).await;
    assert!(matches!(again, Err(LoginError::Expired { .. })));
}

#[tokio::test]
async fn a_sign_in_that_took_too_long_is_refused() {
    let stage = Stage::new().await;
    let late = Utc::now() + PendingLogin::LIFETIME + TimeDelta::seconds(2);
    let result = stage.sign_in_at("ceshi", late).await;
    assert!(matches!(result, Err(LoginError::Expired { .. })));
}

#[tokio::test]
async fn cancelling_at_the_portal_is_told_apart_from_failures() {
    let stage = Stage::new().await;
    let (url, pending) = stage.portal.begin(Utc::now()).await.unwrap();
    let back = visit(&url, &[("cancel", "1")]).await.unwrap();
    let callback = Callback::parse(back.query().unwrap()).unwrap();
    assert_eq!(stage.portal.finish(pending, callback, Utc::now()).await.unwrap_err(), LoginError::Denied);

    let refused = stage.under(Fault::AuthorizeError("unauthorized_client")).await;
    assert_eq!(refused.unwrap_err(), LoginError::Rejected { what: "unauthorized_client" });
    let broken = stage.under(Fault::AuthorizeError("temporarily_unavailable")).await;
    assert!(common::is_unavailable(&broken));
    let odd = stage.under(Fault::AuthorizeError("<script>")).await.unwrap_err();
    assert!(matches!(odd, LoginError::Rejected { .. }) && !odd.to_string().contains("script"));
}

#[tokio::test]
async fn the_request_carries_pkce_state_nonce_and_scopes() {
    let stage = Stage::new().await;
    let (url, pending) = stage.portal.begin(Utc::now()).await.unwrap();
    let query: std::collections::HashMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!(query["code_challenge_method"], "S256");
    assert_eq!(query["code_challenge"].len(), 43);
    assert_eq!(query["state"], pending.handle());
    assert!(query["nonce"].len() >= 43);
    assert_eq!(query["scope"], "openid profile");
    assert_eq!(query["redirect_uri"], CALLBACK);
    assert_eq!(query["response_type"], "code");
}

#[tokio::test]
async fn debug_prints_show_neither_secrets_nor_persons() {
    let stage = Stage::new().await;
    let returned = stage.go_to_portal("ceshi").await.unwrap();
    let callback = returned.callback();
    let handle = returned.pending.handle().to_owned();
    let shown = format!("{:?} {callback:?}", returned.pending);
    assert!(!shown.contains(&handle), "{shown}");
    let identity = stage.portal.finish(returned.pending, callback, Utc::now()).await.unwrap();
    let shown = format!("{identity:?} {:?} {:?}", identity.session, stage.simulator.portal_config());
    for private in ["110101199003071233", "测试", "ceshi", "simulator secret", "eyJ"] {
        assert!(!shown.contains(private), "{private} in {shown}");
    }
}

#[tokio::test]
async fn signing_out_goes_to_the_portal_and_comes_back() {
    let stage = Stage::new().await;
    let identity = stage.sign_in("ceshi").await.unwrap();
    // The session has been through the store, and this process has no cached state of the portal yet.
    let stored = serde_json::to_string(&identity.session).unwrap();
    let session = serde_json::from_str(&stored).unwrap();
    let portal = Portal::new(&stage.simulator.portal_config(), CALLBACK.parse().unwrap()).unwrap();
    let url = portal.sign_out_url(&session, &SIGNED_OUT.parse().unwrap(), "s1").unwrap();
    assert!(url.query_pairs().any(|(name, value)| name == "id_token_hint" && value.starts_with("eyJ")));
    let back = visit(&url, &[]).await.unwrap();
    assert_eq!(back.as_str(), format!("{SIGNED_OUT}?state=s1"));

    let elsewhere = portal.sign_out_url(&session, &"http://evil.example/".parse().unwrap(), "s1").unwrap();
    assert!(visit(&elsewhere, &[]).await.is_err());
}

#[tokio::test]
async fn there_is_no_sign_out_address_at_a_portal_without_one() {
    let stage = Stage::new().await;
    stage.simulator.fault(Fault::Patch(Endpoint::Discovery, json!({ "end_session_endpoint": null })));
    let identity = stage.sign_in("ceshi").await.unwrap();
    assert!(stage.portal.sign_out_url(&identity.session, &SIGNED_OUT.parse().unwrap(), "s").is_none());
}

#[tokio::test]
async fn a_portal_that_was_down_is_found_again_without_a_restart() {
    let stage = Stage::new().await;
    let (address, config) = (stage.simulator.address(), stage.simulator.portal_config());
    stage.simulator.shutdown().await;
    let portal = Portal::new(&config, CALLBACK.parse().unwrap()).unwrap();
    assert!(matches!(portal.begin(Utc::now()).await, Err(LoginError::Unavailable { .. })));
    let findings = portal.check(Utc::now()).await;
    assert_eq!(findings[0].code, "portal.unreachable");

    let simulator = Simulator::start(address, SimulatorConfig::default()).await.unwrap();
    simulator.register(CALLBACK, SIGNED_OUT);
    let stage = Stage { simulator, portal };
    stage.sign_in("ceshi").await.unwrap();
}

#[tokio::test]
async fn a_portal_restarted_with_new_keys_is_followed() {
    let stage = Stage::new().await;
    stage.sign_in("ceshi").await.unwrap();
    let address = stage.simulator.address();
    stage.simulator.shutdown().await;
    let simulator = Simulator::start(address, SimulatorConfig::default()).await.unwrap();
    simulator.register(CALLBACK, SIGNED_OUT);
    let stage = Stage { simulator, portal: stage.portal };
    stage.sign_in("ceshi").await.unwrap();
}

#[tokio::test]
async fn many_visitors_at_once_cause_one_look_at_the_portal() {
    let stage = Stage::new().await;
    let begun: Vec<_> = (0..20).map(|_| stage.portal.begin(Utc::now())).collect();
    let mut set = Vec::new();
    for begun in begun {
        set.push(begun);
    }
    let all = futures_join(set).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(stage.simulator.requests(Endpoint::Discovery), 1);
}

/// Polls all of them together.
async fn futures_join<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut futures: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut done: Vec<Option<F::Output>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, slot) in futures.iter_mut().zip(&mut done) {
            if slot.is_none()
                && let std::task::Poll::Ready(output) = future.as_mut().poll(context)
            {
                *slot = Some(output);
            }
        }
        if done.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}

#[tokio::test]
async fn the_check_finds_nothing_wrong_with_a_good_portal() {
    let stage = Stage::new().await;
    let findings = stage.portal.check(Utc::now()).await;
    assert!(findings.iter().all(|finding| finding.severity == Severity::Ok), "{findings:?}");
    let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["portal.discovery", "portal.keys", "portal.clock"]);
}

#[tokio::test]
async fn the_check_names_a_wrong_issuer_and_a_wrong_clock() {
    let stage = Stage::new().await;
    let mut config = stage.simulator.portal_config();
    config.oidc.issuer.push('/');
    let portal = Portal::new(&config, CALLBACK.parse().unwrap()).unwrap();
    let findings = portal.check(Utc::now()).await;
    assert_eq!((findings[0].code, findings[0].severity), ("portal.issuer", Severity::Problem));

    let findings = stage.portal.check(Utc::now() + TimeDelta::minutes(5)).await;
    assert!(findings.iter().any(|finding| finding.code == "portal.clock" && finding.severity == Severity::Problem));
}

#[tokio::test]
async fn users_without_a_type_are_personal_and_unknown_types_are_not() {
    let stage = Stage::new().await;
    let mut persona = Persona::citizen("leixing", "雷星", "110101199003071233");
    for (raw, expected) in [
        (None, UserType::Personal),
        (Some(""), UserType::Unmapped),
        (Some("1"), UserType::Personal),
        (Some("2"), UserType::Corporate),
        (Some("3"), UserType::Unmapped),
    ] {
        persona.user_type = raw.map(str::to_owned);
        stage.simulator.add_persona(persona.clone());
        assert_eq!(stage.sign_in("leixing").await.unwrap().user_type, expected, "{raw:?}");
    }
}

#[tokio::test]
async fn missing_and_unmapped_attributes_are_told_apart_and_left_to_the_caller() {
    let stage = Stage::new().await;
    let mut persona = Persona::citizen("que", "阙", "110101199003071233");
    persona.level = Some("99".to_owned());
    persona.document_type = Some("77".to_owned());
    persona.document_number = None;
    stage.simulator.add_persona(persona.clone());
    let identity = stage.sign_in("que").await.unwrap();
    assert_eq!((identity.level, identity.document_number), (None, None));
    assert_eq!(identity.document_type, DocumentType::Unmapped);
    persona.document_type = None;
    stage.simulator.add_persona(persona);
    assert_eq!(stage.sign_in("que").await.unwrap().document_type, DocumentType::Absent);
}
