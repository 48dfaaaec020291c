//! The way through a portal that speaks OAuth 2.0 in its own manner: to it, back, signed in, and out again.
// A failed preparation may panic.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{TimeDelta, Utc};
use common::{CALLBACK, SIGNED_OUT, Stage};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use serde_json::json;
use sso::config::{Charset, ClientAuth, RequestMethod, StateCarrier, TokenPlace};
use sso::simulator::oauth2::{Names, TokenFormat};
use sso::simulator::{Dress, Endpoint, Fault, OAuth2Shape, Persona, Protocol, Simulator, SimulatorConfig, visit};
use sso::{DocumentType, DocumentTypeWord, LoginError, PendingLogin, Portal, PortalConfig, Severity, UserType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use url::Url;

async fn stage(shape: OAuth2Shape) -> Stage {
    adjusted(shape, |_| {}).await
}

async fn adjusted(shape: OAuth2Shape, adjust: impl FnOnce(&mut PortalConfig)) -> Stage {
    let config = SimulatorConfig { protocol: Protocol::OAuth2(Box::new(shape)), ..SimulatorConfig::default() };
    Stage::of(config, adjust).await
}

fn query(url: &Url) -> HashMap<String, String> {
    url.query_pairs().into_owned().collect()
}

#[tokio::test]
async fn a_citizen_signs_in_at_every_kind_of_portal_and_the_codes_are_mapped() {
    for shape in [OAuth2Shape::standard(), OAuth2Shape::guangdong(), OAuth2Shape::hunan()] {
        let stage = stage(shape).await;
        let identity = stage.sign_in("ceshi").await.unwrap();
        assert_eq!(identity.issuer, stage.simulator.base_url());
        assert_eq!(identity.subject, "ceshi");
        assert_eq!(identity.name.as_deref(), Some("测试"));
        assert_eq!(identity.document_number.as_deref(), Some("110101199003071233"));
        assert_eq!(identity.document_type, DocumentType::Known(DocumentTypeWord::ResidentId));
        assert_eq!(identity.level, Some(2));
        assert_eq!(identity.user_type, UserType::Personal);
        assert!(identity.session.sid.is_none() && !identity.session.announces_end);
    }
}

#[tokio::test]
async fn every_persona_of_the_demo_signs_in_and_corporate_and_unverified_ones_are_told_apart() {
    for shape in [OAuth2Shape::standard(), OAuth2Shape::guangdong(), OAuth2Shape::hunan()] {
        let stage = stage(shape).await;
        for persona in sso::simulator::personas::demo() {
            let identity = stage.sign_in(&persona.id).await.unwrap();
            assert_eq!(identity.name.as_deref(), Some(persona.name.as_str()));
            let corporate = persona.id == "faren";
            assert_eq!(identity.user_type, if corporate { UserType::Corporate } else { UserType::Personal });
            assert_eq!(identity.level, Some(if persona.id == "dijibie" { 0 } else { 2 }));
        }
    }
}

#[tokio::test]
async fn the_token_is_had_by_every_method_with_the_secret_in_every_place() {
    for method in [RequestMethod::Post, RequestMethod::Get] {
        for auth in [ClientAuth::Header, ClientAuth::Body, ClientAuth::Query] {
            for pkce in [false, true] {
                let shape = OAuth2Shape { token_method: method, client_auth: auth, pkce, ..OAuth2Shape::standard() };
                let result = stage(shape).await.sign_in("ceshi").await;
                assert_eq!(result.unwrap().subject, "ceshi", "{method:?} {auth:?} {pkce}");
            }
        }
    }
}

#[tokio::test]
async fn the_person_is_had_by_every_method_with_the_token_in_every_place() {
    for (method, place) in [
        (RequestMethod::Get, TokenPlace::Header),
        (RequestMethod::Get, TokenPlace::Query),
        (RequestMethod::Post, TokenPlace::Header),
        (RequestMethod::Post, TokenPlace::Query),
        (RequestMethod::Post, TokenPlace::Body),
    ] {
        let shape = OAuth2Shape {
            userinfo_method: method,
            userinfo_token: place,
            userinfo_demands: vec![("appid", "{client_id}"), ("v", "1.0 & more")],
            ..OAuth2Shape::standard()
        };
        let result = stage(shape).await.sign_in("ceshi").await;
        assert_eq!(result.unwrap().subject, "ceshi", "{method:?} {place:?}");
    }
}

#[tokio::test]
async fn answers_are_read_in_every_charset_and_packing() {
    for charset in [Charset::Auto, Charset::Utf8, Charset::Gbk] {
        for packed in [false, true] {
            for token_format in [TokenFormat::Json, TokenFormat::Form] {
                let shape = OAuth2Shape {
                    charset,
                    token_format,
                    person_at: Some("data"),
                    person_packed: packed,
                    ..OAuth2Shape::standard()
                };
                let stage = stage(shape).await;
                let identity = stage.sign_in("jiandian").await.unwrap();
                assert_eq!(identity.name.as_deref(), Some("阿依古丽·买买提"), "{charset:?} {packed} {token_format:?}");
            }
        }
    }
}

#[tokio::test]
async fn parameters_go_by_the_portals_own_names() {
    let shape = OAuth2Shape {
        names: Names {
            client_id: "appid",
            client_secret: "appkey",
            redirect: "callback",
            code: "auth_code",
            state: "echo",
            token: "token",
        },
        userinfo_token: TokenPlace::Query,
        authorize_demands: vec![("v", "2")],
        ..OAuth2Shape::standard()
    };
    let stage = stage(shape).await;
    let (url, pending) = stage.portal.begin(Utc::now()).await.unwrap();
    let query = query(&url);
    let mut names: Vec<_> = query.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["appid", "callback", "echo", "response_type", "v"]);
    assert_eq!((query["callback"].as_str(), query["echo"].as_str()), (CALLBACK, pending.handle()));
    assert_eq!(stage.sign_in("ceshi").await.unwrap().subject, "ceshi");
}

