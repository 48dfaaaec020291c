//! File, environment, and secrets from files.

use super::*;

#[test]
fn the_environment_overrides_the_file_with_toml_values() {
    let config = load(
        GOOD,
        &[
            ("BUZHENG__SERVER__LISTEN", "127.0.0.1:18080"),
            ("BUZHENG__PORTAL__OIDC__SCOPES", "[\"openid\", \"person\"]"),
            ("BUZHENG__PORTAL__LEVELS", "{ \"3\" = 2 }"),
            ("BUZHENG__DATABASE__POOL_SIZE", "3"),
            ("BUZHENG__PORTAL__OIDC__CLIENT_ID", "12345"),
            ("BUZHENG_CONFIG", "elsewhere"),
        ],
    )
    .unwrap();
    assert_eq!(config.server.listen.port(), 18080);
    assert_eq!(config.portal.oidc.scopes, ["openid", "person"]);
    assert_eq!(config.portal.map_level("3"), Some(2));
    assert_eq!(config.database.pool_size, 3);
    assert_eq!(config.portal.oidc.client_id, "12345", "digits may be text");
}

#[test]
fn unknown_variables_are_refused_like_unknown_keys() {
    assert_eq!(problems(GOOD, &[("BUZHENG__SERVER__PORT", "1")]), ["server.port: unknown key"]);
}

#[test]
fn a_secret_may_come_from_a_file_but_not_from_two_places() {
    let text = GOOD.replace("client_secret = \"secret-of-the-test\"", "client_secret_file = \"secret.txt\"");
    assert_eq!(load(&text, &[]).unwrap().portal.oidc.client_secret.expose_secret(), "from-a-file");
    let direct = load(&text, &[("BUZHENG__PORTAL__OIDC__CLIENT_SECRET", "direct")]).unwrap();
    assert_eq!(direct.portal.oidc.client_secret.expose_secret(), "direct", "the environment wins");
    let both = GOOD.replace("client_id", "client_secret_file = \"secret.txt\"\nclient_id");
    assert!(problems(&both, &[])[0].starts_with("portal.oidc.client_secret: given twice"));
    let missing = text.replace("secret.txt", "nowhere.txt");
    assert!(problems(&missing, &[])[0].contains("nowhere.txt cannot be read"));
}

#[test]
fn no_problem_quotes_a_secret() {
    for text in [
        GOOD.replace("\"secret-of-the-test\"", "[\"secret-of-the-test\"]"),
        GOOD.replace("\"secret-of-the-test\"", "\"secret-of-the-test"),
        GOOD.replace("postgres://u:p@127.0.0.1/buzheng", "pg://u:secret-of-the-test@h/"),
    ] {
        let found = problems(&text, &[]).join("\n");
        assert!(!found.is_empty() && !found.contains("secret-of-the-test"), "{found}");
    }
}

#[test]
fn a_missing_file_says_what_to_do() {
    let error = Config::load_with(Path::new("/nowhere/buzheng.toml"), std::iter::empty()).unwrap_err();
    assert!(error.to_string().contains("--config"), "{error}");
}
