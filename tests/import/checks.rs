use buzheng::import::ImportError;
use buzheng::import::finding::Code;

use crate::bench::{ACCOUNTS, Bench, EXAMS, codes, counts};

const ROW: &str = "1,110101199003071233,测试,,900150983cd24fb0d6963f7d28e17f72,,";

#[test]
fn a_check_writes_nothing_at_all() {
    let bench = Bench::new();
    bench.rows("accounts.csv", ACCOUNTS, &[ROW, ",,,,,,"]);
    let manifest = bench.manifest(&[("accounts", "accounts.csv", "password = { scheme = \"md5\" }")]);
    let (before, files) = (bench.everything(), file_count(&bench));
    let checked = bench.check(&manifest);
    assert_eq!(checked.report.sources[0].counts, counts([2, 1, 0, 0, 1]));
    assert_eq!(checked.rejected_list, None);
    assert_eq!(bench.everything(), before);
    assert_eq!(file_count(&bench), files);
}

fn file_count(bench: &Bench) -> usize {
    bench.path("").read_dir().unwrap().count()
}

#[test]
fn a_run_refuses_until_each_blocking_finding_is_accepted() {
    let bench = Bench::new();
    bench.rows("accounts.csv", "编号,姓名,密码,注册时间,邮箱", &["1,测试,abc,,"]);
    bench.rows("exams.csv", EXAMS, &["ZJ,造价,2017,,"]);
    let manifest = bench.manifest(&[
        ("accounts", "accounts.csv", "password = { scheme = \"md5-triple\", order = \"salt+password\" }"),
        ("certificates", "none.csv", ""),
        ("exams", "exams.csv", ""),
    ]);
    let all = [Code::UnreadableFile, Code::MissingColumn, Code::UnknownScheme];

    let checked = bench.check(&manifest);
    assert_eq!(checked.refused, all, "in one go");
    assert_eq!(checked.report.sources[2].counts.inserted, 1, "what can be checked is");
    for accept in [&[][..], &all[..2], &all[1..]] {
        let refused = bench.try_run(&manifest, accept).unwrap();
        assert!(!refused.refused.is_empty());
        assert_eq!((bench.count("import_batches"), bench.count("exams")), (0, 0));
    }

    let foreseen = bench.check_accepting(&manifest, &all);
    let done = bench.try_run(&manifest, &all).unwrap();
    assert_eq!(foreseen.report, done.report);
    assert!(done.refused.is_empty());
    assert_eq!(done.report.sources[0].counts, counts([1, 1, 0, 0, 0]));
    assert_eq!(done.report.sources[1].counts, counts([0; 5]));
    assert!(codes(&done.report.sources[0]).contains(&("empty-number", 1)), "as if the column were empty");
    assert_eq!(bench.count("legacy_accounts WHERE password_scheme IS NULL"), 1);
}

#[test]
fn without_its_key_column_a_file_has_nothing_to_import() {
    let bench = Bench::new();
    bench.rows("exams.csv", "名称,年度,级别,专业", &["造价,2017,,"]);
    let manifest = bench.manifest(&[("exams", "exams.csv", "")]);
    let done = bench.try_run(&manifest, &[Code::MissingColumn]).unwrap();
    assert_eq!(done.report.sources[0].counts, counts([1, 0, 0, 0, 1]));
}

#[test]
fn one_run_at_a_time_and_checks_beside_it() {
    let bench = Bench::new();
    bench.rows("exams.csv", EXAMS, &["ZJ,造价,2017,,"]);
    let manifest = bench.manifest(&[("exams", "exams.csv", "")]);
    let mut other = bench.test_db.connect();
    assert!(buzheng::db::import::try_lock(&mut other).unwrap());
    let busy = bench.try_run(&manifest, &[]).unwrap_err();
    assert!(matches!(busy, ImportError::Busy), "{busy}");
    assert_eq!(bench.check(&manifest).report.sources[0].counts.inserted, 1);
    drop(other);
    let done = bench.run(&manifest);
    assert_eq!(done.report.sources[0].counts.inserted, 1);
}
