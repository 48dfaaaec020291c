//! What of the old data is a person's, now: asked anew each time, so that an undone or frozen link takes its data with it.

use diesel::PgConnection;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::App;
use super::linking::{CarriedAccount, OldAccount, carried, findings_now, waiting_for_reviewer};
use super::sign_in::{AliasesAround, gather_aliases, has_changed, open_account};
use crate::db::legacy::{AccountRow, Certificate, LegacyApplication};
use crate::db::people::{self, Link};
use crate::db::tasks::Task;
use crate::db::{DbError, applications};
use crate::domain::document::Number;
use crate::domain::linking::{Alias, Belongs, List, belongs, still_fits};
use crate::ids::PersonId;
use crate::vault::{Purpose, Vault};

/// The old data that may be shown to a person.
pub struct Holdings {
    /// Accounts of old systems, linked and not frozen, whose row still is the one that was linked.
    pub accounts: Vec<AccountRow>,
    /// The links of these accounts.
    pub links: Vec<Link>,
    /// Frozen links with their accounts: hidden until a reviewer decides.
    pub frozen: Vec<(Link, AccountRow)>,
    /// Certificates.
    pub certificates: Vec<Certificate>,
    /// Applications of old systems.
    pub applications: Vec<LegacyApplication>,
    /// A record under this number exists that cannot be shown: under another name, or of doubtful fit.
    pub other_name_record: bool,
}

/// Which parts of a person's data a page shows. What is not asked for is not read, and is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parts {
    /// Certificates, and whether there is a record under another name.
    Certificates,
    /// Accounts and applications.
    Applications,
    /// All that is the person's, for pages that need both.
    All,
}

impl Holdings {
    /// Reads what is a person's.
    pub fn of(conn: &mut PgConnection, vault: &Vault, person: PersonId) -> Result<Self, DbError> {
        Self::parts(conn, vault, person, Parts::All)
    }

    /// Reads parts of it.
    pub fn parts(conn: &mut PgConnection, vault: &Vault, person: PersonId, parts: Parts) -> Result<Self, DbError> {
        let around = gather_aliases(conn, vault, person)?;
        let mut all = Self {
            accounts: Vec::new(),
            links: Vec::new(),
            frozen: Vec::new(),
            certificates: Vec::new(),
            applications: Vec::new(),
            other_name_record: false,
        };
        if parts != Parts::Applications {
            for row in Certificate::by_numbers(conn, &around.lookups)? {
                if all.may_show(vault, &around, (&row.number_sealed, &row.name_sealed))? {
                    all.certificates.push(row);
                }
            }
        }
        if parts != Parts::Certificates {
            all.read_linked(conn, vault, person, &around.own)?;
        }
        for row in LegacyApplication::without_account(conn, &around.lookups)? {
            if all.may_show(vault, &around, (&row.number_sealed, &row.name_sealed))? && parts != Parts::Certificates {
                all.applications.push(row);
            }
        }
        Ok(all)
    }

    /// Whether a row under one of the person's numbers is theirs.
    fn may_show(
        &mut self,
        vault: &Vault,
        around: &AliasesAround,
        (number_sealed, name_sealed): (&[u8], &[u8]),
    ) -> Result<bool, DbError> {
        let number = Number::new(&vault.open_text(Purpose::Number, number_sealed)?, None);
        let name = vault.open_text(Purpose::Name, name_sealed)?;
        let answer = belongs(&number, &name, &around.own, &around.others);
        self.other_name_record |= answer == Belongs::Unclear;
        Ok(answer == Belongs::Yes)
    }

    fn read_linked(
        &mut self,
        conn: &mut PgConnection,
        vault: &Vault,
        person: PersonId,
        own: &[Alias],
    ) -> Result<(), DbError> {
        for (link, row) in Link::standing_with_accounts(conn, person)? {
            let account = open_account(vault, &row)?;
            if link.frozen_at.is_some() {
                self.frozen.push((link, row));
            } else if still_fits(&account, own) || !has_changed(vault, &account, &link)? {
                self.links.push(link);
                self.accounts.push(row);
            }
        }
        let order = |row: &AccountRow| (Reverse(row.system.clone()), row.id);
        self.accounts.sort_by_key(order);
        self.frozen.sort_by_key(|(_, row)| order(row));
        let ids: Vec<_> = self.accounts.iter().map(|account| account.id).collect();
        self.applications = LegacyApplication::of_accounts(conn, &ids)?;
        Ok(())
    }
}

