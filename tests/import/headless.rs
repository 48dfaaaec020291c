//! Tables without a header line: their first row is somebody's data, and is shown nowhere.

use crate::bench::{ACCOUNTS, Bench};

const FIRST: &str = "7,110101199003071233,张三丰,z@example.com,0cc175b9c0f1b6a831c399e269772661,,2020";
const PERSONAL: [&str; 5] =
    ["110101199003071233", "张三丰", "z@example.com", "0cc175b9c0f1b6a831c399e269772661", "example.com"];

fn assert_silent(place: &str, text: &str) {
    for personal in PERSONAL {
        assert!(!text.contains(personal), "{place} tells {personal}: {text}");
    }
}

#[test]
fn a_first_row_that_is_data_stops_the_run_and_is_told_nowhere() {
    let bench = Bench::new();
    bench.rows("accounts.csv", FIRST, &["8,,乙,,,,2021"]);
    bench.manifest(&[("accounts", "accounts.csv", "")]);
    for format in ["human", "json"] {
        let (code, out, err) = bench.of("check", &["--format", format]);
        assert_eq!(code, 1, "{err}");
        assert!(out.contains("header-looks-like-data") && out.contains("第 3 列"), "{out}");
        assert_silent(format, &(out + &err));
    }
    let (code, out, err) = bench.of("run", &["--accept", "missing-column"]);
    assert_eq!(code, 2);
    assert!(err.contains("--accept header-looks-like-data"), "{err}");
    assert_silent("a run that is refused", &(out + &err));

    let accepted = ["--accept", "missing-column", "--accept", "header-looks-like-data"];
    let (code, out, err) = bench.of("run", &accepted);
    assert_eq!(code, 1, "{err}");
    assert_silent("a run", &(out + &err));
    let folder = bench.path("reports");
    let output = bench.command(&["report", "--batch", "b", "--out", folder.to_str().unwrap()]);
    assert!(output.status.success(), "{output:?}");
    for ending in ["html", "json"] {
        assert_silent(ending, &std::fs::read_to_string(folder.join(format!("b.report.{ending}"))).unwrap());
    }
    assert_silent("the stored report", &bench.text("SELECT report FROM import_batches"));
}

#[test]
fn of_a_table_without_any_wanted_header_no_header_is_told() {
    let bench = Bench::new();
    bench.rows("accounts.csv", "张三丰,济南市", &["乙,青岛市"]);
    let source = bench.check(&bench.manifest(&[("accounts", "accounts.csv", "")])).report.sources.remove(0);
    let told = serde_json::to_string(&source).unwrap();
    assert!(told.contains("header-looks-like-data") && told.contains("第 2 列"), "{told}");
    assert!(!told.contains("张三丰") && !told.contains("济南市"), "{told}");
}

#[test]
fn one_header_like_data_hides_every_unmapped_one_and_leaves_the_mapped_ones() {
    let bench = Bench::new();
    for data in ["13812345678", "a@b", "110101900307123", "X03MO1qnZdYdgyfeuILPmQ==", "d41d8cd98f00b204"] {
        bench.rows("accounts.csv", &format!("{ACCOUNTS},张三丰,{data}"), &["1,,甲,,,,,a,b"]);
        let outcome = bench.check(&bench.manifest(&[("accounts", "accounts.csv", "")]));
        assert!(outcome.refused.iter().any(|code| code.as_str() == "header-looks-like-data"), "{data}");
        let columns = outcome.report.sources[0].shape.clone().unwrap().columns;
        assert_eq!(columns.unmapped, ["第 8 列", "第 9 列"], "{data}");
        assert_eq!(columns.mapped["email"], "邮箱");
    }
}

#[test]
fn long_headers_in_plain_words_are_no_data() {
    let bench = Bench::new();
    let header = format!("{ACCOUNTS},RegistrationDateOfTheCertificate,certificate_number_v2,联系电话12345,备注");
    bench.rows("accounts.csv", &header, &["1,,甲,,,,,a,b,c,d"]);
    let outcome = bench.check(&bench.manifest(&[("accounts", "accounts.csv", "")]));
    assert_eq!(outcome.refused, []);
    let columns = outcome.report.sources[0].shape.clone().unwrap().columns;
    assert_eq!(
        columns.unmapped,
        ["RegistrationDateOfTheCertificate", "certificate_number_v2", "联系电话12345", "备注"]
    );
}
