//! A link on one line.

use crate::app::linking::inspect::LinkLine;
use crate::cli::failure::Failure;
use crate::cli::output::print_line;
use crate::cli::words::actor;
use crate::domain::china::china_timestamp;
use crate::domain::linking::Door;

pub(super) fn tell_line(link: &LinkLine) -> Result<(), Failure> {
    print_line(format_args!(
        "{}  {}  {} {}  规则 {}  由{}  {}  {}",
        link.link,
        link.account,
        who(link.door),
        link.person,
        link.rule,
        actor(&link.by),
        china_timestamp(link.linked_at),
        state(link)
    ))
}

/// Whom a portal vouched for, or whoever only knows a password.
const fn who(door: Door) -> &'static str {
    match door {
        Door::Portal => "人员",
        Door::Account => "账户本人",
    }
}

fn state(link: &LinkLine) -> String {
    match (link.state, &link.undone_by, &link.undone_reason) {
        ("undone", Some(by), Some(reason)) => format!("已撤销（{by}：{reason}）"),
        ("frozen", ..) => "已冻结".to_owned(),
        _ => "有效".to_owned(),
    }
}
