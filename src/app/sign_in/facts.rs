//! Gathers everything that a linking decision depends on.

use chrono::NaiveDate;
use diesel::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

use crate::db::DbError;
use crate::db::legacy;
use crate::db::people::{self, Link};
use crate::domain::document::{DocumentType, Number, Relation};
use crate::domain::linking::{
    Account, AccountState, Alias, DocumentClaim, Evidence, Facts, Identity, Person, Rule, Subject,
};
use crate::ids::{AccountId, PersonId};
use crate::vault::{LookUp, Purpose, Vault};

/// Reads the facts about an identity. Writes nothing: the forecast uses it too.
pub fn gather(
    conn: &mut PgConnection,
    vault: &Vault,
    subject: &Subject,
    identity: Identity,
    (minimum_level, today): (i32, NaiveDate),
) -> Result<Facts, DbError> {
    let number = number_of(&identity);
    let lookup = vault.look_up(LookUp::Number, &[number.canonical()]);

    let known = people::Identity::by_subject(conn, &subject.issuer, &subject.subject)?;
    // The same characters may be another document's number: only those who hold this one count.
    let mut holder_ids = BTreeSet::new();
    for row in people::Alias::by_numbers(conn, std::slice::from_ref(&lookup))? {
        if matches!(open_alias(vault, &row)?.number.relation(&number), Relation::Same(_)) {
            holder_ids.insert(row.person_id);
        }
    }
    let persons = holder_ids.iter().copied().chain(known.as_ref().map(|known| known.person_id)).collect();
    let (mut by_id, mut lookups) = load_persons(conn, vault, persons)?;
    lookups.insert(lookup);
    // The person whose ties matter: the known one, else the one that the subject may join.
    let only_holder = holder_ids.first().copied().filter(|_| holder_ids.len() == 1);
    let perspective = known.as_ref().map(|known| known.person_id).or(only_holder);
    let lookups: Vec<Vec<u8>> = lookups.into_iter().collect();
    let accounts = load_accounts(conn, vault, &lookups, perspective)?;
    let rivals = people::Alias::by_numbers(conn, &lookups)?
        .iter()
        .filter(|row| Some(row.person_id) != perspective)
        .map(|row| open_alias(vault, row))
        .collect::<Result<_, _>>()?;
    let known = match known {
        Some(known) => {
            let before = vault.open_text(Purpose::Number, &known.number_sealed)?;
            let kind = known.document_type.as_deref().and_then(DocumentType::from_word);
            let person = by_id.get(&known.person_id).cloned();
            person.map(|person| (person, Number::new(&before, kind)))
        }
        None => None,
    };
    let holders = holder_ids.iter().filter_map(|id| by_id.remove(id)).collect();
    Ok(Facts { identity, minimum_level, today, known, holders, rivals, accounts })
}

fn number_of(identity: &Identity) -> Number {
    let kind = match identity.document {
        DocumentClaim::Type(kind) => Some(kind),
        DocumentClaim::Absent | DocumentClaim::Unmapped => None,
    };
    Number::new(identity.number.as_deref().unwrap_or_default(), kind)
}

/// Everyone whose facts a decision about this identity reads: to be locked first.
pub(in crate::app) fn persons_concerned(
    conn: &mut PgConnection,
    vault: &Vault,
    subject: &Subject,
    identity: &Identity,
) -> Result<Vec<PersonId>, DbError> {
    let number = number_of(identity);
    let lookup = vault.look_up(LookUp::Number, &[number.canonical()]);
    let holders = people::Alias::by_numbers(conn, &[lookup])?.into_iter().map(|row| row.person_id);
    let known = people::Identity::by_subject(conn, &subject.issuer, &subject.subject)?.map(|known| known.person_id);
    Ok(holders.chain(known).collect::<BTreeSet<_>>().into_iter().collect())
}

type Lookups = BTreeSet<Vec<u8>>;

fn load_persons(
    conn: &mut PgConnection,
    vault: &Vault,
    ids: BTreeSet<PersonId>,
) -> Result<(BTreeMap<PersonId, Person>, Lookups), DbError> {
    let ids: Vec<PersonId> = ids.into_iter().collect();
    let mut by_id: BTreeMap<PersonId, Person> =
        ids.iter().map(|id| (*id, Person { id: *id, aliases: Vec::new() })).collect();
    let mut lookups = Lookups::new();
    for row in people::Alias::of_persons(conn, &ids)? {
        if let Some(person) = by_id.get_mut(&row.person_id) {
            person.aliases.push(open_alias(vault, &row)?);
            lookups.insert(row.number_lookup);
        }
    }
    Ok((by_id, lookups))
}

