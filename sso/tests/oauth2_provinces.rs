//! The sample sections of `deploy/portals/`, each against a portal that speaks exactly so. Only hosts, name and secret are replaced.
// A failed preparation may panic.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use chrono::Utc;
use common::{CALLBACK, SIGNED_OUT, Stage, bad_answer};
use secrecy::ExposeSecret;
use serde_json::json;
use sso::simulator::{Endpoint, Fault, OAuth2Shape, Persona, Protocol, Simulator, SimulatorConfig, visit};
use sso::{DocumentType, DocumentTypeWord, LoginError, Portal, PortalConfig, Severity, UserType};
use url::Url;

/// The section as an operator has it after putting in what the portal's operator assigned.
fn sample(province: &str, simulator: &Simulator) -> PortalConfig {
    let path = format!("{}/../deploy/portals/{province}.toml", env!("CARGO_MANIFEST_DIR"));
    let mut file: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let mut portal = file.remove("portal").unwrap().as_table().unwrap().clone();
    assert!(file.is_empty(), "everything stands below [portal]");
    let assigned = simulator.portal_config().oauth2;
    let section = portal["oauth2"].as_table_mut().unwrap();
    for key in ["authorize_url", "token_url", "userinfo_url", "logout_url"] {
        let url: Url = section[key].as_str().unwrap().parse().unwrap();
        assert_eq!(url.scheme(), "https", "{key}");
        section[key] = format!("{}{}", simulator.base_url(), url.path()).into();
    }
    section.remove("client_secret_file").expect("secrets stand in files");
    section.insert("client_secret".to_owned(), assigned.client_secret.expose_secret().into());
    section["client_id"] = assigned.client_id.into();
    portal.try_into().unwrap()
}

async fn stage(province: &str, shape: OAuth2Shape) -> Stage {
    let protocol = Protocol::OAuth2(Box::new(shape));
    let config = SimulatorConfig { protocol, ..SimulatorConfig::default() };
    let simulator = Simulator::start("127.0.0.1:0".parse().unwrap(), config).await.unwrap();
    simulator.register(CALLBACK, SIGNED_OUT);
    let portal = Portal::new(&sample(province, &simulator), CALLBACK.parse().unwrap()).unwrap();
    Stage { simulator, portal }
}

async fn guangdong() -> Stage {
    stage("guangdong", OAuth2Shape::guangdong()).await
}

async fn hunan() -> Stage {
    stage("hunan", OAuth2Shape::hunan()).await
}

#[tokio::test]
async fn every_persona_signs_in_with_the_samples_as_they_are() {
    for (stage, issuer) in
        [(guangdong().await, "https://tyrz.gd.gov.cn"), (hunan().await, "https://auth.zwfw.hunan.gov.cn")]
    {
        for persona in sso::simulator::personas::demo() {
            let identity = stage.sign_in(&persona.id).await.unwrap();
            assert_eq!((identity.issuer.as_str(), identity.subject.as_str()), (issuer, persona.subject.as_str()));
            assert_eq!(identity.name.as_deref(), Some(persona.name.as_str()));
            assert_eq!(identity.document_number, persona.document_number);
            let corporate = persona.id == "faren";
            let known = DocumentType::Known(DocumentTypeWord::ResidentId);
            assert_eq!(identity.document_type, if corporate { DocumentType::Absent } else { known });
            assert_eq!(identity.user_type, if corporate { UserType::Corporate } else { UserType::Personal });
            assert_eq!(identity.level, Some(if persona.id == "dijibie" { 0 } else { 2 }));
        }
    }
}

#[tokio::test]
async fn the_check_finds_nothing_wrong_with_the_samples() {
    for stage in [guangdong().await, hunan().await] {
        let findings = stage.portal.check(Utc::now()).await;
        assert!(findings.iter().all(|finding| finding.severity == Severity::Ok), "{findings:?}");
    }
}

