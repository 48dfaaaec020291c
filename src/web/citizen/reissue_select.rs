//! `GET /reissue`: step 1, 选择考试.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use crate::app::reissue::{ChosenExam, JudgedCertificate};
use crate::views::{CertificateRow, Choice, Link, Menu, NotEligible, ReissueSelect, SelectedExam, query_value};
use crate::web::kit::error::WebError;
use crate::web::kit::visitor::SignedIn;
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
    let selected_code = step.chosen.as_ref().map(|chosen| chosen.exam.code.clone());
    let choice = |exam: crate::domain::exam::Exam| {
        let selected = Some(&exam.code) == selected_code.as_ref();
        Choice::new(exam.code, exam.name, selected)
    };
    let view = ReissueSelect {
        chrome: visitor.chrome().at(Menu::Reissue),
        exams: step.exams.into_iter().map(choice).collect(),
        selected: step.chosen.map(|ChosenExam { exam, certificates }| SelectedExam {
            name: exam.name,
            certificates: certificates.into_iter().map(row).collect(),
            manual_url: format!("/reissue/new?exam={}", query_value(&exam.code)),
        }),
        other_name_record: step.other_name_record,
    };
    page(&app, &view)
}

fn row(row: JudgedCertificate) -> CertificateRow {
    let not_eligible = row.eligibility.reason().map(|reason| NotEligible {
        code: reason.as_str(),
        sentence: reason.sentence(&row.certificate.city),
        link: row.open.map(|id| Link::new(format!("/applications/{id}"), "查看已提交的补证申请")),
    });
    let id = row.certificate.id.to_string();
    CertificateRow {
        apply_url: format!("/reissue/new?certificate={id}"),
        id,
        year: row.certificate.year,
        level: row.certificate.level,
        specialty: row.certificate.specialty,
        not_eligible,
    }
}
