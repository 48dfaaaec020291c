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
fn a_mail_server_is_spoken_to_over_tls_unless_it_is_on_this_machine() {
    let with =
        |url: &str| load(&format!("{GOOD}\n[smtp]\nurl = {url:?}\nfrom = \"补办 <noreply@example.gov.cn>\"\n"), &[]);
    for (url, host, port, security) in [
        ("smtp://mail.example.gov.cn", "mail.example.gov.cn", 587, SmtpSecurity::StartTls),
        ("smtp://mail.example.gov.cn:25?tls=required", "mail.example.gov.cn", 25, SmtpSecurity::StartTls),
        ("smtps://u:p%40ss@mail.example.gov.cn", "mail.example.gov.cn", 465, SmtpSecurity::Implicit),
        ("smtp://127.0.0.1?tls=none", "127.0.0.1", 25, SmtpSecurity::Clear),
        ("smtp://[::1]:1025?tls=none", "::1", 1025, SmtpSecurity::Clear),
        ("smtp://localhost:1025?tls=none", "localhost", 1025, SmtpSecurity::Clear),
    ] {
        let server = with(url).unwrap().smtp.server().unwrap();
        assert_eq!((server.host.as_str(), server.port, server.security), (host, port, security), "{url}");
    }
    let credentials = with("smtps://u:p%40ss@mail.example.gov.cn").unwrap().smtp.server().unwrap().credentials.unwrap();
    assert_eq!((credentials.0.as_str(), credentials.1.expose_secret()), ("u", "p@ss"));
    for url in [
        "smtp://mail.example.gov.cn?tls=none",
        "smtp://127.0.0.1.example.gov.cn?tls=none",
        "smtps://127.0.0.1?tls=none",
        "smtp://mail.example.gov.cn?tls=opportunistic",
        "smtp://mail.example.gov.cn?tls=required&tls=none",
        "smtp://:password@mail.example.gov.cn",
        "smtp://",
        "https://mail.example.gov.cn",
        "mail.example.gov.cn:25",
    ] {
        let found = with(url).unwrap_err().problems;
        assert!(found.iter().all(|problem| problem.starts_with("smtp.url:")) && found.len() == 1, "{url}: {found:?}");
    }
}

#[test]
fn the_sender_of_mail_is_an_address_that_may_have_a_name() {
    let sender = |from: &str| {
        let text = format!("{GOOD}\n[smtp]\nurl = \"smtp://mail.example.gov.cn\"\nfrom = {from:?}\n");
        load(&text, &[]).map(|config| config.smtp.sender().map(|(name, email)| (name, email.as_str().to_owned())))
    };
    for (from, name) in [
        ("noreply@example.gov.cn", ""),
        ("证书补办申请系统 <noreply@example.gov.cn>", "证书补办申请系统"),
        ("\"证书补办, 示例省\" <noreply@example.gov.cn>", "证书补办, 示例省"),
    ] {
        assert_eq!(sender(from).unwrap(), Some((name.to_owned(), "noreply@example.gov.cn".to_owned())), "{from}");
    }
    for from in ["", "nobody", "a b <noreply>", "a\r\nBcc: b@c.example <noreply@example.gov.cn>", "<a@b.example"] {
        assert!(sender(from).is_err(), "{from:?}");
    }
}

#[test]
fn the_hook_for_text_messages_is_called_over_https_and_signed_with_a_key_of_some_length() {
    let with = |url: &str, secret: &str| problems(&format!("{GOOD}\n[sms]\nurl = {url:?}\nsecret = {secret:?}\n"), &[]);
    let long = "a-secret-of-this-test-with-some-length";
    assert_eq!(with("https://sms.example.gov.cn/send", long), Vec::<String>::new());
    assert_eq!(with("http://127.0.0.1:8000/send", long), Vec::<String>::new());
    assert!(with("http://sms.example.gov.cn/send", long)[0].starts_with("sms.url:"));
    assert!(with("https://sms.example.gov.cn/send", "short")[0].starts_with("sms.secret:"));
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
