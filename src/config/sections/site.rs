//! `[site]`: who answers for the site, and how a person is reached.

use serde::Deserialize;
use std::path::PathBuf;
use url::Url;

/// What pages say of the organisation behind them; what is empty is not shown.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SiteConfig {
    /// 主办单位.
    pub organisation: String,
    /// 咨询电话.
    pub telephone: String,
    /// When somebody answers the telephone.
    pub hours: String,
    /// ICP备案号, which must stand in the footer, linked to the ministry's register (《非经营性互联网信息服务备案管理办法》第十三条).
    pub icp: String,
    /// 公安联网备案号.
    pub police: String,
    /// 政府网站标识码, ten characters (国办发〔2017〕47号《政府网站发展指引》).
    pub site_code: String,
    /// The portal's own help, for whoever cannot register or sign in there.
    pub portal_help_url: Option<Url>,
    /// 办理时限, in a sentence.
    pub processing_time: String,
    /// 领取方式, in a sentence.
    pub collection: String,
    /// A file whose text stands as 公告 on the first pages; it is read again while the service runs.
    pub notice_file: Option<PathBuf>,
}

/// Characters of a text; longer ones break the pages.
const MAX_TEXT: usize = 200;

impl SiteConfig {
    pub(in crate::config) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let texts = [
            ("organisation", &self.organisation),
            ("telephone", &self.telephone),
            ("hours", &self.hours),
            ("icp", &self.icp),
            ("police", &self.police),
            ("site_code", &self.site_code),
            ("processing_time", &self.processing_time),
            ("collection", &self.collection),
        ];
        for (key, text) in texts {
            if text.chars().count() > MAX_TEXT || text.chars().any(char::is_control) {
                problems.push(format!("site.{key}: must be one line of at most {MAX_TEXT} characters"));
            }
        }
        if !self.telephone.is_empty() && !self.telephone.contains(|c: char| c.is_ascii_digit()) {
            problems.push("site.telephone: holds no digit".into());
        }
        let is_code = |text: &str| text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !(self.site_code.is_empty() || is_code(&self.site_code)) {
            problems.push("site.site_code: must be ten letters or digits".into());
        }
        if self.portal_help_url.as_ref().is_some_and(|url| !matches!(url.scheme(), "http" | "https")) {
            problems.push("site.portal_help_url: not an http or https address".into());
        }
        problems
    }
}
