//! Those who come by an account's password: what they do, and what may never become of it (LINKING.md, A1-A9).

use buzheng::app::AppError;
use buzheng::app::account::{Checked, Detail, DoorAnswer, Registered, register};
use buzheng::app::reissue::{Outcome, Photo, Sent, Submission, Target};
use buzheng::db::account_credentials::set_password;
use buzheng::domain::email::Email;
use buzheng::domain::form::Input;
use buzheng::ids::{AccountId, ApplicationId, PersonId};
use buzheng::vault::hash_password;
use chrono::Utc;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

use super::check::{Ours, found};
use super::ground::{Model, block_on};
use super::oracle::Allowed;
use super::world::{Doc, Pair, Same, old_password};

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
    /// The accounts' persons, with every number and name that they opened or proved.
    pub(super) persons: BTreeMap<PersonId, BTreeSet<Pair>>,
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
    /// A sign-in by an imported account.
    pub(super) fn open(&mut self, at: usize) {
        self.tick();
        let Some(row) = self.rows.accounts[at].filter(|row| row.pair.0.canonical().is_some()) else { return };
        let password = self.doors.opening(at, row.password);
        let answer = block_on(self.service.app.open_account(row.pair.0.text(), &password, self.now())).unwrap();
        let id = self.account_id(at).unwrap();
        if self.oracle.standing(at).is_some() {
            assert_eq!(answer, DoorAnswer::Shut, "a portal's person has {at}");
        } else {
            let DoorAnswer::Opened(opened) = answer else { panic!("{at} does not open: {answer:?}") };
            assert_eq!(opened.account, id);
            self.came_by(opened.person, row.pair, id);
        }
        self.observe(&Allowed::default());
    }

    fn came_by(&mut self, person: PersonId, pair: Pair, account: AccountId) {
        assert!(!self.oracle.persons().contains(&person), "a password led to a portal's person");
        let pairs = self.doors.persons.entry(person).or_default();
        pairs.insert(pair);
        assert!(
            pairs.iter().all(|own| own.fits(pair) || own == &pair),
            "one person by two numbers or names: {pairs:?}"
        );
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

    /// Another password, by whoever knew the one before or by a recovery link.
    pub(super) fn choose(&mut self, at: usize, is_proof: bool) {
        self.tick();
        let Some(account) = self.account_id(at) else { return };
        let password = format!("gaimi-{}", self.steps());
        let (hash, now) = (hash_password(&password), self.now());
        let set = |tx: &mut buzheng::app::tx::Tx<'_>| {
            set_password(tx.conn, account, &hash, is_proof, now)?;
            Ok(((), Vec::new()))
        };
        self.service.command::<_, AppError>(now, set).unwrap();
        self.doors.chosen.insert(at, Chosen { password, is_proof });
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
            for at in &sees.certificates {
                let row = self.rows.certificates[*at];
                assert!(pairs.iter().any(|pair| pair.fits(row)), "certificate {at} is none of {pairs:?}");
                assert!(!self.is_vouched_for(row), "certificate {at} is a portal's person's");
                assert!(!self.doors.unchecked.contains(person), "certificate {at} was shown without a detail");
            }
            for at in &sees.accounts {
                assert!(self.oracle.standing(*at).is_none(), "account {at} is a portal's person's");
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
