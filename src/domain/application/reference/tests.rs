#![allow(clippy::unwrap_used)]
use super::*;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn the_form_is_fixed() {
    assert_eq!(Reference::new(day("2026-11-22"), 0).as_str(), "BZ20261122-22222D");
    assert_eq!(Reference::new(day("2026-11-22"), Reference::PER_DAY - 1).as_str(), "BZ20261122-ZZZZZM");
    assert_eq!(Reference::new(day("2026-11-22"), Reference::PER_DAY), Reference::new(day("2026-11-22"), 0));
}

#[test]
fn people_may_type_it_their_way() {
    let reference = Reference::new(day("2026-11-22"), 12_345_678);
    let text = reference.as_str().to_owned();
    for typed in [text.to_lowercase(), text.replace('-', ""), format!(" {text}\t"), text.replace('-', " － ")] {
        assert_eq!(Reference::parse(&typed).as_ref(), Some(&reference), "{typed}");
    }
    for wrong in
        ["", "BZ", "20261122-22222D", "BZ20261322-22222D", "BZ20261122-22222", "BZ20261122-2222字", "BZ2026字1122"]
    {
        assert_eq!(Reference::parse(wrong), None, "{wrong}");
    }
}

proptest! {
    #[test]
    fn it_reads_back(days in 0i64..20_000, number in any::<u32>()) {
        let reference = Reference::new(day("1990-01-01") + chrono::TimeDelta::days(days), number);
        prop_assert_eq!(Reference::parse(reference.as_str()), Some(reference));
    }

    #[test]
    fn one_wrong_character_or_a_swap_of_two_is_noticed(number in any::<u32>(), i in 11usize..17, j in 11usize..17, c in 0u32..31) {
        let right = Reference::new(day("2026-11-22"), number).0.into_bytes();
        let mut wrong = right.clone();
        wrong[i] = symbol(c) as u8;
        if wrong != right {
            prop_assert_eq!(Reference::parse(std::str::from_utf8(&wrong).unwrap()), None);
        }
        let mut swapped = right.clone();
        swapped.swap(i, j);
        // The check character itself has weight -1, which only the 30th position would share.
        if swapped != right {
            prop_assert_eq!(Reference::parse(std::str::from_utf8(&swapped).unwrap()), None);
        }
    }

    #[test]
    fn any_text_is_read_without_panic(text in any::<String>(), near in "BZ[0-9]{0,9}-?[0-9A-Z字]{0,7}") {
        let _ = Reference::parse(&text);
        let _ = Reference::parse(&near);
    }
}
