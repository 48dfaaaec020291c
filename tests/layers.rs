//! The direction of dependencies, held by reading the sources: `main, cli` → `web` → `jobs, import` → `app` →
//! `session, store, views, db, vault` → `domain` → `ids`; `sso` stands apart.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// A room may use those of lower floors and its own.
const FLOORS: &[&[&str]] = &[
    &["ids"],
    &["domain"],
    &["config"],
    &["session", "store", "views", "db", "vault"],
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

fn rust_files(folder: &Path) -> Vec<(PathBuf, String)> {
    let files = WalkDir::new(folder).into_iter().map(Result::unwrap).map(walkdir::DirEntry::into_path);
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let files: Vec<_> = files.map(|path| (path.clone(), code(&fs::read_to_string(path).unwrap()))).collect();
    assert!(!files.is_empty(), "no sources in {}", folder.display());
    files
}

/// The text without comments.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Every room named after `crate::`, in `use` lines (grouped ones too) and in paths.
fn rooms_used(code: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let end = group.find(|character| {
                depth += i32::from(character == '{') - i32::from(character == '}');
                depth < 0
            });
            let mut depth = 0;
            let parts = group[..end.unwrap()].split(|character| {
                depth += i32::from(character == '{') - i32::from(character == '}');
                character == ',' && depth == 0
            });
            rooms.extend(parts.map(first_word));
        } else {
            rooms.insert(first_word(rest));
        }
    }
    rooms.remove("");
    rooms
}

fn first_word(text: &str) -> String {
    text.trim_start().chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect()
}

#[test]
fn every_spelling_of_a_use_is_read() {
    let code = "use crate::{app::{App, x}, db::{a, b::c}, vault};\nuse crate::web::y;\nlet z = crate::ids::Z;";
    assert_eq!(Vec::from_iter(rooms_used(code)), ["app", "db", "ids", "vault", "web"]);
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
        for rest in code.split("crate::web::").skip(1) {
            let other = first_word(rest);
            if other != "kit" && other != own {
                wrong.push(format!("{} uses crate::web::{other}", path.display()));
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
