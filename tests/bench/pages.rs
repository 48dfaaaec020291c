//! Pages of a citizen who is signed in, beside the bare page of an ordinary program over the same database.

use std::time::Duration;
use tokio::runtime::Builder;

use super::citizen::{PAGES, Shown};
use super::cpu::{Meter, Spent};
use super::population::SMALL;
use super::site::{SESSIONS, Site, Threads};
use super::table::{Table, milliseconds, per_second};
use super::turns::{Asked, Measured};

/// Each has a session of its own.
const CONNECTIONS: [usize; 2] = [1, SESSIONS];
const ROUNDS: u32 = 5;
const TURN: Duration = Duration::from_secs(1);
const WARM_UP: Duration = Duration::from_millis(300);

/// Compression takes about as long for a bare page as for one of the service, and would hide what else they take: both are measured without
/// it, and again as browsers ask.
const PLAIN: &str = "identity";

/// What is measured over one database.
struct Target<'a> {
    site: &'a Site,
    what: String,
    asked: Asked,
    meter: Meter,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    /// What answers, without a page.
    Handler,
    /// What a transaction takes, without statements of a page.
    Ping,
    /// What the pages after it are held against.
    Bare,
    /// A page, and the part of the bare page's rate that it shall reach by 16 connections without compression.
    Page(Option<f64>),
}

pub(crate) fn run(table: &mut Table, large: Option<u64>) {
    let threads = Threads::start();
    let populations = std::iter::once(SMALL).chain(large.filter(|large| *large != SMALL));
    let sites: Vec<Site> = populations.map(|accounts| Site::start(accounts, &threads)).collect();
    let targets: Vec<Target> = sites.iter().flat_map(targets).collect();
    // The browsers have a thread of their own, so that their work does not stand in the service's queue.
    let browsers = Builder::new_current_thread().enable_all().build().unwrap();
    for connections in CONNECTIONS {
        let measured = browsers.block_on(measure(&targets, connections));
        report(table, connections, &targets, measured);
    }
    drop(browsers);
    drop(targets);
    threads.end(sites);
}

fn targets(site: &Site) -> Vec<Target<'_>> {
    let mut targets = Vec::new();
    // Nothing in these two knows how large a table is.
    if site.is_small() {
        let (asked, meter) = (site.bare("/", PLAIN), site.meter_of_bare());
        targets.push(Target { site, what: "bare handler".to_owned(), asked, meter, kind: Kind::Handler });
        let (asked, meter) = (site.ping(), site.meter());
        targets.push(Target {
            site,
            what: "SELECT 1 on a pooled connection".to_owned(),
            asked,
            meter,
            kind: Kind::Ping,
        });
    }
    for (encoding, suffix) in [(PLAIN, ""), ("gzip", ", gzip")] {
        let is_plain = encoding == PLAIN;
        let (asked, meter) = (site.bare("/page", encoding), site.meter_of_bare());
        targets.push(Target { site, what: format!("bare page{suffix}"), asked, meter, kind: Kind::Bare });
        for Shown { path, target, .. } in PAGES {
            let (asked, meter) = (site.page(path, encoding), site.meter());
            let kind = Kind::Page(is_plain.then_some(target));
            targets.push(Target { site, what: format!("GET {path}{suffix}"), asked, meter, kind });
        }
    }
    targets
}

async fn measure(targets: &[Target<'_>], connections: usize) -> Vec<Measured> {
    for target in targets {
        target.asked.turn(connections, WARM_UP, &target.meter).await;
    }
    let mut all: Vec<Measured> = targets.iter().map(|_| Measured::default()).collect();
    for _ in 0..ROUNDS {
        for (target, sum) in targets.iter().zip(&mut all) {
            *sum += target.asked.turn(connections, TURN, &target.meter).await;
        }
    }
    all
}

fn report(table: &mut Table, connections: usize, targets: &[Target], measured: Vec<Measured>) {
    let mut bare = 0.0;
    for (Target { site, what, kind, .. }, measured) in targets.iter().zip(measured) {
        let (rate, each) = (measured.rate(), measured.each());
        let beside = match kind {
            Kind::Handler => format!("CPU {}", milliseconds(each.program)),
            // The program's share is done on the client's own threads.
            Kind::Ping => format!("PostgreSQL {}", milliseconds(each.postgres)),
            Kind::Bare => {
                bare = rate;
                spent(each)
            }
            Kind::Page(target) => {
                // What is promised is promised where the cores are busy.
                let target = target.filter(|_| connections == SESSIONS);
                page(rate / bare, each, target)
            }
        };
        table.row(site.name(what, connections), per_second(rate), Some(&measured.sample()), beside);
    }
}

fn page(ratio: f64, each: Spent, target: Option<f64>) -> String {
    let Some(target) = target else { return format!("{ratio:.2} of the bare page's rate; {}", spent(each)) };
    format!("{ratio:.2} of the bare page's rate (target: >= {target:.2}); {} (target: <= 0.35 ms)", spent(each))
}

fn spent(each: Spent) -> String {
    format!("CPU {}, PostgreSQL {}", milliseconds(each.program), milliseconds(each.postgres))
}
