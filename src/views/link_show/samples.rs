//! Invented pages.

use super::{EvidenceField, LinkShow, Lockout, OfferedAccount, TaskRow};
use crate::views::chrome::samples::signed_in;
use crate::views::{Choice, ErrorItem, FormField, KeptPhoto, Link, Menu, Status, error_items};

pub(super) fn all() -> Vec<LinkShow> {
    let chrome = signed_in().at(Menu::Link);
    let empty = LinkShow {
        chrome,
        part: "",
        again: None,
        tasks: Vec::new(),
        offered: Vec::new(),
        tries: 5,
        lock_minutes: 15,
        needs_review: 0,
        other_name_record: false,
        claim: claim(None),
        request: request(None),
        evidence: EvidenceField::default(),
        error_title: "",
        errors: Vec::new(),
    };
    let both = vec![
        offered("a-1", "原证书补办系统", Some("2011"), Some(FormField::password("proof-1"))),
        offered("a-2", "原证书邮寄系统", None, None),
        locked_out("a-3", true),
        locked_out("a-4", false),
    ];
    let wrong = FormField::password("proof-1").error(Some("密码不正确，还可以再试 3 次".into()));
    let locked = ErrorItem::general("已暂时锁定。", Some(Link::new("#request", "申请人工核实")));
    let refused = request(Some("请至少填写原证件号码、原姓名、考试、情况说明中的一项"));
    let wrong_claim = claim(Some("证件号码或密码不正确"));
    let fields: Vec<_> = wrong_claim.iter().chain(&refused).cloned().collect();
    vec![
        empty.clone(),
        LinkShow { offered: both, needs_review: 1, other_name_record: true, tasks: tasks(), ..empty.clone() },
        LinkShow {
            errors: [locked].into_iter().chain(error_items(std::slice::from_ref(&wrong), None)).collect(),
            offered: vec![offered("a-1", "原证书补办系统", Some("2011"), Some(wrong))],
            error_title: "内容有误，请修改后重新提交",
            ..empty.clone()
        },
        LinkShow {
            part: "everything",
            claim: wrong_claim,
            request: refused,
            evidence: EvidenceField {
                error: Some("证明图片不能超过 6MB，您上传的是 7.3MB".into()),
                kept: Some(KeptPhoto { token: Some("picture-token".into()), url: Some("/kept/evidence/0f".into()) }),
            },
            error_title: "内容有误，请修改后重新提交",
            errors: error_items(&fields, None),
            ..empty.clone()
        },
        LinkShow { part: "number", ..empty.clone() },
        LinkShow { part: "forgotten", tasks: tasks(), ..empty.clone() },
        LinkShow { part: "missing", again: Some(10), ..empty },
    ]
}

fn offered(handle: &str, system: &str, year: Option<&str>, password: Option<FormField>) -> OfferedAccount {
    OfferedAccount {
        handle: handle.into(),
        system: system.into(),
        registered_year: year.map(Into::into),
        name: "李*名".into(),
        number: "370102********3313".into(),
        reason: "证件号码一致，登记的姓名不同",
        open_task: password.is_none().then_some(12),
        has_password: password.is_some(),
        password,
        lockout: None,
    }
}

fn locked_out(handle: &str, is_of_account: bool) -> OfferedAccount {
    let lockout = Some(Lockout { tries: 5, is_of_account, ends_at: "08:14".into() });
    OfferedAccount { has_password: true, lockout, ..offered(handle, "原证书邮寄系统", None, None) }
}

fn claim(error: Option<&str>) -> Vec<FormField> {
    vec![
        FormField::new("old_number", "原证件号码", "").within("claim").error(error.map(Into::into)),
        FormField::password("claim"),
    ]
}

fn request(error: Option<&str>) -> Vec<FormField> {
    let systems = vec![Choice::new("reissue", "原证书补办系统", false)];
    vec![
        FormField::new("system", "原系统", "").optional().choose("不清楚", systems),
        FormField::new("exam", "考试", "造价").optional().suggest(["造价", "执业药师"]),
        FormField::new("note", "情况说明", "一行\n又一行").optional().long().error(error.map(Into::into)),
    ]
}

fn tasks() -> Vec<TaskRow> {
    let row = |number, code, shape, word, reason: &str| TaskRow {
        number,
        subject: "申请人工核实：原证书补办系统".into(),
        code,
        status: Status { code: shape, word },
        opened_at: "2026年9月20日 10:24".into(),
        decided_at: if reason.is_empty() { String::new() } else { "2026年9月22日 09:10".into() },
        reason: reason.into(),
        may_add: code == "refused",
    };
    vec![
        row(12, "open", "pending", "等待核实", ""),
        row(11, "approved", "approved", "核实通过", "户口簿更名页与登记一致。"),
        row(10, "refused", "rejected", "核实未通过", "图片不清晰，请重新申请。"),
    ]
}
