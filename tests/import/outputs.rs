//! Lists and reports: whoever else can write to their folder cannot choose what they overwrite, and nobody else reads them.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use crate::bench::{ACCOUNTS, Bench};

const PRECIOUS: &str = "not to be overwritten";

impl Bench {
    /// Links that lead from a list's names to another file.
    fn lay_traps(&self, name: &str) {
        self.file("precious", PRECIOUS);
        for name in [format!("lists/{name}"), format!("lists/{name}.part")] {
            fs::create_dir_all(self.path("lists")).unwrap();
            symlink(self.path("precious"), self.path(&name)).unwrap();
        }
    }

    fn assert_own_file(&self, name: &str) {
        assert_eq!(fs::read_to_string(self.path("precious")).unwrap(), PRECIOUS, "{name}");
        let about = fs::symlink_metadata(self.path("lists").join(name)).unwrap();
        assert!(about.is_file(), "{name} is a file of its own");
        assert_eq!(about.permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[test]
fn no_list_or_report_is_written_through_a_link_and_only_its_owner_reads_it() {
    let bench = Bench::new();
    let names = ["b.rejected.csv", "b.differences.csv", "b.report.html", "b.report.json", "b.kept.csv"];
    for name in names {
        bench.lay_traps(name);
    }
    let before = bench.path("lists").read_dir().unwrap().count();
    let lists = bench.path("lists");
    let lists = lists.to_str().unwrap();
    bench.rows("accounts.csv", ACCOUNTS, &["1,,甲,,,,", ",,乙,,,,"]);
    bench.manifest(&[("accounts", "accounts.csv", "columns = { password = \"\" }")]);
    assert_eq!(bench.of("run", &["--out", lists]).0, 1);
    bench.rows("accounts.csv", ACCOUNTS, &["1,,甲甲,,,,"]);
    assert_eq!(bench.of("verify", &["--out", lists]).0, 1);
    assert_eq!(bench.command(&["report", "--batch", "b", "--out", lists]).status.code(), Some(0));
    let back = bench.command(&["rollback", "--batch", "b", "--yes", "--out", lists]);
    assert_eq!(back.status.code(), Some(0), "{back:?}");
    for name in names {
        bench.assert_own_file(name);
    }
    assert_eq!(bench.path("lists").read_dir().unwrap().count(), before, "nothing unfinished stays");
}

#[test]
fn a_batch_that_is_no_name_or_is_not_known_leaves_no_file() {
    let bench = Bench::new();
    bench.file("lists/inner/x", "");
    let inner = bench.path("lists/inner");
    for batch in ["../zz", "/tmp/zz", ".zz", "a/b", "", "zz\n", "mistyped"] {
        for command in ["rollback", "report"] {
            let more: &[&str] = if command == "rollback" { &["--yes"] } else { &[] };
            let output =
                bench.command(&[&[command, "--batch", batch, "--out", inner.to_str().unwrap()], more].concat());
            assert_eq!(output.status.code(), Some(2), "{command} {batch:?}");
            let told = String::from_utf8(output.stderr).unwrap();
            let words = if batch == "mistyped" { "没有名为 mistyped 的批次" } else { "不以点开头" };
            assert!(told.contains(words), "{command} {batch:?}: {told}");
        }
        assert_eq!(bench.path("lists").read_dir().unwrap().count(), 1, "{batch:?}");
        assert_eq!(inner.read_dir().unwrap().count(), 1, "{batch:?}");
    }
}
