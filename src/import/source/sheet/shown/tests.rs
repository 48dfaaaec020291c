use super::*;

#[test]
fn what_is_shown_is_what_the_format_makes_of_the_digits() {
    for (code, number, shown) in [
        ("000000", 123.0, "000123"),
        ("000000", 1_234_567.0, "1234567"),
        ("000000", 0.0, "000000"),
        ("00000;-00000;0", 42.0, "00042"),
        ("[$-804]000000_ ", 7.0, "000007"),
        ("[Red]000000", 7.0, "000007"),
        ("[Color 12]000000", 7.0, "000007"),
        ("[$ZJ-804]0", 7.0, "ZJ7"),
        ("\"ZJ\"0000", 42.0, "ZJ0042"),
        ("\\A0", 5.0, "A5"),
        ("\"第\"0\"号\"", 12.0, "第12号"),
        ("第0号", 12.0, "第12号"),
        ("000-0000", 1234.0, "000-1234"),
        ("0000\\-0000", 53_112_345.0, "5311-2345"),
        ("##00", 3.0, "03"),
        ("(000) 0000", 53_112_345.0, "(5311) 2345"),
        ("00:00", 1234.0, "12:34"),
        ("\"ZJ\"General", 42.0, "ZJ42"),
        ("General\"号\"", 12.0, "12号"),
        ("G/通用格式\"号\"", 12.0, "12号"),
        ("\"第\"GENERAL\"号\";\"x\"", 12.0, "第12号"),
        ("General\";\"", 1.0, "1;"),
        ("000000;@", 1.0, "000001"),
        ("\"ZJ\"0;;;\"ZJ\"@", 1.0, "ZJ1"),
    ] {
        assert_eq!(Format::of(code).number(number), Shown::More(shown.to_owned()), "{code}");
    }
}

#[test]
fn digits_that_are_only_grouped_are_digits() {
    for code in [
        "",
        "General",
        "G/通用格式",
        "general",
        "0",
        "0_ ",
        "#",
        "#,##0",
        "#,##0.00",
        "0.00",
        "@",
        "# ?/?",
        "0E+00",
        "0 ;[红色]-0",
        "_ 0",
        "_ * #,##0_ ;_ * -#,##0_ ;_ * \"-\"_ ;_ @_ ",
        "[红色][<0]0;0",
        "[>100]General;0",
        "General;-General;;@",
        "0;@",
        ";;;",
    ] {
        assert_eq!(Format::of(code).number(12.0), Shown::Digits, "{code}");
    }
    for code in ["00000;-00000;0", "\"ZJ\"0;\"x\"0;0"] {
        assert_eq!(Format::of(code).number(0.0), Shown::Digits, "{code}");
    }
    for number in [1e15, 1.1e17, -1e15, f64::INFINITY] {
        assert_eq!(Format::of("000000").number(number), Shown::Digits, "{number}: told as a lost number");
    }
}

#[test]
fn what_cannot_be_told_is_said_so() {
    for code in [
        "[<1000]0000;0",
        "[<=9999999]###-####;(###) ###-####",
        "[=1]\"甲\";[=2]\"乙\";General",
        "0;[>5]\"x\"0",
        "[DBNum1][$-804]General",
        "[DBNum2]0",
        "[h]:mm",
        "yyyy-mm-dd",
        "\"ZJ\"#,##0",
        "[$¥-804]#,##0.00",
        "0000.00",
        "0,000",
        "0%",
        "0,",
        "0.0,,",
        "\"x\"",
        "\"ZJ\"@",
        "@\"x\"",
        "General0",
        "ABC0",
    ] {
        assert_eq!(Format::of(code).number(12.0), Shown::Unclear, "{code}");
    }
    for number in [1.5, -3.0, f64::NAN] {
        assert_eq!(Format::of("000000").number(number), Shown::Unclear, "{number}");
    }
}

#[test]
fn texts_are_shown_with_what_the_format_adds_to_them() {
    for (code, shown) in [
        ("\"ZJ\"@", Some("ZJ007")),
        ("@\"号\"", Some("007号")),
        ("General;General;General;\\A@", Some("A007")),
        ("0;@\"x\"", Some("007x")),
        ("@", None),
        ("General", None),
        ("\"ZJ\"0000", None),
        ("0;0;0;_ @_ ", None),
        ("0\"x\"@", None),
    ] {
        assert_eq!(Format::of(code).text("007").as_deref(), shown, "{code}");
    }
}
