//! The table of LINKING.md, run for one person: what it links is linked, what it leaves open is remembered or asked about.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::app::audit::{About, Actor, Entry, Event};
use crate::app::holdings::Holdings;
use crate::app::sign_in::gather;
use crate::db::applications::Application;
use crate::db::people::{self, IdentityRow, Link, OpenFinding};
use crate::db::tasks::{NewTask, Task};
use crate::db::{DbError, people::AliasRow};
use crate::domain::document::Number;
use crate::domain::form::china_date;
use crate::domain::linking::{self, Decision, DocumentClaim, Finding, LinkActor, List, Origin, Subject, UserType};
use crate::domain::review::{Basis, Grounds, Kind};
use crate::ids::{AliasId, LinkId, PersonId, TaskId};
use crate::vault::{LookUp, Purpose, Vault};

/// Locks whoever a portal account belongs to, so that their facts stay as they are read.
pub(in crate::app) fn lock_person_of(conn: &mut PgConnection, subject: &Subject) -> Result<Option<PersonId>, DbError> {
    let Some(identity) = IdentityRow::by_subject(conn, &subject.issuer, &subject.subject)? else { return Ok(None) };
    people::lock_person(conn, identity.person_id)?;
    Ok(Some(identity.person_id))
}

/// Reads a person's facts and decides, as a sign-in would by what the portal vouched for last. `None`: no portal account of theirs is left.
pub(super) fn decide(
    conn: &mut PgConnection,
    vault: &Vault,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<Option<Decision>, DbError> {
    let Some(row) = IdentityRow::newest_of_person(conn, person)? else { return Ok(None) };
    // Level and kind of user were accepted when they signed in.
    let identity = linking::Identity {
        name: Some(vault.open_text(Purpose::Name, &row.name_sealed)?),
        number: Some(vault.open_text(Purpose::Number, &row.number_sealed)?),
        document: row.document_type.map_or(DocumentClaim::Absent, DocumentClaim::Type),
        level: Some(0),
        user_type: UserType::Personal,
    };
    let subject = Subject { issuer: row.issuer, subject: row.subject };
    let facts = gather(conn, vault, &subject, identity, (0, china_date(now)))?;
    Ok(Some(linking::decide(&facts)))
}

/// One run of the table, while its consequences are written.
pub(in crate::app) struct Table<'a> {
    /// Seals and opens.
    pub vault: &'a Vault,
    /// Whose it is.
    pub person: PersonId,
    /// By what the links come: stored with each.
    pub by: &'a LinkActor,
    /// Whose act it is, for the audit log.
    pub actor: &'a Actor,
    /// The portal account that is there, if one is.
    pub portal: Option<&'a Subject>,
    /// Now.
    pub now: DateTime<Utc>,
}

