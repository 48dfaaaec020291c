use super::*;
use sso::Severity;

#[test]
fn a_redis_without_getdel_is_a_problem() {
    let severity = |text| judge_version(text).severity;
    assert_eq!(severity("6.0.16"), Severity::Problem);
    assert_eq!(severity("5.0"), Severity::Problem);
    assert_eq!(severity("6.2.0"), Severity::Ok);
    assert_eq!(severity("10.0.1"), Severity::Ok);
    assert_eq!(severity(""), Severity::Warning);
}

#[test]
fn every_policy_but_noeviction_is_a_warning() {
    assert_eq!(judge_eviction("noeviction").severity, Severity::Ok);
    assert_eq!(judge_eviction("allkeys-lru").severity, Severity::Warning);
    assert_eq!(judge_eviction("").severity, Severity::Warning);
}
