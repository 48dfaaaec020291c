//! What a citizen sees of old accounts: those to be proven, those that came along, and what was asked.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::settle::{decide, open_findings};
use crate::app::holdings::Holdings;
use crate::app::sign_in::{has_changed, open_account};
use crate::app::{App, AppError};
use crate::db::DbError;
use crate::db::legacy;
use crate::db::people::OpenFinding;
use crate::db::tasks::Task;
use crate::domain::document::{self, Number};
use crate::domain::linking::{Evidence, LinkActor, List, Rule};
use crate::domain::name;
use crate::domain::review::{Kind, Status};
use crate::ids::{AccountId, PersonId};
use crate::vault::{Purpose, Vault};

/// An account that is to be proven, or that is frozen: old system, registration year, masked name and number, never more.
#[derive(Clone, Debug)]
pub struct OldAccount {
    /// Which.
    pub id: AccountId,
    /// Of which old system.
    pub system: String,
    /// As far as the old system's date can be read.
    pub registered_year: Option<String>,
    /// `张*`.
    pub name_masked: String,
    /// `110101********1233`.
    pub number_masked: String,
    /// By which rule it was found.
    pub rule: Rule,
    /// Whether there is a password that could prove it.
    pub has_password: bool,
    /// The question that is open about it.
    pub open_task: Option<i64>,
}

/// An account that came along.
#[derive(Clone, Debug)]
pub struct CarriedAccount {
    /// Which, and how it looks.
    pub account: OldAccount,
    /// By what.
    pub how: How,
    /// When.
    pub linked_at: DateTime<Utc>,
}

/// By what a link came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The rules, by what the portal vouches for.
    Rules,
    /// The rules, by a number and name that an earlier proof or a reviewer showed to be the person's.
    Followed,
    /// The old password.
    Proof,
    /// A reviewer.
    Review,
}

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
}

/// 原账号.
#[derive(Clone, Debug)]
pub struct LinkPage {
    /// To be proven.
    pub offered: Vec<OldAccount>,
    /// How many wait for a reviewer's answer, frozen ones apart; nothing more is told of them.
    pub review: usize,
    /// A record under another name exists.
    pub other_name_record: bool,
    /// Newest first.
    pub tasks: Vec<TaskSummary>,
    /// The old systems that were imported.
    pub systems: Vec<String>,
}

impl App {
    /// What of old accounts is still open for a person.
    pub async fn link_page(&self, person: PersonId) -> Result<LinkPage, AppError> {
        let (vault, now) = (self.vault.clone(), self.now());
        self.db
            .transaction(move |conn| {
                let tasks = Task::of_person(conn, person)?;
                let findings = findings_now(conn, &vault, person, now)?;
                let to_prove = findings.iter().filter(|found| found.list == List::Proof);
                let to_prove: Vec<_> = to_prove.map(|found| found.account_id).collect();
                let offered = legacy::AccountRow::by_ids(conn, &to_prove)?
                    .iter()
                    .filter_map(|row| Some((row, findings.iter().find(|found| found.account_id == row.id)?.rule)))
                    .map(|(row, rule)| masked(&vault, row, rule, &tasks))
                    .collect::<Result<_, _>>()?;
                let holdings = Holdings::of(conn, &vault, person)?;
                let frozen: Vec<_> = holdings.frozen.iter().map(|(link, _)| link.account_id).collect();
                Ok(LinkPage {
                    offered,
                    review: waiting_for_reviewer(&findings, &frozen, &tasks),
                    other_name_record: holdings.other_name_record,
                    tasks: tasks.iter().map(summary).collect(),
                    systems: legacy::systems(conn)?,
                })
            })
            .await
    }
}

/// What was found for a person and not joined, by the facts of now: what a sign-in noted may be another person's since, or another row.
pub(in crate::app) fn findings_now(
    conn: &mut PgConnection,
    vault: &Vault,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<Vec<OpenFinding>, DbError> {
    Ok(decide(conn, vault, person, now)?.map(|decision| open_findings(&decision)).unwrap_or_default())
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
    }
}

