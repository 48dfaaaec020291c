mod meaning;
mod sources;

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
fn the_digest_tells_configurations_apart_and_knows_no_secret() {
    // Relative paths count from the file's folder, which is another one each time.
    let digest = |text: &str| load(&text.replace("\"keys.toml", "\"/keys.toml"), &[]).unwrap().digest();
    assert_eq!(digest(GOOD), digest(GOOD));
    assert_eq!(digest(GOOD), digest(&GOOD.replace("secret-of-the-test", "another-secret")));
    assert_eq!(digest(GOOD), digest(&GOOD.replace("u:p@", "u:other@")));
    assert_ne!(digest(GOOD), digest(&GOOD.replace("client_id = \"buzheng\"", "client_id = \"other\"")));
    assert!(!format!("{:?}", load(GOOD, &[]).unwrap()).contains("secret-of-the-test"));
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
