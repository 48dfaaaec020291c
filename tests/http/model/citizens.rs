//! What citizens do.

use buzheng::app::linking::{Asked, Asker, Claim, Proof, Reported, Request};
use buzheng::app::maintain::Edit;
use buzheng::app::reissue::{Outcome, Photo, Refusal, Sent, Submission, Target};
use buzheng::app::sign_in::SignedIn;
use buzheng::domain::form::Input;
use buzheng::ids::{ApplicationId, CertificateId, PersonId};
use uuid::Uuid;

use super::check::found;
use super::ground::{Model, block_on, identity};
use super::oracle::Allowed;
use super::world::{Pair, REISSUE, SUBJECTS, Same};

impl Model {
    pub(super) fn sign_in(&mut self, subject: usize, vouched: Option<Pair>, corporate: bool) -> Option<PersonId> {
        self.tick();
        let pair = vouched.unwrap_or(SUBJECTS[subject]);
        let before = self.oracle.persons();
        let answer = block_on(self.service.app.sign_in(&identity(subject, pair, corporate), self.now())).unwrap();
        assert_eq!(matches!(answer, SignedIn::Refused(_)), corporate, "{answer:?}");
        let known = self.oracle.subjects.get(&subject).copied();
        let holders: Vec<PersonId> = before
            .iter()
            .copied()
            .filter(|person| self.oracle.pairs(*person).iter().any(|own| own.touches(pair)))
            .collect();
        let only_holder = holders.first().copied().filter(|_| holders.len() == 1);
        let joins = only_holder.filter(|person| self.oracle.may_be_joined(*person, pair));
        let (expected, is_new) = match known {
            Some((person, vouched)) if vouched.0 == pair.0 => (Some(person), false),
            Some(_) => (None, false),
            None => (joins, holders.is_empty()),
        };
        let person = match answer {
            SignedIn::Person { id, .. } => {
                assert_eq!(before.contains(&id), !is_new, "a new person if nobody bears the number");
                assert!(is_new || expected == Some(id), "signed in as another: {id}, not {expected:?}");
                id
            }
            SignedIn::Review { .. } => {
                assert!(expected.is_none() && !is_new, "held back without a reason");
                self.oracle.asked.insert(subject, pair);
                self.sessions.remove(&subject);
                self.observe(&Allowed::default());
                return None;
            }
            SignedIn::Refused(_) => {
                self.observe(&Allowed::default());
                return None;
            }
        };
        self.oracle.subjects.insert(subject, (person, pair));
        self.oracle.portal.insert((person, pair));
        self.sessions.insert(subject, person);
        self.observe(&Allowed { table: true, ..Allowed::default() });
        self.check_complete(person);
        Some(person)
    }

    /// One of the accounts that are offered, or any.
    pub(super) fn offered(&self, person: PersonId, at: usize, stray: bool) -> usize {
        let offers = |at: &usize| self.oracle.offers(person, *at, &self.rows);
        let offered: Vec<usize> = (0..self.rows.accounts.len()).filter(offers).collect();
        if stray || offered.is_empty() { at } else { offered[at % offered.len()] }
    }

    /// Whether it was right.
    pub(super) fn prove(&mut self, subject: usize, at: usize, right: bool) -> bool {
        self.tick();
        let Some(asker) = self.asker(subject) else { return false };
        let Some(account) = self.account_id(at) else { return false };
        let may = self.is_current(&asker, subject) && self.oracle.offers(asker.person, at, &self.rows);
        let version = self.rows.accounts[at].unwrap().password;
        let password = if right { self.doors.proving(at, version) } else { "wrong".to_owned() };
        let answer = found(block_on(self.service.app.prove(&asker, account, &password, self.now())));
        assert_eq!(answer.is_some(), may, "{answer:?}: offered or not");
        let keys = [format!("{at}"), asker.person.to_string()];
        let most = keys.iter().filter_map(|key| self.oracle.wrong.get(key)).max().copied().unwrap_or_default();
        let mut allowed = Allowed::default();
        match answer {
            Some(Proof::Linked { .. }) => {
                assert!(right, "a wrong password");
                assert!(most < 5, "right after five wrong ones");
                allowed = Allowed { proof: Some((asker.person, at)), table: true, ..allowed };
            }
            Some(Proof::Wrong { .. }) => {
                assert!(!right && most < 5, "right, or after five wrong ones");
                for key in keys {
                    *self.oracle.wrong.entry(key).or_default() += 1;
                }
            }
            Some(Proof::Locked(_)) => assert!(most >= 5, "locked after {most}"),
            None => {}
        }
        let linked = allowed.proof.is_some();
        self.observe(&allowed);
        if linked {
            assert!(self.oracle.standing(at).is_some_and(|tie| tie.person == asker.person));
            self.check_complete(asker.person);
        }
        linked
    }

