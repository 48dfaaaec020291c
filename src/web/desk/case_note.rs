//! `POST /review/applications/{id}/note`: a note for colleagues.

use axum::extract::{Path, State};
use axum::response::Response;

use super::case::{reader, refused};
use super::case_aside::{After, comment, looked_at, told, typed};
use super::case_seen::Said;
use super::words::address;
use crate::web::kit::AppState;
use crate::web::kit::error::WebError;
use crate::web::kit::staff::StaffPost;

pub(crate) async fn handle(
    State(app): AppState,
    Path(id): Path<String>,
    StaffPost { staff, form }: StaffPost,
) -> Result<Response, WebError> {
    let at = looked_at(&id, &form)?;
    let words = match comment(form.get("note"), "备注") {
        Ok(Some(note)) => {
            let acted = app.note_case(&reader(&app, &staff).await?, at, note, app.now()).await?;
            return told(&app, &staff, &form, After { id: at.id, acted, words: "备注已保存。", page: &address(at.id) })
                .await;
        }
        Ok(None) => "请填写备注".to_owned(),
        Err(words) => words,
    };
    refused(&app, &staff, at.id, Said::at("note", words), typed(&app, &staff, at.id, &form).await?).await
}
