use super::*;
use crate::words::UserType;

fn complete() -> PortalConfig {
    toml::from_str(
        r#"
        driver = "oidc"
        display_name = "山东省统一政务服务门户"
        home_url = "https://portal.example.gov.cn/"
        [oidc]
        issuer = "https://sso.example.gov.cn/realm"
        client_id = "buzheng"
        client_secret = "do not show this anywhere"
        "#,
    )
    .unwrap()
}

/// The keys that problems begin with.
fn keys(config: &PortalConfig) -> Vec<String> {
    config.validate("portal").iter().map(|problem| problem.split(':').next().unwrap().to_owned()).collect()
}

#[test]
fn an_empty_section_is_readable_and_everything_it_lacks_is_reported_at_once() {
    let config: PortalConfig = toml::from_str("").unwrap();
    assert_eq!(keys(&config), ["portal.oidc.issuer", "portal.oidc.client_id", "portal.oidc.client_secret"]);
}

#[test]
fn a_complete_section_has_no_problems_and_the_documented_defaults() {
    let config = complete();
    assert_eq!(config.validate("portal"), Vec::<String>::new());
    assert_eq!(config.minimum_level, 1);
    assert_eq!(config.oidc.clock_leeway.as_secs(), 60);
    assert_eq!(config.oidc.timeout.as_secs(), 10);
    assert_eq!(config.oidc.max_body.as_u64(), 1024 * 1024);
    assert_eq!(config.oidc.jwks_min_refresh.as_secs(), 10);
    assert_eq!(config.oidc.allowed_algs, ["RS256", "PS256", "ES256", "EdDSA"]);
    assert_eq!(config.claims.user_type, ["user_type", "usertype", "type"]);
    assert_eq!(config.issuer(), "https://sso.example.gov.cn/realm");
}

#[test]
fn every_key_of_the_contract_is_read() {
    let config: PortalConfig = toml::from_str(
        r#"
        minimum_level = 2
        levels = { "low" = 1, "high" = 3 }
        document_types = { "10" = "passport", "11" = "hk_macau_permit" }
        [oidc]
        scopes = ["openid"]
        token_endpoint_auth_method = "client_secret_post"
        allowed_algs = ["ES256"]
        allowed_hosts = ["login.example.gov.cn"]
        clock_leeway = "5s"
        timeout = "2s"
        max_body = "64KiB"
        jwks_min_refresh = "1m"
        [oauth2]
        authorize_url = "https://p.example/a"
        token_url = "https://p.example/t"
        userinfo_url = "https://p.example/u"
        logout_url = "https://p.example/l"
        client_id = "c"
        client_secret = "s"
        token_method = "get"
        response_type = "gov"
        authorize_params = { acr = "1" }
        success = { pointer = "/code", value = "0" }
        [jis]
        login_url = "https://p.example/login"
        interface_url = "https://p.example/interface"
        logout_url = ""
        app_mark = "m"
        app_word = "w"
        app_param = "appmark"
        back_param = "gotourl"
        ticket_param = "ticket"
        person_service = "findOutsideUserByToken"
        data = "aes-ecb-hex"
        [claims]
        subject = ["/data/uuid"]
        name = ["/data/XM"]
        document_number = ["ZJHM"]
        document_type = []
        level = ["level"]
        user_type = ["type"]
        "#,
    )
    .unwrap();
    assert_eq!(config.oauth2.success.unwrap().pointer, "/code");
    assert_eq!(config.jis.back_param, "gotourl");
    assert_eq!(config.oidc.jwks_min_refresh.as_secs(), 60);
}

#[test]
fn unknown_keys_are_refused_at_every_level() {
    for text in ["drivers = 1", "[oidc]\nissuers = 1", "[claims]\nsub = []", "[jis]\nx = 1", "[oauth2.success]\nx = 1"]
    {
        assert!(toml::from_str::<PortalConfig>(text).is_err(), "{text}");
    }
}

