//! `GET /applications`: 审核状态查询.

use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;

use crate::app::dossier::ApplicationList;
use crate::db::{applications, legacy};
use crate::domain::application::Status;
use crate::domain::china::china_date;
use crate::views::{self, ApplicationRow, Menu};
use crate::web::kit::error::WebError;
use crate::web::kit::told::chrome_with_told;
use crate::web::kit::visitor::SignedIn;
use crate::web::kit::words::{china_time, old_day, system_name};
use crate::web::kit::{AppState, page};

pub(crate) async fn handle(State(app): AppState, visitor: SignedIn) -> Result<Response, WebError> {
    let ApplicationList { all, not_joined } = app.applications(visitor.person).await?;
    let systems = all.systems;
    let ours = all.ours.into_iter().map(|row| {
        let system = row.legacy_application_id.and_then(|id| systems.get(&id)).map(String::as_str);
        our_row(row, system)
    });
    let today = china_date(app.now());
    let old = all.old.into_iter().map(|row| old_row(row, today));
    let view = views::ApplicationList {
        chrome: chrome_with_told(&app, &visitor, Menu::Applications).await,
        rows: ours.chain(old).collect(),
        not_joined,
    };
    page(&app, &view)
}

pub(super) fn shown(status: Status) -> views::Status {
    views::Status { code: status.as_str(), word: status.word() }
}

/// 审核结果反馈, where it shows.
pub(super) fn feedback(status: Status, feedback: &str) -> String {
    if status.shows_feedback() { feedback.to_owned() } else { String::new() }
}

fn our_row(row: applications::Application, system: Option<&str>) -> ApplicationRow {
    let id = row.id.to_string();
    ApplicationRow {
        url: format!("/applications/{id}"),
        id,
        exam: row.exam_name,
        year: row.year,
        certificate_number: row.certificate_number,
        reference: Some(row.reference),
        submitted_at: china_time(row.submitted_at),
        status: shown(row.status),
        feedback: feedback(row.status, &row.feedback),
        system: system.map(system_name),
        editable: row.status.is_editable(),
    }
}

fn old_row(row: legacy::LegacyApplication, today: NaiveDate) -> ApplicationRow {
    let id = row.id.to_string();
    ApplicationRow {
        url: format!("/applications/{id}"),
        id,
        exam: row.exam_name,
        year: row.year,
        certificate_number: row.certificate_number,
        reference: None,
        submitted_at: old_day(&row.submitted_at, today),
        status: shown(row.status),
        feedback: feedback(row.status, &row.feedback),
        system: Some(system_name(&row.system)),
        editable: row.status.is_editable(),
    }
}
