//! What stands around every page of the desk: whose it is, the menu of their roles, sign-out.

use serde::Serialize;

use super::Ends;

#[derive(Debug, Clone, Serialize)]
pub struct Desk {
    /// Who is signed in; `None` hides menu and sign-out.
    pub staff: Option<DeskStaff>,
    /// When the session of who is signed in ends.
    pub ends: Option<Ends>,
    /// The session's token, for every form of the page.
    pub csrf_token: String,
    pub menu: Vec<DeskLink>,
    /// What has just been done, said once at the top of the page.
    pub notices: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct DeskStaff {
    /// `data-staff`, and in the header.
    pub user_name: String,
    /// Such as 市级审核（济南市）.
    pub roles: String,
}

/// An entry of the menu.
#[derive(Debug, Clone, Serialize)]
pub struct DeskLink {
    pub url: &'static str,
    pub text: &'static str,
    /// The page belongs to it.
    pub is_here: bool,
}

impl Desk {
    /// Of a page before the sign-in.
    pub fn anonymous(csrf_token: impl Into<String>) -> Self {
        Self { staff: None, ends: None, csrf_token: csrf_token.into(), menu: Vec::new(), notices: Vec::new() }
    }

    /// Marks the entry that a page belongs to, by its address.
    #[must_use]
    pub fn at(mut self, url: &str) -> Self {
        for link in &mut self.menu {
            link.is_here = link.url == url;
        }
        self
    }

    /// Said after what is to be said already.
    #[must_use]
    pub fn with_notice(mut self, notice: impl Into<String>) -> Self {
        self.notices.push(notice.into());
        self
    }
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;
    use crate::views::{ErrorItem, FormField, Link, error_items};

    pub(in crate::views) fn anonymous() -> Desk {
        Desk::anonymous("csrf-sample")
    }

    /// What a summary can hold.
    pub(in crate::views) fn errors(fields: &[FormField]) -> Vec<ErrorItem> {
        let link = Some(Link::new("/review/sign-in", "返回登录"));
        error_items(fields, None).into_iter().chain([ErrorItem::general("请重新登录", link)]).collect()
    }

    pub(in crate::views) fn signed_in() -> Desk {
        let link = |url, text| DeskLink { url, text, is_here: false };
        Desk {
            staff: Some(DeskStaff { user_name: "guanli".into(), roles: "管理员".into() }),
            ends: Some(Ends { idle: 900, absolute: 43_200 }),
            menu: vec![link("/review/staff", "人员"), link("/review/account", "本人信息")],
            notices: vec!["已停用。".into()],
            ..anonymous()
        }
    }
}