#[tokio::test]
async fn the_request_carries_what_is_configured_and_keeps_the_addresses_own_query() {
    let stage = adjusted(OAuth2Shape { pkce: true, ..OAuth2Shape::standard() }, |config| {
        config.oauth2.authorize_url.push_str("?realm=gov&lang=zh");
        config.oauth2.scopes = vec!["user".to_owned(), "real_name".to_owned()];
        config.oauth2.authorize_params = [("app".to_owned(), "{client_id}".to_owned())].into();
    })
    .await;
    let (url, pending) = stage.portal.begin(Utc::now()).await.unwrap();
    let query = query(&url);
    assert!(url.query().unwrap().starts_with("realm=gov&lang=zh&"));
    assert_eq!((query["scope"].as_str(), query["app"].as_str()), ("user real_name", "buzheng"));
    assert_eq!((query["response_type"].as_str(), query["redirect_uri"].as_str()), ("code", CALLBACK));
    assert_eq!((query["code_challenge_method"].as_str(), query["code_challenge"].len()), ("S256", 43));
    assert_eq!(query["state"], pending.handle());
    assert!(pending.handle().len() >= 43);
    assert!(!url.as_str().contains("secret"), "{url}");

    let silent = adjusted(OAuth2Shape::standard(), |config| config.oauth2.response_type = String::new()).await;
    let (url, _) = silent.portal.begin(Utc::now()).await.unwrap();
    assert!(!url.as_str().contains("response_type"), "{url}");
}