fn masked(vault: &Vault, row: &legacy::AccountRow, rule: Rule, tasks: &[Task]) -> Result<OldAccount, DbError> {
    let is_open = |task: &&Task| task.account_id == Some(row.id) && task.status == Status::Open;
    Ok(OldAccount {
        id: row.id,
        system: row.system.clone(),
        registered_year: year_of(&row.registered_at),
        name_masked: name::mask(&vault.open_text(Purpose::Name, &row.name_sealed)?),
        number_masked: Number::new(&vault.open_text(Purpose::Number, &row.number_sealed)?, None).masked(),
        rule,
        has_password: row.password_scheme.is_some(),
        open_task: tasks.iter().find(is_open).map(|task| task.number),
    })
}

/// The year that an old system's date begins with.
fn year_of(date: &str) -> Option<String> {
    let year = date.trim().get(..4)?;
    let is_year = year.bytes().all(|byte| byte.is_ascii_digit()) && ("1980".."2100").contains(&year);
    is_year.then(|| year.to_owned())
}

/// How many of those found wait for a reviewer's answer. A frozen one is told by itself; one that was answered waits for nothing.
pub(in crate::app) fn waiting_for_reviewer(findings: &[OpenFinding], frozen: &[AccountId], tasks: &[Task]) -> usize {
    let is_open = |id: AccountId| tasks.iter().any(|task| task.account_id == Some(id) && task.status == Status::Open);
    let waits = |found: &&OpenFinding| {
        found.list == List::Review && !frozen.contains(&found.account_id) && is_open(found.account_id)
    };
    findings.iter().filter(waits).count()
}

/// The accounts of a person that came along, and those that are frozen.
pub(in crate::app) fn carried(
    vault: &Vault,
    holdings: &Holdings,
    tasks: &[Task],
) -> Result<(Vec<CarriedAccount>, Vec<OldAccount>), DbError> {
    let mut came = Vec::new();
    for row in &holdings.accounts {
        let Some(link) = holdings.links.iter().find(|link| link.account_id == row.id) else { continue };
        let how = match link.actor {
            _ if link.via_alias_id.is_some() => How::Followed,
            LinkActor::Proof => How::Proof,
            LinkActor::Task(_) => How::Review,
            LinkActor::SignIn | LinkActor::Citizen | LinkActor::Request | LinkActor::Staff(_) => How::Rules,
        };
        let account = masked(vault, row, link.rule, tasks)?;
        came.push(CarriedAccount { account, how, linked_at: link.linked_at });
    }
    let mut hidden = Vec::new();
    for (link, row) in &holdings.frozen {
        // As it was when it was linked: an import may have made the row another's since.
        let evidence: Evidence = vault.open_json(Purpose::Evidence, &link.evidence_sealed)?;
        let changed = has_changed(vault, &open_account(vault, row)?, link)?;
        let account = masked(vault, row, link.rule, tasks)?;
        hidden.push(OldAccount {
            name_masked: name::mask(&evidence.account_name),
            number_masked: document::mask(&evidence.account_number),
            registered_year: account.registered_year.clone().filter(|_| !changed),
            ..account
        });
    }
    Ok((came, hidden))
}

#[cfg(test)]
mod tests {
    use super::year_of;

    #[test]
    fn the_year_of_a_readable_date_is_shown_and_nothing_else() {
        for (date, year) in [
            ("2009-05-03", Some("2009")),
            ("20110304", Some("2011")),
            ("2013/3/4 10:20", Some("2013")),
            ("19000101", None),
            ("0", None),
            ("", None),
            ("NULL", None),
            ("二〇〇九年", None),
            ("03-may-09", None),
        ] {
            assert_eq!(year_of(date).as_deref(), year, "{date}");
        }
    }
}
