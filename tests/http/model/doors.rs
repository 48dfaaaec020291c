//! Those who come by an account's password: what they do, and what may never become of it (LINKING.md, A1-A9).

use buzheng::app::account::{
    ChangedPassword, Checked, Detail, DoorAnswer, Issued, Opened, Owner, Recovered, Registered, register,
};
use buzheng::app::linking::{Asker, Proof};
use buzheng::app::reissue::{Outcome, Photo, Sent, Submission, Target};
use buzheng::app::{App, AppError};
use buzheng::db::schema::account_credentials;
use buzheng::domain::email::Email;
use buzheng::domain::form::Input;
use buzheng::domain::linking::Way;
use buzheng::ids::{AccountId, ApplicationId, PersonId};
use buzheng::vault::hash_password;
use chrono::Utc;
use diesel::prelude::*;
use secrecy::ExposeSecret;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

use super::check::{Ours, found};
use super::ground::{Model, block_on};
use super::oracle::Allowed;
use super::staff::STAFF;
use super::world::{Doc, Pair, Same, is_shared, label_of, old_password};

/// A password that was chosen here.
#[derive(Clone, Debug)]
struct Chosen {
    password: String,
    /// By whoever had given the one before, and not by a recovery link.
    is_proof: bool,
}

/// What the test knows of those who came by an account.
#[derive(Default)]
pub(super) struct Doors {
    chosen: BTreeMap<usize, Chosen>,
    /// Registered here: what was typed, and the password.
    registered: BTreeMap<AccountId, (Pair, String)>,
    /// The accounts' persons, with every number and name that they opened.
    pub(super) persons: BTreeMap<PersonId, BTreeSet<Pair>>,
    /// The account by which each came last.
    came_by: BTreeMap<PersonId, AccountId>,
    /// The numbers and names of what they proved beside it.
    proven: BTreeMap<PersonId, BTreeSet<Pair>>,
    /// Of these nothing registered may show.
    unchecked: BTreeSet<PersonId>,
    /// By whom an application was made.
    makers: BTreeMap<ApplicationId, PersonId>,
}

impl Doors {
    /// By which an account is opened.
    fn opening(&self, at: usize, version: u8) -> String {
        self.chosen.get(&at).map_or_else(|| old_password(at, version), |chosen| chosen.password.clone())
    }

    /// By which an account is proven.
    pub(super) fn proving(&self, at: usize, version: u8) -> String {
        let chosen = self.chosen.get(&at).filter(|chosen| chosen.is_proof);
        chosen.map_or_else(|| old_password(at, version), |chosen| chosen.password.clone())
    }
}

impl Model {
    /// A sign-in by an imported account, and whom it let in. One password may be that of several: of those that count as one.
    pub(super) fn open(&mut self, at: usize) -> Option<Opened> {
        self.tick();
        let row = self.rows.accounts[at].filter(|row| row.pair.0.canonical().is_some())?;
        let password = self.doors.opening(at, row.password);
        let answer = block_on(self.service.app.open_account(row.pair.0.text(), &password, self.now())).unwrap();
        let is_free = |at: &usize| self.oracle.standing(*at).is_none();
        let has_it = |at: &usize| {
            let other = self.rows.accounts[*at].filter(|other| other.pair.touches(row.pair));
            other.is_some_and(|other| self.doors.opening(*at, other.password) == password)
        };
        let free: Vec<usize> = (0..self.rows.accounts.len()).filter(has_it).filter(is_free).collect();
        let opened = match answer {
            DoorAnswer::Opened(opened) => {
                let at = self.ids.accounts[&opened.account];
                assert!(free.contains(&at), "{at} opens, of {free:?}");
                self.came_by(opened.person, self.rows.accounts[at].unwrap().pair, opened.account);
                Some(opened)
            }
            DoorAnswer::Shut => {
                assert!(free.is_empty(), "none of {free:?} opens");
                None
            }
            other => panic!("{at} does not open: {other:?}"),
        };
        self.observe(&Allowed::default());
        opened
    }

