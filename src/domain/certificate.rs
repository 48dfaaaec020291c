//! Whether a certificate may be reissued, and if not, why and what to do.

mod electronic;
mod status;

use super::word::words;
pub use electronic::Electronic;
pub use status::CertificateStatus;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    pub status: CertificateStatus,
    /// A pending or rejected application for this certificate exists, old ones included.
    pub open_application: bool,
    /// This certificate was only ever issued as an electronic one; there is no paper to reissue.
    pub electronic_only: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eligibility {
    Eligible,
    NotEligible(Reason),
}

impl Eligibility {
    pub const fn is_eligible(self) -> bool {
        matches!(self, Self::Eligible)
    }

    /// 可申请 or 不可申请, the manual's words for the column 状态.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Eligible => "可申请",
            Self::NotEligible(_) => "不可申请",
        }
    }

    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Eligible => None,
            Self::NotEligible(reason) => Some(reason),
        }
    }
}

words! {
    pub enum Reason {
        NotIssued = "not_issued",
        NotCollected = "not_collected",
        Withheld = "withheld",
        AlreadyApplied = "already_applied",
        ElectronicOnly = "electronic_only",
        UnknownStatus = "unknown_status",
    }
}

impl Reason {
    /// The reason and the next step, for the citizen. `city` is the certificate's 报名市; it may be empty.
    pub fn sentence(self, city: &str) -> String {
        let place = match city.trim() {
            "" => "报名市".to_owned(),
            city => format!("报名市（{city}）"),
        };
        match self {
            Self::NotIssued => {
                "该证书尚未发放，暂不能申请补证。请等待发放通知，领取后如有遗失、损毁再申请。".to_owned()
            }
            Self::NotCollected => format!("该证书尚未领取，请及时到{place}领取证书。领取后如有遗失、损毁再申请补证。"),
            Self::Withheld => {
                format!("该证书处于暂扣状态，暂不能申请补证。请与{place}的考试主管部门联系，解除暂扣后再申请。")
            }
            Self::AlreadyApplied => {
                "该证书已有未办结的补证申请，无需重复申请。请到“审核状态查询”查看；需要修改的，请使用“申请信息维护”。"
                    .to_owned()
            }
            Self::ElectronicOnly => {
                "该证书只发放电子证书，没有纸质证书可补办。请到电子证书的发放网站下载、打印。".to_owned()
            }
            Self::UnknownStatus => {
                format!("系统登记的证书状态无法识别，暂不能申请补证。请与{place}的考试主管部门联系，核实证书状态。")
            }
        }
    }
}

/// Decides whether a certificate may be reissued.
///
/// Where several reasons hold, the citizen is shown the most useful one: an open application first (whatever the old system says, the next
/// step is in that application), then electronic-only (an electronic certificate is never collected or withheld on paper), then the status.
pub const fn eligibility(facts: Facts) -> Eligibility {
    if facts.open_application {
        return Eligibility::NotEligible(Reason::AlreadyApplied);
    }
    if facts.electronic_only {
        return Eligibility::NotEligible(Reason::ElectronicOnly);
    }
    match facts.status {
        CertificateStatus::Collected => Eligibility::Eligible,
        CertificateStatus::NotCollected => Eligibility::NotEligible(Reason::NotCollected),
        CertificateStatus::NotIssued => Eligibility::NotEligible(Reason::NotIssued),
        CertificateStatus::Withheld => Eligibility::NotEligible(Reason::Withheld),
        CertificateStatus::Unknown => Eligibility::NotEligible(Reason::UnknownStatus),
    }
}

#[cfg(test)]
mod tests;