#[tokio::test]
async fn where_nothing_is_echoed_the_one_time_value_stands_in_our_own_address() {
    let stage = stage(OAuth2Shape::hunan()).await;
    let (url, pending) = stage.portal.begin(Utc::now()).await.unwrap();
    let query = query(&url);
    assert_eq!(query["redirect_uri"], format!("{CALLBACK}/{}", pending.handle()));
    assert!(!query.contains_key("state"));
    let back = sso::simulator::sign_in(&url, "ceshi").await.unwrap();
    assert!(back.path().ends_with(pending.handle()), "{back}");
    let callback = stage.receive(&back).unwrap();
    assert_eq!(callback.handle(), Some(pending.handle()));
    // The simulator demands that the token request repeats the very address.
    let stored = pending.into_stored();
    let pending = PendingLogin::from_stored(&stored).unwrap();
    assert_eq!(stage.portal.finish(pending, callback, Utc::now()).await.unwrap().subject, "ceshi");
}

#[tokio::test]
async fn a_portals_own_word_called_state_does_no_harm_where_it_was_sent_none() {
    let stage = stage(OAuth2Shape::hunan()).await;
    for state in ["null", "", "STATE"] {
        stage.under(Fault::Patch(Endpoint::Authorize, json!({ "state": state }))).await.unwrap();
    }
}

#[tokio::test]
async fn two_tabs_sign_in_at_once_and_each_return_fits_its_own() {
    for shape in [OAuth2Shape::standard(), OAuth2Shape::hunan()] {
        let stage = stage(shape).await;
        let first = stage.go_to_portal("ceshi").await.unwrap();
        let second = stage.go_to_portal("xinren").await.unwrap();
        assert_ne!(first.pending.handle(), second.pending.handle());
        let (one, two) = (stage.receive(&first.url).unwrap(), stage.receive(&second.url).unwrap());
        assert_eq!(stage.portal.finish(second.pending, two, Utc::now()).await.unwrap().subject, "xinren");
        assert_eq!(stage.portal.finish(first.pending, one, Utc::now()).await.unwrap().subject, "ceshi");
    }
}

#[tokio::test]
async fn a_return_to_another_sign_in_is_refused_before_the_portal_is_asked() {
    for shape in [OAuth2Shape::standard(), OAuth2Shape::hunan()] {
        let stage = stage(shape).await;
        let mine = stage.go_to_portal("ceshi").await.unwrap();
        let theirs = stage.go_to_portal("xinren").await.unwrap();
        let callback = stage.receive(&theirs.url).unwrap();
        let result = stage.portal.finish(mine.pending, callback, Utc::now()).await;
        assert_eq!(result.unwrap_err(), LoginError::StateMismatch);
        assert_eq!(stage.simulator.requests(Endpoint::Token), 0);
    }
}

#[tokio::test]
async fn the_one_time_value_counts_only_where_this_portal_brings_it_back() {
    let echoing = stage(OAuth2Shape::standard()).await;
    let silent = stage(OAuth2Shape::hunan()).await;
    for (stage, tail, query) in [
        (&echoing, "/HANDLE", "code=x"),
        (&echoing, "/HANDLE", "code=x&state=HANDLE"),
        (&echoing, "", "code=x"),
        (&silent, "", "code=x&state=HANDLE"),
        (&silent, "", "code=x"),
        (&silent, "/HANDLE", "state=HANDLE"),
    ] {
        let (_, pending) = stage.portal.begin(Utc::now()).await.unwrap();
        let (tail, query) = (tail.replace("HANDLE", pending.handle()), query.replace("HANDLE", pending.handle()));
        let callback = stage.portal.receive(&tail, &query).unwrap();
        let result = stage.portal.finish(pending, callback, Utc::now()).await;
        assert!(matches!(result, Err(LoginError::BadCallback { .. })), "{tail} {query}: {result:?}");
        assert_eq!(stage.simulator.requests(Endpoint::Token), 0);
    }
}

