//! 承接清单: what was carried over for a person.

use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

use super::dossier::{Accounts, Held, Judged, open_account, open_evidence};
use super::linking::{OldAccount, waiting_for_reviewer};
use super::tx::Tx;
use super::{App, AppError};
use crate::db::DbError;
use crate::db::legacy::{Certificate, LegacyApplication};
use crate::db::tasks::Task;
use crate::domain::linking::{How, Rule};
use crate::domain::{document, name};
use crate::ids::PersonId;

/// What came along from one old system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    pub accounts: usize,
    pub certificates: usize,
    pub applications: usize,
    pub photos: usize,
}

/// An account that came along.
#[derive(Clone, Debug)]
pub struct CarriedAccount {
    /// Which, and how it looks.
    pub account: OldAccount,
    pub how: How,
    pub linked_at: DateTime<Utc>,
}

/// A certificate or an application that came along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarriedRecord {
    /// Of which old system.
    pub system: String,
    /// 考试, by name.
    pub exam: String,
    pub year: String,
    /// 证书管理号; may be empty.
    pub certificate_number: String,
}

/// 承接清单.
#[derive(Clone, Debug)]
pub struct Continuity {
    /// By old system.
    pub systems: BTreeMap<String, Carried>,
    /// Newest year first.
    pub certificates: Vec<CarriedRecord>,
    /// Newest first.
    pub applications: Vec<CarriedRecord>,
    /// Each account that came along, and by which rule.
    pub accounts: Vec<CarriedAccount>,
    /// Accounts that the person said are not theirs, until a reviewer decides.
    pub frozen: Vec<OldAccount>,
    /// Accounts found that wait for a proof.
    pub needs_proof: usize,
    /// Accounts found that wait for a reviewer's answer, frozen ones apart.
    pub needs_review: usize,
    /// A record under another name exists.
    pub other_name_record: bool,
}

impl App {
    /// What was carried over for a person, counted by old system.
    pub async fn continuity(&self, person: PersonId) -> Result<Continuity, AppError> {
        self.read(move |tx| Ok(Continuity::of(tx, person)?)).await
    }
}

impl Continuity {
    fn of(tx: &mut Tx<'_>, person: PersonId) -> Result<Self, DbError> {
        let Judged { dossier, accounts, decision, .. } = Judged::of(tx, person)?;
        let certificates = dossier.certificates(tx)?;
        let applications = dossier.applications(tx, &accounts)?;
        let tasks = Task::of_person(tx.conn, person)?;
        Ok(Self {
            systems: by_system(tx, &accounts, &certificates.shown, &applications.shown)?,
            certificates: certificates.shown.into_iter().map(certificate).collect(),
            applications: applications.shown.into_iter().map(application).collect(),
            accounts: accounts
                .shown
                .iter()
                .filter(|held| came_along(held))
                .map(|held| carried(tx, held, &tasks))
                .collect::<Result<_, _>>()?,
            frozen: accounts.frozen.iter().map(|held| hidden(tx, held, &tasks)).collect::<Result<_, _>>()?,
            needs_proof: decision.as_ref().map_or(0, |decision| decision.proof.len()),
            needs_review: waiting_for_reviewer(decision.as_ref(), &accounts, &tasks),
            other_name_record: certificates.has_unclear || applications.has_unclear,
        })
    }
}

fn by_system(
    tx: &mut Tx<'_>,
    accounts: &Accounts,
    certificates: &[Certificate],
    applications: &[LegacyApplication],
) -> Result<BTreeMap<String, Carried>, DbError> {
    let mut systems: BTreeMap<String, Carried> = BTreeMap::new();
    for held in accounts.shown.iter().filter(|held| came_along(held)) {
        systems.entry(held.account.system.clone()).or_default().accounts += 1;
    }
    for certificate in certificates {
        systems.entry(certificate.system.clone()).or_default().certificates += 1;
    }
    for application in applications {
        systems.entry(application.system.clone()).or_default().applications += 1;
    }
    let ids: Vec<_> = applications.iter().map(|row| row.id).collect();
    for system in LegacyApplication::with_photo(tx.conn, &ids)? {
        systems.entry(system).or_default().photos += 1;
    }
    Ok(systems)
}

fn certificate(row: Certificate) -> CarriedRecord {
    let Certificate { system, exam_name: exam, year, certificate_number, .. } = row;
    CarriedRecord { system, exam, year, certificate_number }
}

fn application(row: LegacyApplication) -> CarriedRecord {
    let LegacyApplication { system, exam_name: exam, year, certificate_number, .. } = row;
    CarriedRecord { system, exam, year, certificate_number }
}

/// An account that was registered here and opened by its own password has come from nowhere.
fn came_along(held: &Held) -> bool {
    held.link.rule != Rule::A4
}

fn carried(tx: &Tx<'_>, held: &Held, tasks: &[Task]) -> Result<CarriedAccount, DbError> {
    let Held { link, account } = held;
    Ok(CarriedAccount {
        account: OldAccount::masked(tx.vault, account, link.rule, tasks)?,
        how: How::of(&link.actor, link.via_alias_id.is_some()),
        linked_at: link.linked_at,
    })
}

/// A frozen account as it was when it was linked: an import may have made the row another's since.
fn hidden(tx: &Tx<'_>, held: &Held, tasks: &[Task]) -> Result<OldAccount, DbError> {
    let Held { link, account: row } = held;
    let evidence = open_evidence(tx.vault, link)?;
    let account = open_account(tx.vault, row)?;
    let is_the_same = evidence.describes(&account.number, &account.name);
    let shown = OldAccount::masked(tx.vault, row, link.rule, tasks)?;
    Ok(OldAccount {
        name_masked: name::mask(&evidence.account_name),
        number_masked: document::mask(&evidence.account_number),
        registered_year: shown.registered_year.clone().filter(|_| is_the_same),
        ..shown
    })
}
