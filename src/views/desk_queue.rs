//! The queue: what somebody has in hand, and what waits.

use serde::Serialize;

use super::{Desk, FormField, Status, View};

#[derive(Debug, Clone, Serialize)]
pub struct DeskQueue {
    pub desk: Desk,
    /// 下一件 is offered.
    pub may_examine: bool,
    /// What whoever looks has in hand.
    pub mine: Vec<QueueRow>,
    /// What waits, the one due first first, under 严重超期, 超期, 将到期 and the rest.
    pub groups: Vec<QueueGroup>,
    /// To each state, with how many there are.
    pub states: Vec<QueueState>,
    /// Kept in the address beside those of `filters`.
    pub state: &'static str,
    pub filters: Vec<FormField>,
    /// Something is filtered by.
    pub is_filtered: bool,
    /// Such as 12 or 999+.
    pub count: String,
    pub next_url: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct QueueGroup {
    /// Empty where there is nothing to be told apart.
    pub title: &'static str,
    pub code: &'static str,
    pub rows: Vec<QueueRow>,
}

#[derive(Debug, Clone, Serialize)]
pub struct QueueRow {
    pub id: String,
    /// 受理号.
    pub reference: String,
    pub exam: String,
    pub year: String,
    /// That examines; empty: none.
    pub city: String,
    /// `data-level`.
    pub level: &'static str,
    pub level_word: &'static str,
    pub status: Status,
    /// The day by which it is to be answered.
    pub due: String,
    /// Such as 再次提交, 需照片, 市级建议通过.
    pub marks: Vec<String>,
    /// Such as jinan，至 10:24.
    pub holder: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct QueueState {
    pub url: String,
    pub word: &'static str,
    pub count: String,
    pub is_here: bool,
}

impl View for DeskQueue {
    const TEMPLATE: &'static str = "desk_queue.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let row = |id: &str, holder: Option<&str>| QueueRow {
            id: id.into(),
            reference: "BZ20260920-4K7M2P".into(),
            exam: "造价".into(),
            year: "2017".into(),
            city: "济南市".into(),
            level: "city",
            level_word: "市级审核",
            status: Status { code: "pending", word: "等待审核" },
            due: "2026年10月20日".into(),
            marks: vec!["再次提交".into()],
            holder: holder.map(Into::into),
        };
        let state = |word, is_here| QueueState { url: "/review?state=held".into(), word, count: "3".into(), is_here };
        let empty = Self {
            desk: super::desk::samples::signed_in(),
            may_examine: false,
            mine: Vec::new(),
            groups: Vec::new(),
            states: vec![state("等待审核", true), state("挂起", false)],
            state: "pending",
            filters: vec![
                super::FormField::new("year", "年度", "2017")
                    .choose("全部", vec![super::Choice::new("2017", "2017", true)]),
            ],
            is_filtered: false,
            count: "0".into(),
            next_url: None,
        };
        let full = Self {
            may_examine: true,
            mine: vec![row("a-1", Some("jinan，至 10:24"))],
            groups: vec![
                QueueGroup { title: "超期", code: "overdue", rows: vec![row("a-2", None)] },
                QueueGroup {
                    title: "",
                    code: "in_time",
                    rows: vec![QueueRow { city: String::new(), ..row("a-3", None) }],
                },
            ],
            is_filtered: true,
            count: "999+".into(),
            next_url: Some("/review?page=2026-10-20.a-3".into()),
            ..empty.clone()
        };
        vec![empty, full]
    }
}
