//! The sentences that explain a decision; none holds personal data.

use super::{Refusal, Rule};
use crate::domain::linking::{Decision, Who};

impl Rule {
    fn reason(self) -> &'static str {
        match self {
            Self::L1 => "证件号码和姓名与原账户一致",
            Self::L1From15 => "原账户的15位证件号码升为18位后一致，姓名一致",
            Self::L1Fold => "证件号码一致，姓名仅间隔号、空格、全半角或大小写不同",
            Self::L1From15Fold => "原账户的15位证件号码升为18位后一致，姓名仅间隔号、空格、全半角或大小写不同",
            Self::L2 => "原账户的15位证件号码顺序码为996至999，升为18位后出生世纪不能确定，需要证明",
            Self::L3 => "证件号码一致，姓名中有未能显示的字，需要证明",
            Self::L4 => "证件号码一致，姓名不同，需要证明",
            Self::L5 => {
                "原账户已与他人关联或同样符合他人，或与本人的关联曾被撤销、冻结，或关联后登记信息有变，需要人工核实"
            }
            Self::A1 => "原账户的密码正确",
            Self::A2 => "与密码正确的原账户共用登录信息，证件号码和姓名一致",
            Self::A4 => "本系统注册的账户，密码正确",
            Self::A8 => "该账户已由统一身份认证承接，需从门户登录",
            Self::R1 => "门户提供的证件号码与以前不同，需要人工核实",
            Self::R2 => "该证件号码已有使用人，不能确定为同一人，需要人工核实",
            Self::Refused => "不接受该门户账户",
            Self::None => "没有找到该证件号码的原账户",
        }
    }
}

impl Refusal {
    fn reason(self) -> &'static str {
        match self {
            Self::Corporate => "法人账户不能办理，请使用本人的个人账户",
            Self::UserTypeUnknown => "门户账户的用户类型不明，不能办理",
            Self::LevelTooLow => "门户账户的实名认证等级不够",
            Self::LevelUnknown => "门户没有提供可识别的实名认证等级",
            Self::NumberMissing => "门户没有提供证件号码",
            Self::NumberInvalid => "门户提供的证件号码不完整或不正确",
            Self::DocumentTypeUnknown => "门户提供的证件类型不能识别",
            Self::NameMissing => "门户没有提供姓名",
        }
    }
}

impl Decision {
    /// One plain sentence; holds no personal data.
    pub fn reason(&self) -> String {
        match self.who {
            Who::Refused(refusal) => format!("{}。", refusal.reason()),
            _ => format!("{}。", self.rule.reason()),
        }
    }
}
