//! Static files: style sheets and the one small script, addressed by content so that browsers may keep them for good.

use std::borrow::Cow;

use serde::Serialize;

use super::Files;

/// Path under which the web layer serves [`get`].
pub const PREFIX: &str = "/static/";

#[derive(Debug, Clone)]
pub struct Asset {
    pub bytes: Cow<'static, [u8]>,
    pub content_type: &'static str,
    /// Hex of the content's hash: the `v` of its address, and its `ETag` when put in double quotes.
    pub hash: String,
}

impl Asset {
    /// Value of `Cache-Control`, given the request's `v`: for good where it names this very content, else to be asked
    /// about each time (a page and a file of different releases may meet while servers are exchanged).
    pub fn cache_control(&self, v: Option<&str>) -> &'static str {
        if v == Some(self.hash.as_str()) { "public, max-age=31536000, immutable" } else { "no-cache" }
    }
}

/// The file at `path`, relative to [`PREFIX`]; `None` where there is none or its kind is not meant for browsers.
pub fn get(path: &str) -> Option<Asset> {
    let content_type = content_type(path)?;
    let file = Files::get(&format!("static/{path}"))?;
    let hash = hash(&file);
    Some(Asset { bytes: file.data, content_type, hash })
}

fn content_type(path: &str) -> Option<&'static str> {
    let (_, extension) = path.rsplit_once('.')?;
    match extension {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        _ => None,
    }
}

/// 64 bits of SHA-256: enough to tell releases of a file apart.
fn hash(file: &rust_embed::EmbeddedFile) -> String {
    hex::encode(file.metadata.sha256_hash().get(..8).unwrap_or_default())
}

/// Addresses of the files that pages use, for the templates.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Urls {
    base_css: String,
    css: String,
    desk_css: String,
    desk_js: String,
    js: String,
    session_js: String,
    icon: String,
    photo_rules_js: String,
    photo_view_js: String,
    studio_js: String,
    photo_field_js: String,
    studio_css: String,
    photo_phone_js: String,
    challenge_js: String,
    challenge_worker_js: String,
}

impl Urls {
    pub(super) fn new() -> Self {
        Self {
            base_css: url("vendor/bootstrap.css"),
            css: url("buzheng.css"),
            desk_css: url("desk.css"),
            desk_js: url("desk.js"),
            js: url("buzheng.js"),
            session_js: url("session.js"),
            icon: url("icon.svg"),
            photo_rules_js: url("photo_rules.js"),
            photo_view_js: url("photo_view.js"),
            studio_js: url("studio.js"),
            photo_field_js: url("photo_field.js"),
            studio_css: url("studio.css"),
            photo_phone_js: url("photo_phone.js"),
            challenge_js: url("challenge.js"),
            challenge_worker_js: url("challenge_worker.js"),
        }
    }
}

fn url(path: &str) -> String {
    match get(path) {
        Some(asset) => format!("{PREFIX}{path}?v={}", asset.hash),
        None => format!("{PREFIX}{path}"),
    }
}

#[cfg(test)]
mod tests;