    fn came_by(&mut self, person: PersonId, pair: Pair, account: AccountId) {
        assert!(!self.oracle.persons().contains(&person), "a password led to a portal's person");
        let pairs = self.doors.persons.entry(person).or_default();
        pairs.insert(pair);
        assert!(
            pairs.iter().all(|own| own.fits(pair) || own == &pair),
            "one person by two numbers or names: {pairs:?}"
        );
        self.doors.came_by.insert(person, account);
        assert!(block_on(self.service.app.door_is_open(person, account, Utc::now())).unwrap());
    }

    /// A registration whose address was confirmed, and a sign-in by it.
    pub(super) fn register(&mut self, pair: Pair) {
        self.tick();
        let Pair(doc, name) = pair;
        let password = format!("xuan-{}", self.steps());
        let new = Registered {
            number: doc.text().into(),
            name: name.text().into(),
            email: Some(Email::parse("someone@example.org").unwrap()),
            password_hash: hash_password(&password).into(),
        };
        let now = self.now();
        let account = self.service.command::<_, AppError>(now, |tx| Ok((register(tx, &new)?, Vec::new()))).unwrap();
        let touches = |other: Doc| other.same(doc) != Same::No;
        let known = self.rows.accounts.iter().flatten().any(|row| touches(row.pair.0))
            || self.doors.registered.values().any(|(other, _)| touches(other.0));
        assert_eq!(account.is_none(), known, "a number that has an account is not registered again");
        if let Some(account) = account {
            self.doors.registered.insert(account, (pair, password));
            self.open_registered(0);
        }
    }

    pub(super) fn open_registered(&mut self, at: usize) {
        self.tick();
        let registered: Vec<_> = self.doors.registered.iter().map(|(id, what)| (*id, what.clone())).collect();
        let Some((id, (pair, password))) = registered.get(at % registered.len().max(1)).cloned() else { return };
        match block_on(self.service.app.open_account(pair.0.text(), &password, self.now())).unwrap() {
            DoorAnswer::Opened(opened) => {
                if !self.doors.persons.contains_key(&opened.person) {
                    self.doors.unchecked.insert(opened.person);
                }
                self.came_by(opened.person, pair, id);
            }
            DoorAnswer::Shut => {}
            other => panic!("a registered account does not open: {other:?}"),
        }
        self.observe(&Allowed::default());
    }

    /// The certificate's number, right or wrong, by whoever registered.
    pub(super) fn check_detail(&mut self, at: usize, certificate: usize) {
        self.tick();
        let unchecked: Vec<PersonId> = self.doors.unchecked.iter().copied().collect();
        let Some(person) = unchecked.get(at % unchecked.len().max(1)).copied() else { return };
        let detail = Detail::CertificateNumber(format!("1603968{certificate}"));
        let answer = found(block_on(self.service.app.check_detail(person, detail, self.now())));
        let own = &self.doors.persons[&person];
        let row = self.rows.certificates[certificate];
        let fits = own.iter().any(|pair| pair.fits(row)) && !self.is_vouched_for(row);
        match answer {
            Some(Checked::Fits) => {
                assert!(fits, "{certificate} is none of {own:?}");
                self.doors.unchecked.remove(&person);
            }
            Some(Checked::Wrong { .. }) => assert!(!fits, "{certificate} is {own:?}'s"),
            // The door was shut since, or five were wrong.
            Some(Checked::Nothing | Checked::Locked(_)) | None => {}
        }
        self.observe(&Allowed::default());
    }

    /// Another password, by whoever opens the account and knows the one before.
    pub(super) fn change(&mut self, at: usize) {
        let Some(Opened { person, account, .. }) = self.open(at) else { return };
        self.tick();
        let at = self.ids.accounts[&account];
        let before = self.doors.opening(at, self.rows.accounts[at].unwrap().password);
        let password = format!("xuanze-{}", self.steps());
        let (owner, old, new) = (Owner { person, account }, before.into(), password.clone().into());
        let changed = block_on(self.service.app.change_password(owner, &old, &new, self.now())).unwrap();
        assert_eq!(changed, ChangedPassword::Done);
        let is_proof = self.doors.chosen.get(&at).is_none_or(|chosen| chosen.is_proof);
        self.was_chosen(at, &Chosen { password, is_proof });
    }