#[tokio::test]
async fn empty_and_nameless_parameters_beside_the_code_keep_nobody_out() {
    for (shape, more) in
        [(OAuth2Shape::standard(), "error="), (OAuth2Shape::hunan(), "error=&="), (OAuth2Shape::hunan(), "=X")]
    {
        let stage = stage(shape).await;
        let mut returned = stage.go_to_portal("ceshi").await.unwrap();
        let query = format!("{}&{more}", returned.url.query().unwrap());
        returned.url.set_query(Some(&query));
        let callback = stage.receive(&returned.url).unwrap_or_else(|error| panic!("{more}: {error}"));
        assert_eq!(stage.portal.finish(returned.pending, callback, Utc::now()).await.unwrap().subject, "ceshi");
    }
}

#[tokio::test]
async fn a_code_is_redeemed_once() {
    for shape in [OAuth2Shape::standard(), OAuth2Shape::guangdong(), OAuth2Shape::hunan()] {
        let stage = stage(shape).await;
        let returned = stage.go_to_portal("ceshi").await.unwrap();
        let (first, second) = (stage.receive(&returned.url).unwrap(), stage.receive(&returned.url).unwrap());
        assert_eq!(first.credential_digest(), second.credential_digest());
        let stored = returned.pending.into_stored();
        let again = || PendingLogin::from_stored(&stored).unwrap();
        stage.portal.finish(again(), first, Utc::now()).await.unwrap();
        let result = stage.portal.finish(again(), second, Utc::now()).await;
        assert!(matches!(result, Err(LoginError::Expired { .. })), "{result:?}");
    }
}

#[tokio::test]
async fn a_sign_in_that_took_too_long_is_refused() {
    let stage = stage(OAuth2Shape::hunan()).await;
    let late = Utc::now() + PendingLogin::LIFETIME + TimeDelta::seconds(2);
    assert!(matches!(stage.sign_in_at("ceshi", late).await, Err(LoginError::Expired { .. })));
}

#[tokio::test]
async fn cancelling_at_the_portal_is_told_apart_from_failures() {
    for shape in [OAuth2Shape::standard(), OAuth2Shape::hunan()] {
        let stage = stage(shape).await;
        let (url, pending) = stage.portal.begin(Utc::now()).await.unwrap();
        let callback = stage.receive(&visit(&url, &[("cancel", "1")]).await.unwrap()).unwrap();
        assert_eq!(stage.portal.finish(pending, callback, Utc::now()).await.unwrap_err(), LoginError::Denied);

        let refused = stage.under(Fault::AuthorizeError("unauthorized_client")).await;
        assert_eq!(refused.unwrap_err(), LoginError::Rejected { what: "unauthorized_client" });
        let broken = stage.under(Fault::Error(Endpoint::Authorize, "temporarily_unavailable")).await;
        assert!(common::is_unavailable(&broken));
        let odd = stage.under(Fault::AuthorizeError("<script>")).await.unwrap_err();
        assert!(matches!(odd, LoginError::Rejected { .. }) && !odd.to_string().contains("script"));
    }
}

#[tokio::test]
async fn signing_out_goes_to_the_portal_and_comes_back_with_the_state() {
    for shape in [OAuth2Shape::standard(), OAuth2Shape::guangdong(), OAuth2Shape::hunan()] {
        let stage = stage(shape).await;
        let identity = stage.sign_in("ceshi").await.unwrap();
        // The session has been through the store, and this process has signed nobody in.
        let stored = serde_json::to_string(&identity.session).unwrap();
        let session = serde_json::from_str(&stored).unwrap();
        let portal = Portal::new(&stage.simulator.portal_config(), CALLBACK.parse().unwrap()).unwrap();
        let url = portal.sign_out_url(&session, &SIGNED_OUT.parse().unwrap(), "s1").unwrap();
        let back = visit(&url, &[]).await.unwrap();
        assert_eq!(back.as_str(), format!("{SIGNED_OUT}?state=s1"));
        assert_eq!(portal.browser_origins(), [stage.simulator.base_url()]);
        // Someone who signed in with an old account has no session at the portal.
        assert!(portal.sign_out_url(&sso::PortalSession::none(), &SIGNED_OUT.parse().unwrap(), "s1").is_none());

        let elsewhere = portal.sign_out_url(&session, &"http://evil.example/".parse().unwrap(), "s1").unwrap();
        assert!(visit(&elsewhere, &[]).await.is_err());
    }
}

