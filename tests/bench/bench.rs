//! `make bench`: figures, and what each stands beside. Never fails for being slow, always for being wrong. See `docs/benchmarks.md`.
//!
//! Arguments: names of groups (without any all of them but `enumeration`), `--accounts=N` for a large table in the groups `pages` and `sign-in`,
//! `--rows=N` for the rows of each kind in the group `import`, and `--pairs=N` for the pairs in the group `enumeration`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::print_stderr)]

mod arguments;
mod bare;
mod citizen;
mod client;
mod cpu;
mod enumeration;
mod forecast;
mod ground;
mod import;
#[path = "../population/mod.rs"]
mod invented;
mod pages;
mod population;
mod portals;
mod rules;
mod sign_in;
mod site;
mod storm;
mod support;
mod table;
mod timing;
mod turns;

use arguments::Arguments;
use invented::people;
use std::process::ExitCode;
use table::Table;

fn main() -> ExitCode {
    let arguments = match Arguments::read(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    let mut table = Table::default();
    for group in &arguments.groups {
        eprintln!("bench: {group}");
        match group.as_str() {
            "rules" => rules::run(&mut table),
            "pages" => pages::run(&mut table, arguments.accounts),
            "sign-in" => sign_in::run(&mut table, arguments.accounts.unwrap_or(arguments::ACCOUNTS)),
            "storm" => storm::run(&mut table),
            "enumeration" => enumeration::run(&mut table, arguments.pairs),
            "portals" => portals::run(&mut table),
            "import" => import::run(&mut table, arguments.rows),
            "forecast" => forecast::run(&mut table),
            other => unreachable!("{other} was let through"),
        }
    }
    println!("{table}");
    ExitCode::SUCCESS
}
