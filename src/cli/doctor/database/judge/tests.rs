use super::*;
use chrono::TimeDelta;
use sso::Severity;

fn clock_off_by(offset: TimeDelta) -> Severity {
    let before = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
    clock(before + offset, before, before + TimeDelta::seconds(1)).severity
}

#[test]
fn a_clock_ahead_or_behind_is_a_warning() {
    assert_eq!(clock_off_by(TimeDelta::milliseconds(500)), Severity::Ok);
    assert_eq!(clock_off_by(TimeDelta::seconds(4)), Severity::Ok);
    assert_eq!(clock_off_by(TimeDelta::seconds(-6)), Severity::Warning);
    assert_eq!(clock_off_by(TimeDelta::seconds(7)), Severity::Warning);
}

#[test]
fn an_old_server_or_another_encoding_is_a_problem() {
    let server = |version, encoding: &str| Server {
        version,
        version_text: "x".into(),
        encoding: encoding.into(),
        now: DateTime::UNIX_EPOCH,
    };
    assert_eq!(version(&server(140_009, "UTF8")).severity, Severity::Problem);
    assert_eq!(version(&server(150_000, "UTF8")).severity, Severity::Ok);
    assert_eq!(encoding(&server(150_000, "SQL_ASCII")).severity, Severity::Problem);
}

#[test]
fn a_schema_is_judged_by_what_is_pending_and_what_is_unknown() {
    let state = |pending: &[&str], unknown: &[&str]| migrate::SchemaState {
        applied: vec!["1".into()],
        pending: pending.iter().map(ToString::to_string).collect(),
        unknown: unknown.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(schema(&state(&[], &[])).severity, Severity::Ok);
    assert_eq!(schema(&state(&["2"], &[])).severity, Severity::Problem);
    assert_eq!(schema(&state(&[], &["3"])).severity, Severity::Warning);
}
