//! `GET /reissue/{id}/done`: step 3, 提交完成, made to be printed.

use serde::Serialize;

use super::{Chrome, SummaryRow, View};

#[derive(Debug, Clone, Serialize)]
pub struct ReissueDone {
    pub chrome: Chrome,
    /// 受理号 (`data-reference`).
    pub reference: String,
    /// What was handed in, and when; document numbers masked.
    pub summary: Vec<SummaryRow>,
    /// `/applications/ID/photo`, where a photo was handed in.
    pub photo_url: Option<String>,
    /// `/applications/ID`.
    pub application_url: String,
}

impl View for ReissueDone {
    const TEMPLATE: &'static str = "reissue_done.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let summary = [
            ("考试", "造价"),
            ("考试年度", "2017"),
            ("姓名", "测试"),
            ("证件号码", "110101********1233"),
            ("证书管理号", "16039686"),
            ("批准日期", "20171022"),
            ("联系方式", "13912340001"),
            ("提交时间", "2026年9月20日 10:24"),
        ];
        vec![Self {
            chrome: super::chrome::samples::signed_in().at(super::Menu::Reissue),
            reference: "BZ20260920-4K7M2P".into(),
            summary: summary.map(|(label, value)| SummaryRow::new(label, value)).into(),
            photo_url: Some("/applications/a-1/photo".into()),
            application_url: "/applications/a-1".into(),
        }]
    }
}
