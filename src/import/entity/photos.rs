use diesel::pg::PgConnection;
use diesel::prelude::*;

use super::{Candidate, Entity, Stamp};
use crate::db::import::{self as store, Digests, NewPhoto};
use crate::import::ImportError;
use crate::import::finding::{Code, Tally};
use crate::import::kind::Kind;
use crate::import::seen::Seen;
use crate::import::source::PhotoFile;
use crate::import::transform::{Context, Draft, Photo};
use crate::vault::Purpose;

#[derive(Debug)]
pub(in crate::import) struct Photos;

impl Entity for Photos {
    const KIND: Kind = Kind::Photos;
    const REFERS_TO: Option<Kind> = Some(Kind::Applications);

    type Input = PhotoFile;
    type Content = Photo;
    type Stored = NewPhoto;

    fn measure(file: &PhotoFile) -> (u64, usize) {
        (file.number, file.bytes.len())
    }

    fn read(file: &PhotoFile, cx: &Context<'_>, tally: &mut Tally) -> Result<Draft<Photo>, Code> {
        Photo::read(file, cx, tally)
    }

    fn digests(conn: &mut PgConnection, stamp: Stamp<'_>, keys: &[&str]) -> QueryResult<Digests> {
        store::photo_digests(conn, stamp.system, keys)
    }

    fn relate(
        conn: &mut PgConnection,
        system: &str,
        applications: &Seen,
        batch: &[Candidate<Self>],
        tally: &mut Tally,
    ) -> QueryResult<()> {
        let wanted: Vec<&str> =
            batch.iter().map(|photo| photo.draft.key.as_str()).filter(|key| !applications.knows(key)).collect();
        let there = store::known_applications(conn, system, &wanted)?;
        for photo in batch {
            if !applications.knows(&photo.draft.key) && !there.contains(&photo.draft.key) {
                tally.row(Code::PhotoWithoutApplication, photo.input.number);
            }
        }
        Ok(())
    }

    fn seal(stamp: Stamp<'_>, candidate: &Candidate<Self>) -> Result<NewPhoto, ImportError> {
        Ok(NewPhoto {
            system: stamp.system.to_owned(),
            application_key: candidate.draft.key.clone(),
            photo_sealed: stamp.vault.seal(Purpose::Photo, &candidate.input.bytes),
            content_digest: candidate.draft.digest.clone(),
            batch: stamp.batch.to_owned(),
            imported_at: stamp.now,
        })
    }

    fn write(conn: &mut PgConnection, _stamp: Stamp<'_>, new: Vec<NewPhoto>, changed: &[NewPhoto]) -> QueryResult<()> {
        store::copy_photos(conn, &new)?;
        if changed.is_empty() { Ok(()) } else { store::replace_photos(conn, changed) }
    }
}
