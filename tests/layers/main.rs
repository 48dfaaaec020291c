//! The direction of dependencies, held by reading the sources: `main, cli` → `web` → `jobs, import` → `app` →
//! `session, store, carrier, views, db, vault` → `domain` → `ids`; `sso` stands apart. And that files
//! do not depend on one another in circles.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod graph;
mod paths;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use graph::{Files, Module};
use paths::{paths, rust_files};

/// A room may use those of lower floors and its own.
const FLOORS: &[&[&str]] = &[
    &["ids"],
    &["domain"],
    &["config"],
    &["session", "store", "carrier", "views", "db", "vault"],
    &["app"],
    &["jobs", "import"],
    &["telemetry"],
    &["web"],
    &["main", "cli", "lib"],
];

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// `src/web/kit/error.rs` stands in room `web`.
fn room(path: &Path) -> String {
    let path = path.strip_prefix(source()).unwrap();
    let first = path.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every room named after `crate::`.
fn rooms_used(code: &str) -> BTreeSet<String> {
    let paths = paths(code).into_iter().filter(|path| path[0] == "crate");
    paths.filter_map(|path| path.into_iter().nth(1)).collect()
}

#[test]
fn dependencies_point_down() {
    let mut wrong = Vec::new();
    for (path, code) in rust_files(&source()) {
        let from = room(&path);
        let here = floor(&from).unwrap_or_else(|| panic!("{}: no floor for room {from}", path.display()));
        for to in rooms_used(&code) {
            // A macro or a type of the crate's root is no room.
            if let Some(there) = floor(&to)
                && there > here
            {
                wrong.push(format!("{} uses crate::{to}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "dependencies that point up:\n{}", wrong.join("\n"));
}

#[test]
fn a_room_without_a_floor_is_noticed() {
    for (path, _) in rust_files(&source()) {
        assert!(floor(&room(&path)).is_some(), "{} belongs to no floor of DESIGN's list", path.display());
    }
}

#[test]
fn the_domain_is_pure() {
    let impure = [
        "axum::",
        "diesel::",
        "redis::",
        "tera::",
        "tokio::",
        "rand::",
        "config::",
        "std::fs",
        "std::net",
        "Utc::now",
        "Local::now",
        "SystemTime",
        "Instant::now",
    ];
    let mut wrong = Vec::new();
    for (path, code) in rust_files(&source()) {
        if !["domain", "ids"].contains(&room(&path).as_str()) {
            continue;
        }
        for word in impure {
            // Typed ids are stored, so `ids` may know diesel's traits.
            if code.contains(word) && !(room(&path) == "ids" && word == "diesel::") {
                wrong.push(format!("{} holds {word}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "domain must not know:\n{}", wrong.join("\n"));
}

#[test]
fn each_library_stays_in_its_rooms() {
    let rooms = [
        ("axum::", &["web"] as &[_]),
        ("hyper::", &["web"]),
        ("tera::", &["views"]),
        ("redis::", &["store", "cli"]),
        ("clap::", &["cli"]),
        ("lettre::", &["carrier"]),
        ("aes_gcm::", &["vault"]),
    ];
    let mut wrong = Vec::new();
    for (path, code) in rust_files(&source()) {
        for (library, allowed) in rooms {
            if uses(&code, library) && !allowed.contains(&room(&path).as_str()) {
                wrong.push(format!("{} uses {library}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "libraries out of place:\n{}", wrong.join("\n"));
}

/// Whether a path begins with the library's name: `redis::Client`, not `doctor::redis::examine`.
fn uses(code: &str, library: &str) -> bool {
    let begins = |before: &str| !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':'));
    let in_use = code.lines().any(|line| line.trim_start().starts_with(&format!("use {library}")));
    in_use || code.match_indices(library).any(|(at, _)| begins(&code[..at]) && !code[..at].ends_with("mod "))
}

#[test]
fn a_page_imports_the_kit_and_no_page_of_other_users() {
    let web = source().join("web");
    let mut wrong = Vec::new();
    for (path, code) in rust_files(&web) {
        let folder = |path: &Path| path.strip_prefix(&web).unwrap().components().next().unwrap().as_os_str().to_owned();
        let own = folder(&path).to_string_lossy().trim_end_matches(".rs").to_owned();
        for used in paths(&code) {
            let words: Vec<&str> = used.iter().map(String::as_str).collect();
            let (["crate", "web", other, ..] | ["super", "super", other, ..]) = words[..] else { continue };
            if other != "kit" && other != own {
                wrong.push(format!("{} uses {}", path.display(), used.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "pages that lean on others:\n{}", wrong.join("\n"));
}

#[test]
fn the_portals_crate_knows_nothing_of_this_one() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sso");
    for (path, code) in rust_files(&folder) {
        assert!(!code.contains("buzheng::"), "{} uses buzheng", path.display());
    }
    let manifest: toml::Table = fs::read_to_string(folder.join("Cargo.toml")).unwrap().parse().unwrap();
    for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let dependencies = manifest.get(section).and_then(toml::Value::as_table);
        assert!(!dependencies.is_some_and(|list| list.contains_key("buzheng")), "sso's {section} hold buzheng");
    }
}

#[test]
fn files_stand_in_no_circle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let name = |module: &Module| module.join("/");
    let mut wrong = Vec::new();
    for source in [source(), root.join("sso/src")] {
        for circle in Files::read(&source).circles() {
            let names: Vec<String> = circle.iter().map(name).collect();
            wrong.push(format!("{}: {}", source.strip_prefix(root).unwrap().display(), names.join(", ")));
        }
    }
    assert!(wrong.is_empty(), "files that depend on one another in a circle:\n{}", wrong.join("\n"));
}
