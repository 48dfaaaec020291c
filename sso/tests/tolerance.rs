//! What real portals send, and sign-in must survive.

mod common;

use common::Stage;
use serde_json::json;
use sso::simulator::{Dress, Endpoint, Fault, Persona};

#[tokio::test]
async fn odd_but_harmless_token_answers_are_accepted() {
    let stage = Stage::new().await;
    for patch in [
        json!({ "expires_in": "300" }),
        json!({ "expires_in": null }),
        json!({ "expires_in": -1 }),
        json!({ "scope": ["openid", "profile"] }),
        json!({ "scope": null }),
        json!({ "token_type": null }),
        json!({ "token_type": "bearer" }),
        json!({ "token_type": "BEARER" }),
        json!({ "refresh_token": 7, "data": { "anything": [] } }),
    ] {
        stage
            .under(Fault::Patch(Endpoint::Token, patch.clone()))
            .await
            .unwrap_or_else(|error| panic!("{patch}: {error}"));
    }
}

#[tokio::test]
async fn odd_but_harmless_claims_are_accepted() {
    let stage = Stage::new().await;
    for claims in [
        json!({ "email_verified": "true", "email": "a@example.com" }),
        json!({ "email_verified": "false" }),
        json!({ "name": null, "phone_number": null }),
        json!({ "aud": ["buzheng"] }),
        json!({ "azp": null, "at_hash": null, "auth_time": null, "sid": null }),
    ] {
        stage.under(Fault::Claims(claims.clone())).await.unwrap_or_else(|error| panic!("{claims}: {error}"));
    }
    // Standard claims that nobody here reads, with other types than the standard's.
    for claims in [
        json!({ "email_verified": "yes", "updated_at": "2020-01-01", "phone_number": 5_315_550_100_u64 }),
        json!({ "address": "济南市", "gender": 1, "birthdate": 19_900_307, "acr": 2, "amr": "pwd" }),
        json!({ "name": ["测试"], "picture": {}, "zoneinfo": false, "locale": 7, "c_hash": 7, "sid": 7 }),
    ] {
        stage.under(Fault::Claims(claims.clone())).await.unwrap_or_else(|error| panic!("{claims}: {error}"));
    }
    for patch in [
        json!({ "email_verified": "true", "address": "济南市", "gender": 1, "updated_at": "2024-01-01 00:00:00" }),
        json!({ "authlevel": 2, "usertype": 1, "paperstype": 1 }),
    ] {
        let identity = stage.under(Fault::Patch(Endpoint::UserInfo, patch)).await.unwrap();
        assert_eq!(identity.level, Some(2));
    }
}

#[tokio::test]
async fn a_numeric_subject_in_user_information_is_the_same_subject() {
    let stage = Stage::new().await;
    stage.simulator.add_persona(Persona { subject: "10086".to_owned(), ..Persona::citizen("shuzi", "舒梓", "1") });
    let identity = stage.sign_in("shuzi").await.unwrap();
    assert_eq!(identity.subject, "10086");
    stage.simulator.fault(Fault::Patch(Endpoint::UserInfo, json!({ "sub": 10086 })));
    assert_eq!(stage.sign_in("shuzi").await.unwrap().subject, "10086");
}

#[tokio::test]
async fn a_numeric_subject_in_the_id_token_is_its_digits_where_user_information_says_the_same() {
    let stage = Stage::new().await;
    stage.simulator.add_persona(Persona { subject: "10086".to_owned(), ..Persona::citizen("shuzi", "舒梓", "1") });
    for confirmed in [json!({}), json!({ "sub": 10086 })] {
        stage.simulator.fault(Fault::Claims(json!({ "sub": 10086 })));
        stage.simulator.fault(Fault::Patch(Endpoint::UserInfo, confirmed));
        let identity = stage.sign_in("shuzi").await.unwrap();
        assert_eq!((identity.subject.as_str(), identity.session.sub.as_deref()), ("10086", Some("10086")));
    }
    for (signed, told) in [
        (json!(10086), json!("10087")),
        (json!(10086), json!(10086.0)),
        (json!(10086), json!("010086")),
        (json!(10086), json!(true)),
        (json!(10086.5), json!(10086.5)),
        (json!(true), json!("true")),
    ] {
        let stage = Stage::new().await;
        stage
            .simulator
            .add_persona(Persona { subject: "10086".to_owned(), ..Persona::citizen("shuzi", "舒梓", "1") });
        stage.simulator.fault(Fault::Claims(json!({ "sub": signed })));
        stage.simulator.fault(Fault::Patch(Endpoint::UserInfo, json!({ "sub": told })));
        common::bad_answer(&stage.sign_in("shuzi").await);
    }
}

