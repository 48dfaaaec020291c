//! Values that do not make sense.

use super::*;

#[test]
fn a_session_lasts_a_week_at_most() {
    let with = |life: &str| problems(&format!("{GOOD}\n[session]\nabsolute_timeout = \"{life}\"\n"), &[]);
    assert_eq!(with("7days"), Vec::<String>::new());
    assert_eq!(with("169h"), ["session.absolute_timeout: must be at most 7days"]);
}

#[test]
fn plain_http_is_for_loopback_only() {
    let http = |host: &str| problems(&GOOD.replace("https://bz.example.gov.cn", &format!("http://{host}")), &[]);
    for host in ["127.0.0.1:8080", "localhost", "[::1]:8080"] {
        assert!(http(host).is_empty(), "{host}");
    }
    assert_eq!(http("bz.example.gov.cn").len(), 1);
    assert_eq!(problems(&GOOD.replace("bz.example.gov.cn", "bz.example.gov.cn/path"), &[]).len(), 1);
}

#[test]
fn an_owners_address_is_checked_like_the_services() {
    let owner = |url: &str| GOOD.replace("[redis]", &format!("owner_url = \"{url}\"\n[redis]"));
    assert_eq!(problems(&owner("mysql://x"), &[]), ["database.owner_url: must be postgres://user:password@host/name"]);
    let config = load(&owner("postgres://owner@h/x"), &[]).unwrap();
    assert_eq!(config.database.schema_url().expose_secret(), "postgres://owner@h/x");
    assert_eq!(load(GOOD, &[]).unwrap().database.schema_url().expose_secret(), "postgres://u:p@127.0.0.1/buzheng");
}
