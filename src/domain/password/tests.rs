#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

const KNOWN: Known<'static> =
    Known { number: "110101199003071233", name: "测试", birth: NaiveDate::from_ymd_opt(1990, 3, 7) };

#[test]
fn the_manuals_rule_is_six_to_thirty_characters_with_letters_and_digits() {
    let longest = format!("q7{}", "xk".repeat(14));
    for (password, verdict) in [
        ("hk7w2p", Ok(())),
        ("hk 7w2 p", Ok(())),
        ("海纳k7百川9", Ok(())),
        ("Hk7w2p!@#", Ok(())),
        (longest.as_str(), Ok(())),
        ("hk7w2", Err(Weakness::Short(6))),
        ("", Err(Weakness::Short(6))),
        ("  k7w   ", Err(Weakness::Short(6))),
        (&format!("{longest}x"), Err(Weakness::Long)),
        ("80713592", Err(Weakness::NoLetter)),
        ("海纳百川2468", Err(Weakness::NoLetter)),
        ("hkqwtzpm", Err(Weakness::NoDigit)),
        ("hk7w2\u{0}p", Err(Weakness::Control)),
        ("hk7w2\np", Err(Weakness::Control)),
    ] {
        assert_eq!(judge(password, &KNOWN, 6), verdict, "{password:?}");
    }
}

#[test]
fn the_floor_can_be_raised_and_never_lowered() {
    assert_eq!(judge("hk7w2pq", &KNOWN, 8), Err(Weakness::Short(8)));
    assert_eq!(judge("hk7w2pqz", &KNOWN, 8), Ok(()));
    assert_eq!(judge("hk7w2", &KNOWN, 3), Err(Weakness::Short(6)));
}

#[test]
fn what_others_know_of_the_person_is_no_password() {
    for (password, weakness) in [
        ("a110101199003071233", Weakness::HoldsNumber),
        ("sd071233", Weakness::HoldsNumber),
        ("sd０７１２３３", Weakness::NoDigit),
        ("x1990-03-07", Weakness::HoldsBirthDate),
        ("love19900307", Weakness::HoldsBirthDate),
        ("love900307", Weakness::HoldsBirthDate),
        ("测试a80713", Weakness::HoldsName),
    ] {
        assert_eq!(judge(password, &KNOWN, 6), Err(weakness), "{password}");
    }
    let latin = Known { name: "Maria Li", number: "11010119900307123X", ..KNOWN };
    assert_eq!(judge("marialI8071", &latin, 6), Err(Weakness::HoldsName));
    assert_eq!(judge("sd07123xq", &latin, 6), Err(Weakness::HoldsNumber));
    assert_eq!(judge("hk7w2p", &Known::default(), 6), Ok(()), "nothing is known");
    assert_eq!(judge("li8w2pz", &Known { name: "Li", ..KNOWN }, 6), Ok(()), "two letters stand in too many words");
}

#[test]
fn passwords_that_are_tried_first_are_refused_in_either_case() {
    for password in [
        "abc123",
        "ABC123",
        "Password1",
        "a123456",
        "1qaz2wsx",
        "woaini1314",
        "Wang123456",
        "123456li",
        "zhang888",
        "5201314a",
    ] {
        assert_eq!(judge(password, &KNOWN, 6), Err(Weakness::Common), "{password}");
    }
}

#[test]
fn each_weakness_is_told_in_words_of_its_own() {
    let all = [
        Weakness::Short(6),
        Weakness::Long,
        Weakness::NoLetter,
        Weakness::NoDigit,
        Weakness::Control,
        Weakness::Common,
        Weakness::HoldsNumber,
        Weakness::HoldsBirthDate,
        Weakness::HoldsName,
    ];
    let messages: std::collections::BTreeSet<String> = all.into_iter().map(Weakness::message).collect();
    assert_eq!(messages.len(), all.len());
}

proptest! {
    #[test]
    fn no_password_and_no_name_makes_it_panic(password in "\\PC{0,40}", number in "\\PC{0,20}", name in "\\PC{0,10}") {
        let verdict = judge(&password, &Known { number: &number, name: &name, birth: KNOWN.birth }, 6);
        if verdict.is_ok() {
            prop_assert!((6..=30).contains(&password.chars().count()));
        }
    }
}
