//! An application comes in for review: with its submission, and again whenever its owner edits it. Those that were submitted before there was a
//! review come in when the service starts.

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::tx::Tx;
use super::{App, AppError};
use crate::db::applications::{Application, Version};
use crate::db::cases::{ActWord, Case, Entering, NewAct};
use crate::domain::application::Status;
use crate::domain::case::responsible_city;
use crate::domain::china::china_date;
use crate::domain::form::{Input, PhotoState, photo_state};
use crate::domain::policy::Policy;
use crate::vault::Purpose;

/// Lets an application into the queue, in the transaction in which it was written.
pub(super) fn enter(
    tx: &mut Tx<'_>,
    application: &Application,
    input: &Input,
    policy: &Policy,
) -> Result<(), AppError> {
    let city = responsible_city(&input.city);
    let waited = application.version > 1
        && Case::by_id_locked(tx.conn, application.id)?.is_some_and(|case| case.status == Status::Pending);
    let entering = Entering {
        id: application.id,
        status: application.status,
        level: policy.levels.first(city),
        application_version: application.version,
        exam_code: &application.exam_code,
        exam_name: &application.exam_name,
        year: &application.year,
        city: city.unwrap_or_default(),
        reference: &application.reference,
        needs_photo: photo_state(&application.year, policy.photo_required_through) == PhotoState::Required,
        entered_at: application.updated_at,
        due_on: policy.terms.due(&policy.calendar, china_date(application.updated_at)),
    };
    let version = entering.enter(tx.conn)?;
    let act = NewAct {
        id: Uuid::now_v7(),
        case_id: application.id,
        at: application.updated_at,
        act: if waited { ActWord::Edited } else { ActWord::Entered },
        level: entering.level,
        staff_id: None,
        application_version: application.version,
        version,
        reasons: json!([]),
        comment_sealed: None,
    };
    Ok(act.insert(tx.conn)?)
}

/// So many at once.
const BATCH: i64 = 200;

impl App {
    /// Lets in what waits and was submitted before there was a review. How many; 0: there is no more.
    pub async fn enter_earlier(&self, now: DateTime<Utc>) -> Result<usize, AppError> {
        let policy = self.policy.clone();
        self.act(now, move |tx| {
            let waiting = Application::without_case(tx.conn, BATCH)?;
            for application in &waiting {
                let version = Version::find(tx.conn, application.id, application.version)?;
                let input: Input = tx.vault.open_json(Purpose::Form, &version.form_sealed)?;
                enter(tx, application, &input, &policy)?;
            }
            Ok(waiting.len())
        })
        .await
    }
}
