//! What a complete sign-in costs the gateway, for each protocol: the gateway on one core, portal and browsers on another.
//!
//! From `GET /sso/login` to the answer to the return; the persons have signed in before. PostgreSQL and Redis take whichever core is free.

use buzheng::web::{self, listen};
use sso::simulator::{JisShape, OAuth2Shape, Persona, Protocol, Simulator, SimulatorConfig};
use std::fs;
use std::future::pending;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::ground::Ground;
use super::people::Invented;
use super::support::{Browser, browser};
use super::table::{Table, duration, per_second, rate};
use super::timing::{Sample, ratio};

/// Visitors at once, each with a browser and an account of their own.
const VISITORS: usize = 8;
/// Sign-ins of each visitor in one turn.
const SIGN_INS: usize = 20;
/// Each protocol has its turn in every round, so that a busy moment of the machine hits all of them.
const ROUNDS: usize = 5;

/// What the gateway's threads are called, and the core they are held to.
const GATEWAY: (&str, usize) = ("gateway", 0);
const PORTAL: (&str, usize) = ("portal", 1);

/// A gateway in front of a portal.
struct Stage {
    protocol: &'static str,
    ground: Ground,
    browsers: Vec<Browser>,
}

#[derive(Default)]
struct Measured {
    times: Vec<Duration>,
    wall: Duration,
    cpu: Duration,
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
                sum.times.extend(turn.times);
                sum.wall += turn.wall;
                sum.cpu += turn.cpu;
            }
        }
    }
    let [oidc, ..] = measured.each_ref().map(Measured::cpu_each);
    for (stage, measured) in stages.iter().zip(measured) {
        let each = measured.cpu_each();
        let own = rate(measured.times.len(), measured.wall);
        let beside = format!("{} of the gateway's CPU each, {:.2} times oidc's", duration(each), ratio(each, oidc));
        let what = format!("complete sign-in by {}, {VISITORS} at once", stage.protocol);
        table.row(what, per_second(own), Some(&Sample::new(measured.times)), beside);
    }
    // What is still open belongs to its own threads.
    let entered = gateway.enter();
    drop(stages);
    drop(entered);
}

impl Measured {
    fn cpu_each(&self) -> Duration {
        self.cpu / u32::try_from(self.times.len()).unwrap()
    }
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
        Self { protocol: word, ground, browsers }
    }

    /// Every visitor signs in again and again.
    fn turn(&self, portal: &Runtime) -> Measured {
        let (began, cpu) = (Instant::now(), cpu_of(GATEWAY.0));
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
        Measured { times, wall: began.elapsed(), cpu: cpu_of(GATEWAY.0).saturating_sub(cpu) }
    }
}

/// Threads of this name, held to one core; where the machine has but one, to that.
fn threads((name, core): (&'static str, usize)) -> Runtime {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name(name)
        // A thread that has ended takes its account along.
        .thread_keep_alive(Duration::from_hours(1))
        .on_thread_start(move || hold_to(core.min(cores - 1)))
        .enable_all()
        .build()
        .unwrap()
}

fn hold_to(core: usize) {
    let place = fs::read_link("/proc/thread-self").unwrap();
    let thread = place.file_name().unwrap().to_str().unwrap();
    let core = core.to_string();
    let mut taskset = Command::new("taskset");
    let held = taskset.args(["--cpu-list", "--pid", &core, thread]).stdout(Stdio::null()).status();
    assert!(held.is_ok_and(|status| status.success()), "taskset holds no thread to core {core}");
}

/// What threads of this name have taken so far, by the kernel's account (ticks of 10 ms).
fn cpu_of(name: &str) -> Duration {
    let mut ticks = 0;
    for thread in fs::read_dir("/proc/self/task").unwrap() {
        // One that has just ended is none of ours: those stay.
        let Ok(stat) = fs::read_to_string(thread.unwrap().path().join("stat")) else { continue };
        let (head, rest) = stat.rsplit_once(") ").unwrap();
        if head.ends_with(&format!("({name}")) {
            let fields: Vec<&str> = rest.split(' ').collect();
            ticks += fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
        }
    }
    Duration::from_millis(10) * u32::try_from(ticks).unwrap()
}
