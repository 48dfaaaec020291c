use super::*;
use crate::domain::form::text::comparison_key;
use proptest::prelude::*;

fn row(code: &str, name: &str, year: &str, level: &str, specialty: &str) -> Row {
    Row { code: code.into(), name: name.into(), year: year.into(), level: level.into(), specialty: specialty.into() }
}

fn catalogue() -> Catalogue {
    Catalogue::new([
        row("ZJ", "造价工程师", "2012", "", "土建"),
        row("ZJ", "造价", "2017", "一级", "土建"),
        row("zj", "造价", "２０１７", "一级", "安装"),
        row("ZJ", "造价", "2017", "二级", "水利"),
        row("ZJ", "造价", "?", "三级", "旧专业"),
        row("JSJ", "计算机应用能力考试", "2012", "初级", "Word"),
        row("A1", "同名", "2001", "", ""),
        row("A2", "同名", "2002", "", ""),
        row(" ", "无代码", "2001", "", ""),
    ])
}

fn code(word: &str) -> Option<String> {
    catalogue().find(word).map(|exam| exam.code.clone())
}

#[test]
fn exams_are_found_by_code_and_by_name() {
    let table = [
        ("ZJ", Some("ZJ")),
        (" ｚｊ", Some("ZJ")),
        ("造价", Some("ZJ")),
        ("造价工程师", Some("ZJ")),
        ("计算机应用 能力考试", Some("JSJ")),
        ("同名", None),
        ("A2", Some("A2")),
        ("无代码", None),
        ("", None),
        ("建造师", None),
    ];
    for (word, expected) in table {
        assert_eq!(code(word).as_deref(), expected, "{word:?}");
    }
}

#[test]
fn the_newest_name_is_shown_whatever_the_order_of_rows() {
    let names: Vec<_> = catalogue().exams().map(|exam| exam.name.clone()).collect();
    assert_eq!(names, ["造价", "计算机应用能力考试", "同名", "同名"]);
    let reversed = Catalogue::new([row("ZJ", "造价", "2017", "", ""), row("ZJ", "造价工程师", "2012", "", "")]);
    assert_eq!(reversed.find("ZJ").map(|exam| exam.name.as_str()), Some("造价"));
}

#[test]
fn years_are_newest_first_and_distinct() {
    assert_eq!(catalogue().years("造价"), [2017, 2012]);
    assert!(catalogue().years("没有").is_empty());
    assert_eq!([catalogue().newest_year("造价"), catalogue().newest_year("没有")], [Some(2017), None]);
}

#[test]
fn suggestions_narrow_by_year_and_level_where_something_is_known() {
    let catalogue = catalogue();
    assert_eq!(catalogue.levels("ZJ", Some(2017)), ["一级", "三级", "二级"]);
    assert_eq!(catalogue.levels("ZJ", Some(1999)), catalogue.levels("ZJ", None));
    assert_eq!(catalogue.specialties("ZJ", Some(2017), Some(" 一级")), ["土建", "安装"]);
    assert_eq!(catalogue.specialties("ZJ", Some(2012), None), ["土建", "旧专业"]);
    assert_eq!(catalogue.specialties("ZJ", Some(2017), Some("特级")).len(), 4);
    assert!(catalogue.levels("没有", None).is_empty());
}

proptest! {
    #[test]
    fn every_code_of_a_catalogue_is_found(codes in proptest::collection::vec(any::<String>(), 0..8)) {
        let catalogue = Catalogue::new(codes.iter().map(|code| row(code, "名", "2012", "", "")));
        for code in codes.iter().filter(|code| !comparison_key(code).is_empty()) {
            prop_assert_eq!(catalogue.years(code), vec![2012]);
        }
    }
}
