#![allow(clippy::unwrap_used)]

use super::check::missing;
use super::*;
use crate::domain::application::{Applicant, Path, Registered, locked_fields};
use crate::domain::form::text::has_forbidden;
use crate::domain::form::{CITIES, LAIWU};
use proptest::prelude::*;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 15).unwrap()
}

fn rules() -> Rules {
    Rules {
        today: today(),
        photo_required_through: 2016,
        photo_given: true,
        newest_year: None,
        contact_confirmed: false,
    }
}

fn good() -> Input {
    Input {
        exam: "JSJ".into(),
        year: "2012".into(),
        name: "测试".into(),
        document_number: "110101199003071233".into(),
        birth_month: "199003".into(),
        gender: "男".into(),
        certificate_number: "无".into(),
        approval_date: "20121118".into(),
        level: "初级".into(),
        specialty: "计算机应用".into(),
        city: "济南市".into(),
        contact: "13800000000".into(),
    }
}

fn free() -> Locked {
    Locked::default()
}

/// The error of one field, when only that one is changed in a good form.
fn error_of(field: Field, text: &str) -> Option<String> {
    let mut input = good();
    input.set(field, text);
    match validate(input, &free(), &rules()) {
        Ok(_) => None,
        Err(errors) => {
            assert_eq!(errors.len(), 1, "{field:?} {text:?}: {errors:?}");
            assert_eq!(errors[0].field, field);
            Some(errors[0].message.clone())
        }
    }
}

fn kept(field: Field, text: &str) -> String {
    let mut input = good();
    input.set(field, text);
    validate(input, &free(), &rules()).unwrap().input().get(field).to_owned()
}

#[test]
fn a_good_form_passes_unchanged() {
    let valid = validate(good(), &free(), &rules()).unwrap();
    assert_eq!(valid.input(), &good());
    assert_eq!(valid.photo(), PhotoState::Required);
}

#[test]
fn an_empty_form_lists_every_field_in_order_and_asks_for_no_photo_yet() {
    let errors = validate(Input::default(), &free(), &Rules { photo_given: false, ..rules() }).unwrap_err();
    let fields: Vec<_> = errors.iter().map(|error| error.field).collect();
    assert_eq!(fields, Field::ALL[..12]);
    assert!(errors.iter().all(|error| error.message.starts_with('请')));
}

#[test]
fn blank_counts_as_empty_in_every_field() {
    for field in &Field::ALL[..12] {
        for blank in ["", "  ", "\u{3000}\t", "\u{200b}"] {
            assert_eq!(error_of(*field, blank).as_deref(), Some(missing(*field)));
        }
    }
}

#[test]
fn controls_and_overlong_values_are_refused_in_every_field() {
    for field in &Field::ALL[..12] {
        for bad in ["20\u{0}12", "2\u{1}", "男\u{1f}女", "a\u{202e}b"] {
            assert!(error_of(*field, bad).unwrap().contains("无法识别的字符"), "{field:?}");
        }
        let long = "9".repeat(65);
        assert_eq!(error_of(*field, &long).unwrap(), format!("{}不能超过 64 个字，现有 65 个字", field.label()));
    }
}

#[test]
fn sixty_four_characters_fit_and_are_counted_as_characters() {
    let text = "证".repeat(64);
    for field in [Field::CertificateNumber, Field::Level, Field::Specialty, Field::Contact, Field::Name] {
        assert_eq!(kept(field, &format!("  {text}\u{3000}")), text);
    }
}

#[test]
fn years_are_four_digits_within_reason() {
    for good in ["1980", "2026", " 2012 ", "２０１２", "2012年", "2012 年度"] {
        assert_eq!(error_of(Field::Year, good), None, "{good}");
    }
    for written in ["２０１２", "2012年度"] {
        assert_eq!(kept(Field::Year, written), "2012");
    }
    for (bad, word) in
        [("1979", "1980"), ("2027", "今年（2026 年）"), ("12", "四位"), ("2012上", "四位"), ("+201", "四位")]
    {
        assert!(error_of(Field::Year, bad).unwrap().contains(word), "{bad}");
    }
}

