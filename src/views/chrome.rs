//! What stands around every page: header, menu, sign-out.

use serde::Serialize;

use super::Link;

/// The portal as all pages name it, see [`super::Views::new`].
#[derive(Debug, Clone, Serialize)]
pub struct Portal {
    /// `portal.display_name`, such as 山东省统一政务服务门户.
    pub display_name: String,
    /// `portal.home_url`: where citizens register or raise their real-name level.
    pub home_url: String,
    /// Where citizens maintain their registration (注册信息维护); `portal.home_url` where there is no address of its own.
    pub account_url: String,
}

/// Header, menu and notice of a page.
#[derive(Debug, Clone, Serialize)]
pub struct Chrome {
    /// Who is signed in; `None` hides menu and sign-out.
    pub user: Option<User>,
    /// When the session of who is signed in ends.
    pub ends: Option<Ends>,
    /// The session's token, for every form of the page.
    pub csrf_token: String,
    /// The entry of the menu that this page belongs to.
    pub menu: Option<Menu>,
    /// What has just been done, such as 已保存, said once at the top of the page.
    pub notice: Option<String>,
    /// The ways on that belong to the notice.
    pub notice_links: Vec<Link>,
    /// Of a refused form: where GET shows it again as it was typed.
    pub address: Option<String>,
}

impl Chrome {
    pub fn anonymous(csrf_token: impl Into<String>) -> Self {
        Self {
            user: None,
            ends: None,
            csrf_token: csrf_token.into(),
            menu: None,
            notice: None,
            notice_links: Vec::new(),
            address: None,
        }
    }

    pub fn signed_in(user: User, csrf_token: impl Into<String>) -> Self {
        Self { user: Some(user), ..Self::anonymous(csrf_token) }
    }

    #[must_use]
    pub fn at(mut self, menu: Menu) -> Self {
        self.menu = Some(menu);
        self
    }

    /// Said after what is to be said already.
    #[must_use]
    pub fn with_notice(mut self, notice: impl Into<String>) -> Self {
        self.notice = Some(self.notice.unwrap_or_default() + &notice.into());
        self
    }

    /// Said with a way on.
    #[must_use]
    pub fn with_notice_link(mut self, link: Link) -> Self {
        self.notice_links.push(link);
        self
    }

    #[must_use]
    pub const fn ending(mut self, ends: Ends) -> Self {
        self.ends = Some(ends);
        self
    }

    #[must_use]
    pub fn with_address(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }
}

/// In seconds from now.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Ends {
    /// Without a further request.
    pub idle: u64,
    /// In any case.
    pub absolute: u64,
}

#[derive(Debug, Clone, Serialize)]
pub struct User {
    /// The person's public id (`data-user`).
    pub public_id: String,
    /// 姓名 as the portal vouches for it, or as the account has it.
    pub name: String,
    /// By which door they came (`data-way`): `portal` or `account`.
    pub way: &'static str,
    /// The menu has 承接清单 and 找回原账户: not for an account with which nothing came over.
    pub has_carried: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Menu {
    /// 补证申请
    Reissue,
    /// 审核状态查询
    Applications,
    /// 承接清单
    Continuity,
    /// 找回原账户
    Link,
    /// 注册信息维护, of an account.
    Profile,
    /// 修改密码, of an account.
    Password,
}

impl Menu {
    /// As templates compare it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reissue => "reissue",
            Self::Applications => "applications",
            Self::Continuity => "continuity",
            Self::Link => "link",
            Self::Profile => "profile",
            Self::Password => "password",
        }
    }
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;

    pub(in crate::views) fn portal() -> Portal {
        Portal {
            display_name: "山东省统一政务服务门户".into(),
            home_url: "https://portal.example.gov.cn/".into(),
            account_url: "https://portal.example.gov.cn/account".into(),
        }
    }

    pub(in crate::views) fn anonymous() -> Chrome {
        Chrome::anonymous("csrf-sample")
    }

    pub(in crate::views) fn signed_in() -> Chrome {
        signed_in_by("portal")
    }

    pub(in crate::views) fn signed_in_by(way: &'static str) -> Chrome {
        let user = User { public_id: "p-7f3k2m9q".into(), name: "测试".into(), way, has_carried: true };
        Chrome::signed_in(user, "csrf-sample").ending(Ends { idle: 1200, absolute: 28_800 })
    }

    /// By an account that was registered here, without anything from an old system.
    pub(in crate::views) fn with_nothing_carried() -> Chrome {
        let mut chrome = signed_in_by("account");
        chrome.user = chrome.user.map(|user| User { has_carried: false, ..user });
        chrome
    }
}
