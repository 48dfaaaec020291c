//! 原账户: what of old accounts is still open for a citizen, and what they asked.

use chrono::{DateTime, Utc};

use super::OldAccount;
use super::again::may_be_added_to;
use crate::app::dossier::{Accounts, Dossier, Held, Judged};
use crate::app::tx::Tx;
use crate::app::{App, AppError};
use crate::db::legacy;
use crate::db::tasks::Task;
use crate::domain::linking::{Decision, Finding};
use crate::domain::review::{Kind, Status};
use crate::ids::{AccountId, PersonId};

/// One question, as its citizen sees it.
#[derive(Clone, Debug)]
pub struct TaskSummary {
    /// 编号.
    pub number: i64,
    /// What was asked.
    pub kind: Kind,
    /// Whether it is answered.
    pub status: Status,
    /// About which old system, where one is named and may be.
    pub system: Option<String>,
    /// When it was asked.
    pub opened_at: DateTime<Utc>,
    /// When it was answered.
    pub decided_at: Option<DateTime<Utc>>,
    /// The reviewer's words.
    pub reason: Option<String>,
    /// A request that was refused: it may be added to.
    pub may_add: bool,
}

/// What 找回原账户 (`/link`) shows.
#[derive(Clone, Debug)]
pub struct LinkPage {
    /// To be proven.
    pub offered: Vec<OldAccount>,
    /// How many wait for a reviewer's answer, frozen ones apart; nothing more is told of them.
    pub review: usize,
    /// A record under another name exists.
    pub other_name_record: bool,
    pub tasks: Vec<TaskSummary>,
    /// The old systems that were imported.
    pub systems: Vec<String>,
}

impl App {
    /// What of old accounts is still open for a person.
    pub async fn link_page(&self, person: PersonId) -> Result<LinkPage, AppError> {
        self.read(move |tx| LinkPage::of(tx, person)).await
    }
}

impl App {
    /// The accounts that a person may prove, for the handles of their forms.
    pub async fn offered_accounts(&self, person: PersonId) -> Result<Vec<AccountId>, AppError> {
        self.read(move |tx| {
            let decision = Judged::of(tx, person)?.decision;
            Ok(decision.iter().flat_map(|decision| &decision.proof).map(|finding| finding.account).collect())
        })
        .await
    }

    /// The accounts of a person that are shown, and those that are frozen.
    pub async fn linked_accounts(&self, person: PersonId) -> Result<LinkedAccounts, AppError> {
        self.read(move |tx| {
            let accounts = Dossier::of(tx, person)?.accounts(tx)?;
            let ids = |list: &[Held]| list.iter().map(|held| held.account.id).collect();
            Ok(LinkedAccounts { shown: ids(&accounts.shown), frozen: ids(&accounts.frozen) })
        })
        .await
    }
}

/// The accounts of a person.
#[derive(Clone, Debug)]
pub struct LinkedAccounts {
    /// Those that came along.
    pub shown: Vec<AccountId>,
    /// Those that the person said are not theirs, until a reviewer decides.
    pub frozen: Vec<AccountId>,
}

impl LinkPage {
    fn of(tx: &mut Tx<'_>, person: PersonId) -> Result<Self, AppError> {
        let tasks = Task::of_person(tx.conn, person)?;
        let Judged { dossier, accounts, decision, rows } = Judged::of(tx, person)?;
        let to_prove = decision.iter().flat_map(|decision| &decision.proof);
        let offered = to_prove
            .filter_map(|finding| Some((rows.get(&finding.account)?, finding.rule)))
            .map(|(row, rule)| OldAccount::masked(tx.vault, row, rule, &tasks))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            offered,
            review: waiting_for_reviewer(decision.as_ref(), &accounts, &tasks),
            other_name_record: dossier.certificates(tx)?.has_unclear || dossier.has_unclear_application(tx)?,
            tasks: tasks.iter().map(summary).collect(),
            systems: legacy::systems(tx.conn)?,
        })
    }
}

fn summary(task: &Task) -> TaskSummary {
    TaskSummary {
        number: task.number,
        kind: task.kind,
        status: task.status,
        system: task.system.clone(),
        opened_at: task.created_at,
        decided_at: task.decided_at,
        reason: task.reason.clone(),
        may_add: may_be_added_to(task),
    }
}

/// How many of those found wait for a reviewer's answer. A frozen one is told by itself; one that was answered waits for nothing.
pub(in crate::app) fn waiting_for_reviewer(decision: Option<&Decision>, accounts: &Accounts, tasks: &[Task]) -> usize {
    let is_open = |id: AccountId| tasks.iter().any(|task| task.account_id == Some(id) && task.status == Status::Open);
    let is_frozen = |id: AccountId| accounts.frozen.iter().any(|held| held.account.id == id);
    let waits = |found: &&Finding| !is_frozen(found.account) && is_open(found.account);
    decision.map_or(0, |decision| decision.review.iter().filter(waits).count())
}
