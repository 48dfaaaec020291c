use super::*;

fn territory(issuer: &str, hosts: &[&str]) -> Territory {
    let hosts: Vec<String> = hosts.iter().map(|&host| host.to_owned()).collect();
    Territory::new(parse_issuer(issuer).unwrap(), &hosts)
}

#[test]
fn endpoints_of_the_issuers_origin_are_admitted() {
    let territory = territory("https://sso.example.gov.cn/realm", &[]);
    assert!(territory.admit("https://sso.example.gov.cn/token").is_ok());
    assert!(territory.admit("https://sso.example.gov.cn:443/token").is_ok());
}

#[test]
fn endpoints_elsewhere_are_refused_unless_listed() {
    let elsewhere = "https://login.example.gov.cn:8443/token";
    assert!(territory("https://sso.example.gov.cn", &[]).admit(elsewhere).is_err());
    assert!(territory("https://sso.example.gov.cn", &["Login.example.gov.cn"]).admit(elsewhere).is_ok());
    assert!(territory("https://sso.example.gov.cn", &["login.example.gov.cn:8443"]).admit(elsewhere).is_ok());
    assert!(territory("https://sso.example.gov.cn", &["login.example.gov.cn:443"]).admit(elsewhere).is_err());
    assert!(territory("https://sso.example.gov.cn", &["evil.example"]).admit(elsewhere).is_err());
}

#[test]
fn look_alike_hosts_are_refused() {
    let territory = territory("https://sso.example.gov.cn", &["login.example.gov.cn"]);
    for url in [
        "https://sso.example.gov.cn.evil.example/token",
        "https://sso.example.gov.cn@evil.example/token",
        "https://login.example.gov.cn.evil.example/",
        "https://sso.example.gov.cn:444/token",
        "http://sso.example.gov.cn/token",
        "http://127.0.0.1/token",
        "javascript:alert(1)",
        "",
    ] {
        assert!(territory.admit(url).is_err(), "{url}");
    }
}

#[test]
fn a_plain_http_issuer_is_accepted_on_loopback_only() {
    for issuer in ["http://127.0.0.1:8081", "http://localhost:8081", "http://[::1]:8081", "https://a.example/x"] {
        assert!(parse_issuer(issuer).is_ok(), "{issuer}");
    }
    for issuer in ["", "http://a.example", "ftp://127.0.0.1", "https://a.example/?x=1", "https://u:p@a.example"] {
        assert!(parse_issuer(issuer).is_err(), "{issuer}");
    }
}

#[test]
fn listed_hosts_are_hosts_and_nothing_else() {
    for host in ["a.example", "a.example:8443", "127.0.0.1:80", "[::1]:80", "a.example:443"] {
        assert!(is_host(host), "{host}");
    }
    for host in ["", "https://a.example", "a.example/x", "a@b", "a b", "a.example:port", ":80"] {
        assert!(!is_host(host), "{host}");
    }
}