impl Table<'_> {
    /// Runs the table again and applies it. What was done is told for the audit log.
    pub(in crate::app) fn settle(&self, conn: &mut PgConnection) -> Result<Vec<Entry>, DbError> {
        match decide(conn, self.vault, self.person, self.now)? {
            Some(decision) => self.apply(conn, &decision),
            None => Ok(Vec::new()),
        }
    }

    /// Links what is to be linked, asks about what is for reviewers, remembers what was found and not joined.
    pub(in crate::app) fn apply(&self, conn: &mut PgConnection, decision: &Decision) -> Result<Vec<Entry>, DbError> {
        let mut told = Vec::new();
        for finding in decision.accounts.iter().filter(|finding| !finding.linked_before) {
            told.push(self.link(conn, finding)?.1);
        }
        for finding in &decision.review {
            self.ask_about(conn, finding)?;
        }
        people::replace_findings(conn, self.person, &open_findings(decision), self.now)?;
        self.attach_again(conn)?;
        Ok(told)
    }

    /// Ties an account to the person, with what was compared.
    pub(in crate::app) fn link(&self, conn: &mut PgConnection, finding: &Finding) -> Result<(LinkId, Entry), DbError> {
        let evidence = linking::Evidence { portal: self.portal.cloned(), ..finding.evidence.clone() };
        let id = LinkId::generate();
        Link {
            id,
            person_id: self.person,
            account_id: finding.account,
            rule: finding.rule,
            evidence_sealed: self.vault.seal_json(Purpose::Evidence, &evidence)?,
            actor: self.by.clone(),
            linked_at: self.now,
            frozen_at: None,
            undone_at: None,
            undone_by: None,
            undone_reason: None,
            via_alias_id: finding.via,
            frozen_with: None,
            barred: true,
        }
        .insert(conn)?;
        tracing::info!(person = %self.person, account = %finding.account, rule = finding.rule.as_str(), by = &*self.by.word(), "account linked");
        let about =
            About { person: Some(self.person), account: Some(finding.account), link: Some(id), ..About::default() };
        Ok((id, Entry { event: Event::Linked { rule: finding.rule }, actor: self.actor.clone(), about }))
    }

    /// A pair that the person was shown to bear, by a link or a task. A number that cannot be read is none.
    pub(in crate::app) fn grant(
        &self,
        conn: &mut PgConnection,
        pair: (&str, &str),
        source: Source,
    ) -> Result<(), DbError> {
        let (raw, name) = pair;
        let number = Number::new(raw, None);
        if number.unreadable().is_some() {
            return Ok(());
        }
        let (link_id, task_id, origin) = match source {
            Source::Proof(link) => (Some(link), None, Origin::Proof),
            Source::Reviewed(link) => (Some(link), None, Origin::Review),
            Source::Task(task) => (None, Some(task), Origin::Review),
        };
        AliasRow {
            id: AliasId::generate(),
            person_id: self.person,
            number_lookup: self.vault.look_up(LookUp::Number, &[number.canonical()]),
            pair_lookup: self.vault.look_up(LookUp::Alias, &[number.canonical(), name.trim()]),
            document_type: None,
            number_sealed: self.vault.seal_text(Purpose::Number, raw),
            name_sealed: self.vault.seal_text(Purpose::Name, name.trim()),
            origin,
            created_at: self.now,
            link_id,
            task_id,
        }
        .insert_if_new(conn)?;
        Ok(())
    }

    /// L5: the reviewers are asked once; the citizen is never shown which account it is. A frozen pair has its own question; what a
    /// reviewer has answered since the pair was last undone, or undone by an answer, is not asked again.
    fn ask_about(&self, conn: &mut PgConnection, finding: &Finding) -> Result<(), DbError> {
        let links = Link::of_accounts(conn, &[finding.account])?;
        let own = || links.iter().filter(|link| link.person_id == self.person);
        let standing = own().find(|link| link.undone_at.is_none());
        if standing.is_some_and(|link| link.frozen_at.is_some()) {
            return Ok(());
        }
        let undone = own().filter(|link| link.undone_at.is_some()).max_by_key(|link| link.undone_at);
        if standing.is_none() && undone.is_some_and(|link| link.undone_by.as_ref().is_some_and(LinkActor::is_task)) {
            return Ok(());
        }
        let answered = |task: &Task| {
            task.decided_at.is_none_or(|at| standing.is_none() && undone.is_none_or(|link| link.undone_at <= Some(at)))
        };
        if Task::of_pair(conn, self.person, finding.account)?.iter().any(answered) {
            return Ok(());
        }
        let kind = if standing.is_some() { Kind::AccountChanged } else { Kind::AccountTaken };
        let grounds = Grounds::of(Basis::Comparison { evidence: finding.evidence.clone() });
        NewTask {
            id: TaskId::generate(),
            kind,
            person_id: Some(self.person),
            account_id: Some(finding.account),
            issuer: None,
            subject: None,
            system: finding.label.split_once(':').map(|(system, _)| system),
            request_lookup: None,
            legacy_application_id: None,
            evidence_sealed: self.vault.seal_json(Purpose::Evidence, &grounds)?,
            created_at: self.now,
        }
        .open(conn)?;
        Ok(())
    }

    /// What was made from something that has been taken from the person stays theirs, and stands in nobody's way. `former`: what was
    /// theirs before, and the old applications of accounts that were.
    pub(in crate::app) fn detach(&self, conn: &mut PgConnection, former: &Holdings) -> Result<(), DbError> {
        let now = Holdings::of(conn, self.vault, self.person)?;
        let ours = Application::of_person(conn, self.person)?;
        let lost = ours.iter().filter(|row| row.detached_at.is_none() && is_of(row, former) && !is_of(row, &now));
        Ok(Application::detach(conn, &lost.map(|row| row.id).collect::<Vec<_>>(), self.now)?)
    }

    fn attach_again(&self, conn: &mut PgConnection) -> Result<(), DbError> {
        let ours = Application::of_person(conn, self.person)?;
        if ours.iter().all(|row| row.detached_at.is_none()) {
            return Ok(());
        }
        let holdings = Holdings::of(conn, self.vault, self.person)?;
        let back = ours.iter().filter(|row| row.detached_at.is_some() && is_of(row, &holdings)).map(|row| row.id);
        Ok(Application::attach_again(conn, &back.collect::<Vec<_>>())?)
    }
}

/// Whether what an application was made from is among the person's; one made by hand is from nothing.
fn is_of(row: &Application, holdings: &Holdings) -> bool {
    row.legacy_application_id.is_none_or(|id| holdings.applications.iter().any(|old| old.id == id))
        && row.certificate_id.is_none_or(|id| holdings.certificates.iter().any(|certificate| certificate.id == id))
}

/// What a decision found for a person and did not join.
pub(super) fn open_findings(decision: &Decision) -> Vec<OpenFinding> {
    let kept = |list: List| move |found: &Finding| OpenFinding { account_id: found.account, list, rule: found.rule };
    decision.proof.iter().map(kept(List::Proof)).chain(decision.review.iter().map(kept(List::Review))).collect()
}

/// Through what an alias came.
#[derive(Clone, Copy, Debug)]
pub(in crate::app) enum Source {
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
