//! Photos of old applications: kept byte for byte, whatever today's rules say of them.

use sha2::{Digest, Sha256};

use super::{Context, Keyed, check_key};
use crate::domain::photo;
use crate::import::finding::{Code, Tally};
use crate::import::source::PhotoFile;
use crate::vault::{LookUp, Vault};

/// A photo has nothing beside its bytes.
#[derive(Clone, Copy, Debug)]
pub struct Photo;

impl Photo {
    pub fn read(file: &PhotoFile, _cx: &Context<'_>, tally: &mut Tally) -> Result<Keyed<Self>, Code> {
        let key = check_key(&file.key)?;
        if let Err(problem) = photo::check(&file.bytes) {
            tally.row_with(Code::PhotoBreaksRule, file.number, problem.code());
        }
        Ok(Keyed { key, content: Self })
    }

    /// A digest that changes with the photo.
    pub fn digest(vault: &Vault, file: &PhotoFile) -> Vec<u8> {
        vault.look_up(LookUp::Content, &[&hex::encode(Sha256::digest(&file.bytes))])
    }
}
