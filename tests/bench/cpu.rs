//! Processor time by the kernel's account, in ticks of 10 ms: of one program's threads, and of PostgreSQL.
//!
//! Programs and their client share this process; the name of its threads tells what a program took.

use diesel::prelude::*;
use diesel::sql_types::Integer;
use std::fs;
use std::ops::AddAssign;
use std::path::Path;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

use super::support::TestDb;

const TICK: Duration = Duration::from_millis(10);

/// Threads of a program that is measured, as many as it has in production, its blocking threads among them.
pub(crate) fn threads(name: &'static str) -> Runtime {
    builder(name).build().unwrap()
}

/// The same, for whoever changes something else about them.
pub(crate) fn builder(name: &'static str) -> Builder {
    let mut builder = Builder::new_multi_thread();
    // A thread that has ended takes its account along.
    builder.thread_name(name).thread_keep_alive(Duration::from_hours(1)).enable_all();
    builder
}

/// What a program took, and what PostgreSQL did.
#[derive(Clone, Copy, Default)]
pub(crate) struct Spent {
    pub(crate) program: Duration,
    pub(crate) postgres: Duration,
}

impl AddAssign for Spent {
    fn add_assign(&mut self, other: Self) {
        self.program += other.program;
        self.postgres += other.postgres;
    }
}

impl Spent {
    /// What was taken since an earlier reading.
    pub(crate) fn since(self, earlier: Self) -> Self {
        Self {
            program: self.program.saturating_sub(earlier.program),
            postgres: self.postgres.saturating_sub(earlier.postgres),
        }
    }
}

/// Whose processor time is read.
pub(crate) struct Meter {
    /// The name of the program's threads.
    pub(crate) threads: &'static str,
    pub(crate) postgres: Postgres,
}

impl Meter {
    /// What they have taken so far.
    pub(crate) fn read(&self) -> Spent {
        Spent { program: of_threads(self.threads), postgres: self.postgres.taken() }
    }
}

/// The server's first process, whose children serve the connections.
#[derive(Clone, Copy)]
pub(crate) struct Postgres(u32);

#[derive(QueryableByName)]
struct Backend {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

impl Postgres {
    /// The server of this database, on this machine.
    pub(crate) fn of(db: &TestDb) -> Self {
        let conn = &mut db.connect();
        let backend: Backend = diesel::sql_query("SELECT pg_backend_pid() AS pid").get_result(conn).unwrap();
        let stat = Stat::read(&Path::new("/proc").join(backend.pid.to_string()));
        let stat = stat.filter(|stat| stat.name == "postgres").expect("PostgreSQL runs on this machine");
        Self(stat.parent)
    }

    /// All its processes, those that have ended among them.
    fn taken(self) -> Duration {
        let mut ticks = 0;
        for entry in fs::read_dir("/proc").unwrap() {
            let path = entry.unwrap().path();
            let Some(pid) = path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok()) else { continue };
            let Some(stat) = Stat::read(&path) else { continue };
            if pid == self.0 {
                ticks += stat.own + stat.of_ended_children;
            } else if stat.parent == self.0 {
                ticks += stat.own;
            }
        }
        TICK * ticks
    }
}

fn of_threads(name: &str) -> Duration {
    let threads = fs::read_dir("/proc/self/task").unwrap();
    // One that has just ended is none of those that are measured: they stay.
    let stats = threads.filter_map(|thread| Stat::read(&thread.unwrap().path()));
    TICK * stats.filter(|stat| stat.name == name).map(|stat| stat.own).sum::<u32>()
}

/// What the kernel says of a process or a thread; times in ticks.
struct Stat {
    name: String,
    parent: u32,
    own: u32,
    of_ended_children: u32,
}

impl Stat {
    fn read(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join("stat")).ok()?;
        // The name may hold blanks and brackets.
        let (head, rest) = text.rsplit_once(") ").unwrap();
        let (_, name) = head.split_once(" (").unwrap();
        let fields: Vec<&str> = rest.split(' ').collect();
        let number = |at: usize| fields[at].parse::<u32>().unwrap();
        Some(Self {
            name: name.to_owned(),
            parent: number(1),
            own: number(11) + number(12),
            of_ended_children: number(13) + number(14),
        })
    }
}
