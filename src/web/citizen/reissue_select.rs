//! `GET /reissue`: step 1, 选择考试.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use crate::app::reissue::JudgedCertificate;
use crate::domain::certificate::Reason;
use crate::domain::exam::Exam;
use crate::views::{
    CertificateRow, Choice, Electronic, Link, Menu, NotEligible, ReissueSelect, SelectedExam, query_value,
};
use crate::web::kit::error::WebError;
use crate::web::kit::told::chrome_with_told;
use crate::web::kit::visitor::{SignedIn, awaits_detail};
use crate::web::kit::{AppState, page};

#[derive(Deserialize)]
pub(crate) struct Chosen {
    exam: Option<String>,
}

pub(crate) async fn handle(
    State(app): AppState,
    visitor: SignedIn,
    Query(chosen): Query<Chosen>,
) -> Result<Response, WebError> {
    let wanted = chosen.exam.filter(|exam| !exam.is_empty());
    let step = app.step1(visitor.person, wanted).await?;
    let chosen = step.chosen;
    let choice = |exam: Exam| {
        let selected = chosen.as_ref().is_some_and(|chosen| chosen.code == exam.code);
        Choice::new(exam.code, exam.name, selected)
    };
    let view = ReissueSelect {
        chrome: chrome_with_told(&app, &visitor, Menu::Reissue).await,
        exams: step.exams.into_iter().map(choice).collect(),
        selected: chosen.as_ref().map(|exam| SelectedExam {
            name: exam.name.clone(),
            manual_url: format!("/reissue/new?exam={}", query_value(&exam.code)),
        }),
        certificates: step.certificates.into_iter().map(row).collect(),
        other_name_record: step.other_name_record,
        awaits_detail: awaits_detail(&app, &visitor).await?,
    };
    page(&app, &view)
}

fn row(row: JudgedCertificate) -> CertificateRow {
    let electronic = row.electronic.map(|electronic| Electronic {
        sentence: electronic.sentence().to_owned(),
        link: Link::new(&electronic.url, "下载电子证书"),
    });
    let not_eligible = row.eligibility.reason().map(|reason| NotEligible {
        code: reason.as_str(),
        sentence: match &electronic {
            Some(electronic) if reason == Reason::ElectronicOnly => electronic.sentence.clone(),
            _ => reason.sentence(&row.certificate.city),
        },
        link: match (row.open, &electronic) {
            (Some(id), _) => Some(Link::new(format!("/applications/{id}"), "查看已提交的补证申请")),
            (None, Some(electronic)) => Some(electronic.link.clone()),
            (None, None) => None,
        },
    });
    let id = row.certificate.id.to_string();
    CertificateRow {
        apply_url: format!("/reissue/new?certificate={id}"),
        id,
        exam: row.certificate.exam_name,
        year: row.certificate.year,
        level: row.certificate.level,
        specialty: row.certificate.specialty,
        electronic: electronic.filter(|_| not_eligible.is_none()),
        not_eligible,
    }
}
