//! The names and codes under which a province tells a person's attributes.

use serde_json::{Map, Value, json};

use super::Persona;

impl Persona {
    /// User information in one province's names and codes.
    pub(in crate::simulator) fn told(&self, telling: &Telling) -> Map<String, Value> {
        let code = |code: &Option<String>, table: &[(&str, &str)]| {
            let code = code.as_deref()?;
            Some(table.iter().find(|(ours, _)| *ours == code).map_or(code, |(_, theirs)| theirs).to_owned())
        };
        let fields = [
            (telling.subject, Some(self.subject.clone())),
            (telling.name, Some(self.name.clone())),
            (telling.document_number, self.document_number.clone()),
            (telling.document_type, code(&self.document_type, telling.document_types)),
            (telling.level, code(&self.level, telling.levels)),
            (telling.user_type, self.user_type.clone()),
        ];
        let told = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value?))));
        told.chain(self.extra.clone()).collect()
    }
}

/// The names and codes of a province for a person's attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    /// Field of the subject.
    pub subject: &'static str,
    /// Field of the name.
    pub name: &'static str,
    /// Field of the number of the identity document.
    pub document_number: &'static str,
    /// Field of the kind of document.
    pub document_type: &'static str,
    /// Field of the real-name level.
    pub level: &'static str,
    /// Field of the user type.
    pub user_type: &'static str,
    /// The personas' level codes and the province's. A code that is not listed is unchanged.
    pub levels: &'static [(&'static str, &'static str)],
    /// The personas' document type codes and the province's. A code that is not listed is unchanged.
    pub document_types: &'static [(&'static str, &'static str)],
}

impl Default for Telling {
    fn default() -> Self {
        Self {
            subject: "sub",
            name: "cn",
            document_number: "papersnumber",
            document_type: "paperstype",
            level: "authlevel",
            user_type: "usertype",
            levels: &[],
            document_types: &[],
        }
    }
}
