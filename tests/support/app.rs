//! The real service, on a port of its own, with everything that belongs to it.

use buzheng::app::App;
use buzheng::config::{AccessMode, Config};
use buzheng::db::schema::{application_versions, applications, links, open_findings};
use buzheng::domain::form::Input;
use buzheng::domain::linking::Evidence;
use buzheng::ids::{AccountId, ApplicationId, PersonId, PhotoId};
use buzheng::vault::{KeyFile, Purpose};
use buzheng::web::listen;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use sso::simulator::mail::{MailServer, MailServerConfig};
use sso::simulator::{Persona, Protocol, Simulator, SimulatorConfig, personas};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

use super::browser::Browser;
use super::data::{Citizen, Legacy, write_catalogue};
use super::database::TestDb;
use super::logs;
use super::redis::TestRedis;

type Change = Box<dyn FnOnce(&mut Config)>;

/// Nobody here measures what an answer takes, but for tests of that.
const HASTE: Duration = Duration::from_millis(10);

/// Sets a [`TestApp`] up.
#[derive(Default)]
pub struct Builder {
    changes: Vec<Change>,
    portal: SimulatorConfig,
    /// Where the portal listens; anywhere, unless it must be known before.
    portal_address: Option<SocketAddr>,
    is_mailing: bool,
}

impl Builder {
    /// Behind a portal that speaks so.
    #[must_use]
    pub fn speaking(mut self, protocol: Protocol) -> Self {
        self.portal.protocol = protocol;
        self
    }

    /// Behind a portal of another site: browsers find the service at 127.0.0.1 and the portal at localhost.
    #[must_use]
    pub fn across_sites(mut self) -> Self {
        // Free a moment ago; the simulator says so where another program has been faster.
        let address = std::net::TcpListener::bind(loopback()).unwrap().local_addr().unwrap();
        self.portal.base_url = Some(format!("http://localhost:{}", address.port()));
        self.portal_address = Some(address);
        self
    }

    /// Changes the configuration before the service starts.
    #[must_use]
    pub fn config(mut self, change: impl FnOnce(&mut Config) + 'static) -> Self {
        self.changes.push(Box::new(change));
        self
    }

    /// With these doors open.
    #[must_use]
    pub fn access(self, mode: AccessMode) -> Self {
        self.config(move |config| config.access.mode = mode)
    }

    /// With a mail server of its own, whose mails [`TestApp::mailbox`] reads.
    #[must_use]
    pub fn mailing(mut self) -> Self {
        self.is_mailing = true;
        self
    }

    /// Starts everything.
    pub async fn build(self) -> TestApp {
        logs::capture();
        sso::install_crypto_provider();
        let (db, redis) = (TestDb::new(), TestRedis::new());
        write_catalogue(&mut db.connect());
        let folder = tempfile::tempdir().unwrap();
        let keys_file = folder.path().join("keys.toml");
        KeyFile::generate().write_new(&keys_file).unwrap();

        let simulator = Simulator::start(self.portal_address.unwrap_or_else(loopback), self.portal).await.unwrap();
        let listener = TcpListener::bind(loopback()).await.unwrap();
        let address = listener.local_addr().unwrap();
        let home: Url = format!("http://{address}/").parse().unwrap();
        simulator.register(home.join("/sso/callback").unwrap().as_str(), home.join("/signed-out").unwrap().as_str());

        let mut config = Config { portal: simulator.portal_config(), ..Config::default() };
        config.server.public_url = Some(home.clone());
        config.database.url = db.url().into();
        config.database.pool_size = 8;
        config.redis.url = redis.url().into();
        redis.prefix().clone_into(&mut config.redis.prefix);
        config.vault.keys_file = keys_file;
        config.throttle.answer_pace = HASTE;
        let mut post = None;
        if self.is_mailing {
            let server = MailServer::start(loopback(), MailServerConfig::default()).await.unwrap();
            config.smtp.url = format!("smtp://{}?tls=none", server.address()).into();
            "证书补办申请系统 <noreply@example.com>".clone_into(&mut config.smtp.from);
            simulator.show_mail_of(&server);
            post = Some(server);
        }
        for change in self.changes {
            change(&mut config);
        }
        let service = App::new(config).expect("the service is built");
        let server = serve(listener, service.clone());
        TestApp { service, simulator, post, db, redis, home, address, secrets: Arc::default(), server, folder }
    }
}

