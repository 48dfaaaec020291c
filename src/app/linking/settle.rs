//! The table of LINKING.md, run for one person: what it links is linked, what it leaves open is remembered or asked about.

use super::Asker;
use crate::app::AppError;
use crate::app::audit::{About, Actor, Entry, Event};
use crate::app::dossier::{Holdings, Judged};
use crate::app::reissue::becomes_of;
use crate::app::tx::Tx;
use crate::db::DbError;
use crate::db::applications::Application;
use crate::db::legacy_passwords;
use crate::db::people::{self, AliasRow, Link, OpenFinding};
use crate::db::tasks::{NewTask, Task};
use crate::domain::document::Number;
use crate::domain::linking::{self, Decision, Door, Finding, LinkActor, List, Origin, Subject, Way, Who};
use crate::domain::review::{Basis, Grounds, History, Standing, Undone};
use crate::ids::{AccountId, AliasId, ApplicationId, LinkId, PersonId, TaskId};
use crate::vault::{LookUp, Purpose};

/// Locks a person whose session this is, so that their facts stay as they are read. The portal account of that session may be
/// another person's since: then there is nothing to be found.
pub(super) fn lock_asker(tx: &mut Tx<'_>, asker: &Asker) -> Result<(), AppError> {
    let owner = match &asker.way {
        Way::Portal(Subject { issuer, subject }) => people::lock_person_of(tx.conn, issuer, subject)?,
        // Its door may have been shut since.
        Way::Account(account) => {
            people::lock_person(tx.conn, asker.person)?;
            Link::opening(tx.conn, asker.person)?.contains(account).then_some(asker.person)
        }
    };
    if owner == Some(asker.person) { Ok(()) } else { Err(AppError::NotFound) }
}

/// The same, with an account that they may prove.
pub(super) fn lock_asker_and(tx: &mut Tx<'_>, asker: &Asker, account: AccountId) -> Result<(), AppError> {
    if asker.way.door() == Door::Account {
        legacy_passwords::lock_all(tx.conn, &[account])?;
        return lock_asker(tx, asker);
    }
    lock_asker(tx, asker)?;
    Ok(legacy_passwords::lock_all(tx.conn, &[account])?)
}

/// One run of the table, while its consequences are written.
pub(in crate::app) struct Table<'a> {
    /// Whose it is.
    pub person: PersonId,
    /// By what the links come: stored with each.
    pub by: &'a LinkActor,
    /// Whose act it is, for the audit log.
    pub actor: &'a Actor,
    /// The portal account that is there, if one is.
    pub portal: Option<&'a Subject>,
    /// By which door the person comes.
    pub door: Door,
}

