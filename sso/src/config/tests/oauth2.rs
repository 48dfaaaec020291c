//! `[portal.oauth2]`.

use super::*;
use crate::config::{ClientAuth, RequestMethod, StateCarrier, TokenPlace};

/// Everything needed, and `more`.
fn section(more: &str) -> PortalConfig {
    let text = format!(
        r#"
        driver = "oauth2"
        [oauth2]
        authorize_url = "https://portal.example.gov.cn/oauth2/authorize"
        token_url = "https://portal.example.gov.cn/oauth2/token"
        userinfo_url = "https://portal.example.gov.cn/oauth2/userinfo"
        client_id = "buzheng"
        client_secret = "do not show this anywhere"
        {more}
        "#
    );
    toml::from_str(&text).unwrap_or_else(|error| panic!("{more}: {error}"))
}

#[test]
fn the_section_needs_three_addresses_a_name_and_a_secret() {
    let config: PortalConfig = toml::from_str("driver = \"oauth2\"").unwrap();
    let expected = ["authorize_url", "token_url", "userinfo_url", "client_id", "client_secret"];
    assert_eq!(keys(&config), expected.map(|key| format!("portal.oauth2.{key}")));
}

#[test]
fn what_it_does_not_name_is_as_the_standard_has_it() {
    let config = section("");
    assert_eq!(config.validate("portal"), Vec::<String>::new());
    assert_eq!(config.issuer(), "https://portal.example.gov.cn/oauth2/authorize");
    let oauth2 = config.oauth2;
    assert_eq!((oauth2.state, oauth2.token_method), (StateCarrier::Echoed, RequestMethod::Post));
    assert_eq!((oauth2.client_auth, oauth2.userinfo_token), (ClientAuth::Body, TokenPlace::Header));
    assert_eq!(oauth2.response_type, "code");
    assert_eq!(oauth2.access_token, ["access_token", "/data/access_token"]);
    assert!(!oauth2.pkce && oauth2.scopes.is_empty() && oauth2.expired_codes.is_empty());
}

#[test]
fn a_quirky_portal_is_described_without_problems() {
    let config = section(
        r#"
        issuer = "https://portal.example.gov.cn"
        logout_url = "https://portal.example.gov.cn/logout?app=1"
        client_id_param = "appid"
        client_secret_param = "appkey"
        redirect_param = "callback"
        code_param = "auth_code"
        state = "path"
        response_type = ""
        scopes = ["snsapi_base"]
        authorize_params = { service = "initService", state = "fixed", "response_type" = "gov" }
        token_method = "get"
        client_auth = "query"
        token_params = { grant_type = "code", callback = "", app = "{client_id}" }
        access_token = ["/result/token"]
        userinfo_method = "post"
        userinfo_token = "body"
        userinfo_token_param = "token"
        userinfo_params = { appid = "{client_id}" }
        success = { pointer = "/code", value = "200" }
        userinfo_success = { pointer = "", value = "" }
        expired_codes = ["40029"]
        logout_redirect_param = ""
        logout_params = { appid = "{client_id}" }
        charset = "gb2312"
        "#,
    );
    assert_eq!(config.validate("portal"), Vec::<String>::new());
}

