//! What a storm of sign-ins by accounts leaves of the other pages: each costs some 20 ms of a core, and beyond as many as may wait everybody is
//! asked to come again.

use buzheng::app::account::DoorAnswer;
use buzheng::app::{App, AppError};
use chrono::Utc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Handle};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use super::people::Invented;
use super::population::SMALL;
use super::site::{Site, Threads};
use super::support::{Account, CESHI, Legacy};
use super::table::{Table, per_second, rate};
use super::timing::Sample;
use super::turns::Measured;

/// By the second, of all visitors.
const STORM: u64 = 200;
const ROUNDS: usize = 5;
const TURN: Duration = Duration::from_secs(3);
const PASSWORD: &str = "mima-2026";
/// Who come one after the other; nobody comes twice at once.
const OWNERS: u64 = 400;
const PAGE: &str = "/applications";
/// Of p99 in a storm to p99 without one.
const TARGET: f64 = 2.0;

/// What became of those who came.
#[derive(Default)]
struct Came {
    opened: AtomicU64,
    asked_to_wait: AtomicU64,
}

pub(crate) fn run(table: &mut Table) {
    let threads = Threads::start();
    let site = Site::start(SMALL, &threads);
    let owners: Arc<[String]> = write(&site).into();
    let browser = Builder::new_current_thread().enable_all().build().unwrap();
    let (asked, meter) = (site.page(PAGE, "identity"), site.meter());
    let turn = || browser.block_on(asked.turn(1, TURN, &meter));
    turn();
    let (mut calm, mut stormy) = (Measured::default(), Measured::default());
    let (came, mut wall) = (Arc::new(Came::default()), Duration::ZERO);
    for _ in 0..ROUNDS {
        calm += turn();
        let began = Instant::now();
        let storm = storm(threads.service(), site.app(), &owners, &came);
        stormy += turn();
        storm.abort();
        wall += began.elapsed();
        // Those who are let in still, are none of the next round's.
        std::thread::sleep(Duration::from_secs(2));
    }
    report(table, (calm.sample(), stormy.sample()), &came, wall);
    drop(asked);
    drop(browser);
    threads.end(vec![site]);
}

fn write(site: &Site) -> Vec<String> {
    let (conn, vault) = (&mut site.connect(), &site.app().vault);
    let owner = |nth| {
        let Invented { name, number, .. } = Invented::nth(nth);
        Account::of(&CESHI, "reissue", &format!("S{nth}"))
            .name(&name)
            .number(&number)
            .password(PASSWORD)
            .write(conn, vault);
        number
    };
    (20_000..20_000 + OWNERS).map(owner).collect()
}

/// Whether or not those before have been answered.
fn storm(service: &Handle, app: &Arc<App>, owners: &Arc<[String]>, came: &Arc<Came>) -> JoinHandle<()> {
    let (app, owners, came) = (app.clone(), owners.clone(), came.clone());
    service.spawn(async move {
        let mut ticks = interval(Duration::from_micros(1_000_000 / STORM));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        for nth in 0.. {
            ticks.tick().await;
            let (app, owners, came) = (app.clone(), owners.clone(), came.clone());
            tokio::spawn(async move {
                match app.open_account(&owners[nth % owners.len()], PASSWORD, Utc::now()).await {
                    Ok(DoorAnswer::Opened(_)) => came.opened.fetch_add(1, Ordering::Relaxed),
                    Err(AppError::Busy) => came.asked_to_wait.fetch_add(1, Ordering::Relaxed),
                    other => panic!("{other:?}"),
                };
            });
        }
    })
}

fn report(table: &mut Table, (calm, stormy): (Sample, Sample), came: &Came, wall: Duration) {
    let times = stormy.p99().as_secs_f64() / calm.p99().as_secs_f64();
    let by_second = |count: &AtomicU64| per_second(rate(usize::try_from(count.load(Ordering::Relaxed)).unwrap(), wall));
    table.row(format!("GET {PAGE}, 1 at once"), String::new(), Some(&calm), "");
    table.row(
        format!("GET {PAGE}, 1 at once, while {STORM} sign in by accounts each second"),
        String::new(),
        Some(&stormy),
        format!(
            "p99 {times:.1} times (target at most {TARGET}); {} opened, {} asked to come again",
            by_second(&came.opened),
            by_second(&came.asked_to_wait)
        ),
    );
}
