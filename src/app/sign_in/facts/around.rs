//! What stands around identities in the database, read for all of them together: the number of queries does not grow with theirs.

use chrono::NaiveDate;
use diesel::{PgConnection, QueryResult};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::{number_of, open_account, open_alias, state_of};
use crate::db::DbError;
use crate::db::legacy;
use crate::db::people::{self, Link};
use crate::domain::document::{Number, Relation};
use crate::domain::linking::{Account, Facts, Identity, Person, Subject};
use crate::ids::{AccountId, PersonId};
use crate::vault::{LookUp, Purpose, Vault};

/// A keyed look-up value of a document number.
type Key = Vec<u8>;

/// One identity whose facts are asked for.
pub(super) struct Asked<'a> {
    subject: &'a Subject,
    identity: Identity,
    number: Number,
    lookup: Key,
    /// Everyone with an alias under this number; known once it was read.
    holders: BTreeSet<PersonId>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(vault: &Vault, subject: &'a Subject, identity: Identity) -> Self {
        let number = number_of(&identity);
        let lookup = vault.look_up(LookUp::Number, &[number.canonical()]);
        Self { subject, identity, number, lookup, holders: BTreeSet::new() }
    }

    /// The only person with an alias under this number: the one that the subject may join.
    fn only_holder(&self) -> Option<PersonId> {
        self.holders.first().copied().filter(|_| self.holders.len() == 1)
    }
}

/// A person, and the numbers of their aliases.
type Loaded = (Person, BTreeSet<Key>);

/// Everything that the facts of the identities asked for are taken from.
pub(super) struct Around<'v> {
    vault: &'v Vault,
    /// By issuer and subject.
    known: BTreeMap<(String, String), people::IdentityRow>,
    persons: BTreeMap<PersonId, Loaded>,
    /// By number, whosever they are.
    aliases: BTreeMap<Key, Vec<people::AliasRow>>,
    accounts: BTreeMap<AccountId, legacy::AccountRow>,
    /// Accounts by number.
    under: BTreeMap<Key, Vec<AccountId>>,
    /// Accounts whose link stands, by person.
    standing: BTreeMap<PersonId, Vec<AccountId>>,
    links: BTreeMap<AccountId, Vec<Link>>,
}

impl<'v> Around<'v> {
    /// Reads it all, and notes the holders of each number.
    pub(super) fn read(conn: &mut PgConnection, vault: &'v Vault, asked: &mut [Asked<'_>]) -> Result<Self, DbError> {
        let known = read_known(conn, asked)?;
        let aliases = find_holders(conn, vault, asked)?;
        let concerned = asked.iter().flat_map(|one| &one.holders).copied();
        let concerned: BTreeSet<PersonId> = concerned.chain(known.values().map(|known| known.person_id)).collect();
        let persons = read_persons(conn, vault, &concerned.into_iter().collect::<Vec<_>>())?;
        let mut around = Self {
            vault,
            known,
            persons,
            aliases,
            accounts: BTreeMap::new(),
            under: BTreeMap::new(),
            standing: BTreeMap::new(),
            links: BTreeMap::new(),
        };
        around.read_accounts(conn, asked)?;
        Ok(around)
    }

    /// Everything under the numbers of those asked for and of the persons concerned, and everything linked to those who sign in.
    fn read_accounts(&mut self, conn: &mut PgConnection, asked: &[Asked<'_>]) -> Result<(), DbError> {
        let keys: BTreeSet<Key> = asked.iter().flat_map(|one| self.keys(one)).cloned().collect();
        let keys: Vec<Key> = keys.into_iter().collect();
        let unread: Vec<Key> = keys.iter().filter(|key| !self.aliases.contains_key(*key)).cloned().collect();
        self.aliases.extend(read_aliases(conn, &unread)?);
        for row in legacy::AccountRow::by_numbers(conn, &keys)? {
            if let Some(key) = &row.number_lookup {
                self.under.entry(key.clone()).or_default().push(row.id);
            }
            self.accounts.insert(row.id, row);
        }
        let signing_in: BTreeSet<PersonId> = asked.iter().filter_map(|one| self.perspective(one)).collect();
        let signing_in: Vec<PersonId> = signing_in.into_iter().collect();
        for link in unless_empty(&signing_in, |persons| Link::standing(conn, persons))? {
            self.standing.entry(link.person_id).or_default().push(link.account_id);
        }
        let linked = self.standing.values().flatten().copied();
        let missing: Vec<AccountId> = linked.filter(|id| !self.accounts.contains_key(id)).collect();
        for row in unless_empty(&missing, |ids| legacy::AccountRow::by_ids(conn, ids))? {
            self.accounts.insert(row.id, row);
        }
        let accounts: Vec<AccountId> = self.accounts.keys().copied().collect();
        for link in unless_empty(&accounts, |accounts| Link::of_accounts(conn, accounts))? {
            self.links.entry(link.account_id).or_default().push(link);
        }
        Ok(())
    }

    /// The facts about one of those asked for.
    pub(super) fn facts(&self, asked: Asked<'_>, (minimum_level, today): (i32, NaiveDate)) -> Result<Facts, DbError> {
        let perspective = self.perspective(&asked);
        let keys = self.keys(&asked);
        let rivals = keys
            .iter()
            .filter_map(|key| self.aliases.get(*key))
            .flatten()
            .filter(|row| Some(row.person_id) != perspective)
            .map(|row| open_alias(self.vault, row))
            .collect::<Result<_, _>>()?;
        let accounts = self.accounts_of(&keys, perspective)?;
        let known = match self.known(asked.subject) {
            Some(known) => {
                let before = self.vault.open_text(Purpose::Number, &known.number_sealed)?;
                let person = self.persons.get(&known.person_id);
                person.map(|(person, _)| (person.clone(), Number::new(&before, known.document_type)))
            }
            None => None,
        };
        let holders = asked.holders.iter().filter_map(|id| self.persons.get(id));
        let holders = holders.map(|(person, _)| person.clone()).collect();
        Ok(Facts { identity: asked.identity, minimum_level, today, known, holders, rivals, accounts })
    }

    /// What stands under the numbers first, then what is linked all the same; each as [`legacy::AccountRow`] orders them.
    fn accounts_of(&self, keys: &BTreeSet<&Key>, perspective: Option<PersonId>) -> Result<Vec<Account>, DbError> {
        let under: BTreeSet<AccountId> =
            keys.iter().filter_map(|key| self.under.get(*key)).flatten().copied().collect();
        let linked = perspective.and_then(|person| self.standing.get(&person)).into_iter().flatten();
        let beside: Vec<AccountId> = linked.filter(|id| !under.contains(id)).copied().collect();
        let mut accounts = Vec::with_capacity(under.len() + beside.len());
        for ids in [under.into_iter().collect(), beside] {
            let mut rows: Vec<&legacy::AccountRow> = ids.iter().filter_map(|id| self.accounts.get(id)).collect();
            rows.sort_by_key(|row| (Reverse(&row.system), row.id));
            for row in rows {
                let mut account = open_account(self.vault, row)?;
                let links = self.links.get(&row.id).map_or(&[][..], Vec::as_slice);
                account.state = state_of(self.vault, &account, links, perspective)?;
                accounts.push(account);
            }
        }
        Ok(accounts)
    }

    fn known(&self, subject: &Subject) -> Option<&people::IdentityRow> {
        self.known.get(&(subject.issuer.clone(), subject.subject.clone()))
    }

    /// The person whose ties matter: the known one, else the one that the subject may join.
    fn perspective(&self, asked: &Asked<'_>) -> Option<PersonId> {
        self.known(asked.subject).map(|known| known.person_id).or(asked.only_holder())
    }

    /// The number asked for, and those of the persons concerned.
    fn keys<'a>(&'a self, asked: &'a Asked<'_>) -> BTreeSet<&'a Key> {
        let known = self.known(asked.subject).map(|known| &known.person_id);
        let persons = asked.holders.iter().chain(known).filter_map(|id| self.persons.get(id));
        persons.flat_map(|(_, keys)| keys).chain([&asked.lookup]).collect()
    }
}

