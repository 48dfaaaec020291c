use diesel::pg::PgConnection;
use diesel::prelude::*;

use super::{Candidate, Entity, Stamp};
use crate::db::import::{self as store, Digests, NewApplication};
use crate::domain::form::text::tidy;
use crate::ids::LegacyApplicationId;
use crate::import::ImportError;
use crate::import::finding::{Code, Tally};
use crate::import::kind::{Kind, Target};
use crate::import::seen::Seen;
use crate::import::source::Row;
use crate::import::transform::{self, Application, Context, Draft};
use crate::vault::Purpose;

#[derive(Debug)]
pub(in crate::import) struct Applications;

impl Entity for Applications {
    const KIND: Kind = Kind::Applications;
    const REFERS_TO: Option<Kind> = Some(Kind::Accounts);

    type Input = Row;
    type Content = Application;
    type Stored = NewApplication;

    fn measure(row: &Row) -> (u64, usize) {
        (row.number, row.bytes())
    }

    fn read(row: &Row, cx: &Context<'_>, tally: &mut Tally) -> Result<Draft<Application>, Code> {
        Application::read(row, cx, tally)
    }

    fn digests(conn: &mut PgConnection, stamp: Stamp<'_>, keys: &[&str]) -> QueryResult<Digests> {
        store::application_digests(conn, stamp.system, keys)
    }

    fn relate(
        conn: &mut PgConnection,
        system: &str,
        accounts: &Seen,
        batch: &[Candidate<Self>],
        tally: &mut Tally,
    ) -> QueryResult<()> {
        let account = |candidate: &Candidate<Self>| candidate.draft.content.account_key.clone();
        let wanted: Vec<String> = batch.iter().filter_map(account).filter(|key| !accounts.knows(key)).collect();
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        let there = store::known_accounts(conn, system, &wanted)?;
        for candidate in batch {
            if account(candidate).is_some_and(|key| !accounts.knows(&key) && !there.contains(&key)) {
                tally.row(Code::AccountMissing, candidate.input.number);
            }
        }
        Ok(())
    }

    fn seal(stamp: Stamp<'_>, candidate: &Candidate<Self>) -> Result<NewApplication, ImportError> {
        let Candidate { input: row, draft } = candidate;
        let registered = draft.content.registered.clone();
        let text = |target| row.tidy(target).to_owned();
        Ok(NewApplication {
            id: LegacyApplicationId::generate(),
            system: stamp.system.to_owned(),
            key: draft.key.clone(),
            account_key: draft.content.account_key.clone(),
            exam_code: registered.exam_code,
            exam_name: registered.exam_name,
            year: registered.year,
            level: text(Target::Level),
            specialty: text(Target::Specialty),
            number_lookup: registered.number_lookup,
            number_sealed: stamp.vault.seal_text(Purpose::Number, row.get(Target::Number)),
            name_sealed: stamp.vault.seal_text(Purpose::Name, row.get(Target::Name)),
            certificate_number: text(Target::CertificateNumber),
            approval_date: registered.approval_date,
            city: text(Target::City),
            contact_sealed: stamp.vault.seal_text(Purpose::Contact, tidy(row.get(Target::Contact))),
            status: draft.content.status.as_str().to_owned(),
            feedback: text(Target::Feedback),
            submitted_at: text(Target::SubmittedAt),
            content_digest: draft.digest.clone(),
            raw_sealed: transform::seal_raw(stamp.vault, row)?,
            batch: stamp.batch.to_owned(),
            imported_at: stamp.now,
        })
    }

    fn write(
        conn: &mut PgConnection,
        _stamp: Stamp<'_>,
        new: Vec<NewApplication>,
        changed: &[NewApplication],
    ) -> QueryResult<()> {
        store::copy_applications(conn, &new)?;
        if changed.is_empty() { Ok(()) } else { store::replace_applications(conn, changed) }
    }
}
