//! Stored words as types: how an enum of the domain stands in a text column.
//!
//! A row has such a type as its field, and no query function takes or gives the word itself. What a column holds that is none of its
//! words is one error, [`UnknownWord`], which [`DbError`](super::DbError) carries as `Word`.

use diesel::deserialize::{self, FromSql, Queryable};
use diesel::expression::AsExpression;
use diesel::internal::derives::as_expression::Bound;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Nullable, Text};
use std::io::Write;

use super::cases::ActWord;
use crate::domain::application::Status as ApplicationStatus;
use crate::domain::case::Level;
use crate::domain::certificate::CertificateStatus;
use crate::domain::document::DocumentType;
use crate::domain::evidence::MediaType;
use crate::domain::form::Field;
use crate::domain::linking::{Door, IdentityPart, LinkActor, List, Origin, Outcome, Rule};
use crate::domain::notice::{Channel, NoticeKind, NoticeState};
use crate::domain::review::{Kind as TaskKind, Status as TaskStatus};
use crate::domain::staff::otp::OtpDigest;
use crate::domain::staff::{Role, UserName};

/// A stored word is none of those that its column may hold. The word itself is not told: what stands where it should not may be anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unexpected stored word for {0}")]
pub struct UnknownWord(pub &'static str);

impl UnknownWord {
    /// The one that a query failed by, if it did.
    pub(super) fn behind(error: &diesel::result::Error) -> Option<Self> {
        let diesel::result::Error::DeserializationError(cause) = error else { return None };
        let mut cause: &(dyn std::error::Error + 'static) = cause.as_ref();
        loop {
            match cause.downcast_ref::<Self>() {
                Some(found) => return Some(*found),
                None => cause = cause.source()?,
            }
        }
    }
}

/// Lets values stand in text columns and in what is compared with them. `write` gives the text of one, `read` takes it back.
macro_rules! text_column {
    ($name:ty, $write:expr, $read:expr) => {
        impl ToSql<Text, Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                out.write_all($write(self).as_bytes())?;
                Ok(IsNull::No)
            }
        }

        impl ToSql<Nullable<Text>, Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                ToSql::<Text, Pg>::to_sql(self, out)
            }
        }

        impl FromSql<Text, Pg> for $name {
            fn from_sql(stored: PgValue<'_>) -> deserialize::Result<Self> {
                let word = std::str::from_utf8(stored.as_bytes())?;
                Ok($read(word).ok_or(UnknownWord(stringify!($name)))?)
            }
        }

        impl Queryable<Text, Pg> for $name {
            type Row = Self;

            fn build(row: Self) -> deserialize::Result<Self> {
                Ok(row)
            }
        }

        text_column!(@expression $name, Text);
        text_column!(@expression $name, Nullable<Text>);
    };
    (@expression $name:ty, $column:ty) => {
        impl AsExpression<$column> for $name {
            type Expression = Bound<$column, Self>;

            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }

        impl<'a> AsExpression<$column> for &'a $name {
            type Expression = Bound<$column, &'a $name>;

            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
    };
}

/// The same for enums that [`words!`](crate::domain::word::words) defined.
macro_rules! stored_words {
    ($($name:ty),+ $(,)?) => {
        $(text_column!($name, |one: &$name| one.as_str(), <$name>::from_word);)+
    };
}

stored_words!(
    ActWord,
    ApplicationStatus,
    Channel,
    DocumentType,
    Door,
    Field,
    IdentityPart,
    TaskKind,
    Level,
    List,
    MediaType,
    NoticeKind,
    NoticeState,
    Origin,
    OtpDigest,
    Outcome,
    Role,
    Rule,
    TaskStatus,
);

// No constraint holds the column to these words, and a word that is none of them has a meaning: never eligible.
text_column!(CertificateStatus, |one: &CertificateStatus| one.as_str(), |word: &str| {
    CertificateStatus::from_word(word).or(Some(CertificateStatus::Unknown))
});

text_column!(UserName, UserName::as_str, UserName::parse);

text_column!(LinkActor, LinkActor::word, |text: &str| text.parse::<LinkActor>().ok());

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::result::Error;

    #[test]
    fn an_unknown_word_is_found_behind_a_failed_query_and_nothing_else_is() {
        let failed = |cause: Box<dyn std::error::Error + Send + Sync>| Error::DeserializationError(cause);
        assert_eq!(UnknownWord::behind(&failed(UnknownWord("Kind").into())), Some(UnknownWord("Kind")));
        assert_eq!(UnknownWord::behind(&failed("no number".into())), None);
        assert_eq!(UnknownWord::behind(&Error::NotFound), None);
    }
}