#[tokio::test]
async fn there_is_no_sign_out_address_at_a_portal_without_one() {
    let stage = adjusted(OAuth2Shape::standard(), |config| config.oauth2.logout_url = String::new()).await;
    let identity = stage.sign_in("ceshi").await.unwrap();
    assert!(stage.portal.sign_out_url(&identity.session, &SIGNED_OUT.parse().unwrap(), "s").is_none());
    let other = adjusted(OAuth2Shape::standard(), |config| {
        config.oauth2.logout_url = "https://out.example.gov.cn/bye".to_owned();
        config.oauth2.logout_redirect_param = String::new();
    })
    .await;
    let identity = other.sign_in("ceshi").await.unwrap();
    let url = other.portal.sign_out_url(&identity.session, &SIGNED_OUT.parse().unwrap(), "s").unwrap();
    assert_eq!(url.as_str(), "https://out.example.gov.cn/bye?state=s");
    assert_eq!(other.portal.browser_origins(), [other.simulator.base_url(), "https://out.example.gov.cn"]);
}

#[tokio::test]
async fn what_the_token_answer_alone_tells_is_found_under_its_own_name() {
    let stage = adjusted(OAuth2Shape::standard(), |config| {
        config.claims.subject = vec!["/token_answer/uid".to_owned()];
    })
    .await;
    let told = json!({ "uid": 90071, "cn": "别人", "papersnumber": "370102197508203313" });
    let identity = stage.under(Fault::Patch(Endpoint::Token, told)).await.unwrap();
    assert_eq!(identity.subject, "90071");
    // Nothing else of it gets among the person's fields, and the person's answer cannot pretend to be it.
    assert_eq!(identity.document_number.as_deref(), Some("110101199003071233"));
    assert_eq!(identity.name.as_deref(), Some("测试"));
    let pretended = json!({ "token_answer": { "uid": "another" } });
    let result = stage.under(Fault::Patch(Endpoint::UserInfo, pretended)).await;
    assert_eq!(common::bad_answer(&result), "there is no subject");
}

#[tokio::test]
async fn odd_but_harmless_answers_are_accepted() {
    let stage = stage(OAuth2Shape::standard()).await;
    for patch in [
        json!({ "expires_in": 7200 }),
        json!({ "expires_in": null }),
        json!({ "expires_in": "soon", "scope": ["a"] }),
        json!({ "token_type": null }),
        json!({ "token_type": "JWT" }),
        json!({ "error": null }),
        json!({ "error": "" }),
        json!({ "error": 0, "error_description": "ok" }),
        json!({ "refresh_token": 7, "data": { "anything": [] } }),
    ] {
        let result = stage.under(Fault::Patch(Endpoint::Token, patch.clone())).await;
        assert_eq!(result.unwrap_or_else(|error| panic!("{patch}: {error}")).subject, "ceshi");
    }
    for patch in [
        json!({ "authlevel": 2, "usertype": 1, "paperstype": 1, "error": false }),
        json!({ "papersnumber": 110_101_199_003_071_233_u64, "expires_in": "1" }),
    ] {
        let identity = stage.under(Fault::Patch(Endpoint::UserInfo, patch)).await.unwrap();
        assert_eq!((identity.level, identity.user_type), (Some(2), UserType::Personal));
        assert_eq!(identity.document_number.as_deref(), Some("110101199003071233"));
    }
    for dress in [Dress::Html, Dress::SpacedContentType, Dress::ByteOrderMark, Dress::Created] {
        stage.simulator.fault(Fault::Dressed(Endpoint::UserInfo, dress));
        stage.under(Fault::Dressed(Endpoint::Token, dress)).await.unwrap();
    }
}