#[test]
fn each_problem_names_its_key() {
    let mut config = complete();
    config.display_name = " ".to_owned();
    config.home_url = "portal".to_owned();
    config.minimum_level = 9;
    config.claims.level.clear();
    config.oidc.issuer = "http://sso.example.gov.cn".to_owned();
    config.oidc.scopes.clear();
    config.oidc.allowed_algs = ["none", "SM2", "HS256"].map(str::to_owned).into();
    config.oidc.client_secret = "short".into();
    config.oidc.allowed_hosts = vec!["https://login.example.gov.cn/".to_owned()];
    config.oidc.timeout = std::time::Duration::ZERO;
    config.oidc.clock_leeway = std::time::Duration::from_hours(1);
    config.oidc.max_body = bytesize::ByteSize::b(1);
    let expected = [
        "portal.display_name",
        "portal.home_url",
        "portal.minimum_level",
        "portal.claims.level",
        "portal.oidc.issuer",
        "portal.oidc.scopes",
        "portal.oidc.allowed_algs",
        "portal.oidc.allowed_algs",
        "portal.oidc.allowed_algs",
        "portal.oidc.allowed_hosts",
        "portal.oidc.clock_leeway",
        "portal.oidc.timeout",
        "portal.oidc.max_body",
    ];
    assert_eq!(keys(&config), expected);
}

#[test]
fn places_and_codes_that_could_never_be_met_are_refused() {
    for (text, key) in [
        (r#"claims.name = ["data/XM"]"#, "claims.name"),
        (r#"claims.subject = ["sub", " uuid"]"#, "claims.subject"),
        (r#"claims.level = ["/data/level "]"#, "claims.level"),
        (r#"claims.document_type = [""]"#, "claims.document_type"),
        (r#"levels = { " 1" = 1 }"#, "levels"),
        (r#"levels = { "1" = 1, "" = 0 }"#, "levels"),
        (r#"document_types = { "10 " = "passport" }"#, "document_types"),
        (r#"user_types = { "1" = "personal", "\t2" = "corporate" }"#, "user_types"),
    ] {
        let changed: PortalConfig = toml::from_str(text).unwrap();
        let config = PortalConfig { oidc: complete().oidc, ..changed };
        assert_eq!(keys(&config), [format!("portal.{key}")], "{text}");
    }
    let mut config = complete();
    config.claims.level = vec!["https://portal.example.gov.cn/claims/level".to_owned(), "/data/a b".to_owned()];
    assert_eq!(config.validate("portal"), Vec::<String>::new(), "a claim may be named by a URL");
}

#[test]
fn codes_are_mapped_as_configured_and_nothing_else_is_guessed() {
    let config = complete();
    assert_eq!((config.map_level("2"), config.map_level(" 1 ")), (Some(2), Some(1)));
    assert_eq!((config.map_level("3"), config.map_level(""), config.map_level("02")), (None, None, None));
    assert_eq!(config.map_user_type("1"), UserType::Personal);
    assert_eq!(config.map_user_type("2"), UserType::Corporate);
    for raw in ["", "0", "01", "personal", "１"] {
        assert_eq!(config.map_user_type(raw), UserType::Unmapped, "{raw}");
    }
    assert_eq!(config.map_document_type("1"), Some(DocumentTypeWord::ResidentId));
    assert_eq!(config.map_document_type("2"), None);
}

#[test]
fn document_type_words_read_as_they_are_written() {
    for word in DocumentTypeWord::ALL {
        assert_eq!(word.as_str().parse(), Ok(word));
        assert_eq!(serde_json::to_value(word).unwrap(), word.as_str());
    }
    assert!("Passport".parse::<DocumentTypeWord>().is_err());
}

#[test]
fn secrets_do_not_show_in_debug_prints() {
    assert!(!format!("{:?}", complete()).contains("do not show"));
}

mod oauth2;