fn read_known(
    conn: &mut PgConnection,
    asked: &[Asked<'_>],
) -> Result<BTreeMap<(String, String), people::IdentityRow>, DbError> {
    let mut by_issuer: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for Asked { subject, .. } in asked {
        by_issuer.entry(&subject.issuer).or_default().push(&subject.subject);
    }
    let mut known = BTreeMap::new();
    for (issuer, subjects) in by_issuer {
        for row in people::IdentityRow::by_subjects(conn, issuer, &subjects)? {
            known.insert((row.issuer.clone(), row.subject.clone()), row);
        }
    }
    Ok(known)
}

/// Notes who holds each number asked for; gives every alias under these numbers. The same characters may be another document's
/// number: only those who hold this one count.
fn find_holders(
    conn: &mut PgConnection,
    vault: &Vault,
    asked: &mut [Asked<'_>],
) -> Result<BTreeMap<Key, Vec<people::AliasRow>>, DbError> {
    let keys: BTreeSet<&Key> = asked.iter().map(|one| &one.lookup).collect();
    let keys: Vec<Key> = keys.into_iter().cloned().collect();
    let aliases = read_aliases(conn, &keys)?;
    for one in asked {
        for row in aliases.get(&one.lookup).into_iter().flatten() {
            if matches!(open_alias(vault, row)?.number.relation(&one.number), Relation::Same(_)) {
                one.holders.insert(row.person_id);
            }
        }
    }
    Ok(aliases)
}

/// Every key has an entry, if only an empty one.
fn read_aliases(conn: &mut PgConnection, keys: &[Key]) -> Result<BTreeMap<Key, Vec<people::AliasRow>>, DbError> {
    let mut aliases: BTreeMap<Key, Vec<people::AliasRow>> = keys.iter().map(|key| (key.clone(), Vec::new())).collect();
    for row in unless_empty(keys, |keys| people::AliasRow::by_numbers(conn, keys))? {
        aliases.entry(row.number_lookup.clone()).or_default().push(row);
    }
    Ok(aliases)
}

/// A sign-in asks about one identity, of which mostly nothing is known: what cannot be found needs no round to the database.
fn unless_empty<T, R>(of: &[T], query: impl FnOnce(&[T]) -> QueryResult<Vec<R>>) -> QueryResult<Vec<R>> {
    if of.is_empty() { Ok(Vec::new()) } else { query(of) }
}

fn read_persons(
    conn: &mut PgConnection,
    vault: &Vault,
    ids: &[PersonId],
) -> Result<BTreeMap<PersonId, Loaded>, DbError> {
    let empty = |id: &PersonId| (*id, (Person { id: *id, aliases: Vec::new() }, BTreeSet::new()));
    let mut persons: BTreeMap<PersonId, Loaded> = ids.iter().map(empty).collect();
    for row in unless_empty(ids, |ids| people::AliasRow::of_persons(conn, ids))? {
        if let Some((person, keys)) = persons.get_mut(&row.person_id) {
            person.aliases.push(open_alias(vault, &row)?);
            keys.insert(row.number_lookup);
        }
    }
    Ok(persons)
}
