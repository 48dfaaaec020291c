//! The command line: one file per command. Exit codes: 0 done; 1 done, but something needs attention; 2 could not run.

pub mod account;
pub mod audit;
#[cfg(feature = "simulator")]
pub mod demo;
pub mod desk;
pub mod doctor;
mod failure;
mod ground;
pub mod import;
pub mod link;
pub mod mail;
mod output;
mod runtime;
pub mod schema;
pub mod serve;
pub mod session;
pub mod staff;
pub mod task;
pub mod vault;
mod words;

use clap::{Parser, Subcommand};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

pub use failure::Failure;
pub use output::{Format, Outcome, print, print_line};
pub use runtime::block_on;

use crate::config::Config;

/// 补证: the gateway for the reissue of professional-qualification certificates.
#[derive(Debug, Parser)]
#[command(name = "buzheng", version)]
struct Cli {
    /// Configuration file [default: $BUZHENG_CONFIG, else buzheng.toml]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve citizens and the management listener until told to stop
    Serve,
    /// Prepare the database's schema, or look at it
    Schema(schema::Args),
    /// Check or import a batch of legacy data
    Import(import::Args),
    /// Find the old accounts of a number, or hand out a link for a new password
    Account(account::Args),
    /// Look whether the audit log is whole, or print it
    Audit(audit::Args),
    /// List, show or undo links between persons and old accounts
    Link(link::Args),
    /// List what could not be mailed, or send it again
    Mail(mail::Args),
    /// List or end the sessions of those who are signed in
    Session(session::Args),
    /// Add staff, list, disable, enable or reset them
    Staff(staff::Args),
    /// Read and answer the questions of manual verification
    Task(task::Args),
    /// Put rows right that were written under another key file
    Vault(vault::Args),
    /// Tell what is wrong with configuration, keys, database, Redis, portal and clock, and what to do
    Doctor(doctor::Args),
    /// Serve together with a simulated portal and its test people
    #[cfg(feature = "simulator")]
    Demo(demo::Args),
}

pub fn run() -> ExitCode {
    let Cli { config, command } = Cli::parse();
    let outcome = match command {
        Command::Serve => serve::run(config),
        Command::Schema(args) => schema::run(&args, config),
        Command::Import(args) => import::run(&args, config),
        Command::Account(args) => account::run(&args, config),
        Command::Audit(args) => audit::run(&args, config),
        Command::Link(args) => link::run(&args, config),
        Command::Mail(args) => mail::run(&args, config),
        Command::Session(args) => session::run(&args, config),
        Command::Staff(args) => staff::run(&args, config),
        Command::Task(args) => task::run(&args, config),
        Command::Vault(args) => vault::run(&args, config),
        Command::Doctor(args) => doctor::run(&args, config),
        #[cfg(feature = "simulator")]
        Command::Demo(args) => demo::run(&args, config),
    };
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::NeedsAttention) => ExitCode::from(1),
        Ok(Outcome::Unusable) => ExitCode::from(2),
        Err(failure) => {
            // Without a stderr there is nobody left to tell; the exit code still does.
            let _ = writeln!(io::stderr(), "error: {failure}");
            ExitCode::from(2)
        }
    }
}

/// Reads the configuration that `--config` or its defaults name.
pub fn load(flag: Option<PathBuf>) -> Result<Config, Failure> {
    Ok(Config::load(&Config::path(flag))?)
}
