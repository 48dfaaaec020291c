use chrono::NaiveDate;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::HashSet;

use super::{Candidate, Entity, Stamp, edited};
use crate::db::import::{self as store, ChangedPhoto, Digests, NewPhoto};
use crate::db::{DbError, applications};
use crate::import::compare::Sheet;
use crate::import::error::ImportError;
use crate::import::finding::{Code, Tally};
use crate::import::kind::Kind;
use crate::import::source::{PhotoFile, PhotoKey};
use crate::import::transform::{self, Context, Keyed, Photo};
use crate::vault::{Purpose, Vault};

#[derive(Debug)]
pub(in crate::import) struct Photos;

impl Entity for Photos {
    const KIND: Kind = Kind::Photos;
    const REFERS_TO: Option<(Kind, Code)> = Some((Kind::Applications, Code::PhotoWithoutApplication));

    type Input = PhotoFile;
    type Outline = PhotoKey;
    type Content = Photo;
    type Stored = NewPhoto;
    type Changed = ChangedPhoto;

    fn measure(file: &PhotoFile) -> (u64, usize) {
        (file.number, file.bytes.len())
    }

    fn key(file: &PhotoKey, _today: NaiveDate) -> Result<String, Code> {
        transform::check_key(&file.key)
    }

    fn feed(file: &PhotoKey, into: &mut dyn FnMut(&[u8])) {
        into(file.key.as_bytes());
        into(format!("\0{}\0{:?}\0", file.length, file.modified).as_bytes());
    }

    fn weight(file: &PhotoKey) -> u64 {
        file.length
    }

    fn points_to(file: &PhotoKey) -> Option<String> {
        Some(file.key.clone())
    }

    fn refers(keyed: &Keyed<Photo>) -> Option<&str> {
        Some(&keyed.key)
    }

    fn referred(conn: &mut PgConnection, system: &str, keys: &[&str]) -> QueryResult<HashSet<String>> {
        store::known_applications(conn, system, keys)
    }

    fn read(file: &PhotoFile, cx: &Context<'_>, tally: &mut Tally) -> Result<Keyed<Photo>, Code> {
        Photo::read(file, cx, tally)
    }

    fn digest(vault: &Vault, file: &PhotoFile, _photo: &Photo) -> Vec<u8> {
        Photo::digest(vault, file)
    }

    fn digests(conn: &mut PgConnection, stamp: Stamp<'_>, keys: &[&str]) -> QueryResult<Digests> {
        store::photo_digests(conn, stamp.system, keys)
    }

    fn stored(conn: &mut PgConnection, stamp: Stamp<'_>, keys: &[&str]) -> QueryResult<Vec<Self::Stored>> {
        store::photo_rows(conn, stamp.system, keys)
    }

    fn identity(stored: &Self::Stored) -> (String, &str) {
        (stored.application_key.clone(), &stored.batch)
    }

    fn page(
        conn: &mut PgConnection,
        system: &str,
        after: Option<&str>,
        limit: i64,
    ) -> QueryResult<Vec<(String, String)>> {
        store::photo_keys(conn, system, after.unwrap_or_default(), limit)
    }

    fn compare(sheet: &mut Sheet<'_>, candidate: &Candidate<Self>, digest: &[u8], stored: Option<&NewPhoto>) {
        let photo = stored.map(|stored| stored.photo_sealed.as_slice());
        sheet.file("photo_sealed", &candidate.input.bytes, photo, |bytes| hex::encode(Sha256::digest(bytes)));
        sheet.bytes("content_digest", Some(digest), stored.map(|stored| stored.content_digest.as_slice()));
    }

    fn is_empty(conn: &mut PgConnection, system: &str) -> QueryResult<bool> {
        store::no_photos(conn, system)
    }

    fn seal(stamp: Stamp<'_>, candidate: &Candidate<Self>, digest: Vec<u8>) -> Result<NewPhoto, ImportError> {
        Ok(NewPhoto {
            system: stamp.system.to_owned(),
            application_key: candidate.keyed.key.clone(),
            photo_sealed: stamp.vault.seal(Purpose::Photo, &candidate.input.bytes),
            content_digest: digest,
            batch: stamp.batch.to_owned(),
            imported_at: stamp.now,
        })
    }

    fn write(
        conn: &mut PgConnection,
        stamp: Stamp<'_>,
        new: &[NewPhoto],
        changed: &[ChangedPhoto],
    ) -> Result<(), DbError> {
        store::copy_photos(conn, new)?;
        store::replace_photos(conn, changed, stamp.batch, stamp.now)?;
        let keys: Vec<&str> = changed.iter().map(|photo| photo.application_key.as_str()).collect();
        let edited = applications::edited(conn, stamp.system, &keys)?;
        edited::ask(conn, stamp, &edited)
    }
}
