//! Birth month and gender, derived from a document number.

use chrono::NaiveDate;

use crate::domain::word::words;

words! {
    /// 性别, as the manual offers it: the value in forms and in the store.
    pub enum Gender {
        Male = "男",
        Female = "女",
    }
}

/// Birth month (YYYYMM) and gender of an 18-character number of the resident family.
///
/// Resident ID, the residence permits of Hong Kong, Macau and Taiwan (81, 82, 83) and the foreigner's permanent residence card (9) share
/// this layout: digits 7 to 14 are the date of birth, the 17th is odd for men (GB 11643). `None` where the shape or the date is impossible;
/// a wrong check digit is ignored, because old systems accepted those. The caller must know that a document *is* of the resident family: a
/// passport number could have this shape.
pub fn birth_month_and_gender(canonical_number: &str) -> Option<(String, Gender)> {
    let bytes = canonical_number.as_bytes();
    let [head @ .., last] = bytes else { return None };
    if head.len() != 17 || !head.iter().all(u8::is_ascii_digit) || !(last.is_ascii_digit() || *last == b'X') {
        return None;
    }
    let number = |range: std::ops::Range<usize>| canonical_number.get(range)?.parse::<u16>().ok();
    let (year, month, day) = (number(6..10)?, number(10..12)?, number(12..14)?);
    if !(1800..=2200).contains(&year) {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day))?;
    let gender = if bytes[16] % 2 == 1 { Gender::Male } else { Gender::Female };
    Some((canonical_number.get(6..12)?.to_owned(), gender))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn resident_family_numbers_tell_month_and_gender() {
        let table = [
            ("110101199003071233", Some(("199003", Gender::Male))),
            ("37010219851231002X", Some(("198512", Gender::Female))),
            ("810000199001010019", Some(("199001", Gender::Male))),
            ("931702198502280024", Some(("198502", Gender::Female))),
            ("110101199003071230", Some(("199003", Gender::Male))), // wrong check digit: still readable
            ("110101199013071233", None),
            ("110101199002301233", None),
            ("110101900307123", None),
            ("11010119900307123x", None),
            ("１１０１０１１９９００３０７１２３３", None),
            ("E12345678", None),
            ("", None),
        ];
        for (number, expected) in table {
            assert_eq!(birth_month_and_gender(number), expected.map(|(month, g)| (month.to_owned(), g)), "{number}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in any::<String>(), near in "[0-9]{16,18}[0-9X字]") {
            let _ = birth_month_and_gender(&text);
            if let Some((month, _)) = birth_month_and_gender(&near) {
                prop_assert_eq!(month.len(), 6);
            }
        }
    }
}
