//! The simulated portal lets anybody in as anybody: a build without the feature `simulator` holds nothing of it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::process::Command;

/// The features that `sso` is built with in the program itself (not in its tests).
fn features_of_sso(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--package", "buzheng", "--edges", "normal,build", "--prefix", "none"])
        .args(["--format", "{p}|{f}"])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    let line = tree.lines().find(|line| line.starts_with("sso v")).expect("sso is among the dependencies").to_owned();
    line.split_once('|').unwrap().1.trim_end_matches(" (*)").to_owned()
}

#[test]
fn a_default_build_has_no_simulator() {
    for arguments in [&[] as &[&str], &["--no-default-features"]] {
        let features = features_of_sso(arguments);
        assert!(!features.contains("simulator"), "{arguments:?}: {features}");
    }
    // Seen where it is asked for: the look itself works.
    assert!(features_of_sso(&["--features", "simulator"]).contains("simulator"));
}

#[test]
fn the_command_demo_exists_with_the_feature_only() {
    let output = Command::new(env!("CARGO_BIN_EXE_buzheng")).args(["demo", "--help"]).output().unwrap();
    assert_eq!(output.status.code(), Some(if cfg!(feature = "simulator") { 0 } else { 2 }));
}
