//! What holds after every step: the database and the use cases against the oracle.

use buzheng::app::AppError;
use buzheng::app::audit::verify::verify;
use buzheng::app::dossier::{AllApplications, Holdings};
use buzheng::app::linking::inspect::{self, Sight, Viewer};
use buzheng::db::people::{self, AliasRow, LinkFilter};
use buzheng::db::schema::applications;
use buzheng::domain::linking::{List, Rule};
use buzheng::ids::{ApplicationId, CertificateId, LegacyApplicationId, LinkId, PersonId};
use buzheng::vault::Purpose;
use diesel::prelude::*;
use std::collections::BTreeSet;

use super::ground::{Model, block_on};

/// One application made here.
#[derive(Clone, Debug)]
pub(super) struct Ours {
    pub(super) id: ApplicationId,
    pub(super) person: PersonId,
    old: Option<LegacyApplicationId>,
    certificate: Option<CertificateId>,
    detached: bool,
    /// It was made under an account, and followed by this link.
    pub(super) followed: Option<LinkId>,
}

/// All that a person sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sees {
    pub(super) accounts: BTreeSet<usize>,
    pub(super) certificates: BTreeSet<usize>,
    pub(super) olds: BTreeSet<usize>,
    pub(super) ours: BTreeSet<ApplicationId>,
    pub(super) unedited: BTreeSet<usize>,
    pub(super) other_name_record: bool,
}

impl Model {
    pub(super) fn ours(&self) -> Vec<Ours> {
        let rows = applications::table
            .select((
                applications::id,
                applications::person_id,
                applications::legacy_application_id,
                applications::certificate_id,
                applications::detached_at.is_not_null(),
                applications::followed_link_id,
            ))
            .order((applications::submitted_at, applications::id));
        let rows = self.read(|conn| rows.load(conn));
        let ours = |(id, person, old, certificate, detached, followed)| Ours {
            id,
            person,
            old,
            certificate,
            detached,
            followed,
        };
        rows.into_iter().map(ours).collect()
    }

    /// What the service shows.
    pub(super) fn sees(&self, person: PersonId) -> Sees {
        let (holdings, all) =
            self.service.read(|tx| Ok((Holdings::of(tx, person)?, AllApplications::read(tx, person)?)));
        Sees {
            accounts: holdings
                .accounts
                .shown
                .iter()
                .filter_map(|held| self.ids.accounts.get(&held.account.id).copied())
                .collect(),
            certificates: holdings.certificates.iter().map(|row| self.ids.certificates[&row.id]).collect(),
            olds: holdings.applications.iter().map(|row| self.ids.olds[&row.id]).collect(),
            ours: all.ours.iter().map(|row| row.id).collect(),
            unedited: all.old.iter().map(|row| self.ids.olds[&row.id]).collect(),
            other_name_record: holdings.other_name_record,
        }
    }

    /// What the oracle says is to be shown.
    fn should_see(&self, person: PersonId, ours: &[Ours], other_name_record: bool) -> Sees {
        let (oracle, rows) = (&self.oracle, &self.rows);
        let accounts: BTreeSet<usize> =
            (0..rows.accounts.len()).filter(|at| oracle.shows_account(person, *at, rows)).collect();
        let certificates =
            (0..rows.certificates.len()).filter(|at| oracle.shows_record(person, rows.certificates[*at])).collect();
        let olds: BTreeSet<usize> = (0..rows.olds.len())
            .filter(|at| {
                let old = rows.olds[*at];
                match rows.account_of(old) {
                    Some(account) => accounts.contains(&account),
                    None => oracle.shows_record(person, old.pair),
                }
            })
            .collect();
        let is_frozen = |link: &LinkId| oracle.ties.get(link).is_some_and(|tie| tie.frozen);
        let own = ours.iter().filter(|row| row.person == person && !row.followed.as_ref().is_some_and(is_frozen));
        let stands = |row: &&Ours| row.detached || row.old.is_none_or(|old| olds.contains(&self.ids.olds[&old]));
        let edited = |at: &usize| {
            let is_of = |row: &Ours| !row.detached && row.old.is_some_and(|old| self.ids.olds[&old] == *at);
            own.clone().any(is_of)
        };
        Sees {
            accounts,
            certificates,
            unedited: olds.iter().copied().filter(|at| !edited(at)).collect(),
            ours: own.clone().filter(stands).map(|row| row.id).collect(),
            olds,
            other_name_record,
        }
    }

