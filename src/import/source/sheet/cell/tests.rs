use super::*;

#[test]
fn numbers_and_days_become_the_text_of_a_delimited_file() {
    let day = |number| DataRef::DateTime(ExcelDateTime::new(number, ExcelDateTimeType::DateTime, false));
    let time = |number| DataRef::DateTime(ExcelDateTime::new(number, ExcelDateTimeType::TimeDelta, false));
    let table = [
        (DataRef::Float(7.0), Some(Target::Key), "7", None),
        (DataRef::Int(42), None, "42", None),
        (DataRef::Float(1.5), None, "1.5", None),
        (DataRef::Float(2017.0), Some(Target::Year), "2017", None),
        (DataRef::Float(20_171_021.0), Some(Target::ApprovalDate), "20171021", None),
        (DataRef::Float(43_029.0), Some(Target::ApprovalDate), "2017-10-21", None),
        (DataRef::Float(43_029.5), Some(Target::RegisteredAt), "2017-10-21 12:00:00", None),
        (DataRef::Float(0.0), Some(Target::ApprovalDate), "0", None),
        (DataRef::Float(43_029.0), None, "43029", None),
        (DataRef::Float(110_101_690_512_001.0), Some(Target::Number), "110101690512001", Some(Code::NumericCell)),
        (DataRef::Float(1.101_011_990_030_71e17), Some(Target::Number), "1.10101199003071E17", Some(Code::NumericCell)),
        (DataRef::Float(1e16), Some(Target::Key), "1E16", Some(Code::NumericCell)),
        (day(43_102.0), Some(Target::Key), "2018-01-02", Some(Code::DateKey)),
        (day(43_102.0), Some(Target::CertificateNumber), "2018-01-02", Some(Code::DateKey)),
        (day(43_102.25), Some(Target::Number), "2018-01-02 06:00:00", Some(Code::DateKey)),
        (day(43_102.0), Some(Target::ApprovalDate), "2018-01-02", None),
        (day(43_102.0), None, "2018-01-02", None),
        (time(0.5), Some(Target::Number), "0.5", Some(Code::DateKey)),
        (time(0.5), Some(Target::City), "0.5", None),
        (day(110_101_690_512_001.0), Some(Target::Number), "110101690512001", Some(Code::NumericCell)),
        (day(20_171_021.0), Some(Target::Key), "20171021", Some(Code::UnclearFormat)),
        (day(-1.0), None, "-1", None),
        (DataRef::DateTimeIso("2018-01-02".into()), Some(Target::Number), "2018-01-02", Some(Code::DateKey)),
        (DataRef::DateTimeIso("2018-01-02".into()), Some(Target::ApprovalDate), "2018-01-02", None),
        (DataRef::Bool(true), Some(Target::Status), "TRUE", Some(Code::OddCell)),
        (DataRef::Error(calamine::CellErrorType::NA), None, "#N/A", Some(Code::OddCell)),
    ];
    for (value, target, expected, code) in table {
        let mut text = String::new();
        assert_eq!((write(&value, target, false, None, &mut text), text.as_str()), (code, expected), "{value:?}");
    }
}

#[test]
fn formats_add_to_identifiers_and_what_they_add_is_told() {
    let table = [
        (DataRef::Float(7.0), Target::Key, "\"ZJ\"0000", "ZJ0007", Some(Code::PaddedNumber)),
        (DataRef::Float(7.0), Target::CertificateNumber, "\"ZJ\"General", "ZJ7", Some(Code::PaddedNumber)),
        (DataRef::Float(7.0), Target::Key, "[<10]00;0", "7", Some(Code::UnclearFormat)),
        (DataRef::Float(7.0), Target::Number, "[<10]00;0", "7", Some(Code::UnclearFormat)),
        (DataRef::Float(7.0), Target::CertificateNumber, "0", "7", Some(Code::NumericCell)),
        (DataRef::Float(1e16), Target::Key, "0000", "1E16", Some(Code::NumericCell)),
        (DataRef::String("7".into()), Target::Key, "\"ZJ\"@", "ZJ7", Some(Code::PaddedNumber)),
        (DataRef::String("甲".into()), Target::Name, "@\"同志\"", "甲", None),
        (DataRef::String("7".into()), Target::Key, "@", "7", None),
    ];
    for (value, target, format, expected, code) in table {
        let (mut text, format) = (String::new(), Format::of(format));
        let told = write(&value, Some(target), false, Some(&format), &mut text);
        assert_eq!((told, text.as_str()), (code, expected), "{value:?} {format:?}");
        let mut kept = String::new();
        write(&value, None, false, Some(&format), &mut kept);
        assert!(!kept.contains("ZJ"), "an unused column is kept as it is stored");
    }
}
