//! Old applications that their owners edited here. An import never overwrites the edits: it opens a review task about both versions.

use diesel::pg::PgConnection;

use super::Stamp;
use crate::db::DbError;
use crate::db::applications::Edited;
use crate::db::tasks::NewTask;
use crate::domain::review::{Basis, Grounds, Kind};
use crate::ids::TaskId;
use crate::vault::Purpose;

/// Opens a review task for each of these, unless one is open already.
pub(super) fn ask(conn: &mut PgConnection, stamp: Stamp<'_>, edited: &[Edited]) -> Result<(), DbError> {
    for one in edited {
        let (system, key) = (stamp.system.to_owned(), one.key.clone());
        let grounds = Grounds::of(Basis::Changed { system, key, batch: stamp.batch.to_owned() });
        NewTask {
            id: TaskId::generate(),
            kind: Kind::ApplicationChanged,
            person_id: Some(one.person_id),
            account_id: None,
            issuer: None,
            subject: None,
            system: Some(stamp.system),
            request_lookup: None,
            legacy_application_id: Some(one.legacy_application_id),
            evidence_sealed: stamp.vault.seal_json(Purpose::Evidence, &grounds)?,
            created_at: stamp.now,
        }
        .open(conn)?;
    }
    Ok(())
}
