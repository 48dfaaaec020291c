//! Pages of a citizen who is signed in, beside a handler that does nothing and a query that asks nothing.

use axum::Router;
use axum::routing::get;
use buzheng::app::App;
use buzheng::web::{self, listen};
use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::client::Connection;
use super::ground::{Ground, runtime};
use super::population;
use super::support::{Account, Application, CESHI, Certificate, Legacy, browser};
use super::table::{Table, per_second, rate};
use super::timing::Sample;

const CONNECTIONS: [usize; 2] = [1, 16];
const ACCOUNTS: u64 = 10_000;
/// Each target has its turn in every round, so that a busy moment of the machine hits all of them.
const ROUNDS: u32 = 5;
const TURN: Duration = Duration::from_secs(1);
const WARM_UP: Duration = Duration::from_millis(300);

#[derive(Clone, Copy)]
enum Target {
    Handler,
    SelectOne,
    Page(&'static str),
}

const TARGETS: [Target; 4] =
    [Target::Handler, Target::SelectOne, Target::Page("/reissue?exam=ZJ"), Target::Page("/applications")];

/// One citizen at work.
struct Worker {
    app: Arc<App>,
    handler: Connection,
    service: Connection,
}

#[derive(Default)]
struct Measured {
    times: Vec<Duration>,
    wall: Duration,
}

pub(crate) fn run(table: &mut Table) {
    let server = runtime();
    let service = server.block_on(Service::start());
    // The browsers have a thread of their own, so that their work does not stand in the service's queue.
    let browsers = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for connections in CONNECTIONS {
        let measured = browsers.block_on(measure(&service, connections));
        report(table, connections, measured);
    }
    drop(browsers);
    drop(service);
}

/// The service at work, and the bare handler beside it behind the same listener code.
struct Service {
    ground: Ground,
    address: SocketAddr,
    handler: SocketAddr,
    cookies: Vec<String>,
}

impl Service {
    async fn start() -> Self {
        let mut ground = Ground::new().await;
        population::write(&ground, ACCOUNTS);
        write_citizen(&ground);
        let limits = listen::Limits::public(&ground.app.config.server);
        let listener = ground.listener.take().unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(listen::serve(listener, web::router(ground.app.clone()), limits, pending()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let handler = listener.local_addr().unwrap();
        tokio::spawn(listen::serve(listener, Router::new().route("/", get(|| async { "ok" })), limits, pending()));
        let mut cookies = Vec::new();
        for _ in 0..CONNECTIONS.into_iter().max().unwrap() {
            cookies.push(sign_in(&ground).await);
        }
        population::settle(&ground);
        Self { ground, address, handler, cookies }
    }

    async fn worker(&self, cookie: &str) -> Worker {
        let app = self.ground.app.clone();
        let (handler, service) =
            (Connection::open(self.handler, "").await, Connection::open(self.address, cookie).await);
        Worker { app, handler, service }
    }
}

/// Accounts in two old systems, five certificates, two old applications.
fn write_citizen(ground: &Ground) {
    let (conn, vault) = (&mut ground.db.connect(), &ground.app.vault);
    Account::of(&CESHI, "reissue", "C1").write(conn, vault);
    Account::of(&CESHI, "mailing", "C2").write(conn, vault);
    for year in 2015..2019 {
        Certificate::of(&CESHI, year).write(conn, vault);
    }
    Certificate::of(&CESHI, 2019).status("not_collected").write(conn, vault);
    Application::of(&CESHI, "reissue", "C1").write(conn, vault);
    Application::of(&CESHI, "mailing", "C2").status("approved").year("2011").write(conn, vault);
}

/// A session of a browser of its own; makes sure that the pages show what they shall be measured with.
async fn sign_in(ground: &Ground) -> String {
    let browser = browser(&ground.home);
    browser.sign_in("ceshi").await;
    for (path, rows, expected) in
        [("/reissue?exam=ZJ", "tr[data-certificate]", 5), ("/applications", "tr[data-application]", 2)]
    {
        let page = browser.get(path).await.expect(200);
        assert_eq!(page.count(rows), expected, "{rows} on {path}");
    }
    format!("bz_session={}", browser.session().expect("a session"))
}

async fn measure(service: &Service, connections: usize) -> Vec<Measured> {
    let mut workers = Vec::new();
    for cookie in &service.cookies[..connections] {
        workers.push(service.worker(cookie).await);
    }
    for target in TARGETS {
        (workers, _) = turn(workers, target, WARM_UP).await;
    }
    let mut all: Vec<Measured> = TARGETS.map(|_| Measured::default()).into();
    for _ in 0..ROUNDS {
        for (target, sum) in TARGETS.into_iter().zip(&mut all) {
            let measured;
            (workers, measured) = turn(workers, target, TURN).await;
            sum.times.extend(measured.times);
            sum.wall += measured.wall;
        }
    }
    all
}

/// Every worker asks again and again for a while.
async fn turn(workers: Vec<Worker>, target: Target, length: Duration) -> (Vec<Worker>, Measured) {
    let began = Instant::now();
    let mut at_work = JoinSet::new();
    for mut worker in workers {
        at_work.spawn(async move {
            let mut times = Vec::new();
            while began.elapsed() < length {
                let asked = Instant::now();
                worker.ask(target).await;
                times.push(asked.elapsed());
            }
            (worker, times)
        });
    }
    let mut measured = Measured::default();
    let mut workers = Vec::new();
    for (worker, times) in at_work.join_all().await {
        workers.push(worker);
        measured.times.extend(times);
    }
    measured.wall = began.elapsed();
    (workers, measured)
}

impl Worker {
    async fn ask(&mut self, target: Target) {
        match target {
            Target::Handler => self.handler.get("/").await,
            Target::SelectOne => self.app.db.ping().await.unwrap(),
            Target::Page(path) => self.service.get(path).await,
        }
    }
}

fn report(table: &mut Table, connections: usize, measured: Vec<Measured>) {
    let rates: Vec<f64> = measured.iter().map(|measured| rate(measured.times.len(), measured.wall)).collect();
    let (handler, select) = (rates[0], rates[1]);
    for ((target, measured), own) in TARGETS.into_iter().zip(measured).zip(rates) {
        let (what, beside) = match target {
            Target::Handler => ("bare handler".to_owned(), String::new()),
            Target::SelectOne => ("SELECT 1 on a pooled connection".to_owned(), String::new()),
            Target::Page(path) => {
                let (handler, select) = (own / handler, own / select);
                (format!("GET {path}"), format!("{handler:.3} of the bare handler's rate, {select:.3} of SELECT 1's"))
            }
        };
        let what = format!("{what}, {connections} at once");
        table.row(what, per_second(own), Some(&Sample::new(measured.times)), beside);
    }
}
