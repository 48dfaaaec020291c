//! `GET /reissue`: step 1, 选择考试.

use serde::Serialize;

use super::{Choice, Chrome, Link, View};

/// The exams, and the person's certificates.
#[derive(Debug, Clone, Serialize)]
pub struct ReissueSelect {
    pub chrome: Chrome,
    /// Values are exam codes.
    pub exams: Vec<Choice>,
    /// The exam chosen; `None` before.
    pub selected: Option<SelectedExam>,
    /// Of the exam chosen, or of all exams.
    pub certificates: Vec<CertificateRow>,
    /// A record under this number and another name exists; nothing of it is shown.
    pub other_name_record: bool,
    /// Registered data may be hidden until a registered detail is given (`/account/check`).
    pub awaits_detail: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct SelectedExam {
    pub name: String,
    /// Where 填写补证申请 leads, `/reissue/new?exam=CODE`.
    pub manual_url: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct CertificateRow {
    /// The certificate's public id (`data-certificate`).
    pub id: String,
    pub exam: String,
    pub year: String,
    pub level: String,
    pub specialty: String,
    /// Where 申请补证 leads, `/reissue/new?certificate=ID`.
    pub apply_url: String,
    /// An electronic certificate of equal force, offered before 申请补证.
    pub electronic: Option<Electronic>,
    /// `None`: 可申请.
    pub not_eligible: Option<NotEligible>,
}

/// Where the holder finds the electronic certificate.
#[derive(Debug, Clone, Serialize)]
pub struct Electronic {
    pub sentence: String,
    pub link: Link,
}

/// Why a certificate is 不可申请.
#[derive(Debug, Clone, Serialize)]
pub struct NotEligible {
    /// Such as `not_collected` (`data-reason`).
    pub code: &'static str,
    pub sentence: String,
    /// The way on, such as to the open application.
    pub link: Option<Link>,
}

impl View for ReissueSelect {
    const TEMPLATE: &'static str = "reissue_select.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let chrome = super::chrome::samples::signed_in().at(super::Menu::Reissue);
        let names = ["造价", "计算机应用能力考试", "一级注册建造师"];
        let exams = |chosen: Option<&str>| -> Vec<Choice> {
            names.iter().map(|name| Choice::new(format!("code-{name}"), *name, chosen == Some(*name))).collect()
        };
        let row = |id: &str, year: &str, specialty: &str, not_eligible| CertificateRow {
            id: id.into(),
            exam: "造价".into(),
            year: year.into(),
            level: "造价工程师".into(),
            specialty: specialty.into(),
            apply_url: format!("/reissue/new?certificate={id}"),
            electronic: None,
            not_eligible,
        };
        let electronic = Electronic {
            sentence: "该证书有电子证书，与纸质证书具有同等效力。".into(),
            link: Link::new("https://cert.example.gov.cn/", "下载电子证书"),
        };
        let open = Link::new("/applications/a-1", "查看已提交的补证申请");
        let certificates = vec![
            CertificateRow { electronic: Some(electronic), ..row("c-1", "2017", "土建", None) },
            row(
                "c-2",
                "2019",
                "安装",
                Some(NotEligible {
                    code: "not_collected",
                    sentence: "该证书尚未领取，请及时到报名市（济南市）领取证书。".into(),
                    link: None,
                }),
            ),
            row(
                "c-3",
                "2012",
                "",
                Some(NotEligible {
                    code: "already_applied",
                    sentence: "该证书已有未办结的补证申请，无需重复申请。".into(),
                    link: Some(open),
                }),
            ),
        ];
        let selected =
            |name: &str| Some(SelectedExam { name: name.into(), manual_url: "/reissue/new?exam=code".into() });
        let page = |chosen: Option<&str>, certificates, other_name_record| Self {
            chrome: chrome.clone(),
            exams: exams(chosen),
            selected: chosen.and_then(selected),
            certificates,
            other_name_record,
            awaits_detail: other_name_record,
        };
        vec![
            page(None, certificates.clone(), true),
            page(Some("造价"), certificates, false),
            page(Some("一级注册建造师"), Vec::new(), true),
            page(None, Vec::new(), false),
        ]
    }
}