    /// Another password, by a link that staff handed out: as by one that was mailed.
    pub(super) fn recover(&mut self, at: usize) {
        self.tick();
        let Some(row) = self.rows.accounts[at] else { return };
        let (app, now) = (self.service.app.clone(), self.now());
        let may = self.oracle.standing(at).is_none() && row.pair.0.canonical().is_some();
        match block_on(app.issue_recovery(&label_of(at), STAFF, now)).unwrap() {
            Issued::Shut => assert!(!may, "no link for {at}"),
            Issued::Link(link) => {
                assert!(may, "a link for {at}");
                let token = link.expose_secret().rsplit('/').next().unwrap().to_owned();
                let password = format!("gaimi-{}", self.steps());
                let recovered = |app: &App| block_on(app.recover(&token, &password.clone().into(), now)).unwrap();
                assert_eq!(recovered(&app), Recovered::Done);
                assert_eq!(recovered(&app), Recovered::Gone, "a link is good once");
                self.was_chosen(at, &Chosen { password, is_proof: false });
            }
        }
        self.observe(&Allowed::default());
    }

    /// What got the password just now: the account, and nothing that does not count as the same (A2).
    fn was_chosen(&mut self, at: usize, chosen: &Chosen) {
        let just_now = account_credentials::table.filter(account_credentials::password_set_at.eq(self.now()));
        let ids: Vec<AccountId> = self.read(|conn| just_now.select(account_credentials::account_id).load(conn));
        let own = self.rows.accounts[at].unwrap().pair;
        let places: Vec<usize> = ids.iter().map(|id| self.ids.accounts[id]).collect();
        assert!(places.contains(&at), "{at} is none of {places:?}");
        for other in places {
            let fits = is_shared(at) && is_shared(other) && self.rows.accounts[other].unwrap().pair.fits(own);
            assert!(other == at || fits, "{other} does not count as {at}");
            assert!(self.oracle.standing(other).is_none(), "{other} is a portal's person's");
            self.doors.chosen.insert(other, chosen.clone());
        }
    }

    /// A proof by whoever came by an account: the portal's persons see nothing of it.
    pub(super) fn prove_by_account(&mut self, person: usize, at: usize, stray: bool, right: bool) {
        self.tick();
        let all: Vec<(PersonId, AccountId)> =
            self.doors.came_by.iter().map(|(person, account)| (*person, *account)).collect();
        let Some((person, came_by)) = all.get(person % all.len().max(1)).copied() else { return };
        let offered: Vec<usize> = found(block_on(self.service.app.link_page(person)))
            .map(|page| page.offered.iter().filter_map(|one| self.ids.accounts.get(&one.id).copied()).collect())
            .unwrap_or_default();
        let at = if stray || offered.is_empty() { at } else { offered[at % offered.len()] };
        let (Some(account), Some(row)) = (self.account_id(at), self.rows.accounts[at]) else { return };
        let password = if right { self.doors.proving(at, row.password) } else { "wrong".to_owned() };
        let asker = Asker { person, way: Way::Account(came_by) };
        match found(block_on(self.service.app.prove(&asker, account, &password, self.now()))) {
            Some(Proof::Linked { .. }) => {
                assert!(right && offered.contains(&at), "{at} was linked, offered were {offered:?}");
                assert!(self.oracle.standing(at).is_none(), "{at} is a portal's person's");
                self.doors.proven.entry(person).or_default().insert(row.pair);
            }
            Some(Proof::Wrong { .. }) => {
                assert!(!right && offered.contains(&at));
                for key in [format!("{at}"), person.to_string()] {
                    *self.oracle.wrong.entry(key).or_default() += 1;
                }
            }
            Some(Proof::Locked(_)) => assert!(offered.contains(&at)),
            None => {}
        }
        self.observe(&Allowed::default());
    }

