//! The one question of 找回原账户: what stands in the way. Each answer needs only some of the fields.

use super::Field;
use crate::domain::word::words;

words! {
    /// What stands in the way, by its word in the page's address.
    pub enum Ask {
        /// The old password is forgotten.
        Forgotten = "forgotten",
        /// The account stands under another document number.
        OtherNumber = "number",
        /// Something is not listed.
        Missing = "missing",
    }
}

impl Ask {
    /// The fields of the request that are of use to a reviewer then. None where a claim is made first: by number and password.
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::Forgotten => {
                &[Field::System, Field::Account, Field::OldNumber, Field::OldName, Field::Note, Field::Evidence]
            }
            Self::OtherNumber => &[],
            Self::Missing => &[Field::System, Field::OldName, Field::Exam, Field::Year, Field::Note, Field::Evidence],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_the_request_belongs_to_an_answer_and_a_note_to_each_that_asks_a_reviewer() {
        for field in Field::ALL {
            assert!(Ask::ALL.into_iter().any(|ask| ask.fields().contains(&field)), "{field}");
        }
        for ask in [Ask::Forgotten, Ask::Missing] {
            assert!(ask.fields().contains(&Field::Note), "{ask}");
        }
    }
}
