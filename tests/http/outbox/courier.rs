//! A service whose notices go to a mail server of the test's own.

use buzheng::app::outbox::{Content, Notice, Round, post};
use buzheng::app::tx::act_blocking;
use buzheng::config::{Config, SmtpConfig};
use buzheng::db::DbError;
use buzheng::db::schema::outbox;
use buzheng::domain::notice::{Channel, NoticeKind, NoticeState};
use buzheng::ids::NoticeId;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use sso::simulator::mail::{MailServer, MailServerConfig};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

use crate::scratch::Ended;
use crate::support::TestApp;

pub(super) struct Courier {
    pub(super) app: TestApp,
    pub(super) server: MailServer,
    /// When the notices of this test are written.
    pub(super) written_at: DateTime<Utc>,
    folder: TempDir,
}

impl Courier {
    /// Speaks to its server in clear text.
    pub(super) async fn new(server: MailServerConfig) -> Self {
        Self::with(server, |smtp, address, _| smtp.url = clear(address).into()).await
    }

    /// One that waits a second for an answer, and no longer.
    pub(super) async fn impatient() -> Self {
        Self::with(MailServerConfig::default(), |smtp, address, _| {
            smtp.url = clear(address).into();
            smtp.timeout = Duration::from_secs(1);
        })
        .await
    }

    pub(super) async fn without_server() -> Self {
        Self::with(MailServerConfig::default(), |_, _, _| {}).await
    }

    pub(super) async fn with(
        server: MailServerConfig,
        change: impl FnOnce(&mut SmtpConfig, SocketAddr, &Path) + 'static,
    ) -> Self {
        let server = MailServer::start("127.0.0.1:0".parse().unwrap(), server).await.unwrap();
        let (address, folder) = (server.address(), tempfile::tempdir().unwrap());
        let place = folder.path().to_owned();
        let configured = move |config: &mut Config| {
            "证书补办申请系统 <noreply@example.gov.cn>".clone_into(&mut config.smtp.from);
            change(&mut config.smtp, address, &place);
        };
        let app = TestApp::builder().config(configured).build().await;
        Self { app, server, written_at: Utc::now(), folder }
    }

    /// A notice that is of use for 20 minutes.
    pub(super) fn write(&self, to: &str) -> NoticeId {
        self.write_for(to, TimeDelta::minutes(20))
    }

    pub(super) fn write_for(&self, to: &str, use_for: TimeDelta) -> NoticeId {
        let (db, vault) = (&self.app.service.db, &self.app.service.vault);
        let notice = Notice { expires_at: self.written_at + use_for, ..self.notice(to) };
        act_blocking::<_, DbError>(db, vault, self.written_at, |tx| post(tx, &notice)).unwrap()
    }

    pub(super) fn write_and_roll_back(&self, to: &str) {
        let (db, vault) = (&self.app.service.db, &self.app.service.vault);
        let notice = self.notice(to);
        let undone = act_blocking::<(), DbError>(db, vault, self.written_at, |tx| {
            post(tx, &notice)?;
            Err(diesel::result::Error::RollbackTransaction.into())
        });
        assert!(undone.is_err());
    }

    fn notice(&self, to: &str) -> Notice {
        Notice {
            kind: NoticeKind::Recovery,
            person: None,
            to: to.to_owned().into(),
            content: Content::Mail {
                subject: "找回密码".to_owned(),
                text: "请在 20 分钟内打开：\nhttps://bz.example.gov.cn/x\n".to_owned().into(),
                html: "<!DOCTYPE html><html lang=\"zh-CN\"><p>请在 20 分钟内打开</p></html>\n".to_owned().into(),
            },
            expires_at: self.written_at + TimeDelta::minutes(20),
        }
    }

    /// What a server does so many seconds after the notices were written. Later on, two more: the attempts before took a moment each.
    pub(super) async fn round_after(&self, seconds: i64) -> Round {
        let now = self.written_at + TimeDelta::seconds(seconds + 2 * seconds.signum());
        self.app.service.postman().round(Channel::Mail, now).await.unwrap()
    }

    pub(super) fn state(&self, id: NoticeId) -> (NoticeState, Option<String>) {
        outbox::table.find(id).select((outbox::state, outbox::last_answer)).first(&mut self.app.db.connect()).unwrap()
    }

    /// Runs the program on this service's database.
    pub(super) fn command(&self, arguments: &[&str]) -> Ended {
        let config = &self.app.service.config;
        let path = self.folder.path().join("buzheng.toml");
        let redis = format!("[redis]\nurl = {:?}\nprefix = {:?}\n", url(&config.redis.url), config.redis.prefix);
        let text = format!(
            "[server]\npublic_url = {:?}\n[database]\nurl = {:?}\n{redis}[vault]\nkeys_file = \"{}\"\n[portal]\n\
             home_url = \"http://127.0.0.1:9/\"\n[portal.oidc]\nissuer = \"http://127.0.0.1:9\"\nclient_id = \"bz\"\n\
             client_secret = \"of the test\"\n",
            self.app.service.public_url.as_str(),
            url(&config.database.url),
            config.vault.keys_file.display(),
        );
        std::fs::write(&path, text).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_buzheng"))
            .args(arguments)
            .env("BUZHENG_CONFIG", path)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        output.into()
    }
}

fn url(secret: &secrecy::SecretString) -> &str {
    secrecy::ExposeSecret::expose_secret(secret)
}

fn clear(address: SocketAddr) -> String {
    format!("smtp://{address}?tls=none")
}
