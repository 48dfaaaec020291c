//! An old account as its citizen sees it: old system, registration year, masked name and number, never more.

use crate::db::DbError;
use crate::db::legacy::AccountRow;
use crate::db::tasks::Task;
use crate::domain::document::Number;
use crate::domain::linking::Rule;
use crate::domain::name;
use crate::domain::review::Status;
use crate::ids::AccountId;
use crate::vault::{Purpose, Vault};

/// An account that came along, is to be proven, or is frozen.
#[derive(Clone, Debug)]
pub struct OldAccount {
    pub id: AccountId,
    /// Of which old system.
    pub system: String,
    /// As far as the old system's date can be read.
    pub registered_year: Option<String>,
    /// `张*`.
    pub name_masked: String,
    pub number_masked: String,
    /// By which rule it was found.
    pub rule: Rule,
    /// Whether there is a password that could prove it.
    pub has_password: bool,
    /// The question that is open about it.
    pub open_task: Option<i64>,
}

impl OldAccount {
    /// Masks an account. `tasks`: what concerns its citizen.
    pub fn masked(vault: &Vault, row: &AccountRow, rule: Rule, tasks: &[Task]) -> Result<Self, DbError> {
        let is_open = |task: &&Task| task.account_id == Some(row.id) && task.status == Status::Open;
        Ok(Self {
            id: row.id,
            system: row.system.clone(),
            registered_year: year_of(&row.registered_at),
            name_masked: name::mask(&vault.open_text(Purpose::Name, &row.name_sealed)?),
            number_masked: Number::new(&vault.open_text(Purpose::Number, &row.number_sealed)?, None).masked(),
            rule,
            has_password: row.password_scheme.is_some() || row.is_registered(),
            open_task: tasks.iter().find(is_open).map(|task| task.number),
        })
    }
}

/// The year that an old system's date begins with.
fn year_of(date: &str) -> Option<String> {
    let year = date.trim().get(..4)?;
    let is_year = year.bytes().all(|byte| byte.is_ascii_digit()) && ("1980".."2100").contains(&year);
    is_year.then(|| year.to_owned())
}

#[cfg(test)]
mod tests {
    use super::year_of;

    #[test]
    fn the_year_of_a_readable_date_is_shown_and_nothing_else() {
        for (date, year) in [
            ("2009-05-03", Some("2009")),
            ("20110304", Some("2011")),
            ("2013/3/4 10:20", Some("2013")),
            ("19000101", None),
            ("0", None),
            ("", None),
            ("NULL", None),
            ("二〇〇九年", None),
            ("03-may-09", None),
        ] {
            assert_eq!(year_of(date).as_deref(), year, "{date}");
        }
    }
}
