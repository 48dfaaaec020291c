//! Debian's Postfix as the mail server: STARTTLS, delivery, and a recipient whom it does not know. It has to be started as root.

use buzheng::app::outbox::{Content, Notice, Round, post};
use buzheng::app::tx::act_blocking;
use buzheng::db::DbError;
use buzheng::domain::notice::{Channel, NoticeKind};
use chrono::{TimeDelta, Utc};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

use crate::support::{Certified, TestApp, read_by_python};

const PROGRAM: &str = "/usr/sbin/postfix";
const SERVICES: [&str; 22] = [
    "pickup",
    "cleanup",
    "qmgr",
    "tlsmgr",
    "rewrite",
    "bounce",
    "defer",
    "trace",
    "verify",
    "flush",
    "proxymap",
    "proxywrite",
    "smtp unix",
    "relay",
    "error",
    "retry",
    "discard",
    "local",
    "virtual",
    "anvil",
    "scache",
    "postlog",
];

/// With a mailbox of citizen@example.com, and nothing of the machine's own configuration. Ends when dropped.
struct Postfix {
    folder: TempDir,
    port: u16,
    master: Child,
}

impl Postfix {
    fn start(certified: &Certified) -> Self {
        // Its programs run as users of their own.
        let folder = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o755)).tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        for (name, owner) in [("etc", "root"), ("queue", "root"), ("data", "postfix"), ("mail", "nobody")] {
            fs::create_dir(place(name)).unwrap();
            assert!(Command::new("chown").arg(owner).arg(place(name)).status().unwrap().success());
        }
        let key = pem("PRIVATE KEY", &certified.key);
        fs::write(place("etc/tls.pem"), format!("{key}{}", certified.certificate.pem())).unwrap();
        fs::set_permissions(place("etc/tls.pem"), fs::Permissions::from_mode(0o600)).unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        fs::write(place("etc/main.cf"), main_cf(folder.path())).unwrap();
        fs::write(place("etc/master.cf"), master_cf(port)).unwrap();
        let mut command = Command::new(PROGRAM);
        command.arg("-c").arg(place("etc")).arg("start-fg").stdin(Stdio::null()).stdout(Stdio::null());
        let postfix = Self { port, master: command.stderr(Stdio::null()).spawn().unwrap(), folder };
        let started = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(started.elapsed() < Duration::from_mins(1), "Postfix does not listen: {}", postfix.log());
            std::thread::yield_now();
        }
        postfix
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// The mail that came into the mailbox: Postfix takes it first, and delivers it then.
    fn delivered(&self) -> String {
        let started = Instant::now();
        loop {
            let inbox = fs::read_dir(self.folder.path().join("mail/citizen/new"));
            let first: Option<PathBuf> = inbox.ok().and_then(|mut files| files.next()).map(|file| file.unwrap().path());
            if let Some(path) = first {
                return fs::read_to_string(path).unwrap();
            }
            assert!(started.elapsed() < Duration::from_mins(1), "nothing is delivered: {}", self.log());
            std::thread::yield_now();
        }
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let stopped = Command::new(PROGRAM).arg("-c").arg(self.folder.path().join("etc")).arg("stop").output();
        if !stopped.is_ok_and(|output| output.status.success()) {
            self.master.kill().ok();
        }
        self.master.wait().ok();
    }
}

fn main_cf(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "compatibility_level = 3.6\nqueue_directory = {folder}/queue\ndata_directory = {folder}/data\n\
         maillog_file_prefixes = {folder}\nmaillog_file = {folder}/log\ninet_interfaces = 127.0.0.1\n\
         inet_protocols = ipv4\nmyhostname = mail.example\nmydestination =\nalias_maps =\nalias_database =\n\
         local_recipient_maps =\nvirtual_mailbox_domains = example.com\nvirtual_mailbox_base = {folder}/mail\n\
         virtual_mailbox_maps = inline:{{ {{citizen@example.com = citizen/}} }}\nvirtual_uid_maps = static:65534\n\
         virtual_gid_maps = static:65534\nsmtpd_tls_chain_files = {folder}/etc/tls.pem\n\
         smtpd_tls_security_level = encrypt\nsmtpd_relay_restrictions = reject_unauth_destination\n"
    )
}

/// The services as Debian declares them, and one that listens where the test says.
fn master_cf(port: u16) -> String {
    let usual = fs::read_to_string("/etc/postfix/master.cf").unwrap();
    let wanted = usual.lines().filter(|line| {
        let words = line.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        SERVICES.iter().any(|service| words.starts_with(service))
    });
    let lines: Vec<&str> = wanted.filter(|line| !line.starts_with("smtp ") || line.contains("unix")).collect();
    format!("127.0.0.1:{port} inet n - n - - smtpd\n{}\n", lines.join("\n"))
}

fn pem(label: &str, der: &[u8]) -> String {
    use base64::Engine as _;
    let body = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> = body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn is_root() -> bool {
    std::os::unix::fs::MetadataExt::uid(&fs::metadata("/proc/self").unwrap()) == 0
}

#[tokio::test(flavor = "multi_thread")]
async fn postfix_takes_mail_over_starttls_delivers_it_whole_and_refuses_whom_it_does_not_know() {
    if !is_root() {
        eprintln!("not tried: Postfix can be started by root alone");
        return;
    }
    let certified = Certified::new("127.0.0.1");
    let postfix = Postfix::start(&certified);
    let (port, authority) = (postfix.port, postfix.folder.path().join("authority.pem"));
    fs::write(&authority, &certified.authority).unwrap();
    let app = TestApp::builder()
        .config(move |config| {
            config.smtp.url = format!("smtp://127.0.0.1:{port}").into();
            config.smtp.from = "证书补办申请系统 <noreply@example.gov.cn>".to_owned();
            config.smtp.ca_file = Some(authority);
        })
        .build()
        .await;
    let now = Utc::now();
    for to in ["citizen@example.com", "nobody@example.com"] {
        let notice = Notice {
            kind: NoticeKind::Recovery,
            person: None,
            to: to.to_owned().into(),
            content: Content::Mail {
                subject: "找回密码".to_owned(),
                text: ".一行以句点开头\n请在 20 分钟内打开\n".to_owned().into(),
                html: "<p>请在 20 分钟内打开</p>\n".to_owned().into(),
            },
            expires_at: now + TimeDelta::minutes(20),
        };
        let service = &app.service;
        act_blocking::<_, DbError>(&service.db, &service.vault, now, |tx| post(tx, &notice)).unwrap();
    }
    let round = app.service.postman().round(Channel::Mail, now).await.unwrap();
    assert_eq!(round, Round { sent: 1, failed: 1, ..Round::default() }, "{}", postfix.log());
    let refused = "SELECT count(*) AS number FROM outbox WHERE state = 'failed' AND last_answer = '550 5.1.1'";
    assert_eq!(app.number(refused), 1);
    let read = read_by_python(&postfix.delivered());
    assert_eq!((read["subject"].as_str(), read["to"].as_str()), (Some("找回密码"), Some("citizen@example.com")));
    assert_eq!(read["parts"][0][1], ".一行以句点开头\n请在 20 分钟内打开\n");
    assert_eq!(read["defects"], serde_json::json!([]));
}
