//! What the documentation says, held against the program: configuration keys and their defaults, the sample configuration,
//! files and links.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use buzheng::config::Config;
use buzheng::import::finding::Code;

const SAMPLE: &str = "deploy/buzheng.toml";

/// The least that a configuration must say; what it leaves out has its default.
const LEAST: &str = r#"
server.public_url = "https://bz.example.gov.cn"
database.url = "postgres://u@127.0.0.1/x"
redis.url = "redis://127.0.0.1/"
vault.keys_file = "/keys.toml"
portal.oidc.issuer = "https://portal.example.gov.cn"
portal.oidc.client_id = "buzheng"
portal.oidc.client_secret = "of-the-test"
"#;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// One configuration file of the given name and text, beside one that holds each secret it may name.
fn load(text: &str) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("secrets")).unwrap();
    for (name, secret) in [
        ("database-url", "postgres://buzheng:secret@127.0.0.1:5432/buzheng"),
        ("database-owner-url", "postgres://buzheng_owner:secret@127.0.0.1:5432/buzheng"),
        ("redis-url", "redis://:secret@127.0.0.1:6379/0"),
        ("portal-client-secret", "of-the-test"),
        ("portal-data-key", "sixteen bytes ok"),
        ("smtp-url", "smtp://127.0.0.1"),
        ("sms-secret", "a-secret-of-this-test-with-some-length"),
        ("sms-next-secret", "another-secret-of-this-test-with-some-length"),
    ] {
        fs::write(folder.path().join("secrets").join(name), format!("{secret}\n")).unwrap();
    }
    fs::write(folder.path().join("holidays.txt"), "2031-03-03 off\n").unwrap();
    let path = folder.path().join("buzheng.toml");
    fs::write(&path, text).unwrap();
    Config::load_with(&path, std::iter::empty()).map_err(|error| error.to_string())
}

/// Every struct of the configuration's sources: its fields with their types.
fn structs() -> BTreeMap<String, Vec<(String, String)>> {
    let mut structs = BTreeMap::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![root.join("src/config.rs"), root.join("sso/src/config.rs")];
    for folder in ["src/config", "sso/src/config"] {
        files.push(root.join(folder).join("sections.rs"));
        let sections = fs::read_dir(root.join(folder).join("sections")).unwrap();
        files.extend(sections.map(|entry| entry.unwrap().path()));
    }
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for part in text.split("\npub struct ").skip(1) {
            let (name, rest) = part.split_once(" {").unwrap();
            let fields = rest.split("\n}").next().unwrap().lines().filter_map(|line| {
                let (field, kind) = line.trim().strip_prefix("pub ")?.trim_end_matches(',').split_once(": ")?;
                let kind = kind.trim_start_matches("Option<").trim_end_matches('>');
                Some((field.to_owned(), kind.trim_start_matches("sso::").to_owned()))
            });
            structs.insert(name.to_owned(), fields.collect());
        }
    }
    structs
}

/// Every key that the program reads, such as `server.listen`, with the type of its field.
fn keys() -> BTreeMap<String, String> {
    fn walk(
        structs: &BTreeMap<String, Vec<(String, String)>>,
        name: &str,
        at: &str,
        keys: &mut BTreeMap<String, String>,
    ) {
        for (field, kind) in &structs[name] {
            let key = if at.is_empty() { field.clone() } else { format!("{at}.{field}") };
            if structs.contains_key(kind) {
                walk(structs, kind, &key, keys);
            } else {
                keys.insert(key, kind.clone());
            }
        }
    }
    let mut keys = BTreeMap::new();
    walk(&structs(), "Config", "", &mut keys);
    keys
}

/// The rows of the page's tables: key, type, default.
fn documented() -> Vec<[String; 3]> {
    let page = read("docs/configuration.md");
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let mut cells = row.trim_matches('|').split(" | ").map(|cell| cell.trim().trim_matches('`').to_owned());
        std::array::from_fn(|_| cells.next().unwrap_or_else(|| panic!("a row of four cells: {row}")))
    })
    .collect()
}

