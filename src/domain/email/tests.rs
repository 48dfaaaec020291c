#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

#[test]
fn addresses_that_people_have_are_taken_and_forgiven_their_keyboard() {
    for (typed, address) in [
        ("zhangsan@example.com", "zhangsan@example.com"),
        ("  10001@QQ.com\u{3000}", "10001@qq.com"),
        ("ｚｈａｎｇ．ｓａｎ＠ｅｘａｍｐｌｅ．ｃｏｍ", "zhang.san@example.com"),
        ("Zhang.San+bz@mail.example.gov.cn", "Zhang.San+bz@mail.example.gov.cn"),
        ("a@xn--fiqs8s.xn--55qx5d", "a@xn--fiqs8s.xn--55qx5d"),
        ("o'neil_1@a-b.example", "o'neil_1@a-b.example"),
    ] {
        assert_eq!(Email::parse(typed).unwrap().as_str(), address, "{typed}");
    }
}

#[test]
fn what_a_mail_server_would_read_otherwise_is_refused() {
    let long_local = format!("{}@example.com", "a".repeat(65));
    let long_label = format!("a@{}.com", "b".repeat(64));
    for typed in [
        "zhangsan",
        "@example.com",
        "a@",
        "a@example",
        "a@@example.com",
        "a@b@example.com",
        "a..b@example.com",
        ".a@example.com",
        "a.@example.com",
        "a@-example.com",
        "a@example-.com",
        "a@example..com",
        "a@example.com.",
        "a@127.0.0.1",
        "a@[127.0.0.1]",
        "\"a b\"@example.com",
        "a b@example.com",
        "张三@example.com",
        "a@例子.中国",
        "a@example.com,b@example.com",
        "a@example.com;b@example.com",
        "<a@example.com>",
        "Zhang <a@example.com>",
        "a@example.com\r\nBcc: b@example.com",
        "a\r\nRCPT TO:<b@example.com>@example.com",
        "a@example.com\0",
        "a\u{202e}@example.com",
        &long_local,
        &long_label,
    ] {
        assert_eq!(Email::parse(typed), Err(EmailError::Malformed), "{typed:?}");
    }
    assert_eq!(Email::parse(" \u{3000}"), Err(EmailError::Empty));
    assert_eq!(Email::parse(&format!("a@{}.com", "b.".repeat(130))), Err(EmailError::TooLong));
}

#[test]
fn masking_leaves_the_first_letter_and_the_host() {
    assert_eq!(Email::parse("zhangsan@example.com").unwrap().masked(), "z***@example.com");
    assert_eq!(Email::parse("a@example.com").unwrap().masked(), "a***@example.com");
}

proptest! {
    #[test]
    fn an_address_holds_nothing_that_ends_a_line_or_a_path(typed in "\\PC{0,40}@\\PC{0,40}|[ -~\r\n\t]{0,60}") {
        if let Ok(email) = Email::parse(&typed) {
            prop_assert!(email.as_str().is_ascii());
            prop_assert!(!email.as_str().contains(|c: char| c.is_control() || c.is_whitespace() || "<>,;:\"\\()[]".contains(c)));
            prop_assert_eq!(email.as_str().matches('@').count(), 1);
            prop_assert_eq!(&Email::parse(email.as_str()).unwrap(), &email, "reading is idempotent");
        }
    }
}
