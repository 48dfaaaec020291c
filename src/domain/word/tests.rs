use crate::domain::application::Status as ApplicationStatus;
use crate::domain::certificate::{CertificateStatus, Reason};
use crate::domain::document::DocumentType;
use crate::domain::evidence::MediaType;
use crate::domain::form::{Field, Gender};
use crate::domain::legacy_password::{Algorithm, Charset, HexCase, Order, Scheme};
use crate::domain::linking::{Door, IdentityPart, List, Origin, Outcome, Refusal, Rule};
use crate::domain::review::{Kind, NameMatch, Status};
use crate::domain::verification;

/// Every value of every enum: its word is unique, and parses to it, from JSON as well.
macro_rules! read_back {
    ($($name:ty),+ $(,)?) => {$(
        for (at, one) in <$name>::ALL.into_iter().enumerate() {
            let word = one.as_str();
            assert_eq!(<$name>::from_word(word), Some(one), "{word}");
            assert_eq!((one.to_string().as_str(), serde_json::json!(one)), (word, serde_json::json!(word)));
            assert_eq!(serde_json::from_str::<$name>(&format!("{word:?}")).ok(), Some(one), "{word}");
            assert!(<$name>::ALL[..at].iter().all(|other| other.as_str() != word), "{word} stands twice");
            assert_eq!(<$name>::from_word(&format!("{word} ")), None);
        }
        assert_eq!((<$name>::from_word(""), <$name>::from_word("?")), (None, None));
    )+};
}

#[test]
fn every_word_is_read_back_and_no_other_one_is() {
    read_back!(
        ApplicationStatus,
        CertificateStatus,
        Reason,
        DocumentType,
        MediaType,
        Field,
        Gender,
        Scheme,
        Order,
        Charset,
        HexCase,
        Algorithm,
        IdentityPart,
        List,
        Origin,
        Outcome,
        Refusal,
        Rule,
        Kind,
        NameMatch,
        Status,
        verification::Field,
    );
}

#[test]
fn words_that_rows_hold_stay_as_they_are() {
    fn all<T: std::fmt::Display>(values: impl IntoIterator<Item = T>) -> String {
        values.into_iter().map(|value| value.to_string()).collect::<Vec<_>>().join(" ")
    }
    for (words, stored) in [
        (all(ApplicationStatus::ALL), "pending approved rejected"),
        (all(CertificateStatus::ALL), "collected not_collected not_issued withheld unknown"),
        (
            all(DocumentType::ALL),
            "resident_id hmt_residence_permit permanent_residence passport hk_macau_permit taiwan_permit military other",
        ),
        (all(MediaType::ALL), "image/jpeg image/png"),
        (all(IdentityPart::ALL), "name number"),
        (all(List::ALL), "proof review"),
        (all(Origin::ALL), "portal proof review account"),
        (all(Door::ALL), "portal account"),
        (all(Outcome::ALL), "linked needs_proof needs_review no_account refused"),
        (all(Rule::ALL), "L1 L1-15 L1-fold L1-15-fold L2 L3 L4 L5 A1 A2 A4 A8 R1 R2 refused none"),
        (
            all(Kind::ALL),
            "number_changed number_taken account_taken account_changed claim request not_mine application_changed",
        ),
        (all(Status::ALL), "open approved refused"),
        (all(Scheme::ALL), "md5 md5-16 md5-salted sha1 sha256 aspnet-membership aspnet-identity bcrypt plain"),
    ] {
        assert_eq!(words, stored);
    }
}
