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

/// Without `[portal]`.
fn of_mode(mode: &str, rest: &str) -> String {
    let (others, _) = GOOD.split_once("[portal]").unwrap();
    format!("{others}\n[access]\nmode = \"{mode}\"\n{rest}\n")
}

#[test]
fn without_a_portal_old_accounts_are_the_only_way_in() {
    assert_eq!(problems(&of_mode("local", ""), &[]), Vec::<String>::new());
    for mode in ["portal", "transition"] {
        let found = problems(&of_mode(mode, ""), &[]);
        assert!(found.iter().any(|problem| problem.starts_with("portal.oidc.issuer:")), "{mode}: {found:?}");
        assert_eq!(problems(&format!("{GOOD}\n[access]\nmode = \"{mode}\"\n"), &[]), Vec::<String>::new(), "{mode}");
    }
}

#[test]
fn a_portal_that_is_named_beforehand_is_checked_all_the_same() {
    let local = format!("{}\n[access]\nmode = \"local\"\n", GOOD.replace("client_id = \"buzheng\"", ""));
    assert!(problems(&local, &[])[0].starts_with("portal.oidc.client_id:"));
}

#[test]
fn old_accounts_need_a_mail_server_to_be_served_unless_mail_is_renounced() {
    let mail = "[smtp]\nurl = \"smtp://mail.example.gov.cn\"\nfrom = \"noreply@example.gov.cn\"";
    let lacks = |mode: &str, rest: &str| load(&of_mode(mode, rest), &[]).unwrap().lacks_mail().is_some();
    assert!(lacks("local", ""), "and it is read all the same, for commands that mail nothing");
    assert!(!lacks("local", mail));
    assert!(!lacks("local", "mail = \"none\""));
    assert!(load(GOOD, &[]).unwrap().lacks_mail().is_none());
    assert!(load(&format!("{GOOD}\n[access]\nmode = \"transition\"\n"), &[]).unwrap().lacks_mail().is_some());
}

#[test]
fn what_holds_for_old_accounts_has_the_contracts_defaults_and_limits() {
    let access = load(GOOD, &[]).unwrap().access;
    assert_eq!((access.mode, access.challenge), (AccessMode::Portal, ChallengePolicy::Always));
    assert_eq!((access.registration_check, access.mail), (RegistrationCheck::Certificate, AccountMail::Required));
    assert_eq!(
        (access.shared_systems.as_slice(), access.password_minimum),
        (["reissue", "mailing"].map(str::to_owned).as_slice(), 6)
    );
    for (rest, problem) in [
        ("password_minimum = 5", "access.password_minimum: must be between 6 and 30"),
        ("password_minimum = 31", "access.password_minimum: must be between 6 and 30"),
        ("shared_systems = [\"reissue\", \" \"]", "access.shared_systems: must be names of old systems"),
        ("shared_systems = [\"registered\"]", "access.shared_systems: \"registered\" is no old system"),
        ("challenge = \"sometimes\"", "access.challenge:"),
        ("registration_check = \"name\"", "access.registration_check:"),
        ("mail = \"optional\"", "access.mail:"),
    ] {
        let found = problems(&of_mode("local", rest), &[]);
        assert!(found.len() == 1 && found[0].starts_with(problem), "{rest}: {found:?}");
    }
    let found = problems(&of_mode("open", ""), &[]);
    assert!(found.iter().any(|problem| problem.starts_with("access.mode:")), "{found:?}");
}