    pub(super) fn check(&self) {
        let ours = self.ours();
        let persons = self.oracle.persons();
        Self::check_ours(&ours);
        for person in &persons {
            let sees = self.sees(*person);
            assert_eq!(sees, self.should_see(*person, &ours, sees.other_name_record), "what {person} sees");
            self.check_addresses(*person, &sees, &ours);
            self.check_aliases(*person);
            self.check_offers(*person);
        }
        self.check_doors(&ours);
        self.check_stored();
    }

    /// One attached work for each old application and each certificate that is not decided.
    fn check_ours(ours: &[Ours]) {
        let (mut olds, mut certificates) = (BTreeSet::new(), BTreeSet::new());
        for row in ours.iter().filter(|row| !row.detached) {
            assert!(row.old.is_none_or(|old| olds.insert(old)), "an old application is edited twice: {ours:?}");
            let open = row.certificate.is_none_or(|certificate| certificates.insert(certificate));
            assert!(open, "two open applications for one certificate: {ours:?}");
        }
    }

    /// Applications by their address, another third of them after each step: shown to whom it is, not found for everyone else.
    fn check_addresses(&self, person: PersonId, sees: &Sees, ours: &[Ours]) {
        let mut ids: BTreeSet<ApplicationId> = ours.iter().map(|row| row.id).collect();
        ids.extend(self.ids.olds.keys().map(|id| ApplicationId::from_uuid(*id.as_uuid())));
        // Nobody can come any more as one whose last portal account a reviewer found to be another human's.
        let may_come = self.has_portal_account(person);
        let turn = self.steps() % 3;
        for id in ids.into_iter().skip(turn).step_by(3) {
            let old = self.ids.olds.get(&LegacyApplicationId::from_uuid(*id.as_uuid()));
            let expected = may_come && (sees.ours.contains(&id) || old.is_some_and(|at| sees.olds.contains(at)));
            match block_on(self.service.app.application(person, id)) {
                Ok(_) => assert!(expected, "{person} is shown {id}"),
                Err(AppError::NotFound) => assert!(!expected, "{person} is not shown {id}"),
                Err(error) => panic!("{person} at {id}: {error:?}"),
            }
        }
    }

    fn check_aliases(&self, person: PersonId) {
        let vault = &self.service.app.vault;
        let rows = self.read(|conn| AliasRow::of_persons(conn, &[person]));
        let open = |purpose, sealed: &[u8]| vault.open_text(purpose, sealed).unwrap();
        let stored: BTreeSet<(String, String)> = rows
            .iter()
            .map(|row| (open(Purpose::Number, &row.number_sealed), open(Purpose::Name, &row.name_sealed)))
            .map(|(number, name)| (buzheng::domain::document::Number::new(&number, None).canonical().to_owned(), name))
            .collect();
        let told = self.oracle.pairs(person).into_iter();
        let told = told.map(|pair| (pair.0.canonical().unwrap().to_owned(), pair.1.text().to_owned())).collect();
        assert_eq!(stored, told, "the pairs of {person}");
    }

    /// What is offered for proof is exactly what may be proven: nothing of another person's.
    fn check_offers(&self, person: PersonId) {
        let page = block_on(self.service.app.link_page(person)).unwrap();
        let offered: BTreeSet<usize> =
            page.offered.iter().filter_map(|account| self.ids.accounts.get(&account.id).copied()).collect();
        let has_portal_account = self.has_portal_account(person);
        let may: BTreeSet<usize> = (0..self.rows.accounts.len())
            .filter(|at| has_portal_account && self.oracle.offers(person, *at, &self.rows))
            .collect();
        assert_eq!(offered, may, "what is offered to {person}");
        block_on(self.service.app.continuity(person)).unwrap();
    }

