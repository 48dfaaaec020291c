//! Applications made in old systems.

use super::registered::check_date;
use super::{Context, Keyed, Registered, key, note_characters};
use crate::domain::application::Status;
use crate::domain::form::text::is_null;
use crate::import::finding::{Code, Tally};
use crate::import::kind::Target;
use crate::import::source::Row;

/// The part of an application that is not simply a column's text.
#[derive(Clone, Debug)]
pub struct Application {
    pub registered: Registered,
    pub account_key: Option<String>,
    pub status: Status,
}

/// The key of the account that an application belongs to.
pub fn account_key(row: &Row) -> Option<&str> {
    Some(row.tidy(Target::Account)).filter(|key| !key.is_empty() && !is_null(key))
}

impl Application {
    pub fn read(row: &Row, cx: &Context<'_>, tally: &mut Tally) -> Result<Keyed<Self>, Code> {
        let key = key(row)?;
        let registered = Registered::read(row, cx, tally);
        check_date(row, Target::SubmittedAt, cx, tally);
        note_characters(row, tally);
        let account_key = account_key(row).map(str::to_owned);
        if account_key.is_none() {
            let code = if is_null(row.get(Target::Account)) { Code::NullText } else { Code::ApplicationWithoutAccount };
            tally.row(code, row.number);
        }
        let read = Status::from_legacy_word(row.get(Target::Status));
        if !read.known {
            tally.row(Code::UnknownStatus, row.number);
        }
        Ok(Keyed { key, content: Self { registered, account_key, status: read.status } })
    }
}