#[test]
fn every_key_is_explained_and_every_explained_key_exists() {
    let known: BTreeSet<String> = keys().into_keys().collect();
    assert!(known.len() > 50 && known.contains("portal.oauth2.success.pointer"), "the sources are read: {known:#?}");
    let explained: Vec<String> = documented().into_iter().map(|[key, ..]| key).collect();
    let unique: BTreeSet<String> = explained.iter().cloned().collect();
    assert_eq!(unique.len(), explained.len(), "a key is explained twice");
    assert_eq!(unique, known);
}

#[test]
fn what_is_marked_secret_is_secret_and_may_come_from_a_file() {
    let kinds = keys();
    for [key, kind, _] in documented() {
        assert_eq!(kind == "secret", kinds[&key] == "SecretString", "{key}");
        if kind == "secret" {
            let error = load(&format!("{key}_file = \"nowhere\"")).unwrap_err();
            assert!(error.contains(&format!("{key}_file: nowhere cannot be read")), "{key}: {error}");
        }
    }
}

#[test]
fn every_default_that_is_written_down_is_the_programs() {
    let mut explicit = String::from(LEAST);
    for [key, _, default] in documented().into_iter().filter(|[.., default]| default != "—") {
        writeln!(explicit, "{key} = {default}").unwrap();
    }
    let (left_out, explicit) = (load(LEAST).unwrap(), load(&explicit).unwrap());
    assert_eq!(format!("{left_out:#?}"), format!("{explicit:#?}"));
}

#[test]
fn the_sample_configuration_loads_as_it_stands() {
    let config = load(&read(SAMPLE)).unwrap();
    assert!(config.vault.keys_file.ends_with("vault-keys.toml"));
}

#[test]
fn the_sample_configuration_shows_every_key_and_loads_with_all_of_them() {
    // `#key = value` and `#[section]` are settings; `# words` are words.
    let is_setting = |rest: &str| rest.starts_with(|first: char| first == '[' || first.is_ascii_lowercase());
    let uncomment = |line: &str| line.strip_prefix('#').filter(|rest| is_setting(rest)).unwrap_or(line).to_owned();
    let text: String = read(SAMPLE).lines().map(|line| uncomment(line) + "\n").collect();
    load(&text).unwrap();
    let table: toml::Table = text.parse().unwrap();
    for key in keys().into_keys() {
        let shown = |key: &str| {
            let parts: Vec<&str> = key.split('.').collect();
            let (last, parents) = parts.split_last().unwrap();
            let parent = parents.iter().try_fold(&table, |table, part| table.get(*part)?.as_table());
            parent.is_some_and(|table| table.contains_key(*last))
        };
        assert!(shown(&key) || shown(&format!("{key}_file")), "{SAMPLE} does not show {key}");
    }
}

/// The pages for people: at the root, and in docs/.
fn pages() -> Vec<PathBuf> {
    let in_folder = |folder: PathBuf| {
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        files.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect::<Vec<_>>()
    };
    let pages = [in_folder(root().to_owned()), in_folder(root().join("docs"))].concat();
    assert!(pages.len() >= 6, "{pages:?}");
    pages
}

/// Text outside code.
fn prose(text: &str) -> String {
    let outside = text.split("```").step_by(2).collect::<String>();
    outside.split('`').step_by(2).collect()
}

fn has_anchor(page: &str, anchor: &str) -> bool {
    let slug = |heading: &str| {
        let kept = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.collect::<String>().replace(' ', "-")
    };
    page.contains(&format!("<a id=\"{anchor}\">"))
        || page.lines().any(|line| line.starts_with('#') && slug(line) == anchor)
}

