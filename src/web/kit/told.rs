//! What has just been done, said once at the top of the page that follows.

use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::see_other;
use super::visitor::SignedIn;
use crate::app::App;
use crate::views::{Chrome, Link, Menu};

/// Something that was done, or that is to be done next.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Told {
    /// 申请信息维护 was saved.
    Saved,
    /// 申请人工核实 was taken in.
    Requested { task: i64 },
    /// The same request is open already: what was sent is added to it.
    Added { task: i64 },
    /// The old password of an account under another number was right.
    Claimed { task: i64 },
    /// The old password was right.
    Proved { accounts: usize },
    /// 不是我的.
    NotMine { task: i64 },
    /// 有缺少: nothing is sent yet.
    Missing,
    /// On whatever page the sign-in behind 注册 led to.
    Registered,
    /// A code was sent once more, or by a form whose session is over, in a browser in which somebody is signed in.
    CodeNotUsed,
    /// On 注册信息维护: the new address counts.
    AddressChanged,
    /// The same: it is what was typed.
    AddressIsThatAlready,
    /// On 修改密码.
    PasswordChanged,
    /// A password was set anew by a mailed link in a browser in which another one is signed in.
    PasswordReset,
    /// Somebody filled in a sign-in or a registration in a browser in which another one is signed in.
    SignedInAlready,
    /// On 补证申请: what was registered is shown from now on.
    DetailFits,
    /// On 承接清单: what was sent came after the session's end.
    ReportNotDone,
    /// On 找回原账户: the same.
    ProofNotDone,
    /// On whatever page a sign-in led to: a form that came after the session's end waits at this address.
    FormKept { address: String },
}

impl Told {
    fn link(&self) -> Option<Link> {
        let Self::FormKept { address } = self else { return None };
        let form = match menu_of(address) {
            Menu::Applications => "申请信息",
            Menu::Link => "找回原账户",
            Menu::Reissue | Menu::Continuity | Menu::Profile | Menu::Password => "补证申请",
        };
        Some(Link::new(address, format!("继续填写{form}")))
    }

    fn words(&self) -> String {
        match self {
            Self::FormKept { .. } => "登录超时前您填写的内容已保留，尚未提交。".to_owned(),
            Self::Registered => "注册成功，您已登录。".to_owned(),
            Self::CodeNotUsed => {
                "刚才提交的验证码没有再次使用。本浏览器已有人登录（见页面上方的登录用户）；注册或更换邮箱还没有完成的，请重新申请。"
                    .to_owned()
            }
            Self::AddressChanged => "邮箱已更换。".to_owned(),
            Self::AddressIsThatAlready => "邮箱没有变化，不必更换。".to_owned(),
            Self::PasswordChanged => "密码已修改，其他已登录的页面已退出。".to_owned(),
            Self::PasswordReset => {
                "新密码已设置。本浏览器已有人登录（见页面上方的登录用户），要用新密码登录的，请先退出登录。".to_owned()
            }
            Self::SignedInAlready => {
                "本浏览器已有人登录（见页面上方的登录用户），刚才填写的账户没有登录。要用其他账户的，请先退出登录。"
                    .to_owned()
            }
            Self::DetailFits => "核对相符，系统中登记的证书已列在下面。".to_owned(),
            Self::Saved => "申请信息已保存，等待审核。".to_owned(),
            Self::Requested { task } => format!(
                "核实申请（第 {task} 号）已提交。工作人员会核实您填写的内容，结果显示在本页“核实申请的办理情况”中，请过几天再来查看。\
                 等待期间还有要补充的，可以按同样的内容再次填写。"
            ),
            Self::Added { task } => {
                format!("同样的核实申请（第 {task} 号）正在办理，无需重复申请；这次填写的内容已补充进去。")
            }
            Self::Claimed { task } => format!(
                "证件号码和密码核对正确，已提交核实（第 {task} 号）。工作人员核实后承接到您名下，结果显示在本页“核实申请的办理情况”中，\
                 请过几天再来查看。"
            ),
            Self::Proved { accounts } => {
                format!("密码正确，已承接 {accounts} 个账户，其中的证书和申请已列在下面。")
            }
            Self::NotMine { task } => format!(
                "已反映“不是我的”（核实申请第 {task} 号）。该账户的内容已隐藏，工作人员会核实，结果显示在“找回原账户”中，请过几天再来查看。"
            ),
            Self::ReportNotDone | Self::ProofNotDone => "登录超时，刚才的操作没有提交。需要的，请重新操作。".to_owned(),
            Self::Missing => {
                "请在下面“申请人工核实”中写明缺少什么，然后点击“提交核实申请”。现在还没有提交任何内容。".to_owned()
            }
        }
    }
}

