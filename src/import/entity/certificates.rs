use chrono::NaiveDate;
use diesel::pg::PgConnection;
use diesel::prelude::*;

use super::{Candidate, Entity, Stamp, feed_row};
use crate::db::DbError;
use crate::db::import::{self as store, ChangedCertificate, Digests, NewCertificate};
use crate::ids::CertificateId;
use crate::import::ImportError;
use crate::import::finding::{Code, Tally};
use crate::import::kind::{Kind, Target};
use crate::import::source::Row;
use crate::import::transform::{self, Certificate, Context, Draft};
use crate::vault::{Purpose, Vault};

#[derive(Debug)]
pub(in crate::import) struct Certificates;

impl Entity for Certificates {
    const KIND: Kind = Kind::Certificates;

    type Input = Row;
    type Outline = Row;
    type Content = Certificate;
    type Stored = NewCertificate;
    type Changed = ChangedCertificate;

    fn measure(row: &Row) -> (u64, usize) {
        (row.number, row.bytes())
    }

    fn key(row: &Row, _today: NaiveDate) -> Result<String, Code> {
        transform::key(row)
    }

    fn feed(row: &Row, into: &mut dyn FnMut(&[u8])) {
        feed_row(row, into);
    }

    fn read(row: &Row, cx: &Context<'_>, tally: &mut Tally) -> Result<Draft<Certificate>, Code> {
        Certificate::read(row, cx, tally)
    }

    fn digest(vault: &Vault, row: &Row, certificate: &Certificate) -> Vec<u8> {
        certificate.registered.digest(vault, row)
    }

    fn digests(conn: &mut PgConnection, stamp: Stamp<'_>, keys: &[&str]) -> QueryResult<Digests> {
        store::certificate_digests(conn, stamp.system, keys)
    }

    fn is_empty(conn: &mut PgConnection, system: &str) -> QueryResult<bool> {
        store::no_certificates(conn, system)
    }

    fn seal(stamp: Stamp<'_>, candidate: &Candidate<Self>, digest: Vec<u8>) -> Result<NewCertificate, ImportError> {
        let Candidate { input: row, draft, .. } = candidate;
        let registered = draft.content.registered.clone();
        let text = |target| row.tidy(target).to_owned();
        Ok(NewCertificate {
            id: CertificateId::generate(),
            system: stamp.system.to_owned(),
            key: draft.key.clone(),
            exam_code: registered.exam_code,
            exam_name: registered.exam_name,
            year: registered.year,
            level: text(Target::Level),
            specialty: text(Target::Specialty),
            number_lookup: transform::number_lookup(stamp.vault, row.get(Target::Number)),
            number_sealed: stamp.vault.seal_text(Purpose::Number, row.get(Target::Number)),
            name_sealed: stamp.vault.seal_text(Purpose::Name, row.get(Target::Name)),
            certificate_number: text(Target::CertificateNumber),
            approval_date: registered.approval_date,
            city: text(Target::City),
            status: draft.content.status.as_str().to_owned(),
            content_digest: digest,
            raw_sealed: transform::seal_raw(stamp.vault, row)?,
            batch: stamp.batch.to_owned(),
            imported_at: stamp.now,
        })
    }

    fn write(
        conn: &mut PgConnection,
        stamp: Stamp<'_>,
        new: &[NewCertificate],
        changed: &[ChangedCertificate],
    ) -> Result<(), DbError> {
        store::copy_certificates(conn, new)?;
        Ok(store::replace_certificates(conn, changed, stamp.batch, stamp.now)?)
    }
}