#[tokio::test]
async fn masked_numbers_come_through_as_the_portal_wrote_them() {
    let stage = stage(OAuth2Shape::hunan()).await;
    stage.simulator.add_persona(Persona::citizen("yanma", "严*", "1101**********1233"));
    let identity = stage.sign_in("yanma").await.unwrap();
    assert_eq!(identity.document_number.as_deref(), Some("1101**********1233"));
    assert_eq!(identity.name.as_deref(), Some("严*"));
}

#[tokio::test]
async fn missing_and_unmapped_attributes_are_told_apart_and_left_to_the_caller() {
    let stage = stage(OAuth2Shape::guangdong()).await;
    let mut persona = Persona::citizen("que", "阙", "110101199003071233");
    persona.level = Some("L9".to_owned());
    persona.document_type = Some("77".to_owned());
    persona.user_type = Some("3".to_owned());
    persona.document_number = None;
    stage.simulator.add_persona(persona.clone());
    let identity = stage.sign_in("que").await.unwrap();
    assert_eq!((identity.level, identity.document_number), (None, None));
    assert_eq!((identity.document_type, identity.user_type), (DocumentType::Unmapped, UserType::Unmapped));
    persona.document_type = None;
    persona.user_type = None;
    stage.simulator.add_persona(persona);
    let identity = stage.sign_in("que").await.unwrap();
    assert_eq!((identity.document_type, identity.user_type), (DocumentType::Absent, UserType::Personal));
}

#[tokio::test]
async fn a_test_sign_in_shows_the_fields_and_masks_the_values() {
    let stage = stage(OAuth2Shape::hunan()).await;
    let returned = stage.go_to_portal("ceshi").await.unwrap();
    let callback = stage.receive(&returned.url).unwrap();
    let report = stage.portal.try_out(returned.pending, callback, Utc::now()).await.unwrap();
    assert_eq!((report[0].attribute.as_str(), report[0].place.as_deref()), ("subject", Some("/data/userid")));
    assert!(report[..6].iter().all(|field| field.severity == Severity::Ok), "{report:?}");
    let told = format!("{report:?}");
    for private in ["110101199003071233", "测试", "ceshi"] {
        assert!(!told.contains(private), "{told}");
    }
}

#[tokio::test]
async fn the_check_finds_nothing_wrong_with_a_good_portal() {
    for shape in [OAuth2Shape::standard(), OAuth2Shape::guangdong(), OAuth2Shape::hunan()] {
        let stage = stage(shape).await;
        let findings = stage.portal.check(Utc::now()).await;
        assert!(findings.iter().all(|finding| finding.severity == Severity::Ok), "{findings:?}");
        let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, ["portal.endpoint", "portal.endpoint", "portal.endpoint", "portal.clock", "portal.client"]);
    }
}

#[tokio::test]
async fn the_check_names_a_wrong_secret_a_wrong_path_and_a_wrong_clock() {
    let wrong = adjusted(OAuth2Shape::standard(), |config| {
        config.oauth2.client_secret = "a wrong secret".into();
        config.oauth2.userinfo_url.push_str("/nothing-here");
    })
    .await;
    let findings = wrong.portal.check(Utc::now() + TimeDelta::minutes(5)).await;
    let troubled: Vec<_> = findings.iter().filter(|finding| finding.severity != Severity::Ok).collect();
    let codes: Vec<_> = troubled.iter().map(|finding| (finding.code, finding.severity)).collect();
    assert_eq!(
        codes,
        [
            ("portal.endpoint", Severity::Warning),
            ("portal.clock", Severity::Warning),
            ("portal.client", Severity::Problem)
        ]
    );
    assert!(troubled[0].message.contains("portal.oauth2.userinfo_url"));
    assert!(!format!("{findings:?}").contains("a wrong secret"));
}

