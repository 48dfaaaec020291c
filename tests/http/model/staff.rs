//! What reviewers, administrators and the import do.

use buzheng::app::audit::Actor;
use buzheng::app::linking::tasks::{Answer, AnswerError, answer};
use buzheng::app::linking::{Because, UndoError, undo, undo_grant};
use buzheng::db::people::IdentityRow;
use buzheng::db::schema::aliases;
use buzheng::db::tasks::Task;
use buzheng::domain::linking::LinkActor;
use buzheng::domain::review::{Kind, Status};
use buzheng::ids::{AliasId, LinkId, PersonId};
use diesel::prelude::*;

use super::ground::{ISSUER, Model};
use super::oracle::Allowed;
use super::step::{Delta, Thing};
use super::world::{ACCOUNTS, APPLICATIONS, Account, CERTIFICATES, Old, Pair, REISSUE, SYSTEMS, label_of};

pub(super) const STAFF: &str = "reviewer";

impl Model {
    pub(super) fn open_tasks(&self) -> Vec<Task> {
        self.read(|conn| Task::list(conn, Some(Status::Open), 1000))
    }

    /// Whether the answer was accepted, and the links that it undid by name.
    pub(super) fn answer(&mut self, task: &Task, approved: bool, thing: Thing) -> bool {
        self.tick();
        let kind = task.kind;
        let may_name = approved && matches!(kind, Kind::Claim | Kind::Request) && task.account_id.is_none();
        let (accounts, certificates) = match thing {
            Thing::Account(at) if may_name => (vec![at], vec![]),
            Thing::Certificate(at) if may_name => (vec![], vec![at]),
            _ => (vec![], vec![]),
        };
        let reply = Answer {
            approved,
            reason: "looked at".to_owned(),
            by: STAFF.to_owned(),
            accounts: accounts.iter().map(|at| label_of(*at)).collect(),
            certificates: certificates.iter().map(|at| format!("{REISSUE}:{}", at + 1)).collect(),
            person: (kind == Kind::NumberTaken && approved).then(|| self.second_holder(task)).flatten(),
        };
        let (now, before) = (self.now(), self.oracle.persons());
        let done = self.service.command(now, |tx| {
            answer(tx, task.number, &reply)?;
            Ok(((), Vec::new()))
        });
        match done {
            Ok(()) => {}
            Err(AnswerError::Unfit(_) | AnswerError::Moot(_)) => {
                self.observe(&Allowed::default());
                return false;
            }
            Err(error) => panic!("{kind:?} {approved}: {error:?}"),
        }
        let mut allowed = Allowed { table: true, ..Allowed::default() };
        let gives = matches!(kind, Kind::AccountTaken | Kind::AccountChanged | Kind::Claim | Kind::Request) && approved;
        match kind {
            Kind::NumberChanged | Kind::NumberTaken => self.said_who(task, kind, approved, &before),
            Kind::NotMine if !approved => allowed.thawed = task.person_id,
            Kind::NotMine => allowed.undone = self.link_of(task).into_iter().collect(),
            Kind::AccountChanged if !approved => allowed.undone = self.link_of(task).into_iter().collect(),
            _ => {}
        }
        if gives {
            let person = task.person_id.unwrap();
            let named = task.account_id.map(|id| self.ids.accounts[&id]).into_iter().chain(accounts);
            allowed.given = named.map(|at| (person, at)).collect();
            let of = |at: usize| self.oracle.ties.iter().find(|(_, tie)| tie.standing && tie.account == at);
            allowed.undone = allowed.given.iter().filter_map(|(_, at)| of(*at).map(|(id, _)| *id)).collect();
            for at in certificates {
                self.granted(person, self.rows.certificates[at]);
            }
        }
        self.observe(&allowed);
        if gives {
            for (person, at) in &allowed.given {
                let theirs = self.oracle.standing(*at).is_some_and(|tie| tie.person == *person && !tie.frozen);
                assert!(theirs, "what a reviewer gives is given");
            }
        }
        true
    }

