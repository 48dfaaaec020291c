//! The key file's TOML.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{Key, KeyFile, KeyFileError};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    current_sealing: String,
    sealing: Vec<FormKey>,
    look_up: FormKey,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormKey {
    id: String,
    key: Zeroizing<String>,
}

impl KeyFile {
    pub(super) fn parse(text: &str) -> Result<Self, KeyFileError> {
        let form: Form = toml::from_str(text).map_err(|_| KeyFileError::Form)?;
        let sealing = form.sealing.iter().map(Key::from_form).collect::<Result<Vec<_>, _>>()?;
        let look_up = Key::from_form(&form.look_up)?;
        let all: Vec<&Key> = sealing.iter().chain([&look_up]).collect();
        for (at, key) in all.iter().enumerate() {
            if all[..at].iter().any(|other| other.id == key.id || other.key == key.key) {
                return Err(KeyFileError::Repeated(format!("{:08x}", key.id)));
            }
        }
        let current_sealing = parse_id(&form.current_sealing)?;
        if !sealing.iter().any(|key| key.id == current_sealing) {
            return Err(KeyFileError::NoCurrent(form.current_sealing));
        }
        Ok(Self { current_sealing, sealing, look_up })
    }
}

impl Key {
    fn from_form(form: &FormKey) -> Result<Self, KeyFileError> {
        let id = parse_id(&form.id)?;
        let bytes = BASE64_STANDARD.decode(form.key.as_bytes()).map(Zeroizing::new);
        let key: Option<[u8; 32]> = bytes.ok().and_then(|bytes| bytes.as_slice().try_into().ok());
        let key = key.ok_or_else(|| KeyFileError::Length(form.id.clone()))?;
        Ok(Self { id, key: Box::new(Zeroizing::new(key)) })
    }

    pub(super) fn to_toml(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("id = \"{:08x}\"\nkey = \"{}\"\n", self.id, BASE64_STANDARD.encode(self.key.as_slice())))
    }
}

fn parse_id(text: &str) -> Result<u32, KeyFileError> {
    match u32::from_str_radix(text, 16) {
        Ok(id) if text.len() == 8 => Ok(id),
        _ => Err(KeyFileError::Id(text.to_owned())),
    }
}
