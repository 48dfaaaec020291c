//! What the page says for each reason.

use super::RefusedReason;

pub(super) const fn words(reason: RefusedReason) -> (&'static str, &'static str, &'static str) {
    match reason {
        RefusedReason::Corporate => (
            "corporate",
            "请使用个人账户登录",
            "您登录政务服务门户使用的不是个人账户。证书补办须由持证人本人以个人账户申请。",
        ),
        RefusedReason::Unrecognised => (
            "unrecognised",
            "账户信息无法识别",
            "政务服务门户提供的用户类型或证件类型，本系统还不能识别，无法为您办理。",
        ),
        RefusedReason::LevelTooLow => {
            ("level_too_low", "请先完成实名认证", "您的账户实名认证等级不够，系统暂时无法确认您的身份。")
        }
        RefusedReason::NumberMissing => {
            ("number_missing", "没有取得您的证件号码", "政务服务门户没有提供您完整的证件号码，系统无法查找您的证书。")
        }
        RefusedReason::NumberInvalid => (
            "number_invalid",
            "证件号码无法识别",
            "政务服务门户提供的证件号码不符合编码规则，系统无法用它查找您的证书。",
        ),
        RefusedReason::NameMissing => {
            ("name_missing", "没有取得您的姓名", "政务服务门户没有提供您的姓名，系统无法确认您的身份。")
        }
    }
}

pub(super) const fn steps(reason: RefusedReason, signs_out: bool) -> &'static [&'static str] {
    match reason {
        RefusedReason::Corporate if !signs_out => &[
            "点击下面的“退出登录”，再到政务服务门户退出当前账户。",
            "在政务服务门户以本人的个人账户登录；没有的，请先注册。",
            "返回本系统，重新登录。",
        ],
        RefusedReason::Corporate => &[
            "点击下面的“退出并用个人账户登录”，系统同时在政务服务门户退出当前账户，并再次打开登录页面。",
            "以本人的个人账户登录；没有的，请先注册。",
            "登录后自动返回本系统。",
        ],
        RefusedReason::LevelTooLow => &[
            "前往政务服务门户，登录您的账户。",
            "在账户设置中完成实名认证，提升实名认证等级。",
            "返回本系统，重新登录。",
        ],
        RefusedReason::Unrecognised => {
            &["前往政务服务门户，核对账户的用户类型和证件类型。", "核对无误仍不能登录的，请向工作人员提供下面的编号。"]
        }
        RefusedReason::NumberMissing | RefusedReason::NumberInvalid | RefusedReason::NameMissing => &[
            "前往政务服务门户，登录您的账户。",
            "在账户设置中核对姓名、证件类型和证件号码，完善后保存。",
            "返回本系统，重新登录。",
        ],
    }
}