#[test]
fn a_year_newer_than_the_catalogue_is_refused_and_one_that_it_lacks_is_not() {
    let table = [
        (Some(2024), "1980", None),
        (Some(2024), "2024", None),
        (Some(2024), "２０２５", Some("最近的年度是 2024 年，还没有 2025 年度")),
        (Some(2024), "2026年", Some("还没有 2026 年度")),
        (Some(2024), "2027", Some("不能晚于今年")),
        (Some(2024), "1979", Some("不能早于 1980 年")),
        (Some(1979), "1980", Some("最近的年度是 1979 年")),
        // Imported ahead of its year.
        (Some(2030), "2027", Some("不能晚于今年")),
        (None, "2026", None),
    ];
    for (newest_year, year, words) in table {
        let rules = Rules { newest_year, ..rules() };
        let told = validate(Input { year: year.into(), ..good() }, &free(), &rules).err();
        let told = told.map(|errors| errors[0].message.clone());
        match words {
            Some(words) => assert!(told.as_ref().is_some_and(|told| told.contains(words)), "{year}: {told:?}"),
            None => assert_eq!(told, None, "{newest_year:?} {year}"),
        }
    }
}

#[test]
fn birth_months_are_real_and_past() {
    for written in
        [" １９９００３ ", "1990-03", "1990/3", "1990.3", "1990年3月", "1990 年 3 月", "1990年3月7日", "19900307"]
    {
        assert_eq!(kept(Field::BirthMonth, written), "199003", "{written}");
    }
    assert_eq!(error_of(Field::BirthMonth, "202603"), None);
    for (bad, word) in [
        ("202604", "晚于本月"),
        ("199013", "六位"),
        ("199000", "六位"),
        ("189912", "六位"),
        ("90-03", "六位"),
        ("19903", "六位"),
        ("3/1990", "六位"),
        ("1990", "六位"),
    ] {
        assert!(error_of(Field::BirthMonth, bad).unwrap().contains(word), "{bad}");
    }
}

#[test]
fn approval_dates_are_real_days_and_past() {
    for good in ["19900101", "20201122", "20260315", "20120229", "２０２０１１２２"] {
        assert_eq!(error_of(Field::ApprovalDate, good), None, "{good}");
    }
    for written in [
        "２０２０１１２２",
        "2020-11-22",
        "2020/11/22",
        "2020.11.22",
        "2020。11。22",
        "2020—11—22",
        "2020年11月22日",
        "2020 年 11 月 22 日",
        "2020年11月22号",
        "2020-11-22 0:00:00",
        "22-NOV-20",
    ] {
        assert_eq!(kept(Field::ApprovalDate, written), "20201122", "{written}");
    }
    for written in ["2017年6月1日", "2017-6-1", "20170601", "2017.6.1"] {
        assert_eq!(kept(Field::ApprovalDate, written), "20170601", "{written}");
    }
    let table = [
        ("20260316", "不能晚于今天"),
        ("20110229", "不是真实的日期"),
        ("20121301", "不是真实的日期"),
        ("19791231", "不能早于 1980"),
        ("2012年11月31日", "不是真实的日期"),
        ("11/18/2012", "八位数字"),
        ("18-11-12", "八位数字"),
        ("2012-11", "八位数字"),
        ("201211", "八位数字"),
    ];
    for (bad, word) in table {
        assert!(error_of(Field::ApprovalDate, bad).unwrap().contains(word), "{bad}");
    }
}

#[test]
fn an_approval_date_is_never_compared_with_the_exam_year() {
    assert_eq!(error_of(Field::ApprovalDate, "19990101"), None);
    assert_eq!(error_of(Field::ApprovalDate, "20251231"), None);
}

#[test]
fn gender_is_one_of_two_words() {
    assert_eq!(kept(Field::Gender, " 女"), "女");
    for bad in ["M", "male", "男女", "未知"] {
        assert!(error_of(Field::Gender, bad).is_some());
    }
}

#[test]
fn cities_are_shandongs_and_laiwu_ends_with_2018() {
    for city in CITIES {
        assert_eq!(error_of(Field::City, city), None);
    }
    for (year, passes) in [("2012", true), ("2018", true), ("2019", false), ("2026", false)] {
        let input = Input { year: year.into(), city: LAIWU.into(), ..good() };
        assert_eq!(validate(input, &free(), &rules()).is_ok(), passes, "{year}");
    }
    for bad in ["北京市", "济南", "莱芜", "济南市 青岛市"] {
        assert!(error_of(Field::City, bad).unwrap().contains("从列表中选择"), "{bad}");
    }
}

