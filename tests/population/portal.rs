//! What the portal says about people, as its export holds it.

use rand::RngExt;
use rand::rngs::StdRng;

use super::documents::Document;
use super::names::{Name, Written};

/// One line of the portal's file.
pub(crate) struct PortalUser {
    pub(crate) subject: String,
    pub(crate) name: Written,
    pub(crate) document_type: &'static str,
    pub(crate) document_number: String,
    pub(crate) level: &'static str,
    pub(crate) user_type: &'static str,
    /// Why the account cannot be used.
    pub(crate) refused: Option<&'static str>,
}

impl PortalUser {
    /// Most people have one that can be used.
    pub(super) fn invent(random: &mut StdRng, at: usize, name: &Name, document: &Document) -> Option<Self> {
        let resident = document.word == "resident_id";
        let mut user = Self {
            subject: format!("user-{at}"),
            name: name.at_portal(random),
            // A portal that names no type leaves it to the shape of the number.
            document_type: if random.random_bool(0.3) { "" } else { document.word },
            document_number: document.number.clone(),
            level: if random.random_bool(0.5) { "1" } else { "2" },
            user_type: "1",
            refused: None,
        };
        if resident && random.random_bool(0.03) {
            user.document_number = user.document_number.to_lowercase();
        }
        match random.random_range(0..200) {
            0..8 => return None,
            8 => user.refuse("corporate").user_type = "2",
            9 => user.refuse("user_type_unknown").user_type = "9",
            10 => user.refuse("level_too_low").level = "0",
            11 => user.refuse("level_unknown").level = "9",
            12 => user.refuse("level_unknown").level = "",
            13 => user.refuse("number_missing").document_number.clear(),
            14 if resident => user.refuse("number_invalid").document_number.truncate(17),
            15 if document.number.is_ascii() => user.refuse("number_invalid").document_number.insert(1, '*'),
            16 => user.refuse("document_type_unknown").document_type = "driving_licence",
            17 => user.refuse("name_missing").name.text.clear(),
            _ => {}
        }
        Some(user)
    }

    fn refuse(&mut self, reason: &'static str) -> &mut Self {
        self.refused = Some(reason);
        self
    }
}
