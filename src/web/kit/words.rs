//! Words that pages share and that no template can make: names of old systems, times in China.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::china;
use crate::domain::day::{self, Reading};
use crate::domain::linking::{Account, How, Rule};
use crate::domain::review::{Kind, Status};
use crate::views;

/// What an old system is called, by its word in the import manifest; an unknown word names itself.
pub(crate) fn system_name(system: &str) -> String {
    match system {
        "reissue" => "原证书补办系统".to_owned(),
        "mailing" => "原证书邮寄系统".to_owned(),
        Account::REGISTERED => "本系统".to_owned(),
        other => format!("原系统（{other}）"),
    }
}

/// Such as 2026年9月20日 10:24, in China.
pub(crate) fn china_time(time: DateTime<Utc>) -> String {
    in_china(time, "%Y年%-m月%-d日 %H:%M")
}

/// Such as 10:24, in China.
pub(crate) fn china_clock(time: DateTime<Utc>) -> String {
    in_china(time, "%H:%M")
}

/// The day that an old system's text states, such as 2013年5月6日, or the text where it states none.
pub(crate) fn old_day(text: &str, today: NaiveDate) -> String {
    match day::read(text, today) {
        Reading::Day(date, _) => date.format("%Y年%-m月%-d日").to_string(),
        Reading::Nothing { .. } => String::new(),
        Reading::Odd => text.to_owned(),
    }
}

fn in_china(time: DateTime<Utc>, format: &str) -> String {
    china::in_china(time).format(format).to_string()
}

/// The rule or proof of a link, as 承接清单 says it.
pub(crate) fn basis(how: How, rule: Rule) -> &'static str {
    match (how, rule) {
        (How::Proof, _) => "原系统密码验证",
        (How::Review, _) => "人工核实",
        (How::Followed, _) => "与已验证为您本人的号码和姓名一致",
        (How::Rules, Rule::A1 | Rule::A4) => "登录密码",
        (How::Rules, Rule::A2) => "与登录的账户共用登录信息",
        (How::Rules, Rule::L1From15) => "原15位证件号码升位后一致，姓名一致",
        (How::Rules, Rule::L1Fold) => "证件号码一致，姓名一致（间隔号、空格等写法不同）",
        (How::Rules, Rule::L1From15Fold) => "原15位证件号码升位后一致，姓名一致（间隔号、空格等写法不同）",
        (How::Rules, _) => "证件号码和姓名一致",
    }
}

/// Why no rule linked an account, without what the account holds.
pub(crate) fn why_proof(rule: Rule) -> &'static str {
    match rule {
        Rule::L2 => "登记的是15位证件号码，不能确定出生的世纪",
        Rule::L3 => "证件号码一致，登记的姓名中有未能显示的字",
        _ => "证件号码一致，登记的姓名不同",
    }
}

pub(crate) fn task_subject(kind: Kind, system: Option<&str>) -> String {
    let subject = match kind {
        Kind::Claim => "承接用别的证件号码注册的账户",
        Kind::Request => "申请人工核实",
        Kind::NotMine => "反映账户“不是我的”",
        Kind::AccountTaken => "核实账户属于谁",
        Kind::AccountChanged => "核实登记信息有变化的账户",
        Kind::NumberChanged | Kind::NumberTaken => "核实身份信息",
        Kind::ApplicationChanged => "核实在原系统中有变化的申请",
    };
    match system {
        Some(system) if !system.is_empty() => format!("{subject}：{}", system_name(system)),
        _ => subject.to_owned(),
    }
}

pub(crate) fn task_status(status: Status) -> views::Status {
    let (code, word) = match status {
        Status::Open => ("pending", "等待核实"),
        Status::Approved => ("approved", "核实通过"),
        Status::Refused => ("rejected", "核实未通过"),
    };
    views::Status { code, word }
}
