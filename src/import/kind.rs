//! The kinds of source, and the columns of each kind (CONTRACT §6).

mod target;

use serde::{Deserialize, Serialize};

pub use target::Target;

/// The kind of a source. Sources are processed in this order, whatever their order in the manifest: a certificate's exam must be stored
/// before it, an application's account too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Exams,
    Accounts,
    Certificates,
    Applications,
    Photos,
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::Exams, Self::Accounts, Self::Certificates, Self::Applications, Self::Photos];

    /// The word in manifests and reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exams => "exams",
            Self::Accounts => "accounts",
            Self::Certificates => "certificates",
            Self::Applications => "applications",
            Self::Photos => "photos",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The columns of this kind with their default headers.
    pub const fn columns(self) -> &'static [(Target, &'static str)] {
        use Target::{
            Account, ApprovalDate, CertificateNumber, City, Code, Contact, Email, Exam, Feedback, Key, Level, Name,
            Number, Password, RegisteredAt, Salt, Specialty, Status, SubmittedAt, Year,
        };
        match self {
            Self::Exams => &[(Code, "代码"), (Name, "名称"), (Year, "年度"), (Level, "级别"), (Specialty, "专业")],
            Self::Accounts => &[
                (Key, "编号"),
                (Number, "身份证号"),
                (Name, "姓名"),
                (Email, "邮箱"),
                (Password, "密码"),
                (Salt, "盐"),
                (RegisteredAt, "注册时间"),
            ],
            Self::Certificates => &[
                (Key, "编号"),
                (Exam, "考试"),
                (Year, "年度"),
                (Level, "级别"),
                (Specialty, "专业"),
                (Name, "姓名"),
                (Number, "证件号码"),
                (CertificateNumber, "证书管理号"),
                (ApprovalDate, "批准日期"),
                (City, "报名市"),
                (Status, "状态"),
            ],
            Self::Applications => &[
                (Key, "编号"),
                (Account, "账号编号"),
                (Exam, "考试"),
                (Year, "年度"),
                (Level, "级别"),
                (Specialty, "专业"),
                (Name, "姓名"),
                (Number, "证件号码"),
                (CertificateNumber, "证书管理号"),
                (ApprovalDate, "批准日期"),
                (City, "报名市"),
                (Contact, "联系方式"),
                (Status, "状态"),
                (Feedback, "审核结果反馈"),
                (SubmittedAt, "提交时间"),
            ],
            Self::Photos => &[],
        }
    }
}