    /// An application by whoever came by an account, for a certificate that they see.
    pub(super) fn apply_by_account(&mut self, at: usize, certificate: usize) {
        self.tick();
        let persons: Vec<PersonId> = self.doors.persons.keys().copied().collect();
        let Some(person) = persons.get(at % persons.len().max(1)).copied() else { return };
        let shown: Vec<usize> = self.sees(person).certificates.into_iter().collect();
        let is_shown = !shown.is_empty();
        let place = if is_shown { shown[certificate % shown.len()] } else { certificate };
        let id = *self.ids.certificates.iter().find(|(_, at)| **at == place).unwrap().0;
        let input = Input {
            contact: "13912340001".to_owned(),
            birth_month: "198001".to_owned(),
            gender: "女".to_owned(),
            ..Input::default()
        };
        let sent = Sent { input, photo: Photo::None, contact_confirmed: true };
        let submission = Submission { target: Target::Certificate(id), sent, token: Uuid::new_v4() };
        match found(block_on(self.service.app.submit(person, submission, self.now()))) {
            Some(Outcome::Done(id)) => {
                assert!(is_shown, "a certificate that is not shown");
                self.doors.makers.insert(id, person);
            }
            Some(Outcome::Refused(_)) => assert!(is_shown),
            None => {}
        }
        self.observe(&Allowed::default());
    }

    /// Under a number that the portal vouched for everything, under one that was granted what fits.
    fn is_vouched_for(&self, row: Pair) -> bool {
        let by_portal = self.oracle.portal.iter().any(|(_, pair)| pair.touches(row));
        let mut pairs = self.oracle.persons().into_iter().flat_map(|person| self.oracle.pairs(person));
        by_portal || pairs.any(|pair| pair.touches(row) && pair.1.same(row.1))
    }

    /// Nothing that a portal vouched for is ever reached by a password, and nobody sees what they neither opened nor proved.
    pub(super) fn check_doors(&self, ours: &[Ours]) {
        for (person, pairs) in &self.doors.persons {
            let sees = self.sees(*person);
            let proven = self.doors.proven.get(person);
            let shown_by = |row: Pair| proven.into_iter().flatten().any(|pair| pair.fits(row));
            for at in &sees.certificates {
                let row = self.rows.certificates[*at];
                let is_opened = pairs.iter().any(|pair| pair.fits(row));
                assert!(is_opened || shown_by(row), "certificate {at} is none of {pairs:?} and {proven:?}");
                assert!(!self.is_vouched_for(row), "certificate {at} is a portal's person's");
                let is_checked = !self.doors.unchecked.contains(person);
                assert!(is_checked || shown_by(row), "certificate {at} was shown without a detail");
            }
            for at in &sees.accounts {
                assert!(self.oracle.standing(*at).is_none(), "account {at} is a portal's person's");
                let row = self.rows.accounts[*at].unwrap().pair;
                let known = pairs.iter().chain(proven.into_iter().flatten());
                let is_known = known.into_iter().any(|pair| pair.fits(row) || pair.unchanged(row));
                assert!(is_known, "account {at} was neither opened nor proven by {pairs:?} and {proven:?}");
            }
            for row in ours.iter().filter(|row| row.person == *person) {
                let maker = self.doors.makers.get(&row.id);
                assert_eq!(maker, Some(person), "work of another stands with {person}");
            }
        }
        for row in ours.iter().filter(|row| !self.doors.persons.contains_key(&row.person)) {
            let is_followed = row.followed.is_some();
            assert_eq!(
                self.doors.makers.contains_key(&row.id),
                is_followed,
                "{row:?} follows an account or was made here"
            );
        }
        let crossed =
            "SELECT count(*) AS number FROM persons p JOIN identities i ON i.person_id = p.id WHERE p.door = 'account'";
        assert_eq!(self.number(crossed), 0);
    }
}