/// A host that answers its sign-in page, and everything else with `status`, or not at all; where it listens.
async fn half_a_portal(status: Option<u16>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut silent = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") && stream.read_buf(&mut head).await.is_ok_and(|read| read > 0) {}
            let Some(status) = (if head.starts_with(b"GET /authorize") { Some(200) } else { status }) else {
                silent.push(stream);
                continue;
            };
            let answer = format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    format!("http://{address}")
}

#[tokio::test]
async fn the_check_tells_what_hangs_or_fails_on_a_host_that_answers_elsewhere() {
    let told = async |status| {
        let host = half_a_portal(status).await;
        let stage = adjusted(OAuth2Shape::standard(), |config| {
            let section = &mut config.oauth2;
            section.authorize_url = format!("{host}/authorize");
            section.token_url = format!("{host}/token");
            section.userinfo_url = format!("{host}/userinfo");
            // The endpoints that answer have to do so within it, on a busy machine too.
            section.request_timeout = Duration::from_secs(2);
        })
        .await;
        let findings = stage.portal.check(Utc::now()).await;
        findings.iter().map(|finding| (finding.code, finding.severity)).collect::<Vec<_>>()
    };
    let (ok, failing) = (("portal.endpoint", Severity::Ok), ("portal.endpoint", Severity::Problem));
    assert_eq!(told(None).await, [ok, ("portal.unreachable", Severity::Problem)]);
    for status in [500, 503] {
        assert_eq!(told(Some(status)).await, [ok, failing, failing, ("portal.client", Severity::Warning)]);
    }
}

#[tokio::test]
async fn a_portal_that_was_down_is_found_again_without_a_restart() {
    let stage = stage(OAuth2Shape::standard()).await;
    let (address, config) = (stage.simulator.address(), stage.simulator.portal_config());
    let returned = stage.go_to_portal("ceshi").await.unwrap();
    stage.simulator.shutdown().await;
    let portal = Portal::new(&config, CALLBACK.parse().unwrap()).unwrap();
    let callback = portal.receive("", returned.url.query().unwrap()).unwrap();
    let result = portal.finish(returned.pending, callback, Utc::now()).await;
    assert!(common::is_unavailable(&result));
    let findings = portal.check(Utc::now()).await;
    assert_eq!(findings.len(), 1, "one finding for one host: {findings:?}");
    assert_eq!((findings[0].code, findings[0].severity), ("portal.unreachable", Severity::Problem));

    let protocol = Protocol::OAuth2(Box::new(OAuth2Shape::standard()));
    let simulator =
        Simulator::start(address, SimulatorConfig { protocol, ..SimulatorConfig::default() }).await.unwrap();
    simulator.register(CALLBACK, SIGNED_OUT);
    Stage { simulator, portal }.sign_in("ceshi").await.unwrap();
}

#[tokio::test]
async fn a_dead_portal_is_told_before_the_visitor_goes_there() {
    let stage = adjusted(OAuth2Shape::standard(), |config| config.outage.failures = 1).await;
    let returned = stage.go_to_portal("ceshi").await.unwrap();
    let callback = stage.receive(&returned.url).unwrap();
    let Stage { simulator, portal } = stage;
    simulator.shutdown().await;
    assert!(common::is_unavailable(&portal.finish(returned.pending, callback, Utc::now()).await));
    assert!(matches!(portal.begin(Utc::now()).await, Err(LoginError::Unavailable { .. })));
}

