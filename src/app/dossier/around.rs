//! What stands around identities and persons in the database, read for all of them together in two statements.

use chrono::NaiveDate;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::accounts::Accounts;
use super::asked::{Asked, Limits};
use super::open::{open_account, open_alias, open_evidence};
use super::{Dossier, LookUpValue};
use crate::app::tx::Tx;
use crate::db::DbError;
use crate::db::legacy::AccountRow;
use crate::db::people::{self, AliasRow, Link};
use crate::domain::document::{Number, Relation};
use crate::domain::linking::{Account, AccountState, Alias, Claim, Door, Facts, Opened, Person};
use crate::ids::{AccountId, PersonId};
use crate::vault::Vault;

/// An alias, and whose it is under which number.
struct Known {
    person: PersonId,
    lookup: LookUpValue,
    alias: Alias,
}

/// An account with every link that it ever had.
struct Found {
    row: AccountRow,
    links: Vec<Link>,
}

/// Everything that the facts about some identities are taken from.
pub(super) struct Around<'v> {
    vault: &'v Vault,
    /// By which door those come that are asked for.
    door: Door,
    /// Those of the portal's own word first. Complete for the persons that were asked for, and for the numbers of all of these and of
    /// the identities.
    aliases: Vec<Known>,
    /// Places in `aliases`.
    by_number: BTreeMap<LookUpValue, Vec<usize>>,
    by_person: BTreeMap<PersonId, Vec<usize>>,
    accounts: BTreeMap<AccountId, Found>,
    under: BTreeMap<LookUpValue, BTreeSet<AccountId>>,
    /// Accounts whose link stands, by person, in the order in which they were linked.
    standing: BTreeMap<PersonId, Vec<AccountId>>,
}