#[tokio::test]
async fn a_numeric_subject_that_no_user_information_confirms_is_refused() {
    let stage = Stage::new().await;
    stage.simulator.fault(Fault::Patch(Endpoint::Discovery, json!({ "userinfo_endpoint": null })));
    stage.simulator.fault(Fault::Claims(json!({ "sub": 10086 })));
    common::bad_answer(&stage.sign_in("ceshi").await);
}

#[tokio::test]
async fn blanks_around_every_claim_are_not_part_of_it() {
    for blank in ["\t", "\n", "\r\n", " ", "\u{3000}", "\u{a0}", "\u{feff}"] {
        let stage = Stage::new().await;
        let plain = stage.sign_in("ceshi").await.unwrap();
        let around = |text: &str| format!("{blank}{text}{blank}");
        let patch = json!({
            "cn": around("测试"), "papersnumber": around("110101199003071233"), "paperstype": around("1"),
            "authlevel": around("2"), "usertype": around("1"),
        });
        let identity = stage.under(Fault::Patch(Endpoint::UserInfo, patch)).await.unwrap();
        assert_eq!(identity.name, plain.name, "{blank:?}");
        assert_eq!(identity.document_number, plain.document_number);
        assert_eq!((identity.document_type, identity.level), (plain.document_type, plain.level));
        assert_eq!((identity.user_type, identity.subject), (plain.user_type, plain.subject));
    }
}

#[tokio::test]
async fn answers_in_odd_dress_are_accepted_from_every_endpoint() {
    for dress in [Dress::Html, Dress::SpacedContentType, Dress::ByteOrderMark, Dress::Created] {
        let stage = Stage::new().await;
        for endpoint in [Endpoint::Discovery, Endpoint::Token, Endpoint::Keys, Endpoint::UserInfo] {
            stage.simulator.fault(Fault::Dressed(endpoint, dress));
        }
        stage.sign_in("ceshi").await.unwrap_or_else(|error| panic!("{dress:?}: {error}"));
        assert_eq!(stage.simulator.unused_faults(), 0);
    }
}

#[tokio::test]
async fn odd_but_harmless_discovery_documents_are_accepted() {
    for patch in [
        json!({ "id_token_signing_alg_values_supported": ["SM2", "SM3withSM2", "ES256"] }),
        json!({ "id_token_signing_alg_values_supported": null, "subject_types_supported": null }),
        json!({ "response_types_supported": "code", "service_documentation": "", "op_tos_uri": "none" }),
        json!({ "scopes_supported": 5, "claims_supported": [1, null] }),
        json!({ "authorization_response_iss_parameter_supported": null }),
        json!({ "userinfo_endpoint": null }),
    ] {
        let stage = Stage::new().await;
        stage.under(Fault::Patch(Endpoint::Discovery, patch.clone())).await.unwrap_or_else(|e| panic!("{patch}: {e}"));
    }
}

#[tokio::test]
async fn attributes_are_found_by_pointer_and_in_the_configured_order() {
    let stage = Stage::with(|config| {
        config.claims.name = vec!["/data/person/XM".to_owned(), "cn".to_owned()];
        config.claims.document_number = vec!["nothing".to_owned(), "/data/ids/1".to_owned()];
    })
    .await;
    let data = json!({ "data": { "person": { "XM": "测 试" }, "ids": [null, "110101199003071233"] } });
    let identity = stage.under(Fault::Patch(Endpoint::UserInfo, data)).await.unwrap();
    assert_eq!(identity.name.as_deref(), Some("测 试"));
    assert_eq!(identity.document_number.as_deref(), Some("110101199003071233"));
    let blank = json!({ "data": { "person": { "XM": "  " } } });
    let identity = stage.under(Fault::Patch(Endpoint::UserInfo, blank)).await.unwrap();
    assert_eq!(identity.name.as_deref(), Some("测试"));
}
