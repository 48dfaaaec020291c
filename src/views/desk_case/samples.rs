//! Invented cases.

use super::{
    CaseAct, CaseAnswer, CaseAsides, CaseBar, CaseChange, CaseHand, CaseOther, CasePhoto, CaseReason, CaseReopen,
    CaseRow, CaseSection, DeskCase,
};
use crate::views::desk::samples::signed_in;
use crate::views::{ErrorItem, FormField, Link, Status};

pub(super) fn all() -> Vec<DeskCase> {
    let nobodys = CaseHand { may_take: true, over: None, may_release: false, renew_url: None };
    let nothing = CaseAsides { note: None, hold: Vec::new(), on_hold: None, may_resume: false, reopen: None };
    let quiet = DeskCase {
        asides: nothing.clone(),
        bar: CaseBar { due: String::new(), holder: None, city: String::new(), ..bar() },
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
        hand: CaseHand { over: Some("jinan".into()), ..nobodys.clone() },
        answer: None,
        ..full()
    };
    let to_be_taken = DeskCase {
        asides: CaseAsides { on_hold: Some("2026年10月20日".into()), may_resume: true, ..nothing.clone() },
        hand: nobodys,
        answer: Some(CaseAnswer { may_return: false, comment: String::new(), ..answer() }),
        ..quiet.clone()
    };
    let reopened = |factor_url: Option<&str>| {
        let reason = FormField::new("reason", "重新审核的原因", "").long();
        let reopen = CaseReopen { reason, factor_url: factor_url.map(Into::into) };
        DeskCase { asides: CaseAsides { reopen: Some(reopen), ..nothing.clone() }, ..quiet.clone() }
    };
    let (fresh, stale) = (reopened(None), reopened(Some("/review/factor")));
    vec![full(), quiet, to_be_taken, fresh, stale]
}

fn full() -> DeskCase {
    DeskCase {
        desk: signed_in(),
        bar: bar(),
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
        errors: vec![ErrorItem::general("已由 sheng 处理", Some(Link::new("/review", "返回队列")))],
        asides: CaseAsides {
            note: Some(FormField::new("note", "备注", "").hint("申请人看不到").error(Some("请填写备注".into())).long()),
            hold: vec![
                FormField::new("until", "挂起至", "").date(chrono::NaiveDate::MIN),
                FormField::new("reason", "挂起原因", "").long(),
            ],
            on_hold: None,
            may_resume: false,
            reopen: None,
        },
        hand: CaseHand {
            may_take: false,
            over: None,
            may_release: true,
            renew_url: Some("/review/applications/a-1/renew".into()),
        },
        answer: Some(answer()),
    }
}

fn bar() -> CaseBar {
    CaseBar {
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
    }
}

fn row(field: &'static str, label: &'static str, likeness: &'static str) -> CaseRow {
    let [registered, portal, applied] = ["阿•依", "阿·依", "阿·依"].map(str::to_owned);
    CaseRow { field, label, registered, portal, applied, likeness }
}

fn act(words: &'static str, comment: &str) -> CaseAct {
    CaseAct {
        at: "2026年9月20日 10:24".into(),
        by: "jinan".into(),
        words,
        reasons: vec!["照片背景不是白色".into()],
        comment: comment.into(),
    }
}

fn answer() -> CaseAnswer {
    let reason = CaseReason {
        code: "photo_background".into(),
        for_staff: "照片背景不是白色".into(),
        for_citizen: "照片背景不是白色，请上传白色背景的照片。".into(),
        correctable: true,
        selected: true,
    };
    let final_one = CaseReason { code: "photo_unclear".into(), correctable: false, selected: false, ..reason.clone() };
    let section = CaseSection { code: "photo", title: "照片", is_open: true, reasons: vec![reason, final_one] };
    let shut = CaseSection { code: "other", title: "其他", is_open: false, reasons: Vec::new() };
    CaseAnswer {
        sections: vec![section, shut],
        comment: "请核对".into(),
        approve: "同意，审核通过",
        reject: "审核不通过",
        may_return: true,
    }
}