/// The entry of the menu that the page at an address stands under.
fn menu_of(address: &str) -> Menu {
    let menus = [
        ("/applications", Menu::Applications),
        ("/continuity", Menu::Continuity),
        ("/link", Menu::Link),
        ("/account/profile", Menu::Profile),
        ("/account/password", Menu::Password),
    ];
    menus.into_iter().find(|(path, _)| address.starts_with(path)).map_or(Menu::Reissue, |(_, menu)| menu)
}

/// The page at an address, as messages for it are listed.
fn page_of(address: &str) -> &'static str {
    // What was saved is said in the list, and not in another application.
    if address.starts_with("/applications/") { APPLICATION } else { menu_of(address).as_str() }
}

const APPLICATION: &str = "application";

/// "See other" to a page that says so once. What was done is done, also where Redis does not take the message.
pub(crate) async fn told_at(app: &App, visitor: &SignedIn, told: Told, path: &str) -> Response {
    tell(app, visitor.session.name(), path, &told).await;
    see_other(path)
}

/// Has the page at this address say so once, in the session of this name.
pub(crate) async fn tell(app: &App, session: &str, path: &str, told: &Told) {
    if let Err(error) = app.sessions.tell(session, page_of(path), told).await {
        tracing::warn!(%error, "a page will not say what was done");
    }
}

/// Has the page at this address say, in a session that has just begun, that what was sent to it before was not done.
pub(crate) async fn tell_not_done(app: &App, session: &str, address: &str) {
    let told = if address == "/continuity" { Told::ReportNotDone } else { Told::ProofNotDone };
    if let Err(error) = app.sessions.tell(session, page_of(address), &told).await {
        tracing::warn!(%error, "a page will not say what was not done");
    }
}

/// Has the page that a sign-in leads to say, once, that a form is kept at another address.
pub(crate) async fn tell_kept(app: &App, session: &str, page: &str, address: &str) {
    let told = Told::FormKept { address: address.to_owned() };
    if let Err(error) = app.sessions.tell(session, page_of(page), &told).await {
        tracing::warn!(%error, "a page will not say that a form is kept");
    }
}

/// Header and menu of a page, with what it has to say once. HEAD uses nothing up (RFC 9110 §9.2.1).
pub(crate) async fn chrome_with_told(app: &App, visitor: &SignedIn, menu: Menu) -> Chrome {
    chrome_of_page(app, visitor, menu, menu.as_str()).await
}

/// The header of a page about one application: it says what is told of that page.
pub(crate) async fn application_chrome(app: &App, visitor: &SignedIn) -> Chrome {
    chrome_of_page(app, visitor, Menu::Applications, APPLICATION).await
}

async fn chrome_of_page(app: &App, visitor: &SignedIn, menu: Menu, page: &str) -> Chrome {
    let chrome = visitor.chrome().at(menu);
    if !visitor.reads {
        return chrome;
    }
    let told: Vec<Told> = match app.sessions.told(&visitor.session, page).await {
        Ok(told) => told,
        Err(error) => {
            tracing::warn!(%error, "a page does not say what was done");
            Vec::new()
        }
    };
    let mut words: Vec<_> = told.iter().map(Told::words).collect();
    // Several forms are told in one sentence.
    words.dedup();
    let chrome = told.iter().filter_map(Told::link).fold(chrome, Chrome::with_notice_link);
    if words.is_empty() { chrome } else { chrome.with_notice(words.concat()) }
}
