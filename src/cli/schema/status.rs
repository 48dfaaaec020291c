//! `schema status`.

use diesel::pg::PgConnection;
use serde_json::json;

use crate::cli::failure::Failure;
use crate::cli::output::{Format, Outcome, print};
use crate::db::migrate;

pub(super) fn status(conn: &mut PgConnection, format: Format) -> Result<Outcome, Failure> {
    let state = migrate::state(conn).map_err(migrate::MigrateError::from)?;
    if format == Format::Json {
        print(json!(state))?;
    } else {
        let lines = [("applied", &state.applied), ("pending", &state.pending), ("unknown", &state.unknown)];
        for (word, versions) in lines {
            versions.iter().try_for_each(|version| print(format_args!("{word} {version}")))?;
        }
        if !state.pending.is_empty() {
            print("to apply what is pending: buzheng schema migrate")?;
        }
        if !state.unknown.is_empty() {
            print("unknown migrations come from a newer buzheng: use that version")?;
        }
    }
    let settled = state.pending.is_empty() && state.unknown.is_empty();
    Ok(if settled { Outcome::Done } else { Outcome::NeedsAttention })
}
