//! The forms of 找回原账户, with what was typed into them.

use crate::app::App;
use crate::app::linking::LinkPage;
use crate::domain::verification::{Ask, Field, Statement};
use crate::store::Exhausted;
use crate::views::{Choice, ErrorItem, FormField, Link, OfferedAccount};
use crate::web::kit::words::{china_clock, system_name};

#[derive(Default)]
pub(super) struct Typed {
    /// The answer to the page's question.
    pub(super) ask: Option<Ask>,
    /// The number of a refused request that this one adds to.
    pub(super) again: Option<i64>,
    /// Proof: what is wrong with the password of which account.
    pub(super) proof: Option<(String, String)>,
    /// Claim: the number as typed. Passwords are never shown again.
    pub(super) claim_number: String,
    pub(super) claim_number_error: Option<String>,
    pub(super) claim_password_error: Option<String>,
    /// Request: the account chosen, by its handle.
    pub(super) account: String,
    pub(super) statement: Statement,
    /// Of a picture that is kept.
    pub(super) picture_token: Option<String>,
    pub(super) errors: Vec<(Field, String)>,
    /// An error that belongs to no field.
    pub(super) general: Option<ErrorItem>,
    /// The heading of the errors; empty: the usual one.
    pub(super) title: &'static str,
}

impl Typed {
    /// The part of the page that holds what was typed, by the word in [`views::LinkShow`](crate::views::LinkShow).
    pub(super) fn part(&self) -> &'static str {
        let is_claim = self.claim_number_error.is_some() || self.claim_password_error.is_some();
        let is_request = !self.errors.is_empty() || !self.account.is_empty() || self.statement != Statement::default();
        match self.ask {
            Some(ask) => ask.as_str(),
            None if is_claim || !self.claim_number.is_empty() => Ask::OtherNumber.as_str(),
            None if is_request => "everything",
            None => "",
        }
    }

    /// Whether the request's form shows a field: one that the answer needs, or that holds something.
    fn shows(&self, field: Field) -> bool {
        let is_needed = self.ask.is_none_or(|ask| ask.fields().contains(&field));
        let holds = if field == Field::Account { &self.account } else { self.statement.get(field) };
        is_needed || !holds.is_empty() || self.errors.iter().any(|(wrong, _)| *wrong == field)
    }

    /// Lockout after wrong passwords: when it ends, and what to do meanwhile.
    pub(super) fn locked(self, app: &App, exhausted: Exhausted) -> Self {
        let seconds = exhausted.retry_after.as_secs();
        let at = ends_at(app, exhausted);
        let message = format!(
            "为防止他人猜测密码，已暂时锁定，约 {} 分钟后（{at} 以后）可以再试，现在填写正确的密码也不能通过。\
             忘记密码的，不必等待，可以",
            seconds.div_ceil(60).max(1),
        );
        // Where only the claim is shown, the request is on the page of another answer.
        let place = if self.part().is_empty() { "#request" } else { "/link?ask=forgotten#request" };
        let general = ErrorItem::general(message, Some(Link::new(place, "申请人工核实")));
        Self { general: Some(general), title: "输错次数过多，请稍后再试", ..self }
    }
}

/// The first full minute after a lockout, in China.
pub(super) fn ends_at(app: &App, lockout: Exhausted) -> String {
    china_clock(app.now() + lockout.retry_after + std::time::Duration::from_secs(59))
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
        let chosen = text(Field::Account).hint("已找到的原账户，忘记密码的，请选择。");
        fields.push(chosen.choose("不是这些账户", choices));
    }
    fields.extend([
        text(Field::OldNumber).hint("当年登记的证件号码与现在不同的，请填写。"),
        text(Field::OldName).hint("曾经更名的，请填写当年的姓名。"),
        text(Field::Exam).suggest(exams).hint("缺少哪项考试的证书或申请。"),
        FormField { placeholder: None, ..text(Field::Year).hint("四位数字，格式如：2012") },
        text(Field::Note).long().hint("缺少什么、当年的情况，请尽量写清楚，不超过 1000 个字。"),
    ]);
    fields.retain(|shown| Field::from_word(shown.name).is_some_and(|field| typed.shows(field)));
    fields
}

pub(super) fn error(typed: &Typed, field: Field) -> Option<String> {
    typed.errors.iter().find(|(wrong, _)| *wrong == field).map(|(_, message)| message.clone())
}
