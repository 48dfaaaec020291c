//! Words that several pages of the desk share.

use chrono::NaiveDate;

use crate::app::review::Latest;
use crate::db::cases::ActWord;
use crate::domain::application::Status;
use crate::domain::case::{Level, Likeness, Unfit};
use crate::ids::ApplicationId;
use crate::views;
use crate::web::kit::words::china_time;

/// Such as 2026年10月20日.
pub(super) fn day(day: NaiveDate) -> String {
    day.format("%Y年%-m月%-d日").to_string()
}

pub(super) fn shown(status: Status) -> views::Status {
    views::Status { code: status.as_str(), word: status.word() }
}

/// Where something waits; empty once it is decided.
pub(super) const fn level_word(level: Level, status: Status) -> &'static str {
    match status {
        Status::Pending => level.word(),
        Status::Approved | Status::Rejected => "",
    }
}

pub(super) const fn act(act: ActWord) -> &'static str {
    match act {
        ActWord::Entered => "提交",
        ActWord::Edited => "审核期间修改",
        ActWord::RecommendApproval => "建议通过",
        ActWord::RecommendRefusal => "建议不通过",
        ActWord::Approved => "审核通过",
        ActWord::Rejected => "审核未过",
        ActWord::Returned => "退回市级",
        ActWord::TakenOver => "接手办理",
        ActWord::Held => "挂起",
        ActWord::Resumed => "恢复办理",
        ActWord::Noted => "备注",
        ActWord::Reopened => "重新审核",
    }
}

/// Empty where nothing differs.
pub(super) const fn likeness(likeness: Likeness) -> &'static str {
    match likeness {
        Likeness::Equal => "",
        Likeness::Written => "写法不同",
        Likeness::Unclear => "有缺损",
        Likeness::Different => "不一致",
    }
}

pub(super) const fn unfit(unfit: Unfit) -> &'static str {
    match unfit {
        Unfit::OwnRecommendation => "本件由您作出市级建议，须由其他人员决定",
        Unfit::ReasonNeeded => "不通过的，请至少勾选一项原因",
        Unfit::ReasonsWithApproval => "勾选了不通过的原因，不能同意；请取消勾选，或选择不通过",
        Unfit::CommentNeeded => "退回市级，或与市级建议不一致的，请填写审核说明",
        Unfit::NothingToReturn => "本件没有市级建议，不能退回",
        Unfit::TooManyReasons => "原因过多，申请人看到的文字超出 500 字，请减少勾选",
    }
}

/// Whoever comes late is told of what was done.
pub(super) fn late(latest: &Latest) -> String {
    let by = latest.by.as_deref().unwrap_or("申请人");
    format!("已由 {by} 于 {} 处理：{}。您的操作没有生效，请核对后再办理。", china_time(latest.at), act(latest.act))
}

/// Of one application.
pub(super) fn address(id: ApplicationId) -> String {
    format!("/review/applications/{id}")
}
