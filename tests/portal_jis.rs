//! The sample configurations of ticket portals, loaded as the program loads them, against a portal that speaks exactly so. Only hosts
//! are replaced; the mark and the word are those of the simulator.

#![allow(clippy::unwrap_used)]

use buzheng::config::Config;
use chrono::Utc;
use sso::simulator::{Fault, JisShape, Persona, Protocol, Simulator, SimulatorConfig, WayBack, come_back};
use sso::{DocumentType, DocumentTypeWord, LoginError, Portal, PortalIdentity, UserType};
use tempfile::TempDir;
use url::Url;

const OURS: &str = "https://bz.example.gov.cn";
const WORD: &str = "word of 16 bytes";
const GROUND: &str = "[server]\npublic_url = \"https://bz.example.gov.cn\"\n[database]\nurl = \"postgres://127.0.0.1/x\"\n[redis]\n\
                      url = \"redis://127.0.0.1/\"\n[vault]\nkeys_file = \"keys.toml\"\n";

/// Each sample, its hosts, and the shape that it is made for.
fn samples() -> [(&'static str, &'static [&'static str], JisShape); 2] {
    [
        (
            include_str!("../deploy/portals/shandong.toml"),
            &["https://tysfrz.isdapp.shandong.gov.cn", "https://zwfw.sd.gov.cn"],
            JisShape::shandong(),
        ),
        (
            include_str!("../deploy/portals/jis-front-login.toml"),
            &["https://portal.example.gov.cn"],
            JisShape { login_mark: "ALSO-ASSIGNED-BY-THE-PORTAL", ..JisShape::front_login() },
        ),
    ]
}

struct Stage {
    simulator: Simulator,
    portal: Portal,
    config: Config,
    _folder: TempDir,
}

impl Stage {
    async fn new((sample, hosts, shape): (&str, &[&str], JisShape)) -> Self {
        let simulator = Simulator::start(
            "127.0.0.1:0".parse().unwrap(),
            SimulatorConfig {
                protocol: Protocol::Jis(shape),
                client_id: "ASSIGNED-BY-THE-PORTAL".to_owned(),
                client_secret: WORD.to_owned(),
                ..SimulatorConfig::default()
            },
        )
        .await
        .unwrap();
        simulator.register(&format!("{OURS}/sso/callback"), &format!("{OURS}/signed-out"));
        let section = hosts.iter().fold(sample.to_owned(), |text, host| text.replace(host, simulator.base_url()));
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("secrets")).unwrap();
        std::fs::write(folder.path().join("secrets/portal-app-word"), format!("{WORD}\n")).unwrap();
        let file = folder.path().join("buzheng.toml");
        std::fs::write(&file, format!("{GROUND}{section}")).unwrap();
        let config = Config::load(&file).unwrap();
        let portal = Portal::new(&config.portal, format!("{OURS}/sso/callback").parse().unwrap()).unwrap();
        Self { simulator, portal, config, _folder: folder }
    }

    async fn sign_in(&self, persona: &str) -> Result<PortalIdentity, LoginError> {
        let (url, pending) = self.portal.begin(Utc::now()).await?;
        let back = come_back(&url, &[("persona", persona)]).await.unwrap();
        let tail = back.url.as_str().strip_prefix(&format!("{OURS}/sso/callback")).unwrap().split('?').next().unwrap();
        let query = back.form.as_deref().or(back.url.query()).unwrap_or_default();
        self.portal.finish(pending, self.portal.receive(tail, query)?, Utc::now()).await
    }
}

#[tokio::test]
async fn each_sample_signs_people_in_and_out() {
    for sample in samples() {
        let stage = Stage::new(sample).await;
        let identity = stage.sign_in("ceshi").await.unwrap();
        assert_eq!(identity.issuer, stage.config.portal.issuer());
        assert_eq!((identity.subject.as_str(), identity.name.as_deref()), ("ceshi", Some("测试")));
        assert_eq!(identity.document_number.as_deref(), Some("110101199003071233"));
        assert_eq!(identity.document_type, DocumentType::Known(DocumentTypeWord::ResidentId));
        assert_eq!((identity.level, identity.user_type), (Some(2), UserType::Personal));
        assert_eq!(stage.sign_in("faren").await.unwrap().user_type, UserType::Corporate);
        assert_eq!(stage.sign_in("dijibie").await.unwrap().level, Some(0));

        let home: Url = format!("{OURS}/signed-out").parse().unwrap();
        let out = stage.portal.sign_out_url(&identity.session, &home, "s1").unwrap();
        assert_eq!(come_back(&out, &[]).await.unwrap().url.as_str(), format!("{OURS}/signed-out?state=s1"));
    }
}

#[tokio::test]
async fn each_sample_stands_every_way_back() {
    for (sample, hosts, shape) in samples() {
        for way_back in [WayBack::Query, WayBack::Twice, WayBack::Ampersand, WayBack::Post] {
            let stage = Stage::new((sample, hosts, JisShape { way_back, ..shape.clone() })).await;
            assert_eq!(stage.sign_in("xinren").await.unwrap().subject, "xinren", "{way_back:?}");
        }
    }
}

#[tokio::test]
async fn each_sample_refuses_what_it_does_not_know() {
    for sample in samples() {
        let stage = Stage::new(sample).await;
        let mut stranger = Persona::citizen("shengren", "生人", "110101199003071233");
        (stranger.level, stranger.document_type) = (Some("L9".to_owned()), Some("99".to_owned()));
        stranger.user_type = Some("7".to_owned());
        stage.simulator.add_persona(stranger);
        let identity = stage.sign_in("shengren").await.unwrap();
        assert_eq!((identity.level, identity.user_type), (None, UserType::Unmapped));
        assert_eq!(identity.document_type, DocumentType::Unmapped);

        let endpoint = sso::simulator::Endpoint::Ticket;
        stage.simulator.fault(Fault::retcode(endpoint, JisShape::BAD_TICKET));
        assert!(matches!(stage.sign_in("ceshi").await, Err(LoginError::Expired { .. })));
        stage.simulator.fault(Fault::ForeignKey(sso::simulator::Endpoint::Person));
        assert!(matches!(stage.sign_in("ceshi").await, Err(LoginError::BadAnswer { .. })));
        stage.simulator.fault(Fault::ServerError(endpoint));
        assert!(matches!(stage.sign_in("ceshi").await, Err(LoginError::Unavailable { .. })));
        assert_eq!(stage.simulator.unused_faults(), 0);
    }
}

#[test]
fn what_is_not_public_is_marked_for_the_operator_to_confirm() {
    for (sample, ..) in samples() {
        for table in ["[portal.levels]", "[portal.document_types]", "[portal.claims]", "[portal.jis.refusals]"] {
            let before = sample.split_once(table).unwrap().0;
            let comment: Vec<_> = before.lines().rev().take_while(|line| line.starts_with('#')).collect();
            assert!(comment.iter().any(|line| line.contains("To be confirmed with the portal's operator")), "{table}");
        }
        assert!(!sample.contains("app_word ="), "a secret in a sample");
    }
}
