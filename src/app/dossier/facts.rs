//! The facts about an identity that a linking decision depends on.

use std::collections::{BTreeMap, BTreeSet};

use super::LookUpValue;
use super::around::Around;
use super::asked::{Asked, Limits};
use crate::app::tx::Tx;
use crate::db::DbError;
use crate::db::people::{AliasRow, IdentityRow};
use crate::domain::linking::{Facts, Identity, Subject};
use crate::ids::PersonId;

impl Asked<'_> {
    /// Reads the facts. `persons`: everyone with an alias under the number, and whoever the subject belongs to. Writes nothing.
    pub fn facts(self, tx: &mut Tx<'_>, persons: &[PersonId], limits: Limits) -> Result<Facts, DbError> {
        Around::read(tx, std::slice::from_ref(&self), persons)?.facts(self, limits)
    }
}

/// Reads the facts about an identity, whoever is concerned. Writes nothing.
pub fn gather(tx: &mut Tx<'_>, subject: &Subject, identity: Identity, limits: Limits) -> Result<Facts, DbError> {
    let known = IdentityRow::by_subject(tx.conn, &subject.issuer, &subject.subject)?;
    let asked = Asked::new(tx.vault, identity, known.as_ref());
    let persons = persons_concerned(tx, std::slice::from_ref(&asked))?;
    asked.facts(tx, &persons, limits)
}

/// The same about many, each on their own, with as many statements as for one: for the forecast. The facts about one are judged before
/// those about the next are put together.
pub fn gather_many<T>(
    tx: &mut Tx<'_>,
    identities: Vec<(&Subject, Identity)>,
    limits: Limits,
    judge: impl Fn(&Facts) -> T,
) -> Result<Vec<T>, DbError> {
    let known = read_known(tx, identities.iter().map(|(subject, _)| *subject))?;
    let ask = |(subject, identity): (&Subject, Identity)| Asked::new(tx.vault, identity, known.get(&key(subject)));
    let asked: Vec<Asked<'_>> = identities.into_iter().map(ask).collect();
    let persons = persons_concerned(tx, &asked)?;
    let around = Around::read(tx, &asked, &persons)?;
    asked.into_iter().map(|asked| Ok(judge(&around.facts(asked, limits)?))).collect()
}

/// Everyone with an alias under the identities' numbers, and whoever they belong to.
fn persons_concerned(tx: &mut Tx<'_>, asked: &[Asked<'_>]) -> Result<Vec<PersonId>, DbError> {
    let lookups: BTreeSet<&LookUpValue> = asked.iter().map(|one| &one.lookup).collect();
    let lookups: Vec<LookUpValue> = lookups.into_iter().cloned().collect();
    let mut persons: BTreeSet<PersonId> = AliasRow::holders(tx.conn, &lookups)?.into_iter().collect();
    persons.extend(asked.iter().filter_map(|one| one.known.map(|known| known.person_id)));
    Ok(persons.into_iter().collect())
}

/// By issuer and subject.
type KnownIdentities = BTreeMap<(String, String), IdentityRow>;

fn key(subject: &Subject) -> (String, String) {
    (subject.issuer.clone(), subject.subject.clone())
}

fn read_known<'a>(tx: &mut Tx<'_>, subjects: impl Iterator<Item = &'a Subject>) -> Result<KnownIdentities, DbError> {
    let mut by_issuer: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for subject in subjects {
        by_issuer.entry(&subject.issuer).or_default().push(&subject.subject);
    }
    let mut known = BTreeMap::new();
    for (issuer, subjects) in by_issuer {
        for row in IdentityRow::by_subjects(tx.conn, issuer, &subjects)? {
            known.insert((row.issuer.clone(), row.subject.clone()), row);
        }
    }
    Ok(known)
}
