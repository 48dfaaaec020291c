//! Every application that a person sees, ours and old ones.

use std::collections::BTreeMap;

use super::Dossier;
use crate::app::tx::Tx;
use crate::app::{App, AppError};
use crate::db::DbError;
use crate::db::applications::Application;
use crate::db::legacy::LegacyApplication;
use crate::ids::{LegacyApplicationId, PersonId};

/// Every application that a person sees.
pub struct AllApplications {
    /// Made or edited here, newest first.
    pub ours: Vec<Application>,
    /// As imported, and never edited here, newest first.
    pub old: Vec<LegacyApplication>,
    /// Old systems of those in `ours` that began as old ones.
    pub systems: BTreeMap<LegacyApplicationId, String>,
}

impl AllApplications {
    /// Puts the applications made here beside the old ones that are the person's. One that began as an old one shows while that is the
    /// person's, or once it is theirs for good; the old one that it began as does not show beside it.
    pub fn of(mut ours: Vec<Application>, mut old: Vec<LegacyApplication>) -> Self {
        ours.retain(|row| match (row.legacy_application_id, row.detached_at) {
            (Some(id), None) => old.iter().any(|old| old.id == id),
            _ => true,
        });
        let systems = old.iter().map(|row| (row.id, row.system.clone())).collect();
        let is_edited = |row: &LegacyApplication| {
            ours.iter().any(|ours| ours.legacy_application_id == Some(row.id) && ours.detached_at.is_none())
        };
        old.retain(|row| !is_edited(row));
        Self { ours, old, systems }
    }

    pub fn read(tx: &mut Tx<'_>, person: PersonId) -> Result<Self, DbError> {
        let dossier = Dossier::of(tx, person)?;
        let accounts = dossier.accounts(tx)?;
        let old = dossier.applications(tx, &accounts)?.shown;
        Ok(Self::of(Application::of_person(tx.conn, person)?, old))
    }
}

/// 审核状态查询.
pub struct ApplicationList {
    pub all: AllApplications,
    /// Accounts were found that are not joined yet.
    pub not_joined: bool,
}

impl App {
    /// Applications, new and old, newest first; an old one that was edited here appears once, as edited.
    pub async fn applications(&self, person: PersonId) -> Result<ApplicationList, AppError> {
        self.read(move |tx| {
            let dossier = Dossier::of(tx, person)?;
            let linked = dossier.linked(tx)?;
            let accounts = dossier.judge(tx, linked.links)?;
            let old = dossier.applications(tx, &accounts)?.shown;
            let all = AllApplications::of(Application::of_person(tx.conn, person)?, old);
            Ok(ApplicationList { all, not_joined: linked.has_findings })
        })
        .await
    }
}
