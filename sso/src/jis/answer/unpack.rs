//! The data that is packed in an answer.

use std::borrow::Cow;

use secrecy::ExposeSecret;
use serde_json::{Map, Value};

use super::Service;
use crate::config::{DataFormat, JisConfig};
use crate::error::{LoginError, bad_answer};
use crate::jis::packed;
use crate::loose;

/// The object that is packed in a successful answer.
pub(super) fn unpack(
    config: &JisConfig,
    body: Map<String, Value>,
    service: Service,
) -> Result<Map<String, Value>, LoginError> {
    let body = Value::Object(body);
    let data = match config.data_pointer.as_str() {
        "" => Some(body),
        pointer => loose::at(&body, pointer).map(Cow::into_owned),
    };
    let data = data.filter(|data| !data.is_null()).ok_or(bad_answer("it tells success and holds no data"))?;
    let open = |data| match loose::unpacked(data) {
        Value::Object(object) => Ok(object),
        _ => Err(bad_answer("its data is not a JSON object")),
    };
    match (config.data, data) {
        (DataFormat::Json, data) => open(data),
        // Some portals pack only the person; the token is useless without our application word.
        (DataFormat::AesEcbHex, data) if service == Service::Ticket && !is_hexadecimal(&data) => open(data),
        (DataFormat::AesEcbHex, data) => deciphered(config, &data).ok_or(bad_answer("its data cannot be deciphered")),
    }
}

fn is_hexadecimal(data: &Value) -> bool {
    data.as_str().is_some_and(|text| text.trim().bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// One error for every cause.
pub(super) fn deciphered(config: &JisConfig, data: &Value) -> Option<Map<String, Value>> {
    let bytes = packed::open(data.as_str()?, config.cipher_key())?;
    loose::text(&bytes, config.charset).as_deref().and_then(loose::object)
}

impl JisConfig {
    pub(crate) fn cipher_key(&self) -> &[u8] {
        let own = self.data_key.expose_secret();
        if own.is_empty() { self.app_word.expose_secret().as_bytes() } else { own.as_bytes() }
    }
}
