//! `GET /static/{path}`: style sheets and the one small script.

use axum::extract::{Path, Query};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::views::assets;
use crate::web::kit::entity_tag;
use crate::web::kit::error::WebError;

#[derive(Deserialize)]
pub(crate) struct Version {
    v: Option<String>,
}

pub(crate) async fn handle(
    Path(path): Path<String>,
    Query(version): Query<Version>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let asset = assets::get(&path).ok_or(WebError::NotFound)?;
    // Weak: the compressed file has this tag too, with other bytes.
    let tag = format!("W/\"{}\"", asset.hash);
    let cache = asset.cache_control(version.v.as_deref());
    let known = entity_tag::none_match(&headers, &asset.hash);
    let common =
        [(header::CACHE_CONTROL, cache.to_owned()), (header::ETAG, tag), (header::VARY, "accept-encoding".to_owned())];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, common).into_response());
    }
    Ok((common, [(header::CONTENT_TYPE, asset.content_type)], asset.bytes.into_owned()).into_response())
}
