use chrono::NaiveDate;
use diesel::pg::PgConnection;
use diesel::prelude::*;

use super::{Candidate, Entity, Stamp};
use crate::db::DbError;
use crate::db::import::{self as store, ChangedCertificate, Digests, NewCertificate};
use crate::ids::CertificateId;
use crate::import::compare::Sheet;
use crate::import::error::ImportError;
use crate::import::finding::{Code, Tally};
use crate::import::kind::{Kind, Target};
use crate::import::source::Row;
use crate::import::transform::{self, Certificate, Context, Keyed};
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
        row.feed(into);
    }

    fn feed_again(row: &Row, into: &mut dyn FnMut(&[u8])) {
        row.feed(into);
    }

    fn read(row: &Row, cx: &Context<'_>, tally: &mut Tally) -> Result<Keyed<Certificate>, Code> {
        Certificate::read(row, cx, tally)
    }

    fn digest(vault: &Vault, row: &Row, certificate: &Certificate) -> Vec<u8> {
        certificate.registered.digest(vault, row)
    }

    fn digests(conn: &mut PgConnection, stamp: Stamp<'_>, keys: &[&str]) -> QueryResult<Digests> {
        store::certificate_digests(conn, stamp.system, keys)
    }

    fn stored(conn: &mut PgConnection, stamp: Stamp<'_>, keys: &[&str]) -> QueryResult<Vec<Self::Stored>> {
        store::certificate_rows(conn, stamp.system, keys)
    }

    fn identity(stored: &Self::Stored) -> (String, &str) {
        (stored.key.clone(), &stored.batch)
    }

    fn page(
        conn: &mut PgConnection,
        system: &str,
        after: Option<&str>,
        limit: i64,
    ) -> QueryResult<Vec<(String, String)>> {
        store::certificate_keys(conn, system, after.unwrap_or_default(), limit)
    }

    fn compare(sheet: &mut Sheet<'_>, candidate: &Candidate<Self>, digest: &[u8], stored: Option<&NewCertificate>) {
        let (row, content, vault) = (&candidate.input, &candidate.keyed.content, sheet.vault());
        let registered = &content.registered;
        sheet.text("exam_code", &registered.exam_code, stored.map(|stored| stored.exam_code.as_str()));
        sheet.text("exam_name", &registered.exam_name, stored.map(|stored| stored.exam_name.as_str()));
        sheet.text("year", &registered.year, stored.map(|stored| stored.year.as_str()));
        sheet.text("level", row.tidy(Target::Level), stored.map(|stored| stored.level.as_str()));
        sheet.text("specialty", row.tidy(Target::Specialty), stored.map(|stored| stored.specialty.as_str()));
        let lookup = transform::number_lookup(vault, row.get(Target::Number));
        sheet.bytes("number_lookup", lookup.as_deref(), stored.and_then(|stored| stored.number_lookup.as_deref()));
        let number = stored.map(|stored| stored.number_sealed.as_slice());
        sheet.sealed("number_sealed", Purpose::Number, row.get(Target::Number), number);
        let name = stored.map(|stored| stored.name_sealed.as_slice());
        sheet.sealed("name_sealed", Purpose::Name, row.get(Target::Name), name);
        let certificate_number = stored.map(|stored| stored.certificate_number.as_str());
        sheet.text("certificate_number", row.tidy(Target::CertificateNumber), certificate_number);
        sheet.text("approval_date", &registered.approval_date, stored.map(|stored| stored.approval_date.as_str()));
        sheet.text("city", row.tidy(Target::City), stored.map(|stored| stored.city.as_str()));
        sheet.text("status", content.status.as_str(), stored.map(|stored| stored.status.as_str()));
        sheet.bytes("content_digest", Some(digest), stored.map(|stored| stored.content_digest.as_slice()));
        sheet.raw(row, stored.map(|stored| stored.raw_sealed.as_slice()));
    }

    fn is_empty(conn: &mut PgConnection, system: &str) -> QueryResult<bool> {
        store::no_certificates(conn, system)
    }

    fn seal(stamp: Stamp<'_>, candidate: &Candidate<Self>, digest: Vec<u8>) -> Result<NewCertificate, ImportError> {
        let Candidate { input: row, keyed, .. } = candidate;
        let registered = keyed.content.registered.clone();
        let text = |target| row.tidy(target).to_owned();
        Ok(NewCertificate {
            id: CertificateId::generate(),
            system: stamp.system.to_owned(),
            key: keyed.key.clone(),
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
            status: keyed.content.status.as_str().to_owned(),
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
