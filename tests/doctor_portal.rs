//! `buzheng doctor --portal [--try]`: an operator connects a portal, and sees what it sends before any citizen does.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod scratch;

use reqwest::redirect::Policy;
use scratch::Installation;
use serde_json::Value;
use sso::simulator::{self, Fault, JisShape, Packing, Protocol, Simulator, SimulatorConfig, WayBack};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use url::Url;

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// An installation, the portal it is configured for, and a port where the service would listen.
struct Ground {
    installation: Installation,
    simulator: Simulator,
    home: Url,
}

impl Ground {
    async fn new() -> Self {
        Self::speaking(Protocol::Oidc).await
    }

    async fn speaking(protocol: Protocol) -> Self {
        let config = SimulatorConfig { protocol, ..SimulatorConfig::default() };
        let simulator = Simulator::start("127.0.0.1:0".parse().unwrap(), config).await.unwrap();
        let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let home: Url = format!("http://{free}/").parse().unwrap();
        simulator.register(home.join("sso/callback").unwrap().as_str(), home.join("signed-out").unwrap().as_str());
        Self { installation: Installation::new(), simulator, home }
    }

    fn migrated(self) -> Self {
        Self { installation: self.installation.migrated(), ..self }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::from(self.installation.command(arguments));
        let oidc = self.simulator.portal_config().oidc;
        command
            .env("BUZHENG__SERVER__LISTEN", format!("127.0.0.1:{}", self.home.port().unwrap()))
            .env("BUZHENG__SERVER__PUBLIC_URL", self.home.as_str())
            .env("BUZHENG__PORTAL__OIDC__ISSUER", oidc.issuer)
            .env("BUZHENG__PORTAL__OIDC__CLIENT_ID", oidc.client_id)
            .env("BUZHENG__PORTAL__OIDC__CLIENT_SECRET", SimulatorConfig::default().client_secret)
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// The same for a portal of tickets in the manner of Shandong.
    fn command_for_tickets(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(arguments);
        let jis = self.simulator.portal_config().jis;
        command
            .env("BUZHENG__PORTAL__DRIVER", "jis")
            .env("BUZHENG__PORTAL__JIS__LOGIN_URL", jis.login_url)
            .env("BUZHENG__PORTAL__JIS__INTERFACE_URL", jis.interface_url)
            .env("BUZHENG__PORTAL__JIS__APP_MARK", jis.app_mark)
            .env("BUZHENG__PORTAL__JIS__APP_WORD", SimulatorConfig::default().client_secret)
            .env("BUZHENG__PORTAL__JIS__APP_PARAM", jis.app_param)
            .env("BUZHENG__PORTAL__JIS__LOGIN_PARAMS", "{ userType = \"1\" }")
            .env("BUZHENG__PORTAL__JIS__TIME_FORMAT", "compact");
        command
    }

    fn try_out(&self) -> Trial {
        Trial::run(self.command(&["doctor", "--portal", "--try", "--format", "json"]))
    }
}

/// A running `doctor --portal --try`.
struct Trial {
    child: Child,
    out: Lines<BufReader<ChildStdout>>,
}

impl Trial {
    fn run(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, out }
    }

    async fn line(&mut self) -> Value {
        let line = tokio::time::timeout(PATIENCE, self.out.next_line()).await.expect("a line in time").unwrap();
        serde_json::from_str(&line.expect("a line")).unwrap()
    }

    /// Where the browser ends after the test sign-in.
    async fn sign_in(&mut self, persona: &str) -> Url {
        let url: Url = self.line().await["sign_in_url"].as_str().unwrap().parse().unwrap();
        simulator::sign_in(&url, persona).await.unwrap()
    }

    async fn paste(&mut self, text: &str) {
        self.child.stdin.as_mut().unwrap().write_all(format!("{text}\n").as_bytes()).await.unwrap();
    }

    async fn end(mut self) -> i32 {
        tokio::time::timeout(PATIENCE, self.child.wait()).await.expect("it ends").unwrap().code().expect("by itself")
    }
}

