//! File, environment, secrets from files; then types; then meaning. Problems are collected, not thrown.

use std::{
    collections::BTreeMap,
    fmt, fs,
    path::{Path, PathBuf},
};
use toml::{Table, Value};

use super::Config;

const ENVIRONMENT_PREFIX: &str = "BUZHENG__";

/// Keys that may be given as `<key>_file`: the path of a file that holds the value.
const SECRETS: [&str; 8] = [
    "database.url",
    "database.owner_url",
    "redis.url",
    "portal.oidc.client_secret",
    "portal.oauth2.client_secret",
    "portal.jis.app_word",
    "portal.jis.data_key",
    "smtp.url",
];

/// Keys that hold paths: relative ones are relative to the configuration file.
const PATHS: [&str; 1] = ["vault.keys_file"];

/// Every problem of a configuration.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The file.
    pub path: PathBuf,
    /// One sentence per problem, each naming its key; no value of a secret.
    pub problems: Vec<String>,
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.problems.len();
        let noun = if count == 1 { "problem" } else { "problems" };
        write!(f, "configuration {}: {count} {noun}", self.path.display())?;
        for problem in &self.problems {
            write!(f, "\n  - {problem}")?;
        }
        write!(f, "\nCorrect the file or the BUZHENG__ variables; docs/configuration.md explains every key.")
    }
}

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

fn line_of(text: &str, error: &toml::de::Error) -> String {
    error.span().map_or_else(String::new, |span| {
        let before = text.get(..span.start).unwrap_or(text);
        format!(" (line {})", before.matches('\n').count() + 1)
    })
}

/// Puts environment variables over the file's values. Answers each one's raw text by its path.
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

/// Reads the typed form. What does not fit is noted, taken out, and the rest is read again, so that all is told at once.
fn read_types(mut table: Table, from_environment: &BTreeMap<String, String>, problems: &mut Vec<String>) -> Config {
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

fn check_meaning(config: &Config, problems: &mut Vec<String>) {
    let found = [
        config.server.problems(),
        config.database.problems(),
        config.redis.problems(),
        config.vault.problems(),
        config.portal.validate("portal"),
        config.access.problems(),
        config.session.problems(),
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

fn get<'a>(table: &'a Table, path: &str) -> Option<&'a Value> {
    let (parents, key) = split(path);
    parents.into_iter().try_fold(table, |table, part| table.get(part)?.as_table())?.get(key)
}

fn remove(table: &mut Table, path: &str) -> Option<Value> {
    let (parents, key) = split(path);
    parents.into_iter().try_fold(table, |table, part| table.get_mut(part)?.as_table_mut())?.remove(key)
}

/// Removes a value, or the innermost table or list that holds it (`levels.0`, `scopes[1]`).
fn remove_nearest(table: &mut Table, path: &str) -> Option<Value> {
    let mut path = path.split('[').next().unwrap_or(path);
    loop {
        if let Some(value) = remove(table, path) {
            return Some(value);
        }
        path = path.rsplit_once('.')?.0;
    }
}

fn set(table: &mut Table, path: &str, value: Value) -> bool {
    let (parents, key) = split(path);
    let mut table = table;
    for part in parents {
        let entry = table.entry(part).or_insert_with(|| Value::Table(Table::new()));
        match entry.as_table_mut() {
            Some(inner) => table = inner,
            None => return false,
        }
    }
    !key.is_empty() && {
        table.insert(key.to_owned(), value);
        true
    }
}

fn split(path: &str) -> (Vec<&str>, &str) {
    let mut parts: Vec<&str> = path.split('.').collect();
    let key = parts.pop().unwrap_or_default();
    (parts, key)
}
