//! Membership in a list that is bound as one array.

use diesel::sql_types::{Array, SingleValue};

diesel::define_sql_function! {
    /// `column = ANY($1)`, written `column.eq(any(values))`: what diesel's `eq_any` sends for a list of values. diesel writes the text of a
    /// statement with `eq_any` each time to look up whether it is prepared; one with `any` it knows by its type.
    #[sql_name = "ANY"]
    fn any<ST: SingleValue>(values: Array<ST>) -> ST;
}