    pub(super) fn claim(&mut self, subject: usize, at: usize, right: bool) {
        self.tick();
        let Some(asker) = self.asker(subject) else { return };
        let Some(row) = self.rows.accounts[at] else { return };
        let password = if right { self.doors.proving(at, row.password) } else { "wrong".to_owned() };
        let number = row.pair.0;
        let answer = found(block_on(self.service.app.claim(&asker, number.text(), &password, self.now())));
        assert_eq!(answer.is_some(), self.is_current(&asker, subject));
        if let Some(answer) = answer {
            let others = self.oracle.standing(at).is_none_or(|tie| tie.person != asker.person);
            let own = self.oracle.pairs(asker.person).iter().any(|pair| pair.0.same(number) != Same::No);
            let may = right && others && !own && number.canonical().is_some();
            assert_eq!(matches!(answer, Claim::Received { .. }), may, "{answer:?}");
        }
        self.observe(&Allowed::default());
    }

    pub(super) fn request(&mut self, subject: usize, account: Option<usize>) {
        self.tick();
        let Some(asker) = self.asker(subject) else { return };
        let account = account.map(|at| self.offered(asker.person, at, false));
        let id = account.and_then(|at| self.account_id(at));
        let request = Request {
            system: REISSUE.to_owned(),
            account: id,
            old_number: String::new(),
            old_name: String::new(),
            exam: "执业药师".to_owned(),
            year: "2018".to_owned(),
            note: String::new(),
            evidence: None,
            again: None,
        };
        let answer = found(block_on(self.service.app.request_verification(&asker, request, self.now())));
        let offered = |at: usize| id.is_none() || self.oracle.offers(asker.person, at, &self.rows);
        let may = self.is_current(&asker, subject) && account.is_none_or(offered);
        assert_eq!(answer.is_some(), may, "{answer:?}");
        if let Some(Asked::TooMany) = answer {
            assert!(self.number("SELECT count(*) AS number FROM review_tasks WHERE status = 'open'") >= 3);
        }
        self.observe(&Allowed::default());
    }

    pub(super) fn not_mine(&mut self, subject: usize, at: usize) {
        self.tick();
        let Some(asker) = self.asker(subject) else { return };
        let shown = |at: &usize| self.oracle.shows_account(asker.person, *at, &self.rows);
        let shown: Vec<usize> = (0..self.rows.accounts.len()).filter(shown).collect();
        let at = shown.get(at % shown.len().max(1)).copied().unwrap_or(at);
        let Some(account) = self.account_id(at) else { return };
        let link = self.oracle.ties.iter().find(|(_, tie)| tie.standing && tie.account == at).map(|(id, _)| *id);
        let own = self.oracle.standing(at).filter(|tie| tie.person == asker.person).map(|tie| tie.frozen);
        let answer = found(block_on(self.service.app.report_not_mine(&asker, account, self.now())));
        let current = self.is_current(&asker, subject);
        match answer {
            Some(Reported::Frozen { .. }) => assert!(current && shown.contains(&at)),
            Some(Reported::Already) => assert_eq!(own, Some(true)),
            None => assert!(!current || !shown.contains(&at), "what is shown can be reported"),
        }
        let frozen = link.filter(|_| matches!(answer, Some(Reported::Frozen { .. })));
        self.observe(&Allowed { frozen, table: true, ..Allowed::default() });
        assert!(frozen.is_none_or(|id| self.oracle.ties[&id].frozen), "frozen at once");
    }

    pub(super) fn submit(&mut self, subject: usize, at: usize, stray: bool) {
        self.tick();
        let Some(Asker { person, .. }) = self.asker(subject) else { return };
        let sees = self.sees(person);
        let shown: Vec<usize> = sees.certificates.iter().copied().collect();
        let at = if stray || shown.is_empty() { at } else { shown[at % shown.len()] };
        self.submit_for(person, at);
    }