fn field<'a>(report: &'a Value, attribute: &str) -> &'a Value {
    let fields = report["fields"].as_array().unwrap();
    fields.iter().find(|field| field["attribute"] == attribute).unwrap_or_else(|| panic!("{attribute}: {report:#}"))
}

async fn visit(url: Url) -> reqwest::Response {
    sso::install_crypto_provider();
    let client = reqwest::Client::builder().redirect(Policy::none()).timeout(PATIENCE).build().unwrap();
    client.get(url).send().await.unwrap()
}

#[tokio::test]
async fn without_a_service_it_takes_the_return_itself_and_shows_fields_with_masked_values() {
    let ground = Ground::new().await;
    let mut trial = ground.try_out();
    let back = trial.sign_in("ceshi").await;
    let page = visit(back).await;
    assert!(page.headers().get("set-cookie").is_none(), "nobody is signed in");
    assert!(page.text().await.unwrap().contains("测试登录已返回"));
    let report = trial.line().await;
    assert_eq!(field(&report, "name")["place"], "cn");
    assert_eq!(field(&report, "name")["shown"], "测*");
    assert_eq!(field(&report, "document_number")["place"], "papersnumber");
    assert_eq!(field(&report, "level")["shown"], "2");
    assert!(!report.to_string().contains("110101199003071233"));
    assert_eq!(trial.end().await, 0);
}

#[tokio::test]
async fn where_it_stands_in_for_the_service_nobody_can_sign_in() {
    let ground = Ground::new().await;
    let mut trial = ground.try_out();
    let back = trial.sign_in("ceshi").await;
    for path in ["/", "/sso/login", "/reissue", "/sso/logout", "/sso/backchannel-logout", "/link"] {
        assert_eq!(visit(ground.home.join(path).unwrap()).await.status(), 404, "{path}");
    }
    for path in ["/sso/callback", "/sso/callback?code=c&state=of-another", "/sso/callback/of-another?ticket=t"] {
        assert_eq!(visit(ground.home.join(path).unwrap()).await.status(), 400, "{path}");
    }
    assert_eq!(visit(back).await.status(), 200, "the one return is still waited for");
    trial.line().await;
    assert_eq!(trial.end().await, 0);
}

#[tokio::test]
async fn with_a_service_running_the_service_takes_the_return_and_signs_nobody_in() {
    let ground = Ground::new().await.migrated();
    let mut serve = ground.command(&["serve"]);
    let mut serving = serve.stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while tokio::net::TcpStream::connect(("127.0.0.1", ground.home.port().unwrap())).await.is_err() {
        tokio::task::yield_now().await;
    }
    let mut trial = ground.try_out();
    let back = trial.sign_in("dijibie").await;
    let page = visit(back.clone()).await;
    assert!(page.headers().get("set-cookie").is_none());
    let report = trial.line().await;
    assert!(field(&report, "level")["message"].as_str().unwrap().contains("below portal.minimum_level"), "{report:#}");
    assert_eq!(trial.end().await, 0);
    assert_eq!(visit(back).await.status(), 400, "once");
    serving.kill().await.unwrap();
}

#[tokio::test]
async fn where_the_browser_reaches_no_service_its_address_can_be_pasted() {
    let ground = Ground::new().await;
    ground.simulator.fault(Fault::Patch(sso::simulator::Endpoint::UserInfo, serde_json::json!({ "authlevel": "A7" })));
    let mut trial = ground.try_out();
    let back = trial.sign_in("ceshi").await;
    trial.paste("what is this").await;
    trial.paste(back.as_str()).await;
    let hint = tokio::time::timeout(PATIENCE, trial.out.next_line()).await.unwrap().unwrap().unwrap();
    assert!(hint.contains("/sso/callback"), "{hint}");
    let report = trial.line().await;
    let level = field(&report, "level");
    assert_eq!((level["severity"].as_str(), level["shown"].as_str()), (Some("problem"), Some("A7")));
    assert!(level["message"].as_str().unwrap().contains("portal.levels"));
    assert_eq!(trial.end().await, 1, "something needs attention");
}