#[test]
fn every_sample_marks_in_the_same_words_what_its_operator_must_confirm() {
    for (name, driver) in
        [("guangdong", "oauth2"), ("hunan", "oauth2"), ("shandong", "jis"), ("jis-front-login", "jis")]
    {
        let path = format!("{}/../deploy/portals/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.contains("To be confirmed with the portal's operator"), "{name}");
        assert!(!text.contains("CONFIRM") && !text.contains("simulated"), "{name}");
        let (before, after) = text.split_once("#charset").unwrap();
        let comment: Vec<_> = before.lines().rev().take_while(|line| line.starts_with('#')).collect();
        assert!(comment.iter().any(|line| line.contains("To be confirmed with the portal's operator")), "{name}");
        let read: toml::Table = format!("{before}charset{after}").parse().unwrap();
        assert_eq!(
            read["portal"][driver]["charset"].as_str(),
            Some("auto"),
            "{name}: the line stands in the driver's section"
        );
    }
}

#[tokio::test]
async fn what_the_portals_refuse_is_told_as_what_it_is() {
    for stage in [guangdong().await, hunan().await] {
        let returned = stage.go_to_portal("ceshi").await.unwrap();
        let (first, second) = (stage.receive(&returned.url).unwrap(), stage.receive(&returned.url).unwrap());
        let stored = returned.pending.into_stored();
        let again = || sso::PendingLogin::from_stored(&stored).unwrap();
        stage.portal.finish(again(), first, Utc::now()).await.unwrap();
        let replayed = stage.portal.finish(again(), second, Utc::now()).await;
        assert!(matches!(replayed, Err(LoginError::Expired { .. })), "{replayed:?}");

        let (url, pending) = stage.portal.begin(Utc::now()).await.unwrap();
        let callback = stage.receive(&visit(&url, &[("cancel", "1")]).await.unwrap()).unwrap();
        assert_eq!(stage.portal.finish(pending, callback, Utc::now()).await.unwrap_err(), LoginError::Denied);
    }
    let failed = hunan().await.under(Fault::Patch(Endpoint::UserInfo, json!({ "code": "500" }))).await;
    assert_eq!(bad_answer(&failed), "it refuses its own access token, or the interface to us");
}

#[tokio::test]
async fn signing_out_ends_the_portals_session_too() {
    for stage in [guangdong().await, hunan().await] {
        let identity = stage.sign_in("ceshi").await.unwrap();
        let url = stage.portal.sign_out_url(&identity.session, &SIGNED_OUT.parse().unwrap(), "s1").unwrap();
        assert_eq!(visit(&url, &[]).await.unwrap().as_str(), format!("{SIGNED_OUT}?state=s1"));
    }
}

#[tokio::test]
async fn a_code_of_a_document_that_nobody_has_confirmed_is_not_taken_for_a_residents() {
    for stage in [guangdong().await, hunan().await] {
        let mut persona = Persona::citizen("huzhao", "胡昭", "E12345678");
        persona.document_type = Some("20".to_owned());
        stage.simulator.add_persona(persona);
        assert_eq!(stage.sign_in("huzhao").await.unwrap().document_type, DocumentType::Unmapped);
    }
}

/// Each line that the province demands: without it, that portal signs nobody in.
#[tokio::test]
async fn the_portals_demand_what_the_samples_say() {
    type Spoil = fn(&mut PortalConfig);
    let guangdong: [(&str, Spoil); 6] = [
        ("service", |config| drop(config.oauth2.authorize_params.remove("service"))),
        ("scope", |config| drop(config.oauth2.authorize_params.insert("scope".to_owned(), "some".to_owned()))),
        ("token scope", |config| config.oauth2.token_params.clear()),
        ("method", |config| config.oauth2.token_method = sso::config::RequestMethod::Post),
        ("secret", |config| config.oauth2.client_auth = sso::config::ClientAuth::Header),
        ("token", |config| config.oauth2.userinfo_token = sso::config::TokenPlace::Header),
    ];
    let hunan: [(&str, Spoil); 4] = [
        ("response type", |config| config.oauth2.response_type = "code".to_owned()),
        ("state", |config| config.oauth2.state = sso::config::StateCarrier::Echoed),
        ("method", |config| config.oauth2.token_method = sso::config::RequestMethod::Post),
        ("success", |config| config.oauth2.success.as_mut().unwrap().value = "0".to_owned()),
    ];
    let cases = guangdong.into_iter().map(|case| ("guangdong", OAuth2Shape::guangdong(), case));
    let cases = cases.chain(hunan.into_iter().map(|case| ("hunan", OAuth2Shape::hunan(), case)));
    for (province, shape, (what, spoil)) in cases {
        let mut stage = stage(province, shape).await;
        let mut config = sample(province, &stage.simulator);
        spoil(&mut config);
        stage.portal = Portal::new(&config, CALLBACK.parse().unwrap()).unwrap();
        let (url, pending) = stage.portal.begin(Utc::now()).await.unwrap();
        let Ok(back) = sso::simulator::sign_in(&url, "ceshi").await else { continue };
        let callback = stage.receive(&back).unwrap();
        assert!(stage.portal.finish(pending, callback, Utc::now()).await.is_err(), "{province}: {what}");
    }
}
