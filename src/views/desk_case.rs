//! One application on the desk.

use serde::Serialize;

use super::{Desk, ErrorItem, Status, View};

#[derive(Debug, Clone, Serialize)]
pub struct DeskCase {
    pub desk: Desk,
    /// The bar that stays in sight.
    pub bar: CaseBar,
    /// What differs.
    pub differing: Vec<CaseRow>,
    /// Folded.
    pub equal: Vec<CaseRow>,
    pub equal_count: usize,
    /// A registered certificate stands beside it.
    pub has_registered: bool,
    /// Numbers are masked, and may be shown.
    pub may_reveal: bool,
    pub is_revealed: bool,
    pub contact: String,
    /// What its owner changed since it was refused last, or since the version before.
    pub changed: Vec<CaseChange>,
    pub photo: Option<CasePhoto>,
    pub others: Vec<CaseOther>,
    /// Open 人工核实 about the same person, such as 7 号、9 号; empty where there is none.
    pub open_tasks: String,
    pub history: Vec<CaseAct>,
    /// What the city recommends.
    pub recommended: Option<CaseAct>,
    pub errors: Vec<ErrorItem>,
    pub hand: CaseHand,
    /// `None`: whoever looks answers nothing here.
    pub answer: Option<CaseAnswer>,
}

#[derive(Debug, Clone, Serialize)]
pub struct CaseBar {
    pub id: String,
    pub reference: String,
    pub name: String,
    pub exam: String,
    pub year: String,
    pub city: String,
    pub level: &'static str,
    pub level_word: &'static str,
    pub status: Status,
    /// Such as 2026年10月20日（还有 3 个工作日）; empty once it is decided.
    pub due: String,
    /// Who has it in hand.
    pub holder: Option<String>,
    /// Goes back with every form.
    pub version: i32,
}

#[derive(Debug, Clone, Serialize)]
pub struct CaseRow {
    /// `data-differs`.
    pub field: &'static str,
    pub label: &'static str,
    pub registered: String,
    pub portal: String,
    pub applied: String,
    /// Such as 写法不同; empty where it is equal.
    pub likeness: &'static str,
}

#[derive(Debug, Clone, Serialize)]
pub struct CaseChange {
    pub label: &'static str,
    pub before: String,
    pub after: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct CasePhoto {
    pub url: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct CaseOther {
    pub url: String,
    pub reference: String,
    pub exam: String,
    pub year: String,
    pub status: Status,
}

#[derive(Debug, Clone, Serialize)]
pub struct CaseAct {
    pub at: String,
    pub by: String,
    pub words: &'static str,
    pub reasons: Vec<String>,
    pub comment: String,
}

/// Whose hands it is in, and what can be done about that.
#[derive(Debug, Clone, Serialize)]
pub struct CaseHand {
    pub may_take: bool,
    /// From the hands of this colleague.
    pub over: Option<String>,
    pub may_release: bool,
    /// A script renews the lease there.
    pub renew_url: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct CaseAnswer {
    pub sections: Vec<CaseSection>,
    pub comment: String,
    pub approve: &'static str,
    pub reject: &'static str,
    /// 退回市级.
    pub may_return: bool,
}

/// 身份, 证书, 照片, 其他.
#[derive(Debug, Clone, Serialize)]
pub struct CaseSection {
    pub code: &'static str,
    pub title: &'static str,
    /// One of its reasons is chosen.
    pub is_open: bool,
    pub reasons: Vec<CaseReason>,
}

#[derive(Debug, Clone, Serialize)]
pub struct CaseReason {
    pub code: String,
    pub for_staff: String,
    pub for_citizen: String,
    pub correctable: bool,
    pub selected: bool,
}

impl View for DeskCase {
    const TEMPLATE: &'static str = "desk_case.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let row = |field, label, likeness| CaseRow {
            field,
            label,
            registered: "阿•依".into(),
            portal: "阿·依".into(),
            applied: "阿·依".into(),
            likeness,
        };
        let act = |words, comment: &str| CaseAct {
            at: "2026年9月20日 10:24".into(),
            by: "jinan".into(),
            words,
            reasons: vec!["照片背景不是白色".into()],
            comment: comment.into(),
        };
        let bar = CaseBar {
            id: "a-1".into(),
            reference: "BZ20260920-4K7M2P".into(),
            name: "阿·依".into(),
            exam: "造价".into(),
            year: "2017".into(),
            city: "济南市".into(),
            level: "province",
            level_word: "省级审核",
            status: Status { code: "pending", word: "等待审核" },
            due: "2026年10月20日（还有 3 个工作日）".into(),
            holder: Some("sheng，至 10:24".into()),
            version: 2,
        };
        let reason = CaseReason {
            code: "photo_background".into(),
            for_staff: "照片背景不是白色".into(),
            for_citizen: "照片背景不是白色，请上传白色背景的照片。".into(),
            correctable: true,
            selected: true,
        };
        let full = Self {
            desk: super::desk::samples::signed_in(),
            bar: bar.clone(),
            differing: vec![row("name", "姓名", "写法不同")],
            equal: vec![row("year", "考试年度", "")],
            equal_count: 1,
            has_registered: true,
            may_reveal: true,
            is_revealed: false,
            contact: "13900000001".into(),
            changed: vec![CaseChange { label: "联系方式", before: "无".into(), after: "13900000001".into() }],
            photo: Some(CasePhoto { url: "/review/applications/a-1/photo".into() }),
            others: vec![CaseOther {
                url: "/review/applications/a-2".into(),
                reference: "BZ20260920-4K7M2R".into(),
                exam: "造价".into(),
                year: "2016".into(),
                status: Status { code: "approved", word: "审核通过" },
            }],
            open_tasks: "7 号".into(),
            history: vec![act("提交", ""), act("建议不通过", "请再核对")],
            recommended: Some(act("建议不通过", "请再核对")),
            errors: vec![ErrorItem::general(
                "已由 sheng 处理".to_owned(),
                Some(super::Link::new("/review", "返回队列")),
            )],
            hand: CaseHand {
                may_take: false,
                over: None,
                may_release: true,
                renew_url: Some("/review/applications/a-1/renew".into()),
            },
            answer: Some(CaseAnswer {
                sections: vec![CaseSection {
                    code: "photo",
                    title: "照片",
                    is_open: true,
                    reasons: vec![
                        reason.clone(),
                        CaseReason { code: "photo_unclear".into(), correctable: false, selected: false, ..reason },
                    ],
                }],
                comment: "请核对".into(),
                approve: "同意，审核通过",
                reject: "审核不通过",
                may_return: true,
            }),
        };
        let quiet = Self {
            bar: CaseBar { due: String::new(), holder: None, city: String::new(), ..bar },
            differing: Vec::new(),
            has_registered: false,
            may_reveal: false,
            is_revealed: true,
            changed: Vec::new(),
            photo: None,
            others: Vec::new(),
            open_tasks: String::new(),
            history: Vec::new(),
            recommended: None,
            errors: Vec::new(),
            hand: CaseHand { may_take: true, over: Some("jinan".into()), may_release: false, renew_url: None },
            answer: None,
            ..full.clone()
        };
        let taken = Self {
            hand: CaseHand { may_take: true, over: None, may_release: false, renew_url: None },
            answer: full.answer.clone().map(|answer| CaseAnswer {
                may_return: false,
                comment: String::new(),
                ..answer
            }),
            ..quiet.clone()
        };
        vec![full, quiet, taken]
    }
}
