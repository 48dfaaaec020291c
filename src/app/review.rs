//! 审核: an application that came in is taken in hand, looked at and answered. A city recommends, the province decides.

mod act;
mod answer;
mod aside;
mod hand;
mod look;
mod queue;
mod reopen;
mod reveal;

use super::tx::Tx;
use super::{App, AppError};
use crate::db::DbError;
use crate::db::applications::Application;
use crate::db::cases::{Case, Examiner, Scope};
use crate::db::staff;
use crate::domain::document::Number;
use crate::domain::staff::{Role, Roles, UserName};
use crate::ids::{ApplicationId, StaffId};
use crate::vault::{LookUp, Purpose};

pub use act::Acted;
pub use answer::{Answer, Answered, Latest};
pub use aside::At;
pub use hand::{LEASE, Taken};
pub(super) use look::reasons_of;
pub use look::{Changed, DecidedBy, LookedAt, Other, Told};
pub use queue::{Choices, Holder, Queue, Wanted};
pub use reopen::Reopened;

/// A member of staff who looks at applications: examines them, or looks only.
#[derive(Clone, Debug)]
pub struct Reader {
    pub examiner: Examiner,
    /// Sees the applications of all levels and cities, whether or not they examine any.
    pub sees_all: bool,
}

impl App {
    /// Whoever looks, by what they are.
    pub async fn reader(&self, id: StaffId, name: &UserName, roles: &Roles) -> Result<Reader, AppError> {
        let own_number = self.read(move |tx| own_number(tx, id)).await?;
        let examiner = Examiner {
            id,
            name: name.to_string(),
            cities: roles.cities().map(str::to_owned).collect(),
            for_province: roles.is(Role::ProvinceReviewer),
            own_number,
        };
        Ok(Reader { examiner, sees_all: roles.is(Role::Auditor) })
    }
}

/// The look-up value of somebody's own document number, where it is known.
fn own_number(tx: &mut Tx<'_>, id: StaffId) -> Result<Option<Vec<u8>>, AppError> {
    let Some(sealed) = staff::own_number(tx.conn, id)? else { return Ok(None) };
    let number = Number::new(&tx.vault.open_text(Purpose::Number, &sealed)?, None);
    Ok(Some(tx.vault.look_up(LookUp::Number, &[number.canonical()])))
}

impl Reader {
    fn id(&self) -> StaffId {
        self.examiner.id
    }

    fn scope(&self) -> Scope {
        if self.sees_all {
            return Scope::Everything;
        }
        Scope::Examined { cities: self.examiner.cities.clone(), province: self.examiner.for_province }
    }

    /// Whether they may look at an application at all: at every one of the province; of those of their cities also at what others have gone on with.
    fn sees(&self, case: &Case) -> bool {
        self.sees_all || self.examiner.for_province || self.examiner.cities.contains(&case.city)
    }
}

/// Takes an application and its case in the order in which a submission does. Whoever may not see it finds none.
fn lock(tx: &mut Tx<'_>, reader: &Reader, id: ApplicationId) -> Result<(Application, Case), AppError> {
    let application = Application::by_id_locked(tx.conn, id)?.ok_or(AppError::NotFound)?;
    let case = Case::by_id_locked(tx.conn, id)?.filter(|case| reader.sees(case)).ok_or(AppError::NotFound)?;
    Ok((application, case))
}

/// The user name of somebody.
fn name_of(tx: &mut Tx<'_>, member: StaffId) -> Result<String, DbError> {
    let names = staff::names(tx.conn, &[member])?;
    names.into_iter().next().map(|(_, name)| name).ok_or(DbError::Incomplete("staff.user_name"))
}
