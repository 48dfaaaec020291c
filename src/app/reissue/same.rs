//! When two applications, or an application and a certificate, are about the same one.

use crate::app::tx::Tx;
use crate::db::DbError;
use crate::db::applications::{Application, Version};
use crate::db::legacy::Certificate;
use crate::domain::application::{Details, DuplicateKey};
use crate::domain::form::Input;
use crate::domain::form::text::comparison_key;
use crate::ids::PersonId;
use crate::vault::{LookUp, Purpose, Vault};

/// Whether a certificate is the one that a form without its id is about.
pub(in crate::app) fn is_about(row: &Certificate, exam_code: &str, input: &Input) -> bool {
    row.exam_code == exam_code
        && [(&row.year, &input.year), (&row.level, &input.level), (&row.specialty, &input.specialty)]
            .into_iter()
            .all(|(a, b)| comparison_key(a) == comparison_key(b))
}

/// What a form about an exam is about.
pub(super) fn details<'a>(exam: &'a str, input: &'a Input) -> Details<'a> {
    Details { exam, year: &input.year, level: &input.level, specialty: &input.specialty }
}

/// What makes two applications of a person the same one where no certificate's id tells.
pub(in crate::app) fn same_as(vault: &Vault, person: PersonId, details: Details<'_>) -> Vec<u8> {
    vault.look_up(LookUp::Application, &[DuplicateKey::of(&person.to_string(), details).as_str()])
}

/// Lets an application that went to another person be the same as one of theirs that is about the same.
pub(in crate::app) fn becomes_of(tx: &mut Tx<'_>, row: &Application, person: PersonId) -> Result<(), DbError> {
    let version = Version::find(tx.conn, row.id, row.version)?;
    let input: Input = tx.vault.open_json(Purpose::Form, &version.form_sealed)?;
    let same = same_as(tx.vault, person, details(&row.exam_code, &input));
    Ok(row.is_about(tx.conn, &same)?)
}