    /// Of several persons who bear the number, the second one.
    fn second_holder(&self, task: &Task) -> Option<PersonId> {
        let pair = self.oracle.asked[&task.subject.as_ref()?.parse().unwrap()];
        let holds = |person: &PersonId| self.oracle.pairs(*person).iter().any(|own| own.touches(pair));
        self.oracle.persons().into_iter().filter(holds).nth(1)
    }

    fn link_of(&self, task: &Task) -> Option<LinkId> {
        let at = self.ids.accounts[&task.account_id?];
        let is_it = |(_, tie): &(&LinkId, &super::oracle::Tie)| {
            tie.standing && tie.account == at && Some(tie.person) == task.person_id
        };
        self.oracle.ties.iter().find(is_it).map(|(id, _)| *id)
    }

    fn said_who(&mut self, task: &Task, kind: Kind, approved: bool, before: &std::collections::BTreeSet<PersonId>) {
        let subject: usize = task.subject.as_ref().unwrap().parse().unwrap();
        let pair = self.oracle.asked.remove(&subject).unwrap();
        let identity = self.read(|conn| IdentityRow::by_subject(conn, ISSUER, &subject.to_string()));
        let person = identity.map(|row| row.person_id);
        if let (Kind::NumberTaken, Some((known, _))) = (kind, self.oracle.subjects.get(&subject)) {
            assert_eq!(person, Some(*known), "let in by the rules meanwhile: the answer only closes the question");
            return;
        }
        match (kind, approved) {
            (Kind::NumberChanged, false) => {
                assert_eq!(person, None, "the portal account is nobody's");
                self.oracle.subjects.remove(&subject);
                return;
            }
            (Kind::NumberChanged, true) => assert_eq!(person, task.person_id),
            (_, true) => {
                let holds = |person| self.oracle.pairs(person).iter().any(|own| own.touches(pair));
                assert!(person.is_some_and(|person| before.contains(&person) && holds(person)));
            }
            (_, false) => assert!(person.is_some_and(|person| !before.contains(&person)), "a person of its own"),
        }
        self.oracle.subjects.insert(subject, (person.unwrap(), pair));
        self.oracle.portal.insert((person.unwrap(), pair));
    }

    /// Granted pairs that were ended neither by the test nor by anything else, and that the oracle has or has not heard of.
    fn stored_grants(&self) -> Vec<(AliasId, PersonId)> {
        let grants = aliases::table
            .filter(aliases::task_id.is_not_null().and(aliases::ended_at.is_null()))
            .order((aliases::created_at, aliases::id))
            .select((aliases::id, aliases::person_id));
        self.read(|conn| grants.load(conn))
    }

    fn granted(&mut self, person: PersonId, pair: Pair) {
        for (id, owner) in self.stored_grants() {
            let (told, _) = self.oracle.granted.entry(id).or_insert((person, pair));
            assert_eq!(*told, owner, "whose a granted pair is");
        }
    }

    pub(super) fn undo_grant(&mut self, at: usize) {
        self.tick();
        let grants = self.stored_grants();
        assert_eq!(grants.len(), self.oracle.granted.len(), "granted pairs");
        if grants.is_empty() {
            return;
        }
        let (id, person) = grants[at % grants.len()];
        let (actor, now) = (Actor::Staff(STAFF.to_owned()), self.now());
        let why = Because { by: &LinkActor::Staff(STAFF.to_owned()), actor: &actor, reason: "a mistake" };
        let done = self.service.command(now, |tx| {
            let undone = undo_grant(tx, id, why)?;
            Ok::<_, UndoError>(((), undone.told))
        });
        done.unwrap();
        self.oracle.granted.remove(&id);
        self.observe(&Allowed { grant_ended: Some(person), table: true, ..Allowed::default() });
    }

