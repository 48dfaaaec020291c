//! The parts of a token: decoding, header, dates.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::Flaw;
use crate::oidc::unique;

pub(super) fn check_kind(header: &Map<String, Value>, types: &[&str]) -> Result<(), Flaw> {
    let present = |name: &str| header.get(name).filter(|value| !value.is_null());
    let fits = |typ: &Value| {
        let typ = typ.as_str().unwrap_or_default().to_ascii_lowercase();
        types.contains(&typ.strip_prefix("application/").unwrap_or(&typ)) // RFC 7515 §4.1.9
    };
    // `cty` announces a token within the token; a critical extension is unknown (RFC 7515 §4.1.11).
    let plain = header.get("crit").is_none() && present("cty").is_none() && present("enc").is_none();
    if plain && present("typ").is_none_or(fits) { Ok(()) } else { Err(Flaw::Kind) }
}

pub(super) fn object(part: &str) -> Option<Map<String, Value>> {
    unique::object(&decoded(part)?)
}

/// Padding is not allowed (RFC 7515 §2), but harmless.
pub(super) fn decoded(part: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()
}

pub(super) fn numeric_date(value: &Value) -> Option<DateTime<Utc>> {
    let seconds = value.as_f64().filter(|seconds| (0.0..MAX_TIME).contains(seconds))?;
    #[allow(clippy::cast_possible_truncation)] // within bounds
    DateTime::from_timestamp(seconds as i64, 0)
}

/// The year 9999, in seconds.
const MAX_TIME: f64 = 253_402_300_800.0;
