//! The service that is measured, on a database and Redis keys of its own.

use buzheng::app::App;
use buzheng::config::Config;
use buzheng::vault::KeyFile;
use sso::simulator::{Simulator, SimulatorConfig};
use std::fs::File;
use std::net::SocketAddr;
use std::sync::{Arc, Once};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use url::Url;

use super::support::{TestDb, TestRedis, write_catalogue};

/// A service that nobody asks yet.
pub(crate) struct Ground {
    pub(crate) app: Arc<App>,
    pub(crate) db: TestDb,
    pub(crate) home: Url,
    /// Taken by whoever lets the service answer.
    pub(crate) listener: Option<TcpListener>,
    _simulator: Simulator,
    _redis: TestRedis,
    _folder: TempDir,
}

impl Ground {
    pub(crate) async fn new() -> Self {
        sso::install_crypto_provider();
        Self::of(Simulator::start(anywhere(), SimulatorConfig::default()).await.unwrap(), |_| {}).await
    }

    /// In front of this portal, with another configuration.
    pub(crate) async fn of(simulator: Simulator, change: impl FnOnce(&mut Config)) -> Self {
        install_telemetry();
        sso::install_crypto_provider();
        let (db, redis, folder) = (TestDb::new(), TestRedis::new(), tempfile::tempdir().unwrap());
        write_catalogue(&db);
        let keys_file = folder.path().join("keys.toml");
        KeyFile::generate().write_new(&keys_file).unwrap();
        let listener = TcpListener::bind(anywhere()).await.unwrap();
        let home: Url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        simulator.register(home.join("/sso/callback").unwrap().as_str(), home.join("/signed-out").unwrap().as_str());

        let mut config = Config { portal: simulator.portal_config(), ..Config::default() };
        config.server.public_url = Some(home.clone());
        config.database.url = db.url().into();
        config.redis.url = redis.url().into();
        redis.prefix().clone_into(&mut config.redis.prefix);
        config.vault.keys_file = keys_file;
        change(&mut config);
        let app = App::new(config).expect("the service is built");
        Self { app, db, home, listener: Some(listener), _simulator: simulator, _redis: redis, _folder: folder }
    }
}

pub(crate) fn anywhere() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

/// Threads for the service: as many as it has in production.
pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap()
}

/// Logs and metrics as in production, for they cost time; the log goes where nobody reads it.
fn install_telemetry() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let nowhere = File::options().write(true).open("/dev/null").unwrap();
        tracing_subscriber::fmt()
            .with_env_filter("info,r2d2=off")
            .json()
            .flatten_event(true)
            .with_writer(Arc::new(nowhere))
            .init();
        buzheng::telemetry::install_metrics().unwrap();
    });
}