#[test]
fn every_link_leads_somewhere() {
    let mut broken = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for link in prose(&text).split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            if link.starts_with("https://") || link.starts_with("http://") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { page.clone() } else { page.parent().unwrap().join(file) };
            let found = target.exists()
                && (anchor.is_empty() || has_anchor(&fs::read_to_string(&target).unwrap_or_default(), anchor));
            if !found {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_file_and_test_that_is_named_exists() {
    const ROOMS: [&str; 7] = ["src/", "sso/", "docs/", "deploy/", "tests/", "migrations/", "templates/"];
    let mut missing = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for code in text.split('`').skip(1).step_by(2) {
            let is_path = ROOMS.iter().any(|room| code.starts_with(room)) && !code.contains([' ', '*', '{', '<', '\n']);
            // `tests/cli.rs::name_of_a_test`
            let (path, item) = code.split_once("::").unwrap_or((code, ""));
            let found = || {
                let path = root().join(path);
                path.exists() && (item.is_empty() || fs::read_to_string(path).unwrap().contains(&format!("fn {item}(")))
            };
            if is_path && !found() {
                missing.push(format!("{}: {code}", page.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_module_of_the_conformance_plans_has_a_test_of_its_name_or_a_reason_and_every_such_test_is_listed() {
    let (mut listed, mut wrong) = (BTreeSet::new(), Vec::new());
    for row in read("docs/conformance.md").lines().filter(|row| row.starts_with("| `oidcc-")) {
        let [module, _, result, test] = row.trim_matches('|').split(" | ").map(str::trim).collect::<Vec<_>>()[..]
        else {
            panic!("a row with another number of columns: {row}");
        };
        let name = module.trim_matches('`').replace('-', "_");
        let reason = result.starts_with("does not apply") || result.starts_with("**not spoken**");
        match test.trim_matches('`').split_once("::") {
            Some((_, function)) if function == name && !reason => {}
            None if test == "none" && reason => continue,
            _ => wrong.push(row.to_owned()),
        }
        assert!(listed.insert(name), "listed twice: {row}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let mut written = BTreeSet::new();
    for file in [
        "sso/tests/conformance/basic.rs",
        "sso/tests/conformance/config.rs",
        "sso/tests/conformance/comprehensive.rs",
        "tests/http/conformance.rs",
    ] {
        let text = read(file);
        written.extend(
            text.lines().filter_map(|line| Some(line.strip_prefix("async fn ")?.split_once('(')?.0.to_owned())),
        );
    }
    written.retain(|name| name.starts_with("oidcc_"));
    assert_eq!(listed, written);
}

/// What is written as a command line in code: `buzheng schema migrate`.
fn command_lines(text: &str) -> BTreeSet<Vec<&str>> {
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let lines = text.split('`').skip(1).step_by(2).flat_map(str::lines);
    let lines = lines.filter_map(|line| line.rsplit_once("buzheng ").filter(|(before, _)| !before.ends_with('/')));
    let commands = lines.map(|(_, rest)| rest.split_whitespace().take_while(is_word).take(2).collect::<Vec<_>>());
    commands.filter(|words| !words.is_empty()).collect()
}

#[test]
fn every_command_that_is_written_down_exists() {
    let text = read("docs/operations.md") + &read("docs/configuration.md");
    let mut seen = 0;
    for words in command_lines(&text) {
        // `import check --help` and `doctor --help`; a wrong word is refused before any help.
        let output = Command::new(env!("CARGO_BIN_EXE_buzheng")).args(&words).arg("--help").output().unwrap();
        assert!(output.status.success(), "buzheng {}: {}", words.join(" "), String::from_utf8_lossy(&output.stderr));
        seen += 1;
    }
    assert!(seen > 5, "commands are found");
}

#[test]
fn every_import_finding_stands_on_its_page_as_the_program_says_it() {
    let page = read("docs/import-findings.md");
    assert_eq!(page.matches("\n### ").count(), Code::ALL.len());
    for code in Code::ALL {
        let name = code.as_str();
        let (_, rest) = page.split_once(&format!("\n### {name}\n")).unwrap_or_else(|| panic!("no {name}"));
        let section = rest.split("\n#").next().unwrap();
        for part in [code.severity().word(), code.meaning(), code.advice(), code.english()] {
            assert!(section.contains(part), "{name}: the page lacks {part:?}");
        }
    }
}