#[test]
fn each_problem_of_the_section_names_its_key() {
    for (text, key) in [
        ("issuer = \" portal\"", "issuer"),
        ("issuer = \"the portal\"", "issuer"),
        ("issuer = \"portal\\u0000\"", "issuer"),
        ("code_param = \"answer\"", "code_param"),
        ("state_param = \"answer\"", "state_param"),
        ("logout_url = \"http://portal.example.gov.cn/logout\"", "logout_url"),
        ("client_id_param = \"\"", "client_id_param"),
        ("client_secret_param = \"a b\"", "client_secret_param"),
        ("redirect_param = \"地址\"", "redirect_param"),
        ("code_param = \"\\u0000\"", "code_param"),
        ("code_param = \"state\"", "state_param"),
        ("redirect_param = \"client_id\"", "redirect_param"),
        ("code_param = \"error\"", "code_param"),
        ("state_param = \"iss\"", "state_param"),
        ("logout_redirect_param = \"state\"", "logout_redirect_param"),
        ("state_param = \"\"", "state_param"),
        ("response_type = \"code\\n\"", "response_type"),
        ("scopes = [\"a b\"]", "scopes"),
        ("scopes = [\"\"]", "scopes"),
        ("authorize_params = { client_id = \"x\" }", "authorize_params"),
        ("authorize_params = { redirect_uri = \"x\" }", "authorize_params"),
        ("authorize_params = { state = \"x\" }", "authorize_params"),
        ("authorize_params = { response_type = \"gov\" }", "authorize_params"),
        ("scopes = [\"a\"]\nauthorize_params = { scope = \"b\" }", "authorize_params"),
        ("authorize_params = { code_challenge = \"x\" }", "authorize_params"),
        ("authorize_params = { client_secret = \"x\" }", "authorize_params"),
        ("authorize_params = { key = \"do not show this anywhere\" }", "authorize_params"),
        ("authorize_params = { \"\" = \"x\" }", "authorize_params"),
        ("authorize_params = { x = \"a\\u0000\" }", "authorize_params"),
        ("authorize_params = { x = \" a\" }", "authorize_params"),
        ("token_params = { x = \"a \" }", "token_params"),
        ("token_params = { \"a b\" = \"x\" }", "token_params"),
        ("token_params = { code = \"x\" }", "token_params"),
        ("token_params = { client_secret = \"x\" }", "token_params"),
        ("token_params = { client_id = \"x\" }", "token_params"),
        ("token_params = { redirect_uri = \"https://a.example\" }", "token_params"),
        ("token_params = { code_verifier = \"x\" }", "token_params"),
        ("userinfo_token = \"query\"\nuserinfo_params = { access_token = \"x\" }", "userinfo_params"),
        ("userinfo_token = \"body\"", "userinfo_token"),
        ("userinfo_token = \"query\"\nuserinfo_token_param = \"\"", "userinfo_token_param"),
        ("logout_params = { x = \"y\" }", "logout_params"),
        ("access_token = []", "access_token"),
        ("access_token = [\" \"]", "access_token"),
        ("access_token = [\"data/access_token\"]", "access_token"),
        ("success = { pointer = \"/code\" }", "success.value"),
        ("userinfo_success = { pointer = \"/code\" }", "userinfo_success.value"),
        ("success = { pointer = \"code\", value = \"0\" }", "success.pointer"),
        ("success = { value = \"0\" }", "success.pointer"),
        ("userinfo_success = { pointer = \"code\", value = \"0\" }", "userinfo_success.pointer"),
        ("expired_codes = [\"\"]", "expired_codes"),
        ("success = { pointer = \"/code\", value = \"0\" }\nexpired_codes = [\"0\"]", "expired_codes"),
        ("timeout = \"0s\"", "timeout"),
        ("request_timeout = \"5m\"", "request_timeout"),
        ("max_body = \"1GiB\"", "max_body"),
    ] {
        assert_eq!(keys(&section(text)), [format!("portal.oauth2.{key}")], "{text}");
    }
}

#[test]
fn addresses_must_not_hold_what_is_written_into_them() {
    for query in ["client_id=x", "a=1&redirect_uri=y", "state=s", "client_secret=z", "k=do+not+show+this+anywhere"] {
        let mut config = section("");
        config.oauth2.token_url = format!("https://portal.example.gov.cn/token?{query}");
        assert_eq!(keys(&config), ["portal.oauth2.token_url"], "{query}");
        assert!(!config.validate("portal").concat().contains("do not show"));
    }
}

#[test]
fn nothing_stands_in_an_address_twice() {
    let written_twice = |query: &str, more: &str| {
        let mut config = section(more);
        config.oauth2.authorize_url.push_str(query);
        config.oauth2.logout_url = format!("https://portal.example.gov.cn/logout{query}");
        keys(&config)
    };
    let authorize = ["portal.oauth2.authorize_url"];
    assert_eq!(written_twice("?scope=a", "scopes = [\"b\"]"), authorize);
    assert_eq!(written_twice("?scope=a", "authorize_params = { scope = \"b\" }"), authorize);
    assert_eq!(written_twice("?response_type=gov", ""), authorize);
    assert_eq!(written_twice("?code_challenge=x", "pkce = true"), authorize);
    assert_eq!(written_twice("?goto=x", "logout_redirect_param = \"goto\""), ["portal.oauth2.logout_url"]);
    assert_eq!(written_twice("?x=1", "logout_params = { x = \"2\" }"), ["portal.oauth2.logout_url"]);
    assert_eq!(written_twice("?scope=a&x=1", ""), Vec::<String>::new());
    assert_eq!(written_twice("?response_type=gov", "response_type = \"\""), Vec::<String>::new());
}

#[test]
fn a_name_of_the_portal_fits_into_a_key_also_where_an_address_stands_in_for_it() {
    let mut config = section("");
    config.oauth2.authorize_url.push_str(&"x".repeat(255));
    assert_eq!(keys(&config), ["portal.oauth2.issuer"]);
    config.oauth2.issuer = "省".repeat(255);
    assert_eq!(keys(&config), Vec::<String>::new());
    config.oauth2.issuer.push('省');
    assert_eq!(keys(&config), ["portal.oauth2.issuer"]);
}
