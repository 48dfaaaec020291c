//! Whose data is this, told from what happened and not from what the service stored: who was vouched for, who proved what, what
//! reviewers answered.

use buzheng::db::people::Link;
use buzheng::ids::{AccountId, AliasId, LinkId, PersonId};
use std::collections::{BTreeMap, BTreeSet};

use super::world::{Pair, Rows, Same};

/// How an account came to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    Rules,
    Proof,
    Reviewer,
}

/// A link as the test saw it come and go.
#[derive(Clone, Debug)]
pub(super) struct Tie {
    pub(super) person: PersonId,
    pub(super) account: usize,
    /// The account's row at that time.
    pub(super) row: Pair,
    how: How,
    /// Whether the portal's own word was enough for it.
    by_portal: bool,
    pub(super) standing: bool,
    pub(super) frozen: bool,
}

/// What one step may do to links. Everything else that happens to one is a fault.
#[derive(Clone, Debug, Default)]
pub(super) struct Allowed {
    /// A proof of an account that was offered.
    pub(super) proof: Option<(PersonId, usize)>,
    /// What a reviewer gives.
    pub(super) given: Vec<(PersonId, usize)>,
    /// Links that are undone by name, which marks the pair.
    pub(super) undone: Vec<LinkId>,
    /// A granted pair was ended.
    pub(super) grant_ended: Option<PersonId>,
    /// 不是我的.
    pub(super) frozen: Option<LinkId>,
    /// A reviewer found that it is theirs after all.
    pub(super) thawed: Option<PersonId>,
    /// The table may have run, and linked by the rules.
    pub(super) table: bool,
}

#[derive(Default)]
pub(super) struct Oracle {
    /// (issuer, subject) to the person, and the number that was vouched for.
    pub(super) subjects: BTreeMap<usize, (PersonId, Pair)>,
    /// What the portal said last of a subject about whom a reviewer is asked.
    pub(super) asked: BTreeMap<usize, Pair>,
    /// Pairs by the portal's word.
    pub(super) portal: BTreeSet<(PersonId, Pair)>,
    /// Pairs by a reviewer's answer without a link.
    pub(super) granted: BTreeMap<AliasId, (PersonId, Pair)>,
    pub(super) ties: BTreeMap<LinkId, Tie>,
    /// Undone by name: never again by itself.
    pub(super) barred: BTreeSet<(PersonId, usize)>,
    /// Wrong passwords, for each account and each person.
    pub(super) wrong: BTreeMap<String, u32>,
}

impl Oracle {
    pub(super) fn persons(&self) -> BTreeSet<PersonId> {
        self.portal.iter().map(|(person, _)| *person).collect()
    }

    /// Everything that is a person's number and name now.
    pub(super) fn pairs(&self, person: PersonId) -> Vec<Pair> {
        let own = self.portal.iter().filter(|(owner, _)| *owner == person).map(|(_, pair)| *pair);
        let granted = self.granted.values().filter(|(owner, _)| *owner == person).map(|(_, pair)| *pair);
        let linked = self.ties.values().filter(|tie| tie.person == person && tie.standing && !tie.frozen);
        let linked = linked.filter(|tie| tie.how != How::Rules && tie.row.0.canonical().is_some()).map(|tie| tie.row);
        own.chain(granted).chain(linked).collect()
    }

    /// A portal account that was made anew: the portal vouched for the number before, and the name is one of theirs.
    pub(super) fn may_be_joined(&self, person: PersonId, vouched: Pair) -> bool {
        let bears = |(owner, own): &(PersonId, Pair)| *owner == person && own.0.same(vouched.0) == Same::Certainly;
        self.portal.iter().any(bears) && self.fits(person, vouched)
    }

    fn fits(&self, person: PersonId, row: Pair) -> bool {
        self.pairs(person).into_iter().any(|pair| pair.fits(row))
    }

    fn fits_another(&self, person: PersonId, row: Pair) -> bool {
        self.persons().into_iter().any(|other| other != person && self.fits(other, row))
    }

    /// A certificate, or an old application without an account.
    pub(super) fn shows_record(&self, person: PersonId, row: Pair) -> bool {
        self.fits(person, row) && !self.fits_another(person, row)
    }

    pub(super) fn standing(&self, account: usize) -> Option<&Tie> {
        self.ties.values().find(|tie| tie.account == account && tie.standing)
    }

    pub(super) fn shows_account(&self, person: PersonId, account: usize, rows: &Rows) -> bool {
        let Some(row) = rows.accounts[account] else { return false };
        self.standing(account).is_some_and(|tie| {
            tie.person == person && !tie.frozen && (row.pair.unchanged(tie.row) || self.fits(person, row.pair))
        })
    }

