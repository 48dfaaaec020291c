//! A turn: some connections ask for one thing again and again for a while. Everything that is compared has its turn in every round, so that
//! a busy moment of the machine hits all of it.

use buzheng::app::App;
use std::net::SocketAddr;
use std::ops::AddAssign;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

use super::client::Connection;
use super::cpu::{Meter, Spent};
use super::table::rate;
use super::timing::Sample;

/// What is asked for.
pub(crate) enum Asked {
    Page(Address),
    /// `SELECT 1`, through the pool of the service.
    Ping(Arc<App>),
}

/// A page, and for each connection the cookie of a session of its own.
pub(crate) struct Address {
    pub(crate) server: SocketAddr,
    pub(crate) path: &'static str,
    /// As in `Accept-Encoding`.
    pub(crate) encoding: &'static str,
    pub(crate) cookies: Arc<[String]>,
}

/// What came of one turn, or of several.
#[derive(Default)]
pub(crate) struct Measured {
    pub(crate) times: Vec<Duration>,
    pub(crate) wall: Duration,
    pub(crate) spent: Spent,
}

impl AddAssign for Measured {
    fn add_assign(&mut self, other: Self) {
        self.times.extend(other.times);
        self.wall += other.wall;
        self.spent += other.spent;
    }
}

impl Measured {
    /// By the second.
    pub(crate) fn rate(&self) -> f64 {
        rate(self.times.len(), self.wall)
    }

    /// For one of them.
    pub(crate) fn each(&self) -> Spent {
        let count = u32::try_from(self.times.len()).unwrap();
        Spent { program: self.spent.program / count, postgres: self.spent.postgres / count }
    }

    pub(crate) fn sample(self) -> Sample {
        Sample::new(self.times)
    }
}

/// One visitor at work.
enum Visitor {
    Reader(Connection, &'static str),
    Pinger(Arc<App>),
}

impl Visitor {
    async fn ask(&mut self) {
        match self {
            Self::Reader(connection, path) => connection.get(path).await,
            Self::Pinger(app) => app.db.ping().await.unwrap(),
        }
    }
}

impl Asked {
    /// Opens the connections, lets each ask once, and then counts.
    pub(crate) async fn turn(&self, connections: usize, length: Duration, meter: &Meter) -> Measured {
        let mut visitors = Vec::new();
        for nth in 0..connections {
            let mut visitor = self.visitor(nth).await;
            visitor.ask().await;
            visitors.push(visitor);
        }
        let (before, began) = (meter.read(), Instant::now());
        let mut at_work = JoinSet::new();
        for mut visitor in visitors {
            at_work.spawn(async move {
                let mut times = Vec::new();
                while began.elapsed() < length {
                    let asked = Instant::now();
                    visitor.ask().await;
                    times.push(asked.elapsed());
                }
                times
            });
        }
        let times = at_work.join_all().await.concat();
        Measured { times, wall: began.elapsed(), spent: meter.read().since(before) }
    }

    async fn visitor(&self, nth: usize) -> Visitor {
        match self {
            Self::Page(Address { server, path, encoding, cookies }) => {
                Visitor::Reader(Connection::open(*server, &cookies[nth], encoding).await, path)
            }
            Self::Ping(app) => Visitor::Pinger(app.clone()),
        }
    }
}
