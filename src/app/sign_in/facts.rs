//! Gathers everything that a linking decision depends on.

use chrono::NaiveDate;
use diesel::PgConnection;
use std::collections::BTreeSet;

use crate::db::DbError;
use crate::db::legacy;
use crate::db::people::{self, Link};
use crate::domain::document::Number;
use crate::domain::linking::{Account, AccountState, Alias, DocumentClaim, Evidence, Facts, Identity, Origin, Subject};
use crate::ids::PersonId;
use crate::vault::{LookUp, Purpose, Vault};

mod around;

use around::{Around, Asked};

/// Reads the facts about an identity. Writes nothing.
pub fn gather(
    conn: &mut PgConnection,
    vault: &Vault,
    subject: &Subject,
    identity: Identity,
    limits: (i32, NaiveDate),
) -> Result<Facts, DbError> {
    let mut asked = Asked::new(vault, subject, identity);
    Around::read(conn, vault, std::slice::from_mut(&mut asked))?.facts(asked, limits)
}

/// The same about many, each on their own, with as many queries as for one: for the forecast. The facts about one are judged before those
/// about the next are put together.
pub fn gather_many<T>(
    conn: &mut PgConnection,
    vault: &Vault,
    identities: Vec<(&Subject, Identity)>,
    limits: (i32, NaiveDate),
    judge: impl Fn(&Facts) -> T,
) -> Result<Vec<T>, DbError> {
    let ask = |(subject, identity)| Asked::new(vault, subject, identity);
    let mut asked: Vec<Asked<'_>> = identities.into_iter().map(ask).collect();
    let around = Around::read(conn, vault, &mut asked)?;
    asked.into_iter().map(|asked| Ok(judge(&around.facts(asked, limits)?))).collect()
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
    let holders = people::AliasRow::by_numbers(conn, &[lookup])?.into_iter().map(|row| row.person_id);
    let known = people::IdentityRow::by_subject(conn, &subject.issuer, &subject.subject)?.map(|known| known.person_id);
    Ok(holders.chain(known).collect::<BTreeSet<_>>().into_iter().collect())
}

/// Opens one alias.
pub(in crate::app) fn open_alias(vault: &Vault, row: &people::AliasRow) -> Result<Alias, DbError> {
    Ok(Alias {
        number: Number::new(&vault.open_text(Purpose::Number, &row.number_sealed)?, row.document_type),
        name: vault.open_text(Purpose::Name, &row.name_sealed)?,
        granted: (row.origin != Origin::Portal).then_some(row.id),
    })
}

/// Opens one account; its state is for the caller to say.
pub(in crate::app) fn open_account(vault: &Vault, row: &legacy::AccountRow) -> Result<Account, DbError> {
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
        let changed = is_own && has_changed(vault, account, link)?;
        return Ok(AccountState::Linked { person: link.person_id, rule: link.rule, changed });
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
    let rows = people::AliasRow::around(conn, person)?;
    let lookups: BTreeSet<&Vec<u8>> = rows.iter().map(|row| &row.number_lookup).collect();
    let lookups = lookups.into_iter().cloned().collect();
    let mut around = AliasesAround { own: Vec::new(), others: Vec::new(), lookups };
    for row in rows {
        let list = if row.person_id == person { &mut around.own } else { &mut around.others };
        list.push(open_alias(vault, &row)?);
    }
    Ok(around)
}
