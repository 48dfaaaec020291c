//! Who answers for the site, as all pages say it; what is empty is not shown.

use serde::Serialize;

/// The register in which an ICP备案号 is looked up; the number must lead there.
const ICP_REGISTER: &str = "https://beian.miit.gov.cn/";

/// The register of the police, asked for the digits of a number.
const POLICE_REGISTER: &str = "https://beian.mps.gov.cn/#/query/webSearch?code=";

/// The organisation behind the pages and how it is reached, see [`super::Views::new`].
#[derive(Debug, Clone, Default, Serialize)]
pub struct Site {
    /// 主办单位.
    pub organisation: String,
    /// 咨询电话.
    pub telephone: Option<Telephone>,
    /// When somebody answers the telephone.
    pub hours: String,
    /// ICP备案号.
    pub icp: Option<Record>,
    /// 公安联网备案号.
    pub police: Option<Record>,
    /// 政府网站标识码.
    pub site_code: String,
    /// The portal's own help.
    pub portal_help_url: String,
    /// 办理时限.
    pub processing_time: String,
    /// 领取方式.
    pub collection: String,
}

/// A telephone number, and the address that a phone calls.
#[derive(Debug, Clone, Serialize)]
pub struct Telephone {
    pub number: String,
    /// `None` where the text is more than one number.
    pub url: Option<String>,
}

impl Telephone {
    /// `None` where there is none.
    pub fn new(number: &str) -> Option<Self> {
        let is_one = number.bytes().all(|byte| byte.is_ascii_digit() || b"+- ".contains(&byte));
        // RFC 3966 §3: without visual separators but hyphens.
        let url = is_one.then(|| format!("tel:{}", number.replace(' ', "-")));
        (!number.is_empty()).then(|| Self { number: number.to_owned(), url })
    }
}

/// A number in a public register.
#[derive(Debug, Clone, Serialize)]
pub struct Record {
    pub number: String,
    pub url: String,
}

impl Record {
    /// An ICP备案号; `None` where there is none.
    pub fn icp(number: &str) -> Option<Self> {
        (!number.is_empty()).then(|| Self { number: number.to_owned(), url: ICP_REGISTER.to_owned() })
    }

    /// A 公安联网备案号; `None` where there is none.
    pub fn police(number: &str) -> Option<Self> {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        (!number.is_empty()).then(|| Self { number: number.to_owned(), url: format!("{POLICE_REGISTER}{digits}") })
    }
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;

    pub(in crate::views) fn announcement() -> Vec<String> {
        vec!["12 月 1 日 0:00-6:00 系统维护，届时暂停办理。".into(), "维护期间已保存的信息不受影响。".into()]
    }

    pub(in crate::views) fn site() -> Site {
        Site {
            organisation: "示例省人事考试中心".into(),
            telephone: Telephone::new("0000-12333000"),
            hours: "工作日 9:00-17:00".into(),
            icp: Record::icp("示ICP备00000001号-1"),
            police: Record::police("示公网安备 00000000000001号"),
            site_code: "0000000001".into(),
            portal_help_url: "https://portal.example.gov.cn/help".into(),
            processing_time: "自提交之日起 20 个工作日内完成审核。".into(),
            collection: "审核通过后，到报名市的考试机构领取，或由证书邮寄系统寄送。".into(),
        }
    }
}
