//! File, environment, secrets from files; then types; then meaning. Problems are collected, not thrown.

use std::{collections::BTreeMap, fs, path::Path};
use toml::{Table, Value};

use super::error::line_of;
use super::tree::{get, remove, set};
use super::typed::{check_meaning, read_types};
use super::{Config, ConfigError};

const ENVIRONMENT_PREFIX: &str = "BUZHENG__";

/// Keys that may be given as `<key>_file`: the path of a file that holds the value.
const SECRETS: [&str; 10] = [
    "database.url",
    "database.owner_url",
    "redis.url",
    "portal.oidc.client_secret",
    "portal.oauth2.client_secret",
    "portal.jis.app_word",
    "portal.jis.data_key",
    "smtp.url",
    "sms.secret",
    "sms.next_secret",
];

/// Keys that hold paths: relative ones are relative to the configuration file.
const PATHS: [&str; 4] = ["vault.keys_file", "site.notice_file", "smtp.ca_file", "review.holidays_file"];

pub(super) fn load(path: &Path, environment: impl Iterator<Item = (String, String)>) -> Result<Config, ConfigError> {
    let fail = |problems| ConfigError { path: path.to_owned(), problems };
    let text = fs::read_to_string(path).map_err(|error| {
        fail(vec![format!("cannot be read: {error}; name another with --config or BUZHENG_CONFIG")])
    })?;
    // The parser's full message quotes the line, which may hold a secret.
    let mut table: Table = text.parse().map_err(|error: toml::de::Error| {
        fail(vec![format!("not TOML: {}{}", error.message(), line_of(&text, &error))])
    })?;
    let mut problems = Vec::new();
    let from_environment = overlay(&mut table, environment, &mut problems);
    let directory = path.parent().unwrap_or(Path::new("")).to_owned();
    read_secret_files(&mut table, &directory, &mut problems);
    make_paths_absolute(&mut table, &directory);
    let config = read_types(table, &from_environment, &mut problems);
    check_meaning(&config, &mut problems);
    if problems.is_empty() { Ok(config) } else { Err(fail(problems)) }
}

/// Puts environment variables over the file's values. Returns each variable's raw text by its path.
fn overlay(
    table: &mut Table,
    environment: impl Iterator<Item = (String, String)>,
    problems: &mut Vec<String>,
) -> BTreeMap<String, String> {
    let mut raw = BTreeMap::new();
    for (name, text) in environment {
        let Some(rest) = name.strip_prefix(ENVIRONMENT_PREFIX) else { continue };
        let path = rest.to_lowercase().replace("__", ".");
        // A value given directly wins over the file's `_file`, and the other way round.
        for secret in SECRETS {
            if path == secret {
                remove(table, &format!("{secret}_file"));
            } else if path == format!("{secret}_file") {
                remove(table, secret);
            }
        }
        let parsed = format!("value = {text}").parse::<Table>().ok().filter(|parsed| parsed.len() == 1);
        let value = parsed.and_then(|mut parsed| parsed.remove("value")).unwrap_or_else(|| Value::String(text.clone()));
        if set(table, &path, value) {
            raw.insert(path, text);
        } else {
            problems.push(format!("{name}: does not name a key"));
        }
    }
    raw
}

fn read_secret_files(table: &mut Table, directory: &Path, problems: &mut Vec<String>) {
    for secret in SECRETS {
        let key = format!("{secret}_file");
        let Some(value) = remove(table, &key) else { continue };
        let Value::String(file) = value else {
            problems.push(format!("{key}: must be the path of a file"));
            continue;
        };
        if get(table, secret).is_some() {
            problems.push(format!("{secret}: given twice, directly and as {key}; remove one"));
            continue;
        }
        match fs::read_to_string(directory.join(&file)) {
            Ok(text) => {
                set(table, secret, Value::String(text.trim_end_matches(['\r', '\n']).to_owned()));
            }
            Err(error) => problems.push(format!("{key}: {file} cannot be read: {error}")),
        }
    }
}

fn make_paths_absolute(table: &mut Table, directory: &Path) {
    for key in PATHS {
        if let Some(Value::String(path)) = get(table, key)
            && !path.is_empty()
        {
            let absolute = directory.join(path).to_string_lossy().into_owned();
            set(table, key, Value::String(absolute));
        }
    }
}
