#![allow(clippy::unwrap_used)]
use super::*;
use std::fs;

#[test]
fn hostile_and_personal_keys_are_made_harmless() {
    let table = [
        ("12", "12"),
        ("A-1_2.3:4", "A-1_2.3:4"),
        ("1234567890", "1234567890"),
        ("12345678901", "1**********"),
        ("张", "*"),
        ("张三丰", "张**"),
        ("z@example.com", "z************"),
        ("=cmd|' /C calc'!A0", "'=*****************"),
        (" +1", " **"),
        ("-1", "'-1"),
        ("＝1", "'＝*"),
        ("\u{7}\t@x", "'@*"),
        ("110101199003071233", "1*****************"),
        ("110101900307123", "1**************"),
        ("110101-19900307-123X", "1*******************"),
    ];
    for (key, shown) in table {
        assert_eq!(harmless(key), shown);
    }
    assert_eq!(harmless(&"x".repeat(500)).len(), 32);
    assert_eq!(harmless_parts("ZJ\u{1f}造价\u{1f}2017", "/"), "ZJ/造*/2017");
}

#[test]
fn the_list_appears_when_it_is_complete() {
    let folder = tempfile::tempdir().unwrap();
    let mut list = RejectedList::create(folder.path(), "b").unwrap();
    list.add("a,b.csv", &Rejection { row: 7, key: "-1".into(), code: Code::RepeatedKey }).unwrap();
    assert!(!folder.path().join("b.rejected.csv").exists());
    let text = fs::read_to_string(list.finish().unwrap()).unwrap();
    assert_eq!(
        text,
        "source,row,key,code,message\n\"a,b.csv\",7,'-1,repeated-key,编号与前面的行相同而内容不同，未导入；以先出现的为准。\n"
    );
    assert_eq!(folder.path().read_dir().unwrap().count(), 1);
    assert!(RejectedList::create(&folder.path().join("new/folder"), "b").is_ok());
    assert!(RejectedList::create(&folder.path().join("b.rejected.csv"), "b").is_err(), "a file is no folder");
}
