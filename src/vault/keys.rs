//! The key file: made once per installation, kept apart from database and backups.

mod form;

use rand::Rng;
use std::{
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};
use zeroize::Zeroizing;

pub struct KeyFile {
    pub(super) current_sealing: u32,
    pub(super) sealing: Vec<Key>,
    pub(super) look_up: Key,
}

pub(super) struct Key {
    pub(super) id: u32,
    pub(super) key: Box<Zeroizing<[u8; 32]>>,
}

#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The parser's message is left out: it quotes the line.
    #[error("not a key file: expected `current_sealing`, `[[sealing]]` and `[look_up]` with `id` and `key`")]
    Form,
    #[error("key id {0:?} is not 8 hexadecimal digits")]
    Id(String),
    #[error("key {0} is not 32 bytes in base64")]
    Length(String),
    /// Two keys share an id, or one key serves both uses.
    #[error("key {0} stands twice; sealing and look-up keys must be separate")]
    Repeated(String),
    #[error("the current sealing key {0} is not among the keys")]
    NoCurrent(String),
}

impl KeyFile {
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
}
