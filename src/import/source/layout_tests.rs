#![allow(clippy::unwrap_used)]
use super::columns::is_left_out;
use super::*;
use crate::import::kind::Kind;
use crate::import::source::record::Assembly;
use crate::import::source::row::Row;
use crate::import::source::{Declared, Encoding};
use proptest::prelude::*;
use std::sync::Arc;

fn source(columns: &[(Target, &str)]) -> manifest::Source {
    manifest::Source {
        system: "reissue".into(),
        kind: Kind::Accounts,
        file: "accounts.csv".into(),
        path: "accounts.csv".into(),
        mysql: None,
        delimiter: None,
        sheet: None,
        encoding: Declared::Fixed(Encoding::Utf8),
        columns: columns.iter().map(|(target, header)| (*target, Some((*header).to_owned()))).collect(),
        password: None,
    }
}

fn row(headers: &[&str], values: &[&str], source: &manifest::Source) -> Row {
    let headers = headers.iter().map(|header| (*header).to_owned()).collect();
    let layout = Arc::new(Layout::new(headers, source, &mut Tally::default()));
    let mut assembly = Assembly::default();
    assembly.clear();
    for value in values {
        assembly
            .push::<()>(|text| {
                text.push_str(value);
                Ok(())
            })
            .unwrap();
    }
    Row::new(assembly.finish(2).unwrap(), &layout)
}

/// A plain implementation of the content's order: stored digests depend on it.
fn sorted_by_the_rule(row: &Row) -> Vec<String> {
    let mut cells: Vec<(Option<Target>, &str, &str)> = row
        .cells()
        .filter(|(header, target, value)| !value.is_empty() && !is_left_out(header, *target))
        .map(|(header, target, value)| (target, target.map_or(header, |target| target.as_str()), value))
        .collect();
    cells.extend(Some((Some(Target::Salt), "salt", row.get(Target::Salt))).filter(|cell| !cell.2.is_empty()));
    cells.sort_unstable();
    let parts =
        cells.iter().flat_map(|(target, name, value)| [if target.is_some() { "=" } else { "+" }, *name, *value]);
    parts.map(str::to_owned).collect()
}

#[test]
fn a_sealed_row_names_every_column_once_and_leaves_secrets_out() {
    let headers = ["编号", "备注", "备注", "备注 (2)", "密码", "old_pwd", "盐", "姓名"];
    let row = row(&headers, &["1", "a", "b", "c", "p", "q", "s", "甲"], &source(&[]));
    let kept: Vec<_> = row.kept().collect();
    assert_eq!(kept, [("编号", "1"), ("备注", "a"), ("备注 (2)", "b"), ("备注 (2) (2)", "c"), ("姓名", "甲")]);
}

proptest! {
    #[test]
    fn content_comes_in_the_order_that_stored_digests_were_made_in(
        cells in proptest::collection::vec((
            proptest::sample::select(vec!["编号", "姓名", "密码", "盐", "身份证号", "备注", "b", "a", "old_pwd", "邮箱"]),
            "[ab\u{7532}]{0,2}",
        ), 1..12),
        mapped in proptest::collection::vec((
            proptest::sample::select(vec![Target::Key, Target::Number, Target::Salt, Target::Email]),
            proptest::sample::select(vec!["a", "备注", "编号", "盐"]),
        ), 0..3),
    ) {
        let headers: Vec<&str> = cells.iter().map(|(header, _)| *header).collect();
        let values: Vec<&str> = cells.iter().map(|(_, value)| value.as_str()).collect();
        let row = row(&headers, &values, &source(&mapped));
        let mut parts = Vec::new();
        row.push_content(&mut parts);
        prop_assert_eq!(parts, sorted_by_the_rule(&row));
    }
}

#[test]
fn a_second_header_is_told_in_whatever_words_and_order_it_comes() {
    let columns = [(Target::Key, "id"), (Target::Name, "xm"), (Target::Number, "sfzh"), (Target::RegisteredAt, "zcsj")];
    let table: [(&[&str], bool); 31] = [
        (&["id", "xm", "sfzh", "zcsj", "beizhu"], true),
        (&["编号", "姓名", "身份证号", "注册时间", "备注"], true),
        (&["编号", "姓名", "身份证号", "", ""], true),
        (&["编号", "姓名", "身份证号(18位)", "注册时间(2012起)", ""], true),
        (&["序号", "考生姓名", "证件号码", "录入时间", "x"], true),
        (&["用户编号", "真实姓名", "公民身份号码", "注册的时间", "x"], true),
        (&["身份证号", "姓名", "编号", "注册时间", "x"], true),
        (&["ID", "Name", "ID Number", "Created At", "x"], true),
        (&["id", "name", "id_number", "registered_at", "x"], true),
        (&["User_ID", "Real Name", "ID-Card", "RegTime", "x"], true),
        (&[" *编 号", "*姓名（必填）", "身份证号：", "注册时间[年月日]", "1"], true),
        (&["BH", "XM", "SFZHM", "ZCSJ", ""], true),
        (&["----", "--", "----", "----", "--"], true),
        (&["编号", "姓名", "身份证号", "2012-01-01", "x"], false),
        (&["编号", "", "", "", "姓名"], false),
        (&["7", "姓名", "身份证号", "注册时间", "备注"], false),
        (&["7", "张三", "110101199003071233", "2012-01-01", "备注"], false),
        (&["编号", "张三", "", "", ""], false),
        (&["admin", "管理员", "", "", ""], false),
        (&["name", "name", "name", "name", ""], false),
        (&["account", "account", "", "", ""], false),
        (&["zhangsan", "张三", "", "", ""], false),
        (&["test", "测试", "无", "", ""], false),
        (&["无", "无", "无", "", ""], false),
        (&["gaoji", "高级", "", "", ""], false),
        (&["shijian", "时间", "", "", ""], false),
        (&["wenhao", "文号", "NULL", "", ""], false),
        (&["chengshi", "城市", "", "", ""], false),
        (&["id", "单位", "", "", ""], false),
        (&["xm", "小明", "", "", ""], false),
        (&["", "姓名", "", "", ""], false),
    ];
    for (values, is_header) in table {
        let headers = ["id", "xm", "sfzh", "zcsj", "beizhu"];
        let row = row(&headers, values, &source(&columns));
        assert_eq!(row.is_header(), is_header, "{values:?}");
    }
}

#[test]
fn a_header_of_another_kind_of_columns_is_told_by_the_words_of_that_kind() {
    let source = manifest::Source { kind: Kind::Exams, ..source(&[]) };
    let headers = ["代码", "名称", "年度", "级别", "专业"];
    for (values, is_header) in [
        (["考试代码", "考试名称", "年份", "等级", "科目"], true),
        (["code", "name", "year", "level", "specialty"], true),
        (["ZJ", "造价工程师", "", "", "土建"], false),
        (["ks", "考试院入职测验", "", "高级", "专业"], false),
    ] {
        assert_eq!(row(&headers, &values, &source).is_header(), is_header, "{values:?}");
    }
}