#[test]
fn certificate_number_and_contact_have_no_format() {
    for free_text in ["无", "16039686", "鲁-2001/３", "a"] {
        assert_eq!(kept(Field::CertificateNumber, free_text), free_text);
    }
    for free_text in ["16039686", "0531-86011234 转 ３", "a@b.cn"] {
        assert_eq!(kept(Field::Contact, free_text), free_text);
    }
}

#[test]
fn a_doubtful_contact_is_asked_about_and_accepted_when_confirmed() {
    let message = error_of(Field::Contact, " 123 ").unwrap();
    assert!(message.contains("“123”") && message.contains("联系方式无误"), "{message}");
    let confirmed = Rules { contact_confirmed: true, ..rules() };
    let input = Input { contact: " 123 ".into(), ..good() };
    assert_eq!(validate(input, &free(), &confirmed).unwrap().input().contact, "123");
    let empty = Input { contact: String::new(), ..good() };
    assert_eq!(validate(empty, &free(), &confirmed).unwrap_err()[0].message, missing(Field::Contact));
}

#[test]
fn a_photo_is_demanded_through_the_configured_year() {
    let without = Rules { photo_given: false, ..rules() };
    for (year, needed) in [("2015", true), ("2016", true), ("2017", false)] {
        let result = validate(Input { year: year.into(), ..good() }, &free(), &without);
        if needed {
            let errors = result.unwrap_err();
            assert_eq!(errors.len(), 1);
            assert_eq!(errors[0].field, Field::Photo);
            assert!(errors[0].message.contains("补办 2016 年及以前的证书"));
        } else {
            assert_eq!(result.unwrap().photo(), PhotoState::NotNeeded);
        }
    }
}

#[test]
fn a_registered_year_tells_about_the_photo_in_whatever_form_it_is_written() {
    let table = [
        ("2016", PhotoState::Required),
        ("2017", PhotoState::NotNeeded),
        ("２０１７年", PhotoState::NotNeeded),
        ("2012上半年", PhotoState::Required),
        ("20171", PhotoState::Required),
        ("？", PhotoState::Required),
    ];
    for (year, state) in table {
        assert_eq!(photo_state(year, 2016), state, "{year}");
    }
}

#[test]
fn registered_values_pass_as_they_are_and_browser_values_for_them_have_no_effect() {
    let registered = Registered {
        exam: "JSJ".into(),
        year: "2019".into(),
        name: "测试".into(),
        document_number: "110101199003071233".into(),
        level: "级别".into(),
        specialty: "专业".into(),
        city: "青州市".into(),
        certificate_number: "16039686".into(),
        approval_date: "2019-99".into(),
    };
    let person = Applicant {
        name: "测试".into(),
        document_number: "110101199003071233".into(),
        resident_number: Some("110101199003071233".into()),
    };
    let locked = locked_fields(Path::Registered { certificate: &registered }, &person);
    let forged = Input { city: "济南市".into(), birth_month: "200001".into(), name: "别人\0".into(), ..good() };
    let valid = validate(forged, &locked, &rules()).unwrap();
    assert_eq!(valid.input().city, "青州市");
    assert_eq!(valid.input().approval_date, "2019-99");
    assert_eq!(valid.input().birth_month, "199003");
    assert_eq!(valid.input().name, "测试");
    assert_eq!(valid.photo(), PhotoState::NotNeeded);
}

proptest! {
    #[test]
    fn any_input_is_answered_and_what_passes_passes_again(
        values in proptest::collection::vec(prop_oneof![any::<String>(), "[0-9０-９ ]{0,9}", Just("济南市".to_owned())], 12),
    ) {
        let mut input = good();
        for (field, value) in Field::ALL.into_iter().zip(&values) {
            if value.len() % 3 != 0 {
                input.set(field, value.as_str());
            }
        }
        match validate(input, &free(), &rules()) {
            Ok(valid) => {
                for field in &Field::ALL[..12] {
                    prop_assert!(!has_forbidden(valid.input().get(*field)));
                }
                prop_assert_eq!(validate(valid.input().clone(), &free(), &rules()).unwrap(), valid);
            }
            Err(errors) => {
                prop_assert!(errors.windows(2).all(|pair| pair[0].field < pair[1].field));
            }
        }
    }
}
