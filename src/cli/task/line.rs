//! A task on one line.

use crate::app::linking::inspect::TaskLine;
use crate::cli::failure::Failure;
use crate::cli::output::print_line;
use crate::domain::china::china_timestamp;
use crate::domain::review::{Kind, Status};

pub(super) fn tell_line(task: &TaskLine) -> Result<(), Failure> {
    let account = task.account.as_deref().or(task.system.as_deref()).unwrap_or("-");
    let decided = match (&task.decided_by, &task.reason) {
        (Some(by), Some(reason)) => format!("（{by}：{reason}）"),
        _ => String::new(),
    };
    print_line(format_args!(
        "{}  {}  {}  {}  {}{decided}",
        task.task,
        kind_word(task.kind),
        account,
        china_timestamp(task.opened_at),
        status_word(task.status)
    ))
}

const fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::NumberChanged => "门户证件号码变更",
        Kind::NumberTaken => "证件号码已有使用人",
        Kind::AccountTaken => "原账户有争议",
        Kind::AccountChanged => "原账户登记信息有变",
        Kind::Claim => "凭旧号码和密码认领",
        Kind::Request => "申请人工核实",
        Kind::NotMine => "本人称不是我的",
        Kind::ApplicationChanged => "原申请在旧系统中有变",
    }
}

pub(super) const fn status_word(status: Status) -> &'static str {
    match status {
        Status::Open => "待核实",
        Status::Approved => "核实通过",
        Status::Refused => "核实未通过",
    }
}