/// As `buzheng serve` does.
fn serve(listener: TcpListener, service: Arc<App>) -> JoinHandle<()> {
    let limits = listen::Limits::public(&service.config.server);
    tokio::spawn(listen::serve(listener, buzheng::web::router(service), limits, std::future::pending()))
}

fn loopback() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

/// A running service.
pub struct TestApp {
    /// The service itself, for what cannot be seen from outside.
    pub service: Arc<App>,
    /// Its portal.
    pub simulator: Simulator,
    /// Its mail server, where it has one.
    pub post: Option<MailServer>,
    /// Its database.
    pub db: TestDb,
    /// Its keys in Redis.
    pub redis: TestRedis,
    /// Where it listens.
    pub address: SocketAddr,
    home: Url,
    secrets: Arc<Mutex<Vec<String>>>,
    server: JoinHandle<()>,
    folder: TempDir,
}

/// A further server of a [`TestApp`].
pub struct SecondServer {
    /// Where it listens.
    pub home: Url,
    secrets: Arc<Mutex<Vec<String>>>,
    server: JoinHandle<()>,
}

impl SecondServer {
    /// A browser that is sent here, with the session that it has at the first server.
    pub fn takes_over(&self, browser: &Browser) -> Browser {
        let here = Browser::new(self.home.clone(), self.secrets.clone());
        if let Some(session) = browser.session() {
            here.set_cookie("bz_session", &session);
        }
        here
    }
}

impl Drop for SecondServer {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// A link as stored, its evidence opened.
#[derive(Debug)]
pub struct Link {
    pub person: PersonId,
    pub account: AccountId,
    pub rule: String,
    pub evidence: Evidence,
    /// As it stands in the database.
    pub sealed: Vec<u8>,
}

impl TestApp {
    /// With the default configuration.
    pub async fn new() -> Self {
        Self::builder().build().await
    }

    /// With another configuration.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// A browser that nobody has used.
    pub fn anon(&self) -> Browser {
        Browser::new(self.home.clone(), self.secrets.clone())
    }

    /// A browser in which a persona has signed in.
    pub async fn user(&self, persona: &str) -> Browser {
        let browser = self.anon();
        browser.sign_in(persona).await;
        browser
    }

    /// Another server over the same database, Redis and keys, behind the same address as far as the portal knows.
    pub async fn second_server(&self) -> SecondServer {
        self.server(self.service.config.clone()).await
    }

    /// Another server over the same database, Redis and keys, with these doors open.
    pub async fn server_with_access(&self, mode: AccessMode) -> SecondServer {
        let mut config = self.service.config.clone();
        config.access.mode = mode;
        self.server(config).await
    }

    /// A server over the same database and Redis, with the key file of another installation.
    pub async fn server_with_other_keys(&self) -> SecondServer {
        let mut config = self.service.config.clone();
        config.vault.keys_file = self.folder.path().join("other-keys.toml");
        KeyFile::generate().write_new(&config.vault.keys_file).unwrap();
        self.server(config).await
    }

    /// The desk on a listener of its own, as `staff.listen` has it.
    pub async fn desk_server(&self) -> SecondServer {
        let listener = TcpListener::bind(loopback()).await.unwrap();
        let home = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let limits = listen::Limits::desk(&self.service.config.server);
        let router = buzheng::web::staff_router(self.service.clone());
        let server = tokio::spawn(listen::serve(listener, router, limits, std::future::pending()));
        SecondServer { home, secrets: self.secrets.clone(), server }
    }

    async fn server(&self, config: Config) -> SecondServer {
        let service = App::new(config).expect("the service is built");
        let listener = TcpListener::bind(loopback()).await.unwrap();
        let home = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let server = serve(listener, service);
        SecondServer { home, secrets: self.secrets.clone(), server }
    }

    /// The origin of the service, without a trailing slash.
    pub fn origin(&self) -> String {
        self.home.origin().ascii_serialization()
    }

    /// Writes a row of an old system.
    pub fn add<L: Legacy>(&self, row: L) -> L::Id {
        row.write(&mut self.db.connect(), &self.service.vault)
    }

    /// A portal account for an invented person.
    pub fn persona(&self, citizen: &Citizen) {
        self.simulator.add_persona(Persona::citizen(citizen.persona, citizen.name, citizen.number));
    }

