//! From TOML to the typed configuration, and the checks of its values.

use std::collections::BTreeMap;
use toml::{Table, Value};

use super::Config;
use super::tree::{get, remove_nearest, set};

/// Reads the typed form. A value that does not fit is removed and the rest is read again, so that all problems are reported at once.
pub(super) fn read_types(
    mut table: Table,
    from_environment: &BTreeMap<String, String>,
    problems: &mut Vec<String>,
) -> Config {
    let mut retried: Vec<String> = Vec::new();
    loop {
        let error = match serde_path_to_error::deserialize::<_, Config>(table.clone()) {
            Ok(config) => return config,
            Err(error) => error,
        };
        let message = error.inner().message().to_owned();
        let mut path = error.path().to_string();
        if let Some(field) = message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next()) {
            if path.rsplit('.').next() != Some(field) || get(&table, &path).is_none() {
                path = if path == "." || path.is_empty() { field.to_owned() } else { format!("{path}.{field}") };
            }
            problems.push(format!("{path}: unknown key"));
        } else if let Some(raw) = from_environment.get(&path).filter(|_| !retried.contains(&path)) {
            // `BUZHENG__..=123` may be meant as text.
            set(&mut table, &path, Value::String(raw.clone()));
            retried.push(path);
            continue;
        } else {
            problems.push(format!("{path}: {}", without_values(&message)));
        }
        if remove_nearest(&mut table, &path).is_none() {
            return Config::default();
        }
    }
}

/// serde quotes the offending value, which may be a secret: `invalid type: integer `1`, expected a string`.
fn without_values(message: &str) -> String {
    match message.rsplit_once(", expected ") {
        Some((_, expected)) => format!("expected {expected}"),
        None if message.contains(['`', '"']) => "not a value of the expected form".to_owned(),
        None => message.to_owned(),
    }
}

pub(super) fn check_meaning(config: &Config, problems: &mut Vec<String>) {
    let found = [
        config.server.problems(),
        config.database.problems(),
        config.redis.problems(),
        config.vault.problems(),
        portal_problems(config),
        config.access.problems(),
        config.session.problems(),
        config.staff.problems(),
        config.reissue.problems(),
        config.review.problems(),
        config.site.problems(),
        config.smtp.problems(),
        config.sms.problems(),
        config.log.problems(),
    ];
    for problem in found.into_iter().flatten() {
        // A key that was taken out for its type is not also reported as missing.
        let key = problem.split(':').next().unwrap_or_default();
        if !problems.iter().any(|known| known.starts_with(&format!("{key}:"))) {
            problems.push(problem);
        }
    }
}

/// Where the portal is no way in it may be left out; one that is named is to be right all the same.
fn portal_problems(config: &Config) -> Vec<String> {
    let is_needed = config.access.mode.has_portal() || !config.portal.issuer().is_empty();
    if is_needed { config.portal.validate("portal") } else { Vec::new() }
}
