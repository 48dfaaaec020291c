//! The sources as these tests read them, and the paths that stand in them.

use std::fs;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Every Rust file below the folder, and its text without comments.
pub(crate) fn rust_files(folder: &Path) -> Vec<(PathBuf, String)> {
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

/// Every path that begins with `crate`, `super` or `self`, in `use` lines (grouped ones too) and in code.
pub(crate) fn paths(code: &str) -> Vec<Vec<String>> {
    let roots = ["crate::", "super::", "self::"].into_iter();
    roots.flat_map(|root| beginnings(code, root)).flat_map(branches).collect()
}

/// The code from each path on that begins so.
pub(crate) fn beginnings<'a>(code: &'a str, path: &'a str) -> impl Iterator<Item = &'a str> {
    let begins = |before: &str| {
        // `pub(in crate::a)` says who may use a thing, not what it uses.
        !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':')) && !before.ends_with("pub(in ")
    };
    code.match_indices(path).filter(move |(at, _)| begins(&code[..*at])).map(|(at, _)| &code[at..])
}

/// `a::{b, c::d}` is `a::b` and `a::c::d`.
fn branches(text: &str) -> Vec<Vec<String>> {
    let text = text.trim_start();
    if let Some(group) = text.strip_prefix('{') {
        return parts(group).into_iter().flat_map(branches).collect();
    }
    let word = first_word(text);
    match text[word.len()..].strip_prefix("::") {
        Some(rest) => branches(rest).into_iter().map(|rest| [vec![word.clone()], rest].concat()).collect(),
        None => vec![vec![word]],
    }
}

fn first_word(text: &str) -> String {
    text.trim_start().chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect()
}

/// What stands between the commas of a group, up to the brace that closes it.
fn parts(group: &str) -> Vec<&str> {
    let (mut depth, mut from, mut parts) = (0, 0, Vec::new());
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '}' => {
                parts.push(&group[from..at]);
                break;
            }
            ',' if depth == 0 => {
                parts.push(&group[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts
}

#[test]
fn every_spelling_of_a_path_is_read() {
    let code = "use crate::{app::App, db::{a, b::c}};\nuse super::super::web::*;\nlet z = self::ids::Z::<u8>::new();\n\
                pub(in crate::vault) fn my_crate::x();";
    let read: Vec<String> = paths(code).into_iter().map(|path| path.join("::")).collect();
    assert_eq!(read, ["crate::app::App", "crate::db::a", "crate::db::b::c", "super::super::web::", "self::ids::Z::"]);
}
