//! Hints and placeholders of the form, in the words of the two manuals; times to wait.

use std::time::Duration;

/// A time to wait, such as 3 分钟, never too short.
pub(super) fn minutes(wait: Duration) -> String {
    format!("{} 分钟", wait.as_secs().div_ceil(60).max(1))
}

/// Shown under the label.
pub(super) fn hint(field: &str) -> Option<&'static str> {
    match field {
        "year" => Some("可从列表中选择，也可直接填写，格式如：1998。"),
        "birth_month" => Some("格式如：199003"),
        "certificate_number" => Some("没有证书管理号的，填写“无”。"),
        "approval_date" => Some("填写当年度该项考试最后一天。如考试日期为 2020 年 11 月 22 日，应填“20201122”。"),
        "level" | "specialty" => Some("按报考信息填写。"),
        "city" => Some("填写该证书当年领取市。"),
        "contact" => Some("请准确填写，确保联络畅通。"),
        _ => None,
    }
}

pub(super) fn placeholder(field: &str) -> Option<&'static str> {
    match field {
        "year" => Some("请选择考试年度"),
        "gender" => Some("请选择性别"),
        "certificate_number" => Some("考生证书管理号"),
        "approval_date" => Some("如：19900101"),
        "level" => Some("报考级别"),
        "specialty" => Some("报考专业"),
        "city" => Some("选择报名市"),
        "contact" => Some("联系方式"),
        _ => None,
    }
}

/// Which keys a phone offers. 证书管理号 and 联系方式 have no single format and get the full keyboard.
pub(super) fn inputmode(field: &str) -> Option<&'static str> {
    match field {
        "year" | "birth_month" | "approval_date" => Some("numeric"),
        _ => None,
    }
}