impl Table<'_> {
    /// Runs the table again and applies it. What was done is told for the audit log.
    pub(in crate::app) fn settle(&self, tx: &mut Tx<'_>) -> Result<Vec<Entry>, DbError> {
        match Judged::of(tx, self.person)?.decision {
            // What an account's person has is joined at a sign-in alone, should the account's row have changed since.
            Some(decision) if self.door == Door::Account && decision.who != Who::Known(self.person) => Ok(Vec::new()),
            Some(decision) => self.apply(tx, &decision),
            None => Ok(Vec::new()),
        }
    }

    /// Links what is to be linked, asks about what is for reviewers, remembers what was found and not joined.
    pub(in crate::app) fn apply(&self, tx: &mut Tx<'_>, decision: &Decision) -> Result<Vec<Entry>, DbError> {
        let mut told = Vec::new();
        let new = || decision.accounts.iter().filter(|finding| !finding.linked_before);
        if self.door == Door::Portal {
            // Whoever opens one of them just now is done before, or finds its door shut.
            legacy_passwords::lock_all(tx.conn, &new().map(|finding| finding.account).collect::<Vec<_>>())?;
        }
        for finding in new() {
            let (link, entry) = self.link(tx, finding)?;
            told.push(entry);
            told.extend(self.follow(tx, finding.account, link)?);
        }
        for finding in &decision.review {
            self.ask_about(tx, finding)?;
        }
        people::replace_findings(tx.conn, self.person, &open_findings(decision), tx.now)?;
        self.attach_again(tx)?;
        Ok(told)
    }

    /// Ties an account to the person, with what was compared.
    pub(in crate::app) fn link(&self, tx: &mut Tx<'_>, finding: &Finding) -> Result<(LinkId, Entry), DbError> {
        let evidence = linking::Evidence { portal: self.portal.cloned(), ..finding.evidence.clone() };
        let id = LinkId::generate();
        Link {
            id,
            person_id: self.person,
            account_id: finding.account,
            rule: finding.rule,
            evidence_sealed: tx.vault.seal_json(Purpose::Evidence, &evidence)?,
            actor: self.by.clone(),
            linked_at: tx.now,
            frozen_at: None,
            undone_at: None,
            undone_by: None,
            undone_reason: None,
            via_alias_id: finding.via,
            frozen_with: None,
            barred: true,
            door: self.door,
        }
        .insert(tx.conn)?;

        tracing::info!(person = %self.person, account = %finding.account, rule = finding.rule.as_str(), by = &*self.by.word(), "account linked");
        let about =
            About { person: Some(self.person), account: Some(finding.account), link: Some(id), ..About::default() };
        Ok((id, Entry { event: Event::Linked { rule: finding.rule }, actor: self.actor.clone(), about }))
    }

    /// Lets what was made under an account follow it to the portal's person, as far as it is about what is theirs now (A6). Called once the
    /// account's pair counts, where it does, by whoever holds the account's row.
    pub(in crate::app) fn follow(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
        link: LinkId,
    ) -> Result<Option<Entry>, DbError> {
        if self.door == Door::Account {
            return Ok(None);
        }
        let Some(by_password) = Link::of_password(tx.conn, account)? else { return Ok(None) };
        people::lock_person(tx.conn, by_password.person_id)?;
        let made = Application::of_person(tx.conn, by_password.person_id)?;
        let holdings = if made.is_empty() { None } else { Some(Holdings::of(tx, self.person)?) };
        let is_theirs = |row: &&Application| holdings.as_ref().is_some_and(|holdings| is_of(row, holdings));
        let theirs: Vec<&Application> = made.iter().filter(is_theirs).collect();
        let ids: Vec<ApplicationId> = theirs.iter().map(|row| row.id).collect();
        let applications = Application::follow(tx.conn, &ids, self.person, link)?;
        for row in theirs {
            becomes_of(tx, row, self.person)?;
        }
        let about = About { person: Some(self.person), account: Some(account), link: Some(link), ..About::default() };
        Ok(Some(Entry { event: Event::Followed { applications }, actor: self.actor.clone(), about }))
    }

    /// A pair that the person was shown to bear, by a link or a task. A number that cannot be read is none.
    pub(in crate::app) fn grant(&self, tx: &mut Tx<'_>, pair: Pair<'_>, source: Source) -> Result<(), DbError> {
        let Pair { number: raw, name } = pair;
        let number = Number::new(raw, None);
        if number.unreadable().is_some() {
            return Ok(());
        }
        let (link_id, task_id, origin) = match source {
            Source::Opened(link) => (Some(link), None, Origin::Account),
            Source::Proof(link) => (Some(link), None, Origin::Proof),
            Source::Reviewed(link) => (Some(link), None, Origin::Review),
            Source::Task(task) => (None, Some(task), Origin::Review),
        };
        let origin = if self.door == Door::Account { Origin::Account } else { origin };
        AliasRow {
            id: AliasId::generate(),
            person_id: self.person,
            number_lookup: tx.vault.look_up(LookUp::Number, &[number.canonical()]),
            pair_lookup: tx.vault.look_up(LookUp::Alias, &[number.canonical(), name.trim()]),
            document_type: None,
            number_sealed: tx.vault.seal_text(Purpose::Number, raw),
            name_sealed: tx.vault.seal_text(Purpose::Name, name.trim()),
            origin,
            created_at: tx.now,
            link_id,
            task_id,
        }
        .insert_if_new(tx.conn)?;
        Ok(())
    }

    /// L5: the reviewers are asked; the citizen is never shown which account it is.
    fn ask_about(&self, tx: &mut Tx<'_>, finding: &Finding) -> Result<(), DbError> {
        let Some(kind) = self.history(tx, finding.account)?.question() else { return Ok(()) };
        let grounds = Grounds::of(Basis::Comparison { evidence: finding.evidence.clone() });
        let evidence_sealed = tx.vault.seal_json(Purpose::Evidence, &grounds)?;
        NewTask {
            person_id: Some(self.person),
            account_id: Some(finding.account),
            system: finding.label.split_once(':').map(|(system, _)| system),
            ..NewTask::of(kind, evidence_sealed, tx.now)
        }
        .open(tx.conn)?;
        Ok(())
    }

    /// What happened between the person and an account so far.
    fn history(&self, tx: &mut Tx<'_>, account: AccountId) -> Result<History, DbError> {
        let mut history = History::default();
        for link in Link::of_accounts(tx.conn, &[account])?.iter().filter(|link| link.person_id == self.person) {
            match link.undone_at {
                None if link.frozen_at.is_some() => history.standing = Some(Standing::Frozen),
                None => history.standing = Some(Standing::Shown),
                Some(at) if history.undone.is_none_or(|undone| undone.at <= at) => {
                    let by_answer = link.undone_by.as_ref().is_some_and(LinkActor::is_task);
                    history.undone = Some(Undone { at, by_answer });
                }
                Some(_) => {}
            }
        }
        let tasks = Task::of_pair(tx.conn, self.person, account)?;
        history.answers = tasks.iter().map(|task| task.decided_at).collect();
        Ok(history)
    }

    /// What was made from something that has been taken from the person stays theirs, and stands in nobody's way. `former`: what was
    /// theirs before, and the old applications of accounts that were.
    pub(in crate::app) fn detach(&self, tx: &mut Tx<'_>, former: &Holdings) -> Result<(), DbError> {
        let now = Holdings::of(tx, self.person)?;
        let ours = Application::of_person(tx.conn, self.person)?;
        let lost = ours.iter().filter(|row| row.detached_at.is_none() && is_of(row, former) && !is_of(row, &now));
        Ok(Application::detach(tx.conn, &lost.map(|row| row.id).collect::<Vec<_>>(), tx.now)?)
    }

    fn attach_again(&self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        let detached = Application::detached_of_person(tx.conn, self.person)?;
        if detached.is_empty() {
            return Ok(());
        }
        let holdings = Holdings::of(tx, self.person)?;
        let back = detached.iter().filter(|row| is_of(row, &holdings)).map(|row| row.id);
        Ok(Application::attach_again(tx.conn, &back.collect::<Vec<_>>())?)
    }
}

