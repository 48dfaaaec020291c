//! The catalogue of exams.

use diesel::prelude::*;

use super::schema::{exam_combinations, exams};

/// One combination: code, name, year, level, specialty.
pub type Combination = (String, String, i32, String, String);

/// Every combination of one exam, by code or name.
pub fn combinations(conn: &mut PgConnection, exam: &str) -> QueryResult<Vec<Combination>> {
    exam_combinations::table
        .inner_join(exams::table)
        .filter(exams::code.eq(exam).or(exams::name.eq(exam)))
        .order((exam_combinations::year.desc(), exam_combinations::level, exam_combinations::specialty))
        .select((
            exams::code,
            exams::name,
            exam_combinations::year,
            exam_combinations::level,
            exam_combinations::specialty,
        ))
        .load(conn)
}

/// All exams: (code, name), by name.
pub fn all(conn: &mut PgConnection) -> QueryResult<Vec<(String, String)>> {
    exams::table.order(exams::name).select((exams::code, exams::name)).load(conn)
}
