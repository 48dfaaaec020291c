//! The key file: made once per installation, kept apart from database and backups.

use base64::{Engine, prelude::BASE64_STANDARD};
use rand::Rng;
use serde::Deserialize;
use std::{
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};
use zeroize::Zeroizing;

/// Keys with their ids.
pub struct KeyFile {
    pub(super) current_sealing: u32,
    pub(super) sealing: Vec<Key>,
    pub(super) look_up: Key,
}

pub(super) struct Key {
    pub(super) id: u32,
    pub(super) key: Box<Zeroizing<[u8; 32]>>,
}

/// Why a key file cannot be used or made.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It cannot be read or written.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is not TOML of the right form. The parser's message is left out: it quotes the line.
    #[error("not a key file: expected `current_sealing`, `[[sealing]]` and `[look_up]` with `id` and `key`")]
    Form,
    /// An id is not 8 hex digits.
    #[error("key id {0:?} is not 8 hexadecimal digits")]
    Id(String),
    /// A key is not 32 bytes.
    #[error("key {0} is not 32 bytes in base64")]
    Length(String),
    /// Two keys share an id, or one key serves both uses.
    #[error("key {0} stands twice; sealing and look-up keys must be separate")]
    Repeated(String),
    /// The current key is missing.
    #[error("the current sealing key {0} is not among the keys")]
    NoCurrent(String),
}

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
    /// Reads a key file.
    pub fn read(path: &Path) -> Result<Self, KeyFileError> {
        let text = Zeroizing::new(fs::read_to_string(path)?);
        Self::parse(&text)
    }

    /// Fresh keys that live nowhere else.
    pub fn generate() -> Self {
        let sealing = Key::generate();
        Self { current_sealing: sealing.id, sealing: vec![sealing], look_up: Key::generate() }
    }

    /// Writes the keys to a file that must not exist yet, readable by its owner alone.
    pub fn write_new(&self, path: &Path) -> Result<(), KeyFileError> {
        let mut text = Zeroizing::new(String::from(
            "# Keys of one buzheng installation. Keep a copy in a safe place, apart from the database and its backups:\n\
             # without the sealing keys no stored personal data can be read, without the look-up key none can be found.\n",
        ));
        let _ = write!(text, "current_sealing = \"{:08x}\"\n\n", self.current_sealing);
        for key in &self.sealing {
            let _ = write!(text, "[[sealing]]\n{}\n", key.to_toml().as_str());
        }
        let _ = write!(text, "[look_up]\n{}", self.look_up.to_toml().as_str());
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        Ok(())
    }

    /// Whether others than the owner may read the file.
    pub fn is_exposed(path: &Path) -> io::Result<bool> {
        Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
    }

    fn parse(text: &str) -> Result<Self, KeyFileError> {
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

impl std::fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyFile({} sealing keys)", self.sealing.len())
    }
}

impl Key {
    fn generate() -> Self {
        let mut key = Box::new(Zeroizing::new([0; 32]));
        rand::rng().fill_bytes(key.as_mut_slice());
        Self { id: rand::random(), key }
    }

    fn from_form(form: &FormKey) -> Result<Self, KeyFileError> {
        let id = parse_id(&form.id)?;
        let bytes = BASE64_STANDARD.decode(form.key.as_bytes()).map(Zeroizing::new);
        let key: Option<[u8; 32]> = bytes.ok().and_then(|bytes| bytes.as_slice().try_into().ok());
        let key = key.ok_or_else(|| KeyFileError::Length(form.id.clone()))?;
        Ok(Self { id, key: Box::new(Zeroizing::new(key)) })
    }

    fn to_toml(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("id = \"{:08x}\"\nkey = \"{}\"\n", self.id, BASE64_STANDARD.encode(self.key.as_slice())))
    }
}

fn parse_id(text: &str) -> Result<u32, KeyFileError> {
    match u32::from_str_radix(text, 16) {
        Ok(id) if text.len() == 8 => Ok(id),
        _ => Err(KeyFileError::Id(text.to_owned())),
    }
}