#[tokio::test]
async fn a_refused_answer_ends_with_2_and_says_which_check_it_failed() {
    let ground = Ground::new().await;
    ground.simulator.fault(Fault::WrongNonce);
    let mut command = ground.command(&["doctor", "--portal", "--try"]);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
    let url = loop {
        let line = tokio::time::timeout(PATIENCE, out.next_line()).await.unwrap().unwrap().unwrap();
        if let Ok(url) = line.trim().parse::<Url>() {
            break url;
        }
    };
    let back = simulator::sign_in(&url, "ceshi").await.unwrap();
    child.stdin.as_mut().unwrap().write_all(format!("{back}\n").as_bytes()).await.unwrap();
    let ended = tokio::time::timeout(PATIENCE, child.wait_with_output()).await.unwrap().unwrap();
    let told = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(2));
    assert!(told.contains("the ID token belongs to another sign-in"), "{told}");
    assert!(!told.contains("simulator secret"));
}

#[tokio::test]
async fn a_portal_of_tickets_is_looked_at_and_tried_out_the_same_way() {
    for way_back in [WayBack::Query, WayBack::Ampersand] {
        let shape = JisShape { packing: Packing::Text, way_back, ..JisShape::shandong() };
        let ground = Ground::speaking(Protocol::Jis(shape)).await;
        let ended = ground.command_for_tickets(&["doctor", "--portal", "--format", "json"]).output().await.unwrap();
        assert_eq!(ended.status.code(), Some(1), "{}", String::from_utf8_lossy(&ended.stdout));
        let report: Value = serde_json::from_slice(&ended.stdout).unwrap();
        let interface =
            report["findings"].as_array().unwrap().iter().find(|f| f["code"] == "portal.interface").unwrap();
        let told = interface["message"].as_str().unwrap();
        assert!(told.contains(JisShape::BAD_TICKET), "the code that portal.jis.refusals wants: {told}");

        let options = ["doctor", "--portal", "--try", "--format", "json"];
        let mut trial = Trial::run(ground.command_for_tickets(&options));
        let back = trial.sign_in("ceshi").await;
        visit(back).await;
        let report = trial.line().await;
        assert_eq!(field(&report, "subject")["place"], "uuid");
        assert_eq!(field(&report, "name")["shown"], "测*");
        assert!(!report.to_string().contains("110101199003071233"));
        assert_eq!(trial.end().await, 0);

        let mut trial = Trial::run(ground.command_for_tickets(&options));
        let back = trial.sign_in("dijibie").await;
        trial.paste(back.as_str()).await;
        let report = trial.line().await;
        assert_eq!(field(&report, "level")["shown"], "0", "{way_back:?}");
        assert_eq!(trial.end().await, 0);
    }
}

#[tokio::test]
async fn portal_alone_looks_at_nothing_else() {
    let ground = Ground::new().await;
    let look = async |ground: &Ground| {
        let mut command = ground.command(&["doctor", "--portal", "--format", "json"]);
        command.env("BUZHENG__DATABASE__URL", "postgres://nobody@127.0.0.1:9/none").output().await.unwrap()
    };
    let ended = look(&ground).await;
    assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stdout));
    let report: Value = serde_json::from_slice(&ended.stdout).unwrap();
    let codes: Vec<&str> =
        report["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["portal.discovery", "portal.keys", "portal.clock"]);

    let Ground { installation, simulator, home } = ground;
    let oidc = simulator.portal_config().oidc;
    simulator.shutdown().await;
    let mut command = Command::from(installation.command(&["doctor", "--portal"]));
    let ended = command
        .env("BUZHENG__SERVER__PUBLIC_URL", home.as_str())
        .env("BUZHENG__PORTAL__OIDC__ISSUER", oidc.issuer)
        .output()
        .await
        .unwrap();
    assert_eq!(ended.status.code(), Some(2));
    assert!(String::from_utf8(ended.stdout).unwrap().contains("portal.unreachable"));
}
