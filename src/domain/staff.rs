//! Staff: who examines, decides, prints, and looks after those who do.

mod name;
pub mod otp;
mod password;
mod recovery;
mod rights;
mod roles;

use super::word::words;

pub use name::UserName;
pub use password::{LONGEST, SHORTEST, Weakness, judge};
pub use recovery::RecoveryCode;
pub use rights::{Place, Right};
pub use roles::{BadRoles, Grant, Roles};

words! {
    /// What a member of staff does. One may have several.
    pub enum Role {
        /// Recommends on applications of its cities.
        CityReviewer = "city_reviewer",
        /// Decides.
        ProvinceReviewer = "province_reviewer",
        /// Answers 人工核实.
        TaskReviewer = "task_reviewer",
        Printer = "printer",
        /// Reads, and never writes.
        Auditor = "auditor",
        /// Looks after staff and reasons; decides nothing.
        Administrator = "administrator",
    }
}

words! {
    /// By what somebody shows that they hold what only they have.
    pub enum Factor {
        /// A one-time code.
        Otp = "otp",
        RecoveryCode = "recovery_code",
    }
}

impl Role {
    /// What staff call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::CityReviewer => "市级审核",
            Self::ProvinceReviewer => "省级审核",
            Self::TaskReviewer => "人工核实",
            Self::Printer => "打印",
            Self::Auditor => "审计",
            Self::Administrator => "管理员",
        }
    }
}
