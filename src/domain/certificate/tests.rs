use super::*;
use proptest::prelude::*;

fn decide(word: &str, open_application: bool, electronic_only: bool) -> Eligibility {
    eligibility(Facts { status: CertificateStatus::from_legacy_word(word), open_application, electronic_only })
}

#[test]
fn each_status_word_has_its_answer() {
    let table = [
        ("已领取", None),
        (" 已领取\u{3000}", None),
        ("未领取", Some("not_collected")),
        ("未发放", Some("not_issued")),
        ("暂扣", Some("withheld")),
        ("", Some("unknown_status")),
        ("已领", Some("unknown_status")),
        ("已 领取", Some("unknown_status")),
        ("collected", Some("unknown_status")),
    ];
    for (word, code) in table {
        assert_eq!(decide(word, false, false).reason().map(Reason::as_str), code, "{word:?}");
    }
}

#[test]
fn an_open_application_outranks_every_status() {
    for word in ["已领取", "未领取", "未发放", "暂扣", "？"] {
        assert_eq!(decide(word, true, false), Eligibility::NotEligible(Reason::AlreadyApplied));
        assert_eq!(decide(word, true, true), Eligibility::NotEligible(Reason::AlreadyApplied));
        assert_eq!(decide(word, false, true), Eligibility::NotEligible(Reason::ElectronicOnly));
    }
}

#[test]
fn words_shown_are_the_manuals() {
    assert_eq!(decide("已领取", false, false).word(), "可申请");
    assert_eq!(decide("未领取", false, false).word(), "不可申请");
}

#[test]
fn a_sentence_names_the_city_where_one_is_known() {
    assert!(Reason::NotCollected.sentence("济南市").contains("报名市（济南市）领取"));
    assert!(Reason::NotCollected.sentence(" ").contains("到报名市领取"));
    for reason in Reason::ALL {
        assert!(reason.sentence("").contains('。'), "{reason:?}");
    }
}

proptest! {
    #[test]
    fn only_the_one_word_makes_a_certificate_eligible(word in "\\PC{0,8}") {
        let eligible = decide(&word, false, false).is_eligible();
        prop_assert_eq!(eligible, word.trim() == "已领取");
    }
}
