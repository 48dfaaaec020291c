//! Pictures that came from outside.

use axum::http::header;
use axum::response::{IntoResponse, Response};

/// The answer with a photo of an application.
pub(crate) fn photo(bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "image/jpeg"),
        (header::CACHE_CONTROL, "no-store"),
        // The bytes came from outside: whatever they are, no browser runs them.
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (header::CONTENT_DISPOSITION, "inline; filename=\"photo.jpg\""),
    ];
    (headers, bytes).into_response()
}