#[tokio::test]
async fn the_state_of_a_sign_out_comes_back_once_whatever_the_portal_echoes() {
    let renamed =
        OAuth2Shape { names: Names { state: "echo", ..OAuth2Shape::standard().names }, ..OAuth2Shape::standard() };
    // The last one echoes, though it is configured as one that does not.
    for (shape, carrier) in [
        (OAuth2Shape::standard(), StateCarrier::Echoed),
        (OAuth2Shape::hunan(), StateCarrier::Path),
        (renamed, StateCarrier::Echoed),
        (OAuth2Shape::standard(), StateCarrier::Path),
    ] {
        let stage = stage(shape).await;
        let identity = stage.sign_in("ceshi").await.unwrap();
        let mut config = stage.simulator.portal_config();
        config.oauth2.state = carrier;
        let portal = Portal::new(&config, CALLBACK.parse().unwrap()).unwrap();
        let url = portal.sign_out_url(&identity.session, &SIGNED_OUT.parse().unwrap(), "s1").unwrap();
        assert_eq!(url.as_str().matches("s1").count(), 1, "{url}");
        stage.simulator.register(CALLBACK, &format!("{SIGNED_OUT}?state=s1"));
        let back = visit(&url, &[]).await.unwrap();
        assert_eq!(back.as_str(), format!("{SIGNED_OUT}?state=s1"));
    }
}

/// The certificate of an invented `localhost` that signed itself. No client trusts it, so its key is not needed.
const SELF_SIGNED: &str = concat!(
    "MIIBlTCCATugAwIBAgIURCOi2bbosdBJBdAvbrEpk1pQfb0wCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2",
    "MTEyMjE0MjgxNFoYDzIxMjYxMDI5MTQyODE0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC",
    "AAQBOAvxU/2TRw2O+uF8+yxHo7fwtAwDylkDnwf8ZJsAPFiQNF+wlGQ6cpdW4sGaCj0zHDronAZTnzogn5fPvnLoo2kwZzAdBgNV",
    "HQ4EFgQUiuxB6aDoIAHYpC4cVKQoOLbmlC0wHwYDVR0jBBgwFoAUiuxB6aDoIAHYpC4cVKQoOLbmlC0wDwYDVR0TAQH/BAUwAwEB",
    "/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwIDSAAwRQIhAL7AZOX98RAlPnnXFyXX9s7aOeiwgC9aGvCiC9oblXk3",
    "AiAXqjnIAKgECHoslnaiGOa/qksB/d+bDO72v71o0qX1vw==",
);

/// A server that shows this certificate; where it listens.
async fn self_signed() -> String {
    sso::install_crypto_provider();
    let algorithm = &ring::signature::ECDSA_P256_SHA256_ASN1_SIGNING;
    let key = ring::signature::EcdsaKeyPair::generate_pkcs8(algorithm, &ring::rand::SystemRandom::new()).unwrap();
    let key = PrivatePkcs8KeyDer::from(key.as_ref().to_vec()).into();
    let key = rustls::crypto::ring::sign::any_ecdsa_type(&key).unwrap();
    let certificate = CertificateDer::from(STANDARD.decode(SELF_SIGNED).unwrap());
    let shown = SingleCertAndKey::from(CertifiedKey::new(vec![certificate], key));
    let config = rustls::ServerConfig::builder().with_no_client_auth().with_cert_resolver(Arc::new(shown));
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // The client ends the handshake.
            drop(acceptor.accept(stream).await);
        }
    });
    format!("https://localhost:{port}")
}

#[tokio::test]
async fn the_check_tells_a_certificate_that_is_not_accepted_from_a_dead_line() {
    let server = self_signed().await;
    let stage = adjusted(OAuth2Shape::standard(), |config| {
        config.oauth2.token_url = format!("{server}/token?realm=inner");
        config.oauth2.userinfo_url = format!("{server}/userinfo");
    })
    .await;
    let findings = stage.portal.check(Utc::now()).await;
    let told: Vec<_> = findings.iter().map(|finding| (finding.code, finding.severity)).collect();
    let ok = Severity::Ok;
    assert_eq!(told, [("portal.endpoint", ok), ("portal.tls", Severity::Problem), ("portal.clock", ok)]);
    assert!(findings[1].message.contains("portal.oauth2.token_url") && !findings[1].message.contains("realm"));
    assert!(common::is_unavailable(&stage.sign_in("ceshi").await), "and nobody is signed in through it");
}