    /// Undoes a link that stands, by an administrator.
    pub(super) fn undo(&mut self, id: LinkId) {
        self.tick();
        let (actor, now) = (Actor::Staff(STAFF.to_owned()), self.now());
        let why = Because { by: &LinkActor::Staff(STAFF.to_owned()), actor: &actor, reason: "a mistake" };
        let done = self.service.command(now, |tx| {
            let undone = undo(tx, id, why)?;
            Ok::<_, UndoError>((undone.person, undone.told))
        });
        let person = done.unwrap();
        self.observe(&Allowed { undone: vec![id], table: true, ..Allowed::default() });
        assert!(!self.oracle.ties[&id].standing);
        if self.oracle.subjects.values().any(|(owner, _)| *owner == person) {
            self.check_complete(person);
        }
        let again = self.service.command(now, |tx| {
            let undone = undo(tx, id, why)?;
            Ok::<_, UndoError>(((), undone.told))
        });
        assert!(matches!(again, Err(UndoError::UndoneBefore)), "{again:?}");
    }

    pub(super) fn prove_and_undo(&mut self, subject: usize, at: usize, work: bool) {
        let Some(person) = self.sign_in(subject, self.oracle.subjects.get(&subject).map(|(_, pair)| *pair), false)
        else {
            return;
        };
        let at = self.offered(person, at, false);
        let (before, seen) = (self.snapshot(person), self.sees(person));
        if !self.prove(subject, at, true) {
            return;
        }
        if work {
            let now = self.sees(person);
            for certificate in now.certificates.difference(&seen.certificates) {
                self.submit_for(person, *certificate);
            }
            for old in now.olds.difference(&seen.olds) {
                let id = self.ids.olds.iter().find(|(_, place)| *place == old).map(|(id, _)| *id.as_uuid());
                self.edit_one(person, buzheng::ids::ApplicationId::from_uuid(id.unwrap()));
            }
        }
        let link = self.oracle.ties.iter().find(|(_, tie)| tie.standing && tie.account == at).map(|(id, _)| *id);
        self.undo(link.unwrap());
        before.assert_restored(self.snapshot(person), at);
    }

    pub(super) fn approve_and_undo(&mut self, task: usize, thing: Thing) {
        let gives = |task: &Task| matches!(task.kind, Kind::Claim | Kind::Request | Kind::AccountTaken);
        let tasks: Vec<Task> = self.open_tasks().into_iter().filter(gives).collect();
        let Some(task) = tasks.get(task % tasks.len().max(1)) else { return };
        let person = task.person_id.unwrap();
        let at = match (task.account_id, thing) {
            (Some(id), _) => self.ids.accounts[&id],
            (None, Thing::Account(at)) if self.rows.accounts[at].is_some() => at,
            _ => return,
        };
        let subject = self.oracle.subjects.iter().find(|(_, (owner, _))| *owner == person).map(|(at, to)| (*at, to.1));
        let Some((subject, pair)) = subject.filter(|_| self.oracle.standing(at).is_none()) else { return };
        if self.sign_in(subject, Some(pair), false).is_none() || self.oracle.standing(at).is_some() {
            return;
        }
        let before = self.snapshot(person);
        if self.answer(task, true, Thing::Account(at)) {
            let link = self.oracle.ties.iter().find(|(_, tie)| tie.standing && tie.account == at).map(|(id, _)| *id);
            self.undo(link.unwrap());
            before.assert_restored(self.snapshot(person), at);
        }
    }

    pub(super) fn delta(&mut self, delta: Delta) {
        self.tick();
        let source = match delta {
            Delta::Account { at, pair, new_password } => {
                let password = self.rows.accounts[at].map_or(1, |row| row.password + u8::from(new_password));
                self.rows.accounts[at] = Some(Account { pair, password });
                (SYSTEMS[at], "accounts", ACCOUNTS.to_owned() + &self.rows.account_row(at).unwrap())
            }
            Delta::Certificate { at, pair } => {
                self.rows.certificates[at] = pair;
                (REISSUE, "certificates", CERTIFICATES.to_owned() + &self.rows.certificate_row(at))
            }
            Delta::Application { at, account, pair } => {
                self.rows.olds[at] = Old { account, pair };
                (REISSUE, "applications", APPLICATIONS.to_owned() + &self.rows.old_row(at))
            }
        };
        self.import(&[source]);
        self.observe(&Allowed::default());
    }
}