    pub(super) fn submit_for(&mut self, person: PersonId, at: usize) {
        let sees = self.sees(person);
        let id = self.ids.certificates.iter().find(|(_, place)| **place == at).map(|(id, _): (&CertificateId, _)| *id);
        let input = Input {
            contact: "13912340001".to_owned(),
            birth_month: "198001".to_owned(),
            gender: "女".to_owned(),
            ..Input::default()
        };
        let sent = Sent { input, photo: Photo::None, contact_confirmed: true };
        let submission = Submission { target: Target::Certificate(id.unwrap()), sent, token: Uuid::new_v4() };
        let answer = found(block_on(self.service.app.submit(person, submission, self.now())));
        let shown = sees.certificates.contains(&at) && self.has_portal_account(person);
        match answer {
            None => assert!(!shown, "a certificate that is shown can be applied for"),
            Some(answer) => {
                assert!(shown, "a certificate that is not shown");
                if let Outcome::Refused(refused) = answer {
                    match refused.why {
                        Refusal::AlreadyOpen(open) => self.is_own(person, &sees, &open),
                        Refusal::Invalid(errors) => panic!("{errors:?}"),
                        Refusal::Registered | Refusal::NotEligible(_) | Refusal::Electronic(_) | Refusal::Conflict => {
                            panic!("not eligible")
                        }
                    }
                }
            }
        }
        self.observe(&Allowed::default());
    }

    pub(super) fn has_portal_account(&self, person: PersonId) -> bool {
        self.oracle.subjects.values().any(|(owner, _)| *owner == person)
    }

    /// What stands in a person's way is something that they see.
    fn is_own(&self, person: PersonId, sees: &super::check::Sees, open: &str) {
        let id: ApplicationId = open.parse().unwrap();
        let old = self.ids.olds.iter().find(|(old, _)| old.as_uuid() == id.as_uuid()).map(|(_, at)| *at);
        let shown = sees.ours.contains(&id) || old.is_some_and(|at| sees.unedited.contains(&at));
        assert!(shown, "{open}, which {person} does not see, stands in their way");
    }

    pub(super) fn edit(&mut self, subject: usize, at: usize, stray: bool) {
        self.tick();
        let Some(Asker { person, .. }) = self.asker(subject) else { return };
        let sees = self.sees(person);
        let old = |at: &usize| {
            let id = self.ids.olds.iter().find(|(_, place)| *place == at).map(|(id, _)| *id.as_uuid());
            ApplicationId::from_uuid(id.unwrap())
        };
        let mut ids: Vec<ApplicationId> = sees.unedited.iter().map(old).chain(sees.ours.iter().copied()).collect();
        if stray || ids.is_empty() {
            ids = (0..self.rows.olds.len()).map(|at| old(&at)).chain(self.ours().iter().map(|row| row.id)).collect();
        }
        self.edit_one(person, ids[at % ids.len()]);
    }

    pub(super) fn edit_one(&mut self, person: PersonId, id: ApplicationId) {
        let sees = self.sees(person);
        let Some(shown) = found(block_on(self.service.app.application(person, id))) else {
            let edit = Edit {
                version: 0,
                sent: Sent { input: Input::default(), photo: Photo::None, contact_confirmed: true },
            };
            assert!(found(block_on(self.service.app.edit(person, id, edit, self.now()))).is_none());
            return;
        };
        let mut input = shown.input.clone();
        input.contact = format!("139{:08}", self.now().timestamp() % 100_000_000);
        (input.birth_month, input.gender) = ("198001".to_owned(), "女".to_owned());
        let edit = Edit { version: shown.version, sent: Sent { input, photo: Photo::None, contact_confirmed: true } };
        match found(block_on(self.service.app.edit(person, id, edit, self.now()))) {
            Some(Outcome::Done(_)) => {}
            Some(Outcome::Refused(refused)) => match refused.why {
                Refusal::Registered => {}
                Refusal::AlreadyOpen(open) => self.is_own(person, &sees, &open),
                Refusal::Invalid(errors) => panic!("{errors:?}"),
                Refusal::NotEligible(_) | Refusal::Electronic(_) | Refusal::Conflict => {
                    panic!("a conflict with nobody")
                }
            },
            None => panic!("what is shown can be edited"),
        }
        self.observe(&Allowed::default());
    }
}
