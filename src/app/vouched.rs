//! What the portal vouches for, as rows.

use super::tx::Tx;
use crate::db::people::{AliasRow, IdentityRow};
use crate::domain::document::{DocumentType, Number};
use crate::domain::linking::{Origin, Subject};
use crate::ids::{AliasId, IdentityId, PersonId};
use crate::vault::{LookUp, Purpose, Vault};

/// A number and name with the kind of document, as the portal gave them.
#[derive(Clone, Copy)]
pub(super) struct Vouched<'a> {
    pub(super) number: &'a str,
    /// Without blanks around it.
    pub(super) name: &'a str,
    pub(super) kind: Option<DocumentType>,
}

impl Vouched<'_> {
    pub(super) fn number(&self) -> Number {
        Number::new(self.number, self.kind)
    }

    /// By what the holder of the number among documents of its kind is found.
    pub(super) fn holder_lookup(&self, vault: &Vault) -> Vec<u8> {
        let number = self.number();
        vault.look_up(LookUp::Holder, &[number.family_word(), number.canonical()])
    }

    /// A portal account's identity.
    pub(super) fn identity(&self, tx: &Tx<'_>, person: PersonId, subject: &Subject) -> IdentityRow {
        IdentityRow {
            id: IdentityId::generate(),
            person_id: person,
            issuer: subject.issuer.clone(),
            subject: subject.subject.clone(),
            document_type: self.kind,
            number_sealed: tx.vault.seal_text(Purpose::Number, self.number),
            name_sealed: tx.vault.seal_text(Purpose::Name, self.name),
            created_at: tx.now,
            last_seen_at: tx.now,
        }
    }

    /// The pair as a person's alias.
    pub(super) fn alias(&self, tx: &Tx<'_>, person: PersonId) -> AliasRow {
        let number = self.number();
        AliasRow {
            id: AliasId::generate(),
            person_id: person,
            number_lookup: tx.vault.look_up(LookUp::Number, &[number.canonical()]),
            pair_lookup: tx.vault.look_up(LookUp::Alias, &[number.canonical(), self.name]),
            document_type: self.kind,
            number_sealed: tx.vault.seal_text(Purpose::Number, self.number),
            name_sealed: tx.vault.seal_text(Purpose::Name, self.name),
            origin: Origin::Portal,
            created_at: tx.now,
            link_id: None,
            task_id: None,
        }
    }
}
