//! The order in which exams are offered: by pinyin, as a Chinese reader looks a name up.

use encoding_rs::GBK;

use super::Exam;
use crate::domain::form::text::comparison_key;

/// Where one character stands in the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// Digits, Latin letters and signs, in any width and case.
    Ascii(char),
    /// A common Hanzi (level 1 of GB 2312, 3,755 characters), by its code: the standard arranged these by pinyin.
    ByPinyin([u8; 2]),
    /// Any other character.
    Unordered(char),
}

/// Sorts exams by the pinyin of their names.
///
/// The order is that of GB 2312 level 1 (rows 16 to 55), which holds every character that names of exams commonly have. Its limits: a
/// character with several readings has one place (重 stands at zhong, 行 at xing); characters outside level 1, which the standard arranges by
/// radical, come after all others.
pub fn sort_by_pinyin(exams: &mut [Exam]) {
    exams.sort_by_cached_key(|exam| (places(&exam.name), exam.code.clone()));
}

fn places(name: &str) -> Vec<Place> {
    comparison_key(name).chars().map(place).collect()
}

fn place(character: char) -> Place {
    if character.is_ascii() {
        return Place::Ascii(character);
    }
    let mut buffer = [0; 4];
    let (code, _, unmappable) = GBK.encode(character.encode_utf8(&mut buffer));
    match *code {
        [row @ 0xB0..=0xD7, cell @ 0xA1..=0xFE] if !unmappable => Place::ByPinyin([row, cell]),
        _ => Place::Unordered(character),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(names: &[&str]) -> Vec<String> {
        let exam = |(at, name): (usize, &&str)| Exam { code: format!("{at:02}"), name: (*name).to_owned() };
        let mut exams: Vec<Exam> = names.iter().enumerate().map(exam).collect();
        sort_by_pinyin(&mut exams);
        exams.into_iter().map(|exam| exam.name).collect()
    }

    #[test]
    fn names_stand_in_the_order_of_their_pinyin() {
        let expected = [
            "安全工程师",         // an quan
            "二级建造师",         // er ji
            "房地产估价师",       // fang
            "计算机应用能力考试", // ji suan
            "监理工程师",         // jian li
            "经济专业技术资格",   // jing ji
            "一级建造师",         // yi ji jian
            "一级注册建筑师",     // yi ji zhu
            "造价",               // zao jia
            "执业药师",           // zhi ye
            "注册测绘师",         // zhu
        ];
        let mut given = expected;
        given.reverse();
        assert_eq!(sorted(&given), expected);
    }

    #[test]
    fn digits_and_letters_come_first_in_any_width_and_case() {
        assert_eq!(sorted(&["安全", "Ｂ类", "a类", "2级", "１级"]), ["１级", "2级", "a类", "Ｂ类", "安全"]);
    }

    #[test]
    fn a_character_of_several_readings_has_one_place() {
        assert_eq!(sorted(&["重庆", "成都", "中级"]), ["成都", "中级", "重庆"]);
    }

    #[test]
    fn characters_outside_level_1_come_last_whether_or_not_the_encoding_has_them() {
        // 翡 is level 2, 冇 only in GBK, 㐂 only in GB 18030, 𠮷 outside the basic plane.
        let names = ["𠮷师", "翡翠", "坐班", "冇师", "㐂师"];
        assert_eq!(sorted(&names)[0], "坐班");
    }

    #[test]
    fn exams_of_one_name_stand_by_their_codes() {
        let mut exams = ["B", "A"].map(|code| Exam { code: code.to_owned(), name: "造价".to_owned() });
        sort_by_pinyin(&mut exams);
        assert_eq!(exams.map(|exam| exam.code), ["A", "B"]);
    }
}
