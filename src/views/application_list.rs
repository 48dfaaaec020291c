//! `GET /applications`: 审核状态查询.

use serde::Serialize;

use super::{Chrome, Status, View};

/// All applications of the person, old ones included.
#[derive(Debug, Clone, Serialize)]
pub struct ApplicationList {
    pub chrome: Chrome,
    pub rows: Vec<ApplicationRow>,
    /// Old accounts were found that are not joined yet: applications may be missing here.
    pub not_joined: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct ApplicationRow {
    /// The application's public id (`data-application`).
    pub id: String,
    pub exam: String,
    pub year: String,
    pub certificate_number: String,
    /// 受理号; `None` for an old one, which has none before it is edited here.
    pub reference: Option<String>,
    /// 提交时间; empty where the old system has none.
    pub submitted_at: String,
    pub status: Status,
    /// 审核结果反馈; empty where there is none.
    pub feedback: String,
    /// The old system it comes from, such as 原证书补办系统.
    pub system: Option<String>,
    /// `/applications/ID`.
    pub url: String,
    /// 申请信息维护 rather than a look.
    pub editable: bool,
}

impl View for ApplicationList {
    const TEMPLATE: &'static str = "application_list.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let chrome = super::chrome::samples::signed_in().at(super::Menu::Applications);
        let row = |id: &str, exam: &str, year: &str, code, word, feedback: &str, system: Option<&str>| ApplicationRow {
            id: id.into(),
            exam: exam.into(),
            year: year.into(),
            certificate_number: "123456789".into(),
            reference: system.is_none().then(|| "BZ20260920-4K7M2P".into()),
            submitted_at: "2026年9月20日 10:24".into(),
            status: Status { code, word },
            feedback: feedback.into(),
            system: system.map(Into::into),
            url: format!("/applications/{id}"),
            editable: code != "approved",
        };
        let old = Some("原证书补办系统");
        let rows = vec![
            row("a-1", "造价", "2017", "pending", "等待审核", "", None),
            row("a-2", "计算机应用能力考试", "2012", "rejected", "审核未过", "照片底色不是白色，请重新上传。", old),
            row("a-3", "一级注册建造师", "2015", "approved", "审核通过", "", old),
        ];
        vec![
            Self { chrome: chrome.clone(), rows: Vec::new(), not_joined: false },
            Self {
                chrome: chrome
                    .with_notice("申请信息已保存，等待审核。")
                    .with_notice_link(super::Link::new("/link?draft=request", "继续填写找回原账户")),
                rows,
                not_joined: true,
            },
        ]
    }
}