    /// Rows of a table.
    pub fn count(&self, table: &str) -> i64 {
        self.number(&format!("SELECT count(*) AS number FROM {table}"))
    }

    /// The one number of a query that names it `number`.
    pub fn number(&self, query: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Counted {
            #[diesel(sql_type = BigInt)]
            number: i64,
        }
        let counted: Counted = diesel::sql_query(query).get_result(&mut self.db.connect()).unwrap();
        counted.number
    }

    /// A row of a table as PostgreSQL writes it, so that any change of it shows.
    pub fn row_text(&self, table: &str, id: impl std::fmt::Display) -> String {
        #[derive(QueryableByName)]
        struct Written {
            #[diesel(sql_type = diesel::sql_types::Text)]
            text: String,
        }
        let query = format!("SELECT t::text AS text FROM {table} t WHERE id = '{id}'");
        let written: Written = diesel::sql_query(query).get_result(&mut self.db.connect()).unwrap();
        written.text
    }

    /// Runs a statement.
    pub fn execute(&self, statement: &str) {
        diesel::sql_query(statement).execute(&mut self.db.connect()).unwrap();
    }

    /// Every link, oldest first.
    pub fn links(&self) -> Vec<Link> {
        let rows: Vec<(PersonId, AccountId, String, Vec<u8>)> = links::table
            .order(links::linked_at)
            .select((links::person_id, links::account_id, links::rule, links::evidence_sealed))
            .load(&mut self.db.connect())
            .unwrap();
        rows.into_iter()
            .map(|(person, account, rule, sealed)| {
                let evidence = self.service.vault.open_json(Purpose::Evidence, &sealed).expect("evidence that opens");
                Link { person, account, rule, evidence, sealed }
            })
            .collect()
    }

    /// Every version of an application, oldest first: the fields as stored and whether a photo belongs to it.
    pub fn versions(&self, application: &str) -> Vec<(Input, bool)> {
        use application_versions as t;
        let id: ApplicationId = application.parse().unwrap();
        let rows: Vec<(Vec<u8>, Option<PhotoId>)> = t::table
            .filter(t::application_id.eq(id))
            .order(t::version)
            .select((t::form_sealed, t::photo_id))
            .load(&mut self.db.connect())
            .unwrap();
        let open = |sealed: &[u8]| self.service.vault.open_json(Purpose::Form, sealed).expect("a form that opens");
        rows.into_iter().map(|(sealed, photo)| (open(&sealed), photo.is_some())).collect()
    }

    /// What a reviewer does.
    pub fn review(&self, application: &str, status: &str, feedback: &str) {
        use applications as t;
        let id: ApplicationId = application.parse().unwrap();
        let changed = diesel::update(t::table.find(id))
            .set((t::status.eq(status), t::feedback.eq(feedback)))
            .execute(&mut self.db.connect())
            .unwrap();
        assert_eq!(changed, 1);
    }

    /// What was found and not joined: (account, list, rule).
    pub fn findings(&self) -> Vec<(AccountId, String, String)> {
        open_findings::table
            .select((open_findings::account_id, open_findings::list, open_findings::rule))
            .load(&mut self.db.connect())
            .unwrap()
    }

    /// Everything that came out of sign-ins: rows that must not be there after a refusal.
    pub fn people_rows(&self) -> Vec<(&'static str, i64)> {
        ["persons", "identities", "aliases", "portal_numbers", "links", "open_findings", "review_tasks", "applications"]
            .map(|table| (table, self.count(table)))
            .to_vec()
    }

    fn assert_log_is_clean(&self) {
        let log = logs::logged();
        let secrets = self.secrets.lock().unwrap().clone();
        let people = personas::demo().into_iter().flat_map(|persona| [Some(persona.name), persona.document_number]);
        let known = [self.simulator.portal_config().oidc.client_id, "13912340001".to_owned()];
        for secret in secrets.into_iter().chain(people.flatten()).chain(known.into_iter().skip(1)) {
            if let Some(line) = log.lines().find(|line| line.contains(&secret)) {
                panic!("{secret:?} stands in the log: {line}");
            }
        }
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.server.abort();
        if std::thread::panicking() {
            return;
        }
        self.assert_log_is_clean();
        assert_eq!(self.db.forgotten_transactions(), Vec::<String>::new(), "transactions left open");
        assert_eq!(self.count("jobs"), 0, "jobs left waiting");
    }
}
