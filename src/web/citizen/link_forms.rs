//! The forms of 原账户承接, with what was typed into them.

use crate::app::App;
use crate::app::linking::LinkPage;
use crate::domain::verification::{Field, Statement};
use crate::store::Exhausted;
use crate::views::{Choice, ErrorItem, FormField, Link, OfferedAccount};
use crate::web::kit::words::{china_clock, system_name};

#[derive(Default)]
pub(super) struct Typed {
    /// Proof: what is wrong with the password of which account.
    pub(super) proof: Option<(String, String)>,
    /// Claim: the number as typed. Passwords are never shown again.
    pub(super) claim_number: String,
    pub(super) claim_number_error: Option<String>,
    pub(super) claim_password_error: Option<String>,
    /// Request: the account chosen, by its handle.
    pub(super) account: String,
    pub(super) statement: Statement,
    pub(super) errors: Vec<(Field, String)>,
    /// An error that belongs to no field.
    pub(super) general: Option<ErrorItem>,
    /// The heading of the errors; empty: the usual one.
    pub(super) title: &'static str,
}

impl Typed {
    /// Lockout after wrong passwords: when it ends, and what to do meanwhile.
    pub(super) fn locked(self, app: &App, exhausted: Exhausted) -> Self {
        let seconds = exhausted.retry_after.as_secs();
        let at = china_clock(app.now() + exhausted.retry_after + std::time::Duration::from_secs(59));
        let message = format!(
            "为防止他人猜测密码，已暂时锁定，约 {} 分钟后（{at} 以后）可以再试，现在填写正确的密码也不能通过。\
             忘记密码的，不必等待，可以",
            seconds.div_ceil(60).max(1),
        );
        let general = ErrorItem::general(message, Some(Link::new("#request", "申请人工核实")));
        Self { general: Some(general), title: "输错次数过多，请稍后再试", ..self }
    }
}

pub(super) fn claim_fields(typed: &Typed) -> Vec<FormField> {
    let number = FormField::new("old_number", "原证件号码", typed.claim_number.as_str());
    vec![
        number.within("claim").hint("当年在原系统登记的号码。").error(typed.claim_number_error.clone()),
        FormField::password("claim").hint("当年登录原系统用的密码。").error(typed.claim_password_error.clone()),
    ]
}

pub(super) fn request_fields(
    found: &LinkPage,
    offered: &[OfferedAccount],
    exams: impl Iterator<Item = String>,
    typed: &Typed,
) -> Vec<FormField> {
    let text = |field: Field| {
        let shown = FormField::new(field.as_str(), field.label(), typed.statement.get(field));
        shown.optional().error(error(typed, field))
    };
    let system = |code: &String| Choice::new(code.as_str(), system_name(code), *code == typed.statement.system);
    let mut fields = vec![text(Field::System).choose("不清楚", found.systems.iter().map(system).collect())];
    if !offered.is_empty() {
        let account = |account: &OfferedAccount| {
            let year = account.registered_year.as_ref().map_or_else(String::new, |year| format!("{year}年注册，"));
            let label = format!("{}，{year}{}", account.system, account.name);
            Choice::new(account.handle.as_str(), label, account.handle == typed.account)
        };
        let choices = offered.iter().map(account).collect();
        let chosen = text(Field::Account).hint("上面找到的账户，忘记密码的，请选择。");
        fields.push(chosen.choose("不是上面的账户", choices));
    }
    fields.extend([
        text(Field::OldNumber).hint("当年登记的证件号码与现在不同的，请填写。"),
        text(Field::OldName).hint("曾经更名的，请填写当年的姓名。"),
        text(Field::Exam).suggest(exams).hint("缺少哪项考试的证书或申请。"),
        FormField {
            placeholder: None, inputmode: Some("numeric"), ..text(Field::Year).hint("四位数字，格式如：2012")
        },
        text(Field::Note).long().hint("缺少什么、当年的情况，请尽量写清楚，不超过 1000 个字。"),
    ]);
    fields
}

pub(super) fn error(typed: &Typed, field: Field) -> Option<String> {
    typed.errors.iter().find(|(wrong, _)| *wrong == field).map(|(_, message)| message.clone())
}