/// Opens one alias.
pub(in crate::app) fn open_alias(vault: &Vault, row: &people::Alias) -> Result<Alias, DbError> {
    let kind = row.document_type.as_deref().and_then(DocumentType::from_word);
    Ok(Alias {
        number: Number::new(&vault.open_text(Purpose::Number, &row.number_sealed)?, kind),
        name: vault.open_text(Purpose::Name, &row.name_sealed)?,
        granted: (row.origin != "portal").then_some(row.id),
    })
}

fn load_accounts(
    conn: &mut PgConnection,
    vault: &Vault,
    lookups: &[Vec<u8>],
    perspective: Option<PersonId>,
) -> Result<Vec<Account>, DbError> {
    let mut rows = legacy::Account::by_numbers(conn, lookups)?;
    if let Some(person) = perspective {
        let known: BTreeSet<AccountId> = rows.iter().map(|row| row.id).collect();
        let linked: Vec<AccountId> = Link::standing(conn, &[person])?.iter().map(|link| link.account_id).collect();
        let missing: Vec<AccountId> = linked.into_iter().filter(|id| !known.contains(id)).collect();
        rows.extend(legacy::Account::by_ids(conn, &missing)?);
    }
    let ids: Vec<AccountId> = rows.iter().map(|row| row.id).collect();
    let links = Link::of_accounts(conn, &ids)?;
    rows.iter()
        .map(|row| {
            let mut account = open_account(vault, row)?;
            account.state = state_of(vault, &account, &links, perspective)?;
            Ok(account)
        })
        .collect()
}

/// Opens one account; its state is for the caller to say.
pub(in crate::app) fn open_account(vault: &Vault, row: &legacy::Account) -> Result<Account, DbError> {
    Ok(Account {
        id: row.id,
        label: row.label(),
        number: Number::new(&vault.open_text(Purpose::Number, &row.number_sealed)?, None),
        name: vault.open_text(Purpose::Name, &row.name_sealed)?,
        state: AccountState::Free,
    })
}

/// A link that stands comes first; then whether this very pair was undone before. A frozen link stands for everyone but its person.
fn state_of(
    vault: &Vault,
    account: &Account,
    links: &[Link],
    perspective: Option<PersonId>,
) -> Result<AccountState, DbError> {
    let mut own = links.iter().filter(|link| link.account_id == account.id);
    if let Some(link) = own.clone().find(|link| link.undone_at.is_none()) {
        let is_own = Some(link.person_id) == perspective;
        if link.frozen_at.is_some() && is_own {
            return Ok(AccountState::Barred { person: link.person_id });
        }
        let rule: Rule = link.rule.parse().map_err(|_| DbError::Word("links.rule"))?;
        let changed = is_own && has_changed(vault, account, link)?;
        return Ok(AccountState::Linked { person: link.person_id, rule, changed });
    }
    let undone = own.find(|link| link.barred && Some(link.person_id) == perspective);
    Ok(undone.map_or(AccountState::Free, |link| AccountState::Barred { person: link.person_id }))
}

/// Whether an import made the account's row another number's or name's than the one that was linked.
pub(in crate::app) fn has_changed(vault: &Vault, account: &Account, link: &Link) -> Result<bool, DbError> {
    let evidence: Evidence = vault.open_json(Purpose::Evidence, &link.evidence_sealed)?;
    Ok(!evidence.describes(&account.number, &account.name))
}

/// A person's aliases and what stands beside them.
pub struct AliasesAround {
    /// The person's.
    pub own: Vec<Alias>,
    /// Everyone else's under the same numbers.
    pub others: Vec<Alias>,
    /// The numbers' look-up values.
    pub lookups: Vec<Vec<u8>>,
}

/// A person's aliases, those of everyone else under the same numbers, and the numbers' look-up values.
pub fn gather_aliases(conn: &mut PgConnection, vault: &Vault, person: PersonId) -> Result<AliasesAround, DbError> {
    let lookups: BTreeSet<Vec<u8>> =
        people::Alias::of_persons(conn, &[person])?.into_iter().map(|row| row.number_lookup).collect();
    let lookups: Vec<Vec<u8>> = lookups.into_iter().collect();
    let mut around = AliasesAround { own: Vec::new(), others: Vec::new(), lookups };
    for row in people::Alias::by_numbers(conn, &around.lookups)? {
        let list = if row.person_id == person { &mut around.own } else { &mut around.others };
        list.push(open_alias(vault, &row)?);
    }
    Ok(around)
}
