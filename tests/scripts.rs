//! The ground scripts, run for real: private services that end with their script, and clear words where something is
//! missing. Each test works in a checkout of its own, made of nothing but the scripts.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use tempfile::TempDir;

/// A checkout that holds the scripts only. Stops what still runs under it when it goes.
struct Checkout {
    folder: TempDir,
}

impl Checkout {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR"));
        for entry in walkdir::WalkDir::new(source.join("deploy/scripts")) {
            let entry = entry.unwrap();
            let target = folder.path().join(entry.path().strip_prefix(source).unwrap());
            if entry.file_type().is_dir() {
                fs::create_dir_all(target).unwrap();
            } else {
                fs::copy(entry.path(), target).unwrap();
            }
        }
        for file in ["Makefile", "Cargo.toml"] {
            fs::copy(source.join(file), folder.path().join(file)).unwrap();
        }
        Self { folder }
    }

    fn path(&self, inside: &str) -> PathBuf {
        self.folder.path().join(inside)
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        // Of the `make test` that may have started this test: make would announce that it runs within another.
        command.env_remove("MAKELEVEL").env_remove("MAKEFLAGS");
        command
    }

    fn services(&self, arguments: &[&str]) -> Output {
        self.command(self.path("deploy/scripts/services")).args(arguments).output().unwrap()
    }

    fn start(&self, name: &str) -> Addresses {
        let output = self.services(&["start", name]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        Addresses::read(&self.path(&format!(".run/{name}/env")))
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        let Ok(entries) = fs::read_dir(self.path(".run")) else { return };
        for entry in entries.filter_map(Result::ok).filter(|entry| entry.path().is_dir()) {
            self.services(&["clean", entry.file_name().to_str().unwrap()]);
        }
    }
}

struct Addresses {
    database: url::Url,
    redis: url::Url,
}

impl Addresses {
    fn read(file: &Path) -> Self {
        let content = fs::read_to_string(file).unwrap();
        let values: HashMap<&str, &str> = content.lines().filter_map(|line| line.split_once('=')).collect();
        let url = |key: &str| values[key].trim_matches('\'').parse().unwrap();
        Self { database: url("BUZHENG_TEST_DATABASE_URL"), redis: url("BUZHENG_TEST_REDIS_URL") }
    }

    /// What Redis says to a PING, with or without its password first.
    fn redis_says(&self, password: Option<&str>) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.redis.port().unwrap())).unwrap();
        if let Some(password) = password {
            write!(stream, "AUTH {password}\r\n").unwrap();
        }
        write!(stream, "PING\r\nQUIT\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn psql(&self, password: &str) -> Output {
        let mut url = self.database.clone();
        url.set_password(Some(password)).unwrap();
        Command::new("psql").args(["-XAtw", "-c", "SELECT current_user"]).arg(url.as_str()).output().unwrap()
    }

    fn nothing_listens(&self) -> bool {
        [&self.database, &self.redis].iter().all(|url| TcpStream::connect(("127.0.0.1", url.port().unwrap())).is_err())
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A folder with the programs of a bare system: a shell and its everyday companions, and those named.
fn bare_path(folder: &Path, more: &[&str]) {
    let everyday = [
        "bash", "env", "dirname", "sed", "sort", "tail", "head", "cut", "tr", "printf", "mktemp", "rm", "cat", "sleep",
        "flock",
    ];
    let path = std::env::var_os("PATH").unwrap();
    for name in everyday.iter().chain(more) {
        let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.exists()).unwrap();
        symlink(found, folder.join(name)).unwrap();
    }
}

fn executable(file: &Path, content: &str) {
    fs::write(file, content).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
}

fn wait_within(mut child: Child, limit: Duration) -> ExitStatus {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(child.wait().unwrap()));
    receiver.recv_timeout(limit).expect("it should have ended by now")
}

fn signal(name: &str, pid: u32) {
    assert!(Command::new("kill").args([name, &pid.to_string()]).status().unwrap().success());
}