/// What came along from one old system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Carried {
    pub accounts: usize,
    pub certificates: usize,
    pub applications: usize,
    pub photos: usize,
}

/// 承接清单.
#[derive(Clone, Debug)]
pub struct Continuity {
    /// By old system.
    pub systems: BTreeMap<String, Carried>,
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
    pub async fn continuity(&self, person: PersonId) -> Result<Continuity, DbError> {
        let (vault, now) = (self.vault.clone(), self.now());
        self.db
            .transaction(move |conn| {
                let holdings = Holdings::of(conn, &vault, person)?;
                let mut systems: BTreeMap<String, Carried> = BTreeMap::new();
                for account in &holdings.accounts {
                    systems.entry(account.system.clone()).or_default().accounts += 1;
                }
                for certificate in &holdings.certificates {
                    systems.entry(certificate.system.clone()).or_default().certificates += 1;
                }
                for application in &holdings.applications {
                    systems.entry(application.system.clone()).or_default().applications += 1;
                }
                let ids: Vec<_> = holdings.applications.iter().map(|row| row.id).collect();
                for system in LegacyApplication::with_photo(conn, &ids)? {
                    systems.entry(system).or_default().photos += 1;
                }
                let findings = findings_now(conn, &vault, person, now)?;
                let tasks = Task::of_person(conn, person)?;
                let (accounts, frozen) = carried(&vault, &holdings, &tasks)?;
                let hidden: Vec<_> = frozen.iter().map(|account| account.id).collect();
                let needs_review = waiting_for_reviewer(&findings, &hidden, &tasks);
                let needs_proof = findings.iter().filter(|found| found.list == List::Proof).count();
                Ok(Continuity {
                    systems,
                    accounts,
                    frozen,
                    needs_proof,
                    needs_review,
                    other_name_record: holdings.other_name_record,
                })
            })
            .await
    }

    /// Applications, new and old, newest first; an old one that was edited here appears once, as edited.
    pub async fn applications(&self, person: PersonId) -> Result<AllApplications, DbError> {
        let vault = self.vault.clone();
        self.db.transaction(move |conn| AllApplications::of(conn, &vault, person)).await
    }
}

/// Every application that a person sees.
pub struct AllApplications {
    /// Made or edited here.
    pub ours: Vec<applications::Application>,
    /// As imported, and never edited here.
    pub old: Vec<LegacyApplication>,
    /// Old systems of those in `ours` that began as old ones.
    pub systems: BTreeMap<crate::ids::LegacyApplicationId, String>,
    /// Accounts were found that are not joined yet.
    pub not_joined: bool,
}

impl AllApplications {
    /// Reads them. What was edited from an old application shows only while that is the person's.
    pub fn of(conn: &mut PgConnection, vault: &Vault, person: PersonId) -> Result<Self, DbError> {
        let old = Holdings::parts(conn, vault, person, Parts::Applications)?.applications;
        Self::beside(conn, person, old)
    }

    /// The same for a caller that has read the person's old applications already.
    pub fn beside(conn: &mut PgConnection, person: PersonId, mut old: Vec<LegacyApplication>) -> Result<Self, DbError> {
        let mut ours = applications::Application::of_person(conn, person)?;
        // What was edited from an old application shows while that is the person's, or once it is theirs for good.
        ours.retain(|row| match (row.legacy_application_id, row.detached_at) {
            (Some(id), None) => old.iter().any(|old| old.id == id),
            _ => true,
        });
        let systems = old.iter().map(|row| (row.id, row.system.clone())).collect();
        let edited = |row: &LegacyApplication| {
            ours.iter().any(|ours| ours.legacy_application_id == Some(row.id) && ours.detached_at.is_none())
        };
        old.retain(|row| !edited(row));
        let not_joined = !people::findings(conn, person)?.is_empty();
        Ok(Self { ours, old, systems, not_joined })
    }
}