/// Whether what an application was made from is among the person's; one made by hand is from nothing.
fn is_of(row: &Application, holdings: &Holdings) -> bool {
    row.legacy_application_id.is_none_or(|id| holdings.applications.iter().any(|old| old.id == id))
        && row.certificate_id.is_none_or(|id| holdings.certificates.iter().any(|certificate| certificate.id == id))
}

/// What a decision found for a person and did not join.
fn open_findings(decision: &Decision) -> Vec<OpenFinding> {
    let kept = |list: List| move |found: &Finding| OpenFinding { account_id: found.account, list, rule: found.rule };
    decision.proof.iter().map(kept(List::Proof)).chain(decision.review.iter().map(kept(List::Review))).collect()
}

/// A number with its name, as an old row has them.
#[derive(Clone, Copy)]
pub(in crate::app) struct Pair<'a> {
    /// The document number.
    pub number: &'a str,
    pub name: &'a str,
}

/// Through what an alias came.
#[derive(Clone, Copy, Debug)]
pub(in crate::app) enum Source {
    /// The link of an account that was opened by its password.
    Opened(LinkId),
    /// The link that a proof made.
    Proof(LinkId),
    /// The link that a reviewer made.
    Reviewed(LinkId),
    /// A reviewer's answer without a link.
    Task(TaskId),
}

/// What a finding is for a reviewer's link: the best comparison, whatever rule it is.
pub(in crate::app) fn by_reviewer(account: &linking::Account, aliases: &[linking::Alias]) -> Finding {
    let (rule, evidence) = linking::best_match(account, aliases);
    // It rests on the reviewer's word, not on an alias.
    Finding { account: account.id, label: account.label.clone(), rule, evidence, via: None, linked_before: false }
}
