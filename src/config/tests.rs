use super::*;
use secrecy::ExposeSecret;

const GOOD: &str = r#"
[server]
public_url = "https://bz.example.gov.cn"
[database]
url = "postgres://u:p@127.0.0.1/buzheng"
[redis]
url = "redis://127.0.0.1/"
[vault]
keys_file = "keys.toml"
[portal]
driver = "oidc"
home_url = "https://portal.example.gov.cn/"
[portal.oidc]
issuer = "https://portal.example.gov.cn"
client_id = "buzheng"
client_secret = "secret-of-the-test"
"#;

fn load(text: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("secret.txt"), "from-a-file\n").unwrap();
    let path = directory.path().join("buzheng.toml");
    std::fs::write(&path, text).unwrap();
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load_with(&path, environment)
}

fn problems(text: &str, environment: &[(&str, &str)]) -> Vec<String> {
    load(text, environment).map_or_else(|error| error.problems, |_| Vec::new())
}

#[test]
fn a_small_configuration_has_the_contracts_defaults() {
    let config = load(GOOD, &[]).unwrap();
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.database.pool_size, 10);
    assert_eq!(config.throttle.sign_in_starts_per_minute, 60);
    assert_eq!(config.throttle.pending_sign_ins_per_browser, 8);
    assert_eq!(config.session.idle_timeout.as_secs(), 20 * 60);
    assert_eq!(config.session.absolute_timeout.as_secs(), 8 * 3600);
    assert_eq!(config.reissue.photo_required_through, 2016);
    assert!(config.vault.keys_file.is_absolute(), "relative to the file");
}

#[test]
fn every_problem_is_reported_at_once() {
    let text = GOOD.replace(
        "[server]",
        "[server]\nlissten = 1\nlisten = \"here\"\ntrusted_proxies = [\"10.0.0.0/8\", \"nobody\"]",
    ) + "\n[session]\nidle_timeout = \"soon\"\n[reissue]\nphoto_required_through = \"x\"\n[what]\nthe = 1\n";
    let found = problems(&text.replace("postgres://u:p@127.0.0.1/buzheng", "mysql://"), &[]);
    for key in [
        "server.lissten: unknown key",
        "server.listen:",
        "server.trusted_proxies",
        "session.idle_timeout:",
        "reissue.photo_required_through:",
        "what: unknown key",
        "database.url:",
    ] {
        assert!(found.iter().any(|problem| problem.starts_with(key)), "{key} in {found:#?}");
    }
}

#[test]
fn a_session_lasts_a_week_at_most() {
    let with = |life: &str| problems(&format!("{GOOD}\n[session]\nabsolute_timeout = \"{life}\"\n"), &[]);
    assert_eq!(with("7days"), Vec::<String>::new());
    assert_eq!(with("169h"), ["session.absolute_timeout: must be at most 7days"]);
}

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
fn plain_http_is_for_loopback_only() {
    let http = |host: &str| problems(&GOOD.replace("https://bz.example.gov.cn", &format!("http://{host}")), &[]);
    for host in ["127.0.0.1:8080", "localhost", "[::1]:8080"] {
        assert!(http(host).is_empty(), "{host}");
    }
    assert_eq!(http("bz.example.gov.cn").len(), 1);
    assert_eq!(problems(&GOOD.replace("bz.example.gov.cn", "bz.example.gov.cn/path"), &[]).len(), 1);
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

#[test]
fn the_digest_tells_configurations_apart_and_knows_no_secret() {
    // Relative paths count from the file's folder, which is another one each time.
    let digest = |text: &str| load(&text.replace("\"keys.toml", "\"/keys.toml"), &[]).unwrap().digest();
    assert_eq!(digest(GOOD), digest(GOOD));
    assert_eq!(digest(GOOD), digest(&GOOD.replace("secret-of-the-test", "another-secret")));
    assert_eq!(digest(GOOD), digest(&GOOD.replace("u:p@", "u:other@")));
    assert_ne!(digest(GOOD), digest(&GOOD.replace("client_id = \"buzheng\"", "client_id = \"other\"")));
    assert!(!format!("{:?}", load(GOOD, &[]).unwrap()).contains("secret-of-the-test"));
}

#[test]
fn an_owners_address_is_checked_like_the_services() {
    let owner = |url: &str| GOOD.replace("[redis]", &format!("owner_url = \"{url}\"\n[redis]"));
    assert_eq!(problems(&owner("mysql://x"), &[]), ["database.owner_url: must be postgres://user:password@host/name"]);
    let config = load(&owner("postgres://owner@h/x"), &[]).unwrap();
    assert_eq!(config.database.schema_url().expose_secret(), "postgres://owner@h/x");
    assert_eq!(load(GOOD, &[]).unwrap().database.schema_url().expose_secret(), "postgres://u:p@127.0.0.1/buzheng");
}

/// Each section of `deploy/portals/` in place of our own, with the files that it names.
#[test]
fn the_sample_portals_are_read_as_they_are() {
    let samples = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/portals")).unwrap();
    let (others, _) = GOOD.split_once("[portal]").unwrap();
    let mut read = Vec::new();
    for sample in samples {
        let path = sample.unwrap().path();
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("secrets")).unwrap();
        // Of 16 bytes, as the key of a sealed answer must be.
        for name in ["portal-client-secret", "portal-app-word"] {
            std::fs::write(directory.path().join("secrets").join(name), "assigned-to-us-1\n").unwrap();
        }
        let file = directory.path().join("buzheng.toml");
        std::fs::write(&file, format!("{others}\n{}", std::fs::read_to_string(&path).unwrap())).unwrap();
        let config = Config::load_with(&file, std::iter::empty()).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        assert!(!format!("{config:?}").contains("assigned-to-us-1"), "{path:?}");
        read.push(path.file_stem().unwrap().to_owned());
    }
    assert!(
        ["guangdong", "hunan", "jis-front-login", "shandong"].iter().all(|name| read.iter().any(|read| read == name)),
        "{read:?}"
    );
}
