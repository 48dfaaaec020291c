//! The desktop's side of a photo slot: `POST /photo/slots` opens one for a script, `GET /photo/slots/{id}` tells whether a picture has come.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use serde_json::json;

use crate::app::App;
use crate::app::photo_slots::{LIFE, PhotoSlot};
use crate::views::{self, ErrorItem};
use crate::web::kit::AppState;
use crate::web::kit::error::WebError;
use crate::web::kit::picture::photo;
use crate::web::kit::posted::Posted;
use crate::web::kit::throttle::Limited;
use crate::web::kit::visitor::SignedIn;

/// In pixels; a phone's camera reads it from a screen at arm's length.
const QR_SIDE: u32 = 200;

const NOT_YET: &str = "还没有收到手机传来的照片。请在手机上发送后，再点击“查看手机照片”。";
const NEW_CODE: &str = "上一个代码已失效，请使用这个新的代码。";

/// What a page shows of a slot.
pub(super) fn shown(app: &App, slot: &PhotoSlot) -> views::PhotoSlot {
    views::PhotoSlot {
        id: slot.id.clone(),
        code: slot.code.clone(),
        words: slot.words.clone(),
        address: phone_page(app),
        qr_url: format!("/photo/slots/{}/qr.svg", slot.id),
        minutes: LIFE.as_secs() / 60,
        note: None,
    }
}

fn phone_page(app: &App) -> String {
    app.public_url.join("/photo").map_or_else(|_| "/photo".to_owned(), String::from)
}

/// What a form without scripts shows to whoever pressed 用手机拍照.
pub(super) struct PhoneOffer {
    pub(super) slot: Option<views::PhotoSlot>,
    /// Why there is none.
    pub(super) general: Option<ErrorItem>,
}

/// The slot that is open already, or a new one; none where the picture has come.
pub(super) async fn offer(app: &App, visitor: &SignedIn, has_come: bool, before: &str) -> Result<PhoneOffer, WebError> {
    if has_come {
        return Ok(PhoneOffer { slot: None, general: None });
    }
    if let Some((slot, _)) = app.photo_slot(&visitor.session, before).await? {
        let slot = views::PhotoSlot { note: Some(NOT_YET), ..shown(app, &slot) };
        return Ok(PhoneOffer { slot: Some(slot), general: None });
    }
    if Limited::PhotoSlot(&visitor.session).try_count(app).await?.is_err() {
        let words = "获取手机拍照代码的次数过多，请稍后再试，或直接选择照片文件";
        return Ok(PhoneOffer { slot: None, general: Some(ErrorItem::general(words, None)) });
    }
    let note = (!before.is_empty()).then_some(NEW_CODE);
    let slot = shown(app, &app.open_photo_slot(&visitor.session).await?);
    Ok(PhoneOffer { slot: Some(views::PhotoSlot { note, ..slot }), general: None })
}

pub(crate) async fn open(State(app): AppState, posted: Posted<SignedIn>) -> Result<Response, WebError> {
    let session = &posted.visitor.session;
    Limited::PhotoSlot(session).count(&app).await?;
    let slot = app.open_photo_slot(session).await?;
    Ok(Json(shown(&app, &slot)).into_response())
}

pub(crate) async fn state(
    State(app): AppState,
    visitor: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let (_, picture) = app.photo_slot(&visitor.session, &id).await?.ok_or(WebError::NotFound)?;
    Ok(Json(json!({ "arrived": picture.is_some() })).into_response())
}

pub(crate) async fn arrived(
    State(app): AppState,
    visitor: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let (_, bytes) = app.photo_slot(&visitor.session, &id).await?.ok_or(WebError::NotFound)?;
    Ok(photo(bytes.ok_or(WebError::NotFound)?))
}

/// The code stands behind `#`, which no browser sends: it is in no log on the way.
pub(crate) async fn qr(State(app): AppState, visitor: SignedIn, Path(id): Path<String>) -> Result<Response, WebError> {
    let (slot, _) = app.photo_slot(&visitor.session, &id).await?.ok_or(WebError::NotFound)?;
    let address = format!("{}#{}", phone_page(&app), slot.code.replace(' ', ""));
    let code = QrCode::with_error_correction_level(address, EcLevel::M)
        .map_err(|error| WebError::Internal(Box::new(error)))?;
    let svg = code.render::<svg::Color<'_>>().min_dimensions(QR_SIDE, QR_SIDE).build();
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
    ];
    Ok((headers, svg).into_response())
}
