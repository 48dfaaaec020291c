//! `docs/import-runbook.md`: its commands, run in its order.

use std::path::Path;
use std::process::{Command, Output};

use crate::bench::{ACCOUNTS, APPLICATIONS, Bench, CERTIFICATES, EXAMS};

/// The lines of the page's `sh` blocks, each with the exit codes that it tells.
fn commands(page: &str) -> Vec<(String, Vec<i32>)> {
    let blocks = page.split("\n```sh\n").skip(1).map(|rest| rest.split("\n```").next().unwrap());
    let lines = blocks.flat_map(str::lines).map(|line| {
        let (command, comment) = line.split_once("   # ").unwrap_or((line, ""));
        let codes = match comment {
            "" => vec![0],
            "退出码 0 或 1" => vec![0, 1],
            other => panic!("what does {other:?} tell?"),
        };
        (command.trim().to_owned(), codes)
    });
    lines.collect()
}

/// The old systems' exports: `word` tells the second from the first.
fn export(bench: &Bench, folder: &str, batch: &str, word: &str, people: std::ops::Range<u32>) {
    let file = |name: &str| format!("cutover/{folder}/{name}");
    let write = |name: &str, header: &str, row: &dyn Fn(u32) -> String| {
        let rows: Vec<String> = people.clone().map(row).collect();
        bench.file(&file(name), format!("{header}\n{}\n", rows.join("\n")));
    };
    let number = |n: u32| crate::support::with_check_digit(&format!("37010219800101{n:03}"));
    write("exams.csv", EXAMS, &|n| format!("ZJ,造价,20{n:02},造价工程师,土建"));
    write("accounts.csv", ACCOUNTS, &|n| format!("{n},{},人甲,{word}@example.org,{n:032x},,2012-01-02", number(n)));
    write("certificates.csv", CERTIFICATES, &|n| {
        format!("{n},造价,2017,造价工程师,土建,人甲,{},号{n}{word},20171022,济南市,已领取", number(n))
    });
    write("applications.csv", APPLICATIONS, &|n| {
        let registered = format!("{n},{n},造价,2017,造价工程师,土建,人甲,{}", number(n));
        format!("{registered},旧{n},20171022,济南市,13912340001,等待审核,{word},2018-01-01 00:00:00")
    });
    for n in people.clone() {
        bench.file(&file(&format!("photos/{n}.jpg")), [crate::support::photo("good.jpg"), word.into()].concat());
    }
    let mut manifest = format!("batch = \"{batch}\"\n");
    for kind in ["exams", "accounts", "certificates", "applications", "photos"] {
        let place = if kind == "photos" { kind.to_owned() } else { format!("{kind}.csv") };
        let password = if kind == "accounts" { "password = { scheme = \"md5\" }\n" } else { "" };
        let head = format!("[[source]]\nsystem = \"reissue\"\nkind = \"{kind}\"\nfile = \"{place}\"\n");
        manifest.extend([head.as_str(), if kind == "photos" { "" } else { "encoding = \"utf-8\"\n" }, password]);
    }
    bench.file(&file("manifest.toml"), manifest);
}

fn run(bench: &Bench, command: &str) -> Output {
    let url = url::Url::parse(bench.test_db.url()).unwrap();
    let programs = Path::new(env!("CARGO_BIN_EXE_buzheng")).parent().unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    Command::new("bash")
        .args(["-euo", "pipefail", "-c", command])
        .env("PATH", path)
        .env("PGHOST", url.host_str().unwrap())
        .env("PGPORT", url.port().unwrap().to_string())
        .env("PGUSER", url.username())
        .env("PGPASSWORD", url.password().unwrap_or_default())
        .env("PGDATABASE", url.path().trim_start_matches('/'))
        .output()
        .unwrap()
}

#[test]
fn the_commands_of_the_runbook_lead_from_rehearsal_to_go_live_and_back() {
    let (bench, rehearsal) = (Bench::new(), Bench::new());
    std::fs::copy(rehearsal.config(), bench.path("rehearsal.toml")).unwrap();
    bench.config();
    export(&bench, "full", "full-1", "", 10..20);
    export(&bench, "delta", "delta-1", "改", 15..25);
    let number = crate::support::with_check_digit("37010219800101012");
    let users = "subject,name,document_type,document_number,level,user_type\n";
    bench.file("cutover/portal_users.csv", format!("{users}s-1,人甲,resident_id,{number},2,1\n"));

    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/import-runbook.md")).unwrap();
    let commands = commands(&page);
    assert!(commands.len() > 25, "the page is read");
    let folder = bench.path("");
    let folder = folder.to_str().unwrap().trim_end_matches('/');
    for (command, codes) in commands {
        let here = command.replace("/data/cutover", &format!("{folder}/cutover")).replace("/etc/buzheng", folder);
        let output = run(&bench, &here);
        let (code, told) = (output.status.code(), String::from_utf8_lossy(&output.stderr));
        let wanted = code.is_some_and(|code| codes.contains(&code));
        assert!(wanted, "{command}: {code:?}\n{}\n{told}", String::from_utf8_lossy(&output.stdout));
    }
    assert_eq!((bench.count("legacy_accounts"), rehearsal.count("legacy_accounts")), (15, 10));
    assert_eq!(bench.count("legacy_accounts WHERE batch = 'delta-1'"), 10);
    assert_eq!(bench.count("legacy_former_rows"), 20, "five rows of each kind but exams");
    for report in ["full/full-1.report.html", "delta/delta-1.report.html"] {
        assert!(std::fs::read_to_string(bench.path("cutover").join(report)).unwrap().contains("数量相符"), "{report}");
    }
}
