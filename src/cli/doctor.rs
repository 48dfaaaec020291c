//! `buzheng doctor`: what is wrong, and what to do about it. Looks only; writes nothing, but a new key file when asked for one.

mod database;
mod finding;
mod keys;
mod new_keys;
mod pooler;
mod portal;
mod proxies;
mod redis;
mod smtp;
mod trial;

use clap::Args as ClapArgs;
use serde_json::json;
use sso::{Finding, Severity};
use std::path::{Path, PathBuf};

use super::{Failure, Format, Outcome, block_on, print};
use crate::config::{Config, ConfigError};
use finding::{ok, problem};

/// Arguments of the command.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// How to report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Look at the portal alone
    #[arg(long)]
    portal: bool,
    /// Print a sign-in address, wait for one test sign-in, and show which fields the portal sent; values are masked, nobody is signed in
    #[arg(long = "try", requires = "portal")]
    trial: bool,
    /// Write a key file with fresh keys to this path, and do nothing else
    #[arg(long, value_name = "FILE")]
    new_keys: Option<PathBuf>,
}

/// Runs the command. Exit code 0: all is well; 1: warnings; 2: the service cannot run like this.
pub fn run(args: &Args, config: Option<PathBuf>) -> Result<Outcome, Failure> {
    if let Some(path) = &args.new_keys {
        return new_keys::new_keys(path, args.format);
    }
    let path = Config::path(config);
    let findings = match Config::load(&path) {
        Ok(config) if args.trial => return block_on(trial::try_out(config, args.format)),
        Ok(config) if args.portal => block_on(async { Ok(portal::examine(&config).await) })?,
        Ok(config) => block_on(async { Ok(examine(&path, &config).await) })?,
        Err(error) => configuration_problems(error),
    };
    report(&findings, args.format)?;
    Ok(match findings.iter().map(|finding| finding.severity).max() {
        None | Some(Severity::Ok) => Outcome::Done,
        Some(Severity::Warning) => Outcome::NeedsAttention,
        Some(Severity::Problem) => Outcome::Unusable,
    })
}

fn configuration_problems(error: ConfigError) -> Vec<Finding> {
    let next_step = format!("correct {} or the BUZHENG__ variables (docs/configuration.md)", error.path.display());
    error.problems.into_iter().map(|reason| problem("configuration", reason, &next_step)).collect()
}

async fn examine(path: &Path, config: &Config) -> Vec<Finding> {
    let mut findings = vec![ok("configuration", format!("{} has no problems", path.display()))];
    findings.extend(keys::examine(&config.vault.keys_file));
    let (database, redis, portal, proxies, smtp) = tokio::join!(
        database::examine(config),
        redis::examine(config),
        portal::examine(config),
        proxies::examine(config),
        smtp::examine(config)
    );
    findings.push(proxies);
    findings.extend(database);
    findings.extend(redis);
    findings.extend(portal);
    findings.extend(smtp);
    findings
}

fn report(findings: &[Finding], format: Format) -> Result<(), Failure> {
    if format == Format::Json {
        return print(json!({ "findings": findings }));
    }
    for finding in findings {
        let word = match finding.severity {
            Severity::Ok => "ok",
            Severity::Warning => "warning",
            Severity::Problem => "problem",
        };
        print(format_args!("{word:<8} {:<20} {}", finding.code, finding.message))?;
        if !finding.next_step.is_empty() {
            print(format_args!("{:<29} -> {}", "", finding.next_step))?;
        }
    }
    Ok(())
}