    /// Links with their evidence, questions with theirs, the audit log.
    fn check_stored(&self) {
        let (app, now) = (&self.service.app, self.now());
        let viewer = Viewer { by: "check".to_owned(), sight: Sight::Masked };
        self.service
            .command::<_, AppError>(now, |tx| {
                let filter = LinkFilter { person: None, account: None, undone: true, limit: 1000 };
                for line in inspect::links(tx, &filter)? {
                    assert!(!line.by.word().is_empty());
                    let detail = inspect::link(tx, line.link.parse().unwrap(), &viewer)?;
                    assert!(!detail.account_side.number.is_empty() && !detail.account_side.name.is_empty());
                }
                for task in inspect::tasks(tx, None, 1000)? {
                    inspect::task(tx, task.task, &viewer)?;
                }
                Ok(((), Vec::new()))
            })
            .unwrap();
        let resting = "SELECT count(*) AS number FROM links l JOIN aliases a ON a.id = l.via_alias_id
             LEFT JOIN links source ON source.id = a.link_id
             WHERE l.undone_at IS NULL AND (a.person_id <> l.person_id OR a.ended_at IS NOT NULL
               OR source.undone_at IS NOT NULL OR l.frozen_at IS NULL AND source.frozen_at IS NOT NULL)";
        assert_eq!(self.number(resting), 0, "links that rest on pairs which do not count");
        let verdict = app.db.transaction_blocking(|conn| verify(conn, &app.vault, None)).unwrap();
        assert!(verdict.is_intact(), "{verdict:?}");
    }

    /// After the table has run for a person nothing that the rules allow is left.
    pub(super) fn check_complete(&self, person: PersonId) {
        let missed: Vec<usize> =
            (0..self.rows.accounts.len()).filter(|at| self.oracle.must_link(person, *at, &self.rows)).collect();
        assert!(missed.is_empty(), "{missed:?} is not linked to {person} although the rules allow it");
    }

    /// Everything that an undoing restores.
    pub(super) fn snapshot(&self, person: PersonId) -> Snapshot {
        let mut findings: Vec<_> = self
            .read(|conn| people::findings(conn, person))
            .into_iter()
            .filter_map(|found| Some((*self.ids.accounts.get(&found.account_id)?, found.list, found.rule)))
            .collect();
        findings.sort();
        let mut aliases: Vec<String> =
            self.read(|conn| AliasRow::of_persons(conn, &[person])).iter().map(|alias| alias.id.to_string()).collect();
        aliases.sort();
        let standing = self.oracle.ties.iter().filter(|(_, tie)| tie.standing);
        let links = standing.map(|(id, tie)| format!("{id} {} {}", tie.account, tie.frozen)).collect();
        let sees = self.oracle.persons().into_iter().map(|person| (person, self.sees(person))).collect();
        Snapshot { sees, links, aliases, findings }
    }
}

/// What of the state an undoing restores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Snapshot {
    sees: Vec<(PersonId, Sees)>,
    links: Vec<String>,
    aliases: Vec<String>,
    /// (account, list, rule).
    findings: Vec<(usize, List, Rule)>,
}

impl Snapshot {
    /// Undone, the pair is marked; work that was done meanwhile stays.
    pub(super) fn assert_restored(mut self, mut after: Self, account: usize) {
        for snapshot in [&mut self, &mut after] {
            snapshot.findings.retain(|(found, ..)| *found != account);
        }
        for ((_, before), (_, after)) in self.sees.iter().zip(&mut after.sees) {
            assert!(after.ours.is_superset(&before.ours), "work is gone");
            after.ours.clone_from(&before.ours);
        }
        assert_eq!(self, after, "undone");
    }
}

/// `NotFound` is an answer, everything else is a fault.
pub(super) fn found<T>(result: Result<T, AppError>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(AppError::NotFound) => None,
        Err(error) => panic!("{error:?}"),
    }
}
