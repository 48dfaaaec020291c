//! What a complete sign-in costs the gateway, for each protocol: the gateway on one core, portal and browsers on another.
//!
//! From `GET /sso/login` to the answer to the return; the persons have signed in before. PostgreSQL and Redis take whichever core is free.

use buzheng::web::{self, listen};
use sso::simulator::{JisShape, OAuth2Shape, Persona, Protocol, Simulator, SimulatorConfig};
use std::future::pending;
use std::process::{Command, Stdio};
use std::time::Instant;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::cpu::{self, Meter, Postgres, Spent};
use super::ground::Ground;
use super::people::Invented;
use super::support::{Browser, browser};
use super::table::{Table, milliseconds, per_second};
use super::timing::ratio;
use super::turns::Measured;

/// Visitors at once, each with a browser and an account of their own.
const VISITORS: usize = 8;
/// Sign-ins of each visitor in one turn.
const SIGN_INS: usize = 20;
/// Each protocol has its turn in every round, so that a busy moment of the machine hits all of them.
const ROUNDS: usize = 5;

/// Of the gateway's CPU and of PostgreSQL's, for each protocol that has them.
const TARGETS: [[&str; 2]; 3] = [[" (target: <= 1.20 ms)", " (target: <= 1.50 ms)"], ["", ""], ["", ""]];

/// What the gateway's threads are called, and the core they are held to.
const GATEWAY: (&str, usize) = ("gateway", 0);
const PORTAL: (&str, usize) = ("portal", 1);

/// A gateway in front of a portal.
struct Stage {
    protocol: &'static str,
    ground: Ground,
    browsers: Vec<Browser>,
    meter: Meter,
}

pub(crate) fn run(table: &mut Table) {
    let (gateway, portal) = (threads(GATEWAY), threads(PORTAL));
    let protocols = [
        ("oidc", Protocol::Oidc),
        ("oauth2", Protocol::OAuth2(Box::new(OAuth2Shape::standard()))),
        ("jis", Protocol::Jis(JisShape::shandong())),
    ];
    let stages = protocols.map(|(word, protocol)| Stage::set(word, protocol, &gateway, &portal));
    let mut measured = stages.each_ref().map(|_| Measured::default());
    for round in 0..=ROUNDS {
        for (stage, sum) in stages.iter().zip(&mut measured) {
            let turn = stage.turn(&portal);
            // The first is for connections, caches and the portal's keys.
            if round > 0 {
                *sum += turn;
            }
        }
    }
    let oidc = measured[0].each();
    for ((stage, measured), targets) in stages.iter().zip(measured).zip(TARGETS) {
        let what = format!("complete sign-in by {}, {VISITORS} at once", stage.protocol);
        let (rate, beside) = (measured.rate(), beside(measured.each(), oidc, targets));
        table.row(what, per_second(rate), Some(&measured.sample()), beside);
    }
    // What is still open belongs to its own threads.
    let entered = gateway.enter();
    drop(stages);
    drop(entered);
}

fn beside(each: Spent, oidc: Spent, [program, postgres]: [&str; 2]) -> String {
    let times = ratio(each.program, oidc.program);
    let (cpu, of_postgres) = (milliseconds(each.program), milliseconds(each.postgres));
    format!("the gateway's CPU {cpu}{program}, {times:.2} times oidc's; PostgreSQL {of_postgres}{postgres}")
}

impl Stage {
    fn set(word: &'static str, protocol: Protocol, gateway: &Runtime, portal: &Runtime) -> Self {
        let settings = SimulatorConfig { protocol, ..SimulatorConfig::default() };
        let simulator =
            portal.block_on(portal.spawn(Simulator::start("127.0.0.1:0".parse().unwrap(), settings))).unwrap().unwrap();
        for visitor in 0..VISITORS {
            let Invented { name, number, .. } = Invented::nth(u64::try_from(visitor).unwrap());
            simulator.add_persona(Persona::citizen(&format!("visitor-{visitor}"), &name, &number));
        }
        let mut ground = gateway.block_on(Ground::of(simulator, |config| {
            config.throttle.sign_in_starts_per_minute = 0;
            config.throttle.posted_answers_per_minute = 0;
        }));
        let limits = listen::Limits::public(&ground.app.config.server);
        let (listener, router) = (ground.listener.take().unwrap(), web::router(ground.app.clone()));
        gateway.spawn(listen::serve(listener, router, limits, pending()));
        let browsers = (0..VISITORS).map(|_| browser(&ground.home)).collect();
        let meter = Meter { threads: GATEWAY.0, postgres: Postgres::of(&ground.db) };
        Self { protocol: word, ground, browsers, meter }
    }

    /// Every visitor signs in again and again.
    fn turn(&self, portal: &Runtime) -> Measured {
        let (before, began) = (self.meter.read(), Instant::now());
        let mut visitors = JoinSet::new();
        for (visitor, browser) in self.browsers.iter().enumerate() {
            let browser = browser.clone();
            let work = async move {
                let mut times = Vec::new();
                for _ in 0..SIGN_INS {
                    let began = Instant::now();
                    let page = browser.try_sign_in(&format!("visitor-{visitor}"), None).await;
                    times.push(began.elapsed());
                    assert!(["/reissue", "/continuity"].contains(&page.location().path()), "{}", page.summary());
                }
                times
            };
            visitors.spawn_on(work, portal.handle());
        }
        let times = portal.block_on(visitors.join_all()).concat();
        assert!(self.ground.app.db.usage().1 > 0);
        Measured { times, wall: began.elapsed(), spent: self.meter.read().since(before) }
    }
}

/// Threads of this name, held to one core; where the machine has but one, to that.
fn threads((name, core): (&'static str, usize)) -> Runtime {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    cpu::builder(name).worker_threads(1).on_thread_start(move || hold_to(core.min(cores - 1))).build().unwrap()
}

fn hold_to(core: usize) {
    let place = std::fs::read_link("/proc/thread-self").unwrap();
    let thread = place.file_name().unwrap().to_str().unwrap();
    let core = core.to_string();
    let mut taskset = Command::new("taskset");
    let held = taskset.args(["--cpu-list", "--pid", &core, thread]).stdout(Stdio::null()).status();
    assert!(held.is_ok_and(|status| status.success()), "taskset holds no thread to core {core}");
}
