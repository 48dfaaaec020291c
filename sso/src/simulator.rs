//! A portal for tests and demonstrations that speaks real OpenID Connect, OAuth 2.0 as provinces do, or the ticket protocol of the JIS
//! family. Never in a release build.
//!
//! With OpenID Connect it signs with keys made at its start, asks for PKCE, uses each code once, and tells the person's data under the field
//! names of provincial portals. [`Fault`]s make it break, err or attack, once each.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use sso::simulator::{Fault, Simulator, SimulatorConfig};
//!
//! let simulator = Simulator::start("127.0.0.1:0".parse().unwrap(), SimulatorConfig::default()).await?;
//! simulator.register("http://127.0.0.1:8080/sso/callback", "http://127.0.0.1:8080/signed-out");
//! let config = simulator.portal_config();
//! simulator.fault(Fault::WrongNonce); // the next sign-in fails
//! # let _ = config;
//! # Ok(())
//! # }
//! ```

mod answer;
mod browser;
mod config;
mod control;
mod fault;
mod jis;
pub mod mail;
mod mailbox;
pub mod oauth2;
mod oidc;
mod pages;
pub mod personas;
mod sign_in;
mod signing;
mod world;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::extract::{self, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::PortalConfig;

pub use browser::{Return, come_back, sign_in, visit};
pub use config::{Protocol, SimulatorConfig};
pub use fault::{Dress, Endpoint, Fault};
pub use jis::{Packing, Shape as JisShape, WayBack};
pub use oauth2::Shape as OAuth2Shape;
pub use personas::{Persona, Telling};
pub use signing::KeyKind;

use world::World;

/// A running simulator. Stops when dropped.
pub struct Simulator {
    world: Arc<World>,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    server: JoinHandle<io::Result<()>>,
}

impl Simulator {
    /// Listens on `address` (port 0: any free one) and serves in the background.
    ///
    /// # Errors
    /// The address cannot be listened on, or no key can be made.
    pub async fn start(address: SocketAddr, config: SimulatorConfig) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let base_url = config.base_url.clone().unwrap_or_else(|| format!("http://{address}"));
        let world = Arc::new(World::new(base_url, config)?);
        let (stop, mut stopped) = watch::channel(false);
        let router = router(world.clone());
        let server = tokio::spawn(async move {
            let until = async move {
                // An error means that the sender is gone: stop as well.
                let _ = stopped.wait_for(|stop| *stop).await;
            };
            axum::serve(listener, router).with_graceful_shutdown(until).await
        });
        Ok(Self { world, address, stop, server })
    }

    /// The issuer: `http://HOST:PORT`, without a trailing slash.
    pub fn base_url(&self) -> &str {
        &self.world.base_url
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Registers where browsers may be sent back to after a sign-in and after a sign-out. A ticket portal also sends them to addresses
    /// below the first one.
    pub fn register(&self, redirect_uri: &str, post_logout_redirect_uri: &str) {
        let mut inner = self.world.lock();
        inner.redirect_uris.push(redirect_uri.to_owned());
        inner.post_logout_redirect_uris.push(post_logout_redirect_uri.to_owned());
    }

    /// Shows what this server takes on the page `/simulator/mail`.
    pub fn show_mail_of(&self, server: &mail::MailServer) {
        self.world.lock().mailbox = Some(server.mailbox());
    }

    /// A `[portal]` section that fits this simulator.
    pub fn portal_config(&self) -> PortalConfig {
        let portal = PortalConfig { home_url: format!("{}/", self.world.base_url), ..PortalConfig::default() };
        match &self.world.config.protocol {
            Protocol::Oidc => oidc::configured(&self.world, portal),
            Protocol::OAuth2(shape) => oauth2::configured(&self.world, shape, portal),
            Protocol::Jis(shape) => jis::configured(&self.world, shape, portal),
        }
    }

    /// Stops listening and ends every connection.
    pub async fn shutdown(mut self) {
        let _ = self.stop.send(true); // without a receiver the server has ended already
        self.world.released.notify_waiters();
        let grace = std::time::Duration::from_secs(1);
        if tokio::time::timeout(grace, &mut self.server).await.is_err() {
            self.server.abort();
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        self.world.released.notify_waiters();
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator").field("base_url", &self.world.base_url).finish_non_exhaustive()
    }
}

fn router(world: Arc<World>) -> Router {
    let protocol = match &world.config.protocol {
        Protocol::Oidc => oidc::router(),
        Protocol::OAuth2(shape) => oauth2::router(shape),
        Protocol::Jis(shape) => jis::router(shape),
    };
    let shared = Router::new()
        .route("/", get(sign_in::home))
        .route("/simulator/sign-in", post(sign_in::sign_in))
        .route("/simulator/mail", get(mailbox::list));
    shared.merge(protocol).layer(from_fn_with_state(world.clone(), unless_silent)).with_state(world)
}

async fn unless_silent(State(world): State<Arc<World>>, request: extract::Request, next: Next) -> Response {
    if world.silent.load(Ordering::Relaxed) {
        std::future::pending::<()>().await;
    }
    next.run(request).await
}
