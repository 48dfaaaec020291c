//! `GET /reissue/{id}/done`: step 3, 提交完成.

use axum::extract::{Path, State};
use axum::response::Response;

use crate::domain::document;
use crate::domain::form::Field;
use crate::views::{Menu, ReissueDone, SummaryRow};
use crate::web::kit::error::WebError;
use crate::web::kit::told::chrome_with_told;
use crate::web::kit::visitor::SignedIn;
use crate::web::kit::words::china_time;
use crate::web::kit::{AppState, page};

pub(crate) async fn handle(
    State(app): AppState,
    visitor: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let id = id.parse().map_err(|_| WebError::NotFound)?;
    let receipt = app.receipt(visitor.person, id).await?;
    let rows = [
        Field::Exam,
        Field::Year,
        Field::Name,
        Field::DocumentNumber,
        Field::CertificateNumber,
        Field::ApprovalDate,
        Field::Level,
        Field::Specialty,
        Field::City,
        Field::Contact,
    ];
    let value = |field: Field| match field {
        Field::DocumentNumber => document::mask(receipt.input.get(field)),
        _ => receipt.input.get(field).to_owned(),
    };
    let summary = rows.into_iter().map(|field| SummaryRow::new(field.label(), value(field)));
    let view = ReissueDone {
        chrome: chrome_with_told(&app, &visitor, Menu::Reissue).await,
        reference: receipt.reference,
        summary: summary.chain([SummaryRow::new("提交时间", china_time(receipt.saved_at))]).collect(),
        photo_url: receipt.has_photo.then(|| format!("/applications/{id}/photo")),
        application_url: format!("/applications/{id}"),
    };
    page(&app, &view)
}
