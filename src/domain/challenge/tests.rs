#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn challenge(seed: u8) -> Challenge {
    let mut random = [0; RANDOM];
    for (place, byte) in random.iter_mut().enumerate() {
        *byte = seed.wrapping_mul(31).wrapping_add(u8::try_from(place).unwrap().wrapping_mul(17));
    }
    Challenge::of(&random, &["session", "login"])
}

fn digits(challenge: &Challenge) -> String {
    challenge.digits.iter().map(ToString::to_string).collect()
}

#[test]
fn each_way_has_its_answer_and_any_one_will_do() {
    let one = challenge(7);
    assert!(one.is_met_by(&digits(&one)));
    let spaced: String = digits(&one).chars().flat_map(|c| [c, ' ']).collect();
    assert!(one.is_met_by(&spaced));
    let wide: String = digits(&one).chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect();
    assert!(one.is_met_by(&wide));
    assert!(one.is_met_by(&format!("w:{}", one.work().solve())));
}

#[test]
fn the_sum_is_answered_in_digits_or_numerals() {
    for (first, second, question, answers) in [
        (3, 3, "二十三加四等于几", ["27", "二十七"]),
        (69, 8, "八十九加九等于几", ["98", "九十八"]),
        (61, 8, "八十一加九等于几", ["90", "九十"]),
        (0, 0, "二十加一等于几", ["21", "二十一"]),
    ] {
        let sum = Sum::of(first, second);
        assert_eq!(sum.question(), question);
        for answer in answers {
            assert!(sum.is_answered_by(answer), "{question} {answer}");
        }
        for wrong in ["", "0", "19", "九十九", "２７"] {
            assert!(!sum.is_answered_by(wrong), "{question} {wrong}");
        }
    }
}

#[test]
fn no_sum_is_likelier_than_one_in_fifty() {
    let mut times = std::collections::BTreeMap::<u8, u32>::new();
    for (first, second) in (0..=u8::MAX).flat_map(|first| (0..=u8::MAX).map(move |second| (first, second))) {
        let answer = (0..100).find(|answer: &u8| Sum::of(first, second).is_answered_by(&answer.to_string())).unwrap();
        *times.entry(answer).or_default() += 1;
    }
    assert!(times.values().all(|count| count * 50 <= 65536), "{times:?}");
}

#[test]
fn nothing_else_is_an_answer() {
    let one = challenge(3);
    let solution = one.work().solve();
    let other = challenge(4).work().solve();
    let longer = format!("w:{solution}.0");
    let shorter = format!("w:{}", solution.rsplit_once('.').unwrap().0);
    let padded = format!("w:{}", solution.split('.').map(|n| format!("+{n}")).collect::<Vec<_>>().join("."));
    for answer in ["", " ", "w:", "w", "-1", "00000000", &format!("w:{other}"), &longer, &shorter, &padded, &solution] {
        assert!(!one.is_met_by(answer), "{answer}");
    }
    assert!(!one.is_met_by(&format!("0{}", digits(&one))));
}

#[test]
fn work_is_of_use_only_where_it_was_made_for() {
    let random = [9; RANDOM];
    let solution = format!("w:{}", Challenge::of(&random, &["ab", "c"]).work().solve());
    assert!(Challenge::of(&random, &["ab", "c"]).is_met_by(&solution));
    for elsewhere in [&["a", "bc"][..], &["ab", "d"], &["abc"], &["ab", "c", ""]] {
        assert_ne!(Challenge::of(&random, elsewhere).work(), Challenge::of(&random, &["ab", "c"]).work());
        assert!(!Challenge::of(&random, elsewhere).is_met_by(&solution), "{elsewhere:?}");
    }
}

#[test]
fn the_picture_is_a_small_png_of_twice_the_size_and_never_the_same() {
    let pictures: BTreeSet<Vec<u8>> = (0..20).map(|seed| challenge(seed).picture()).collect();
    assert_eq!(pictures.len(), 20);
    for file in pictures {
        let reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().unwrap();
        assert_eq!((reader.info().width, reader.info().height), (320, 112));
        assert!(file.len() < 8 * 1024, "{}", file.len());
    }
}

#[test]
fn the_recording_is_one_wav_of_five_digits_in_order() {
    let one = challenge(11);
    let file = one.recording();
    assert_eq!((&file[..4], &file[8..16]), (&b"RIFF"[..], &b"WAVEfmt "[..]));
    let number = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
    assert_eq!((number(4) as usize, number(40) as usize), (file.len() - 8, file.len() - 44));
    assert_eq!((number(24), number(28)), (8000, 8000));
    let mut after = 44;
    for digit in one.digits {
        let spoken = speech::spoken(digit);
        let at = file[after..].windows(spoken.len()).position(|window| window == spoken).unwrap();
        after += at + spoken.len();
    }
    assert!(file.len() < 64 * 1024);
}

proptest! {
    #[test]
    fn every_challenge_is_met_by_its_own_work_and_digits_and_no_guess_breaks_it(random in prop::array::uniform32(any::<u8>()), guess in "\\PC{0,40}") {
        let mut bytes = [0; RANDOM];
        bytes[..32].copy_from_slice(&random);
        bytes[32..].copy_from_slice(&random[..RANDOM - 32]);
        let one = Challenge::of(&bytes, &[]);
        prop_assert!(one.is_met_by(&digits(&one)));
        prop_assert!(!one.picture().is_empty());
        let _never_panics = one.is_met_by(&guess);
    }
}