    /// L2-L4: offered for proof.
    pub(super) fn offers(&self, person: PersonId, account: usize, rows: &Rows) -> bool {
        let Some(row) = rows.accounts[account] else { return false };
        self.is_free(person, account)
            && self.pairs(person).into_iter().any(|pair| pair.touches(row.pair))
            && !self.fits(person, row.pair)
            && !self.fits_another(person, row.pair)
    }

    /// L1: to be linked as soon as the table runs for this person.
    pub(super) fn must_link(&self, person: PersonId, account: usize, rows: &Rows) -> bool {
        let Some(row) = rows.accounts[account] else { return false };
        self.is_free(person, account) && self.shows_record(person, row.pair)
    }

    fn is_free(&self, person: PersonId, account: usize) -> bool {
        self.standing(account).is_none() && !self.barred.contains(&(person, account))
    }

    /// Takes over what the database says of links, and holds each change against what the step may do.
    pub(super) fn observe(
        &mut self,
        links: &[Link],
        accounts: &BTreeMap<AccountId, usize>,
        rows: &Rows,
        allowed: &Allowed,
    ) {
        let mut new = Vec::new();
        for link in links {
            let (stands, frozen) = (link.undone_at.is_none(), link.frozen_at.is_some());
            let Some(tie) = self.ties.get(&link.id).cloned() else {
                new.push(link);
                continue;
            };
            assert_eq!((tie.person, tie.account), (link.person_id, accounts[&link.account_id]), "a link never moves");
            assert!(tie.standing || !stands, "an undone link stands again");
            if tie.standing && !stands {
                self.was_undone(link.id, &tie, allowed);
            } else if stands && frozen && !tie.frozen {
                let named = allowed.frozen.and_then(|named| self.ties.get(&named));
                assert!(named.is_some_and(|named| named.person == tie.person), "frozen without a cause: {tie:?}");
                let fell = allowed.frozen == Some(link.id) || !(tie.how == How::Rules && tie.by_portal);
                assert!(fell, "frozen although the portal's word is enough for it: {tie:?}");
            } else if stands && !frozen && tie.frozen {
                assert_eq!(allowed.thawed, Some(tie.person), "thawed without a cause: {tie:?}");
            }
            if let Some(tie) = self.ties.get_mut(&link.id) {
                (tie.standing, tie.frozen) = (stands, frozen && stands);
            }
        }
        // What reviewers gave and what was proven counts before what the rules then made of it.
        let how = |link: &Link| {
            let what = (link.person_id, accounts[&link.account_id]);
            match () {
                () if allowed.proof == Some(what) => How::Proof,
                () if allowed.given.contains(&what) => How::Reviewer,
                () => How::Rules,
            }
        };
        let (by_rules, by_word): (Vec<&Link>, Vec<&Link>) = new.into_iter().partition(|link| how(link) == How::Rules);
        for link in by_word {
            self.came(link, accounts[&link.account_id], how(link), rows);
        }
        for link in by_rules {
            let account = accounts[&link.account_id];
            self.came(link, account, How::Rules, rows);
            let (tie, row) = (&self.ties[&link.id], rows.accounts[account].unwrap().pair);
            assert!(allowed.table, "linked by a step that links nothing: {tie:?}");
            assert!(self.fits(tie.person, row), "nothing of the person fits {tie:?}");
            // Another person may have lost the account, and a pair come to this one, in the same answer.
            let rival = allowed.given.is_empty() && self.fits_another(tie.person, row);
            assert!(!rival, "it fits another person as well: {tie:?}");
            let barred = self.barred.contains(&(tie.person, account));
            assert!(!barred, "a barred pair is linked by itself: {tie:?}");
        }
        let mut taken = BTreeSet::new();
        for tie in self.ties.values().filter(|tie| tie.standing) {
            assert!(taken.insert(tie.account), "two links of one account: {tie:?}");
        }
    }

    fn came(&mut self, link: &Link, account: usize, how: How, rows: &Rows) {
        let row = rows.accounts[account].expect("an account that was imported").pair;
        let by_portal = self.portal.iter().any(|(person, pair)| *person == link.person_id && pair.fits(row));
        if how == How::Proof {
            assert!(!self.barred.contains(&(link.person_id, account)), "a barred pair is linked by proof");
        }
        let (person, frozen) = (link.person_id, link.frozen_at.is_some());
        let standing = link.undone_at.is_none();
        self.ties.insert(link.id, Tie { person, account, row, how, by_portal, standing, frozen });
    }

    fn was_undone(&mut self, id: LinkId, tie: &Tie, allowed: &Allowed) {
        if allowed.undone.contains(&id) {
            self.barred.insert((tie.person, tie.account));
            return;
        }
        let of_same_person = allowed.undone.iter().any(|named| self.ties[named].person == tie.person)
            || allowed.grant_ended == Some(tie.person);
        assert!(of_same_person, "undone without a cause: {tie:?}");
        assert!(
            !(tie.how == How::Rules && tie.by_portal),
            "undone although the portal's word is enough for it: {tie:?}"
        );
    }
}
