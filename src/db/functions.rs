//! Functions of PostgreSQL that diesel has no word for.

use diesel::prelude::*;
use diesel::query_builder::QueryId;
use diesel::sql_types::{Array, BigInt, SingleValue, SqlType};

/// Defines a value that stands in the statement itself. A partial index is used only where the statement says what the index says; a value
/// that is bound does not tell, where the server plans without looking at values.
macro_rules! literal {
    ($name:ident: $sql_type:ty = $text:literal) => {
        #[derive(Clone, Copy, Debug, diesel::query_builder::QueryId, diesel::expression::ValidGrouping)]
        pub(super) struct $name;

        impl diesel::expression::Expression for $name {
            type SqlType = $sql_type;
        }

        impl<QS> diesel::expression::AppearsOnTable<QS> for $name {}

        impl<QS> diesel::expression::SelectableExpression<QS> for $name {}

        impl diesel::query_builder::QueryFragment<diesel::pg::Pg> for $name {
            fn walk_ast<'b>(
                &'b self,
                mut out: diesel::query_builder::AstPass<'_, 'b, diesel::pg::Pg>,
            ) -> diesel::QueryResult<()> {
                out.push_sql($text);
                Ok(())
            }
        }
    };
}

pub(super) use literal;

/// What a function gives that is called for what it does.
#[derive(Clone, Copy, Debug, SqlType, QueryId)]
#[diesel(postgres_type(name = "void", schema = "pg_catalog"))]
pub struct Void;

diesel::define_sql_function! {
    /// `column = ANY($1)`, written `column.eq(any(values))`: what diesel's `eq_any` sends for a list of values. diesel writes the text of a
    /// statement with `eq_any` each time to look up whether it is prepared; one with `any` it knows by its type.
    #[sql_name = "ANY"]
    fn any<ST: SingleValue>(values: Array<ST>) -> ST;
}

diesel::define_sql_function! {
    fn pg_advisory_xact_lock(key: BigInt) -> Void;
}

/// Waits for an advisory lock, and holds it until the end of the transaction.
pub(super) fn advisory_lock(conn: &mut PgConnection, key: i64) -> QueryResult<()> {
    diesel::select(pg_advisory_xact_lock(key)).execute(conn).map(|_| ())
}
