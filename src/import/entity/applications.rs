use chrono::NaiveDate;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use std::collections::HashSet;

use super::{Candidate, Entity, Stamp, edited};
use crate::db::import::{self as store, ChangedApplication, Digests, NewApplication};
use crate::db::{DbError, applications};
use crate::domain::form::text::tidy;
use crate::ids::LegacyApplicationId;
use crate::import::compare::Sheet;
use crate::import::error::ImportError;
use crate::import::finding::{Code, Tally};
use crate::import::kind::{Kind, Target};
use crate::import::source::Row;
use crate::import::transform::{self, Application, Context, Keyed};
use crate::vault::{Purpose, Vault};

#[derive(Debug)]
pub(in crate::import) struct Applications;

impl Entity for Applications {
    const KIND: Kind = Kind::Applications;
    const REFERS_TO: Option<(Kind, Code)> = Some((Kind::Accounts, Code::AccountMissing));

    type Input = Row;
    type Outline = Row;
    type Content = Application;
    type Stored = NewApplication;
    type Changed = ChangedApplication;

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

    fn points_to(row: &Row) -> Option<String> {
        transform::account_key(row).map(str::to_owned)
    }

    fn refers(keyed: &Keyed<Application>) -> Option<&str> {
        keyed.content.account_key.as_deref()
    }

    fn referred(conn: &mut PgConnection, system: &str, keys: &[&str]) -> QueryResult<HashSet<String>> {
        store::known_accounts(conn, system, keys)
    }

    fn read(row: &Row, cx: &Context<'_>, tally: &mut Tally) -> Result<Keyed<Application>, Code> {
        Application::read(row, cx, tally)
    }

    fn digest(vault: &Vault, row: &Row, application: &Application) -> Vec<u8> {
        application.registered.digest(vault, row)
    }

    fn digests(conn: &mut PgConnection, stamp: Stamp<'_>, keys: &[&str]) -> QueryResult<Digests> {
        store::application_digests(conn, stamp.system, keys)
    }

    fn stored(conn: &mut PgConnection, stamp: Stamp<'_>, keys: &[&str]) -> QueryResult<Vec<Self::Stored>> {
        store::application_rows(conn, stamp.system, keys)
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
        store::application_keys(conn, system, after.unwrap_or_default(), limit)
    }

    fn compare(sheet: &mut Sheet<'_>, candidate: &Candidate<Self>, digest: &[u8], stored: Option<&NewApplication>) {
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
        sheet.maybe(
            "account_key",
            content.account_key.as_deref(),
            stored.and_then(|stored| stored.account_key.as_deref()),
        );
        let contact = stored.map(|stored| stored.contact_sealed.as_slice());
        sheet.sealed("contact_sealed", Purpose::Contact, tidy(row.get(Target::Contact)), contact);
        sheet.text("feedback", row.tidy(Target::Feedback), stored.map(|stored| stored.feedback.as_str()));
        sheet.text("submitted_at", row.tidy(Target::SubmittedAt), stored.map(|stored| stored.submitted_at.as_str()));
        sheet.bytes("content_digest", Some(digest), stored.map(|stored| stored.content_digest.as_slice()));
        sheet.raw(row, stored.map(|stored| stored.raw_sealed.as_slice()));
    }

    fn is_empty(conn: &mut PgConnection, system: &str) -> QueryResult<bool> {
        store::no_applications(conn, system)
    }

    fn seal(stamp: Stamp<'_>, candidate: &Candidate<Self>, digest: Vec<u8>) -> Result<NewApplication, ImportError> {
        let Candidate { input: row, keyed, .. } = candidate;
        let registered = keyed.content.registered.clone();
        let text = |target| row.tidy(target).to_owned();
        Ok(NewApplication {
            id: LegacyApplicationId::generate(),
            system: stamp.system.to_owned(),
            key: keyed.key.clone(),
            account_key: keyed.content.account_key.clone(),
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
            contact_sealed: stamp.vault.seal_text(Purpose::Contact, tidy(row.get(Target::Contact))),
            status: keyed.content.status.as_str().to_owned(),
            feedback: text(Target::Feedback),
            submitted_at: text(Target::SubmittedAt),
            content_digest: digest,
            raw_sealed: transform::seal_raw(stamp.vault, row)?,
            batch: stamp.batch.to_owned(),
            imported_at: stamp.now,
        })
    }

    fn write(
        conn: &mut PgConnection,
        stamp: Stamp<'_>,
        new: &[NewApplication],
        changed: &[ChangedApplication],
    ) -> Result<(), DbError> {
        store::copy_applications(conn, new)?;
        store::replace_applications(conn, changed, stamp.batch, stamp.now)?;
        let keys: Vec<&str> = changed.iter().map(|application| application.key.as_str()).collect();
        let edited = applications::edited(conn, stamp.system, &keys)?;
        edited::ask(conn, stamp, &edited)
    }
}