impl<'v> Around<'v> {
    /// Reads it all. `persons`: everyone with an alias under the identities' numbers, and whoever the identities belong to.
    pub(super) fn read(tx: &mut Tx<'v>, asked: &[Asked<'_>], persons: &[PersonId]) -> Result<Self, DbError> {
        let lookups: BTreeSet<&LookUpValue> = asked.iter().map(|one| &one.lookup).collect();
        let lookups: Vec<LookUpValue> = lookups.into_iter().cloned().collect();
        let mut around = Self::empty(tx.vault, Door::Portal);
        for row in AliasRow::around(tx.conn, persons, &lookups)? {
            around.add_alias(row)?;
        }
        let numbers: BTreeSet<&LookUpValue> = asked.iter().flat_map(|one| around.numbers(one)).collect();
        let numbers: Vec<LookUpValue> = numbers.into_iter().cloned().collect();
        let signing_in: BTreeSet<PersonId> = asked.iter().filter_map(|one| around.perspective(one)).collect();
        let signing_in: Vec<PersonId> = signing_in.into_iter().collect();
        for (row, link) in people::accounts_around(tx.conn, &numbers, &signing_in)? {
            around.add_account(row, link);
        }
        around.note_standing(&signing_in);
        Ok(around)
    }

    fn empty(vault: &'v Vault, door: Door) -> Self {
        Self {
            vault,
            door,
            aliases: Vec::new(),
            by_number: BTreeMap::new(),
            by_person: BTreeMap::new(),
            accounts: BTreeMap::new(),
            under: BTreeMap::new(),
            standing: BTreeMap::new(),
        }
    }

    fn add_alias(&mut self, row: AliasRow) -> Result<(), DbError> {
        let alias = open_alias(self.vault, &row)?;
        let at = self.aliases.len();
        self.by_number.entry(row.number_lookup.clone()).or_default().push(at);
        self.by_person.entry(row.person_id).or_default().push(at);
        self.aliases.push(Known { person: row.person_id, lookup: row.number_lookup, alias });
        Ok(())
    }

    fn add_account(&mut self, row: AccountRow, link: Option<Link>) {
        if let Some(lookup) = &row.number_lookup {
            self.under.entry(lookup.clone()).or_default().insert(row.id);
        }
        let found = self.accounts.entry(row.id).or_insert_with(|| Found { row, links: Vec::new() });
        found.links.extend(link);
    }

    fn note_standing(&mut self, persons: &[PersonId]) {
        let links = self.accounts.values().flat_map(|found| &found.links);
        let mut links: Vec<&Link> =
            links.filter(|link| link.undone_at.is_none() && persons.contains(&link.person_id)).collect();
        links.sort_by_key(|link| (link.linked_at, link.id));
        for link in links {
            self.standing.entry(link.person_id).or_default().push(link.account_id);
        }
    }

    /// The facts about one of those asked for.
    pub(super) fn facts(&self, asked: Asked<'_>, limits: Limits) -> Result<Facts, DbError> {
        let perspective = self.perspective(&asked);
        let numbers = self.numbers(&asked);
        let rivals = numbers.iter().flat_map(|number| self.under_number(number));
        let rivals =
            rivals.filter(|known| Some(known.person) != perspective).map(|known| known.alias.clone()).collect();
        let accounts = self.accounts_of(&numbers, perspective)?;
        let known = asked.known.map(|row| self.person(row.person_id)).zip(asked.number_before(self.vault)?);
        let holders = if known.is_none() { self.holders(&asked) } else { BTreeSet::new() };
        let holders = holders.into_iter().map(|id| self.person(id)).collect();
        let Limits { minimum_level, today } = limits;
        let claim = Claim::Portal(asked.identity);
        Ok(Facts { claim, minimum_level, today, known, holders, rivals, accounts })
    }

    /// What stands around an account that is opened, and around the person whose it is already.
    pub(super) fn read_opened(
        tx: &mut Tx<'v>,
        number: Option<&LookUpValue>,
        person: Option<PersonId>,
    ) -> Result<Self, DbError> {
        let lookups: Vec<LookUpValue> = number.into_iter().cloned().collect();
        let persons: Vec<PersonId> = person.into_iter().collect();
        let mut around = Self::empty(tx.vault, Door::Account);
        for row in AliasRow::around(tx.conn, &persons, &lookups)? {
            around.add_alias(row)?;
        }
        let own = persons.iter().flat_map(|person| around.of_person(*person)).map(|known| known.lookup.clone());
        let numbers: BTreeSet<LookUpValue> = own.chain(lookups).collect();
        let numbers: Vec<LookUpValue> = numbers.into_iter().collect();
        for (row, link) in people::accounts_around(tx.conn, &numbers, &persons)? {
            around.add_account(row, link);
        }
        around.note_standing(&persons);
        Ok(around)
    }

    /// The facts about an account that is opened. `number`: its own.
    pub(super) fn opened_facts(
        &self,
        opened: Opened,
        number: &Number,
        person: Option<PersonId>,
    ) -> Result<Facts, DbError> {
        let numbers: BTreeSet<&LookUpValue> = self.by_number.keys().chain(self.under.keys()).collect();
        let accounts = self.accounts_of(&numbers, person)?;
        let rivals = self.aliases.iter().filter(|known| Some(known.person) != person);
        let rivals = rivals.map(|known| known.alias.clone()).collect();
        let known = person.map(|id| (self.person(id), number.clone()));
        let (minimum_level, today) = (0, NaiveDate::default());
        let claim = Claim::Account(opened);
        Ok(Facts { claim, minimum_level, today, known, holders: Vec::new(), rivals, accounts })
    }

    pub(super) const fn vault(&self) -> &'v Vault {
        self.vault
    }

    /// The accounts that were read.
    pub(super) fn accounts(&self) -> impl Iterator<Item = (&AccountRow, &[Link])> {
        self.accounts.values().map(|found| (&found.row, found.links.as_slice()))
    }

    /// The parts that a page asks for, of a person whose aliases were read.
    pub(super) fn dossier(&self, person: PersonId) -> Dossier {
        let own: Vec<&Known> = self.of_person(person).collect();
        let lookups: BTreeSet<&LookUpValue> = own.iter().map(|known| &known.lookup).collect();
        let others = lookups.iter().flat_map(|number| self.under_number(number));
        let others = others.filter(|known| known.person != person).map(|known| known.alias.clone()).collect();
        let own = own.into_iter().map(|known| known.alias.clone()).collect();
        Dossier { person, door: self.door, own, others, lookups: lookups.into_iter().cloned().collect() }
    }

    /// The linked accounts of a person who signs in.
    pub(super) fn linked(&self, person: PersonId, own: &[Alias]) -> Result<Accounts, DbError> {
        let standing = self.standing.get(&person).into_iter().flatten().filter_map(|id| self.accounts.get(id));
        let standing = standing.filter_map(|found| {
            let mut standing = found.links.iter().filter(|link| link.undone_at.is_none());
            let link = standing.clone().find(|link| link.person_id == person)?;
            // What a portal's person has is no account's any more (A6).
            let is_taken = link.door == Door::Account && standing.any(|link| link.door == Door::Portal);
            (!is_taken).then(|| (link.clone(), found.row.clone()))
        });
        Accounts::judge(self.vault, standing, own)
    }

    /// The rows of accounts that a decision names.
    pub(super) fn into_rows(self) -> BTreeMap<AccountId, AccountRow> {
        self.accounts.into_iter().map(|(id, found)| (id, found.row)).collect()
    }

    /// What stands under the numbers first, then what is linked all the same.
    fn accounts_of(
        &self,
        numbers: &BTreeSet<&LookUpValue>,
        perspective: Option<PersonId>,
    ) -> Result<Vec<Account>, DbError> {
        let under: BTreeSet<AccountId> =
            numbers.iter().filter_map(|number| self.under.get(*number)).flatten().copied().collect();
        let linked = perspective.and_then(|person| self.standing.get(&person)).into_iter().flatten();
        let beside: Vec<AccountId> = linked.filter(|id| !under.contains(id)).copied().collect();
        let mut accounts = Vec::with_capacity(under.len() + beside.len());
        for ids in [under.into_iter().collect(), beside] {
            let mut found: Vec<&Found> = ids.iter().filter_map(|id| self.accounts.get(id)).collect();
            found.sort_by_key(|found| (Reverse(&found.row.system), found.row.id));
            for Found { row, links } in found {
                let mut account = open_account(self.vault, row)?;
                account.state = self.state_of(&account, links, perspective)?;
                accounts.push(account);
            }
        }
        Ok(accounts)
    }

    /// A link that stands comes first; then whether this very pair was undone before. A frozen link stands for everyone but its person.
    fn state_of(
        &self,
        account: &Account,
        links: &[Link],
        perspective: Option<PersonId>,
    ) -> Result<AccountState, DbError> {
        // Of the links of accounts' persons only one's own counts, and a portal's person comes first.
        let standing = links.iter().filter(|link| link.undone_at.is_none());
        let concerning = |link: &&Link| link.door == Door::Portal || Some(link.person_id) == perspective;
        if let Some(link) = standing.filter(concerning).min_by_key(|link| link.door != Door::Portal) {
            let is_own = Some(link.person_id) == perspective;
            if link.frozen_at.is_some() && is_own {
                return Ok(AccountState::Barred { person: link.person_id });
            }
            let changed = is_own && !open_evidence(self.vault, link)?.describes(&account.number, &account.name);
            return Ok(AccountState::Linked { person: link.person_id, rule: link.rule, changed });
        }
        let is_by_password = |link: &&Link| link.undone_at.is_none() && link.rule.is_by_password();
        if self.door == Door::Account
            && let Some(link) = links.iter().find(is_by_password)
        {
            return Ok(AccountState::Opened { by: link.person_id });
        }
        let undone = links.iter().find(|link| link.barred && Some(link.person_id) == perspective);
        Ok(undone.map_or(AccountState::Free, |link| AccountState::Barred { person: link.person_id }))
    }

    /// The person whose ties matter: the known one, else the one that the subject may join.
    fn perspective(&self, asked: &Asked<'_>) -> Option<PersonId> {
        let only_holder = || {
            let holders = self.holders(asked);
            holders.first().copied().filter(|_| holders.len() == 1)
        };
        asked.known.map(|known| known.person_id).or_else(only_holder)
    }

    /// Everyone with an alias under this number. The same characters may be another document's number: they do not count.
    fn holders(&self, asked: &Asked<'_>) -> BTreeSet<PersonId> {
        let is_same = |known: &&Known| matches!(known.alias.number.relation(&asked.number), Relation::Same(_));
        self.under_number(&asked.lookup).filter(is_same).map(|known| known.person).collect()
    }

    /// The number asked for, and those of whoever the identity belongs to or may join.
    fn numbers<'a>(&'a self, asked: &'a Asked<'_>) -> BTreeSet<&'a LookUpValue> {
        let persons = match asked.known {
            Some(known) => BTreeSet::from([known.person_id]),
            None => self.holders(asked),
        };
        let own = persons.into_iter().flat_map(|person| self.of_person(person)).map(|known| &known.lookup);
        own.chain([&asked.lookup]).collect()
    }

    fn person(&self, id: PersonId) -> Person {
        Person { id, aliases: self.of_person(id).map(|known| known.alias.clone()).collect() }
    }

    fn of_person(&self, person: PersonId) -> impl Iterator<Item = &Known> {
        self.by_person.get(&person).into_iter().flatten().map(|at| &self.aliases[*at])
    }

    fn under_number(&self, lookup: &LookUpValue) -> impl Iterator<Item = &Known> {
        self.by_number.get(lookup).into_iter().flatten().map(|at| &self.aliases[*at])
    }
}