#[test]
fn started_services_answer_to_their_password_only_and_stopping_leaves_nothing() {
    let checkout = Checkout::new();
    let addresses = checkout.start("one");

    let answer = addresses.psql(addresses.database.password().unwrap());
    assert_eq!(text(&answer.stdout).trim(), "buzheng", "{}", text(&answer.stderr));
    assert!(text(&addresses.psql("wrong").stderr).contains("password authentication failed"));
    assert!(addresses.redis_says(None).starts_with("-NOAUTH"));
    assert!(addresses.redis_says(Some("wrong")).starts_with("-WRONGPASS"));
    assert!(addresses.redis_says(addresses.redis.password()).contains("+PONG"));
    let mode = fs::metadata(checkout.path(".run/one/env")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    assert!(checkout.services(&["clean", "one"]).status.success());
    assert!(addresses.nothing_listens());
    assert!(!checkout.path(".run/one").exists());
}

#[test]
fn an_old_systems_database_runs_for_tests_and_for_nothing_else() {
    let checkout = Checkout::new();
    let port = |name: &str| {
        checkout.start(name);
        let env = fs::read_to_string(checkout.path(&format!(".run/{name}/env"))).unwrap();
        let url = env.lines().find_map(|line| line.strip_prefix("BUZHENG_TEST_MARIADB_URL="))?;
        url.trim_matches('\'').parse::<url::Url>().unwrap().port()
    };
    let answers = |port| TcpStream::connect(("127.0.0.1", port)).is_ok();
    let ours = port("one").expect("deploy/scripts/tools test installs it");
    assert!(answers(ours));
    assert!(text(&checkout.services(&["status", "one"]).stdout).contains("mariadb: running"));
    assert!(checkout.services(&["clean", "one"]).status.success());
    assert!(!answers(ours));
    assert_eq!(port("demo"), None);
}

#[test]
fn two_checkouts_run_side_by_side() {
    let (here, there) = (Checkout::new(), Checkout::new());
    let ours = here.start("same-name");
    let theirs = there.start("same-name");

    assert!(here.services(&["clean", "same-name"]).status.success());

    assert!(ours.nothing_listens());
    assert!(theirs.psql(theirs.database.password().unwrap()).status.success());
    assert!(there.services(&["status", "same-name"]).status.success());
}

#[test]
fn a_copied_run_folder_gives_no_power_over_the_original() {
    let original = Checkout::new();
    let addresses = original.start("one");
    let copy = Checkout::new();
    assert!(Command::new("cp").arg("-a").arg(original.path(".run")).arg(copy.path(".run")).status().unwrap().success());

    assert_eq!(copy.services(&["status", "one"]).status.code(), Some(1));
    assert!(copy.services(&["clean", "one"]).status.success());

    assert!(addresses.psql(addresses.database.password().unwrap()).status.success());
}

#[test]
fn kept_data_survive_a_crash_of_the_database() {
    let checkout = Checkout::new();
    let before = checkout.start("one");
    let make = Command::new("psql")
        .args(["-XAtw", "-c", "CREATE TABLE kept ()"])
        .arg(before.database.as_str())
        .status()
        .unwrap();
    assert!(make.success());
    let status = text(&checkout.services(&["status", "one"]).stdout);
    let pid = status.lines().next().unwrap().rsplit(' ').next().unwrap().parse().unwrap();
    signal("-KILL", pid);

    let again = checkout.services(&["start", "one", "--keep"]);

    assert!(again.status.success(), "{}", text(&again.stderr));
    let after = Addresses::read(&checkout.path(".run/one/env"));
    let look = Command::new("psql").args(["-XAtw", "-c", "TABLE kept"]).arg(after.database.as_str()).output().unwrap();
    assert!(look.status.success(), "{}", text(&look.stderr));
}

#[test]
fn a_second_run_of_the_same_name_is_refused_while_the_first_lasts() {
    let checkout = Checkout::new();
    let output = checkout.services(&["run", "one", "deploy/scripts/services", "start", "one"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("'one' is already in use in this checkout by process"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn run_passes_the_exit_status_on_and_stops_the_services() {
    let checkout = Checkout::new();
    let output = checkout.services(&["run", "one", "sh", "-c", "cat .run/one/env; exit 7"]);
    assert_eq!(output.status.code(), Some(7), "{}", text(&output.stderr));
    let env = checkout.path("env");
    fs::write(&env, &output.stdout).unwrap();
    assert!(Addresses::read(&env).nothing_listens());
    assert!(!checkout.path(".run/one").exists());
}

/// Three free ports in a row, as the demo wants them. They are free again when this returns.
fn three_ports() -> u16 {
    (0..1000)
        .map(|n| 12_000 + (std::process::id() % 2_000) as u16 * 4 + n * 3)
        .find(|&port| (port..port + 3).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok()))
        .unwrap()
}

/// `make demo` around a stand-in for the product's binary that says it is ready and waits.
fn demo_that_is_ready(checkout: &Checkout) -> (Child, BufReader<std::process::ChildStdout>) {
    let stand_in = checkout.path("stand-in");
    executable(
        &stand_in,
        "#!/bin/sh\necho \"$@\" >>calls\ncase $1 in\n import) exit 1;;\n demo) echo ready: stand-in; exec sleep 600;;\nesac\n",
    );
    let mut make = checkout
        .command("make")
        .args(["demo", &format!("PORT={}", three_ports())])
        .env("BUZHENG_DEMO_BINARY", &stand_in)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(make.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    assert_eq!(line, "ready: stand-in\n");
    (make, output)
}

fn demo_stops_on(name: &str) {
    let checkout = Checkout::new();
    let (make, mut output) = demo_that_is_ready(&checkout);
    let addresses = Addresses::read(&checkout.path(".run/demo/env"));
    assert!(!addresses.nothing_listens());

    signal(name, make.id());

    assert!(!wait_within(make, Duration::from_secs(20)).success());
    // The end of the pipe: no process of the demo is left to hold it.
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
    assert!(addresses.nothing_listens());
    let calls = fs::read_to_string(checkout.path("calls")).unwrap();
    let commands: Vec<&str> = calls.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(commands, ["doctor", "schema", "import", "demo"]);
}

#[test]
fn demo_stops_everything_when_make_alone_is_terminated() {
    demo_stops_on("-TERM");
}

#[test]
fn demo_stops_everything_when_make_alone_is_interrupted() {
    demo_stops_on("-INT");
}

#[test]
fn demo_stops_everything_when_make_is_killed() {
    demo_stops_on("-KILL");
}

#[test]
fn demo_names_the_port_that_is_taken_and_another_to_try() {
    let checkout = Checkout::new();
    let port = three_ports();
    let _management = TcpListener::bind(("127.0.0.1", port + 2)).unwrap();
    let output = checkout.command("make").args(["demo", &format!("PORT={port}")]).output().unwrap();
    let said = text(&output.stderr);
    assert!(said.contains(&format!("port {} is taken", port + 2)), "{said}");
    assert!(said.contains("make demo PORT="), "{said}");
}

#[test]
fn demo_refuses_ways_in_that_there_are_not() {
    let checkout = Checkout::new();
    let output = checkout.command("make").args(["demo", "ACCESS=password"]).output().unwrap();
    let said = text(&output.stderr);
    assert!(said.contains("ACCESS=password is unknown") && said.contains("transition"), "{said}");
}

#[test]
fn tools_name_the_programs_needed_where_there_is_no_apt() {
    let checkout = Checkout::new();
    let path = checkout.path("bin");
    fs::create_dir(&path).unwrap();
    bare_path(&path, &["setpriv"]);
    executable(&path.join("cargo"), "#!/bin/sh\n");
    let output =
        checkout.command(path.join("bash")).args(["deploy/scripts/tools", "test"]).env("PATH", &path).output().unwrap();
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    for word in ["no apt", "Redis", "Chromium", "Node.js", "C compiler"] {
        assert!(said.contains(word), "{word} is missing in: {said}");
    }
}

#[test]
fn tools_say_so_when_rust_is_missing() {
    let checkout = Checkout::new();
    let path = checkout.path("bin");
    fs::create_dir(&path).unwrap();
    bare_path(&path, &[]);
    let output =
        checkout.command(path.join("bash")).args(["deploy/scripts/tools", "demo"]).env("PATH", &path).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("Rust is missing"), "{}", text(&output.stderr));
}
