//! What is mailed to the holder of an old account. No number, no name, nothing of an application: whose mailbox an old address leads to by
//! now, nobody knows.

use serde::Serialize;

use super::Link;

/// A mail: one text, written twice, as HTML and as plain text.
#[derive(Debug, Clone, Serialize)]
pub struct MailLetter {
    /// The subject; 20 characters at most, for a longer one is folded and garbled by old servers.
    pub title: String,
    pub before: Vec<String>,
    /// Six digits to type.
    pub code: String,
    /// Where to go; built from `server.public_url`.
    pub link: Option<Link>,
    pub after: Vec<String>,
}

/// The parts of a mail as its readers take them.
#[derive(Debug, Clone)]
pub struct RenderedMail {
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl MailLetter {
    pub(super) const HTML: &'static str = "mail/letter.html";

    /// Tera escapes by the end of the name: nothing in here is, and nothing in plain text must be.
    pub(super) const TEXT: &'static str = "mail/letter.txt";

    fn new(title: &str, before: &[&str], after: &[&str]) -> Self {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Self { title: title.to_owned(), before: owned(before), code: String::new(), link: None, after: owned(after) }
    }

    /// The code that confirms an address.
    pub fn confirm_address(code: &str) -> Self {
        let letter = Self::new(
            "确认邮箱的验证码",
            &["您正在证书补办申请系统登记本邮箱，验证码是："],
            &[
                "请在 30 分钟内填写到刚才的页面上。工作人员不会向您索要验证码，请不要告诉他人。",
                "如果不是您本人操作，请忽略本邮件，本邮箱不会被登记。",
            ],
        );
        Self { code: code.to_owned(), ..letter }
    }

    /// Somebody tried to register a number that has an account with this address.
    pub fn already_registered(sign_in: &str, has_portal: bool) -> Self {
        let letter = Self::new(
            "您已经注册过",
            &[
                "刚才有人（可能是您本人）用您的证件号码在证书补办申请系统注册。您已经注册过，不必再次注册，请用原来的密码登录：",
            ],
            &[
                "忘记密码的，请在登录页点击“忘记密码”，重新设置密码。",
                "如果不是您本人操作，不必处理，您的账户没有任何变化。",
            ],
        );
        let mut letter = Self { link: Some(Link::new(sign_in, "登录证书补办申请系统")), ..letter };
        if has_portal {
            letter
                .after
                .insert(0, "已经用门户（统一身份认证）登录过的，原账户已由门户承接，请在首页用“门户登录”。".to_owned());
        }
        letter
    }

    /// The link by which a new password is chosen.
    pub fn recovery(address: &str) -> Self {
        let letter = Self::new(
            "找回密码",
            &["您正在找回证书补办申请系统的登录密码。请在 20 分钟内打开下面的地址，设置新的密码："],
            &[
                "这个地址只能使用一次；再次申请找回密码后，以最新的邮件为准。请不要转发本邮件。",
                "如果不是您本人操作，请忽略本邮件，您的密码不会改变。",
            ],
        );
        Self { link: Some(Link::new(address, "设置新的密码")), ..letter }
    }

    /// To the former address.
    pub fn address_changed() -> Self {
        Self::new(
            "您的邮箱已更换",
            &["您在证书补办申请系统登记的邮箱已换成另一个邮箱，今后的邮件不再发到本邮箱。"],
            &["如果不是您本人操作，说明有人知道您的密码：请立即登录修改密码，并与工作人员联系。"],
        )
    }

    pub fn password_changed(recover: &str) -> Self {
        let letter = Self::new(
            "您的登录密码已修改",
            &["您在证书补办申请系统的登录密码已修改，在其他浏览器上的登录已经退出。"],
            &["如果不是您本人操作，请立即在下面的页面重新设置密码，并与工作人员联系："],
        );
        Self { link: Some(Link::new(recover, "找回密码")), ..letter }
    }

    #[cfg(test)]
    pub(super) fn samples() -> Vec<Self> {
        vec![
            Self::confirm_address("012345"),
            Self::already_registered("https://bz.example.gov.cn/account/login", false),
            Self::already_registered("https://bz.example.gov.cn/", true),
            Self::recovery("https://bz.example.gov.cn/account/recover/c2FtcGxl"),
            Self::address_changed(),
            Self::password_changed("https://bz.example.gov.cn/account/recover"),
        ]
    }
}
