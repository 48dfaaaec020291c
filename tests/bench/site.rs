//! The service and the bare program over one database, both at work.

use buzheng::app::App;
use buzheng::ids::AccountId;
use buzheng::web::{self, listen};
use diesel::PgConnection;
use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::runtime::{Handle, Runtime};

use super::cpu::{self, Meter, Postgres};
use super::ground::Ground;
use super::population::{self, SMALL};
use super::table::thousands;
use super::turns::{Address, Asked};
use super::{bare, citizen};

/// Sessions in either program.
pub(crate) const SESSIONS: usize = 16;

/// What the threads of either program are called.
const SERVICE: &str = "service";
const BARE: &str = "bare";

/// The threads of both.
pub(crate) struct Threads {
    service: Runtime,
    bare: Runtime,
}

impl Threads {
    pub(crate) fn start() -> Self {
        Self { service: cpu::threads(SERVICE), bare: cpu::threads(BARE) }
    }

    /// Where the service's work is done.
    pub(crate) fn service(&self) -> &Handle {
        self.service.handle()
    }

    /// Lets go of what belongs to the service's threads.
    pub(crate) fn end(self, sites: Vec<Site>) {
        let entered = self.service.enter();
        drop(sites);
        drop(entered);
    }
}

/// A program's address and the cookies of its sessions.
struct Served {
    address: SocketAddr,
    cookies: Arc<[String]>,
}

pub(crate) struct Site {
    ground: Ground,
    accounts: u64,
    service: Served,
    bare: Served,
}

impl Site {
    pub(crate) fn start(accounts: u64, threads: &Threads) -> Self {
        let mut ground = threads.service.block_on(Ground::new());
        population::write(&ground, accounts);
        citizen::write_others(&ground);
        let account = citizen::write(&ground);
        let service = threads.service.block_on(serve(&mut ground));
        let bare = threads.bare.block_on(serve_bare(&ground, account));
        population::settle(&ground);
        Self { ground, accounts, service, bare }
    }

    pub(crate) const fn app(&self) -> &Arc<App> {
        &self.ground.app
    }

    pub(crate) fn connect(&self) -> PgConnection {
        self.ground.db.connect()
    }

    pub(crate) fn is_small(&self) -> bool {
        self.accounts == SMALL
    }

    /// The name of a row.
    pub(crate) fn name(&self, what: &str, connections: usize) -> String {
        let accounts = if self.is_small() { String::new() } else { format!(", {} accounts", thousands(self.accounts)) };
        format!("{what}, {connections} at once{accounts}")
    }

    /// A page of the service.
    pub(crate) fn page(&self, path: &'static str, encoding: &'static str) -> Asked {
        self.service.page(path, encoding)
    }

    /// A page of the bare program.
    pub(crate) fn bare(&self, path: &'static str, encoding: &'static str) -> Asked {
        self.bare.page(path, encoding)
    }

    pub(crate) fn ping(&self) -> Asked {
        Asked::Ping(self.ground.app.clone())
    }

    /// Of PostgreSQL and the service.
    pub(crate) fn meter(&self) -> Meter {
        Meter { threads: SERVICE, postgres: Postgres::of(&self.ground.db) }
    }

    /// Of PostgreSQL and the bare program.
    pub(crate) fn meter_of_bare(&self) -> Meter {
        Meter { threads: BARE, ..self.meter() }
    }
}

impl Served {
    fn page(&self, path: &'static str, encoding: &'static str) -> Asked {
        let Self { address, cookies } = self;
        Asked::Page(Address { server: *address, path, encoding, cookies: cookies.clone() })
    }
}

async fn serve(ground: &mut Ground) -> Served {
    let limits = listen::Limits::public(&ground.app.config.server);
    let listener = ground.listener.take().unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(listen::serve(listener, web::router(ground.app.clone()), limits, pending()));
    let mut cookies = Vec::new();
    for _ in 0..SESSIONS {
        cookies.push(citizen::sign_in(ground).await);
    }
    Served { address, cookies: cookies.into() }
}

/// `account` is that of the citizen.
async fn serve_bare(ground: &Ground, account: AccountId) -> Served {
    let address = bare::start(ground).await;
    let mut cookies = Vec::new();
    for _ in 0..SESSIONS {
        cookies.push(bare::sign_in(ground, account).await);
    }
    Served { address, cookies: cookies.into() }
}
