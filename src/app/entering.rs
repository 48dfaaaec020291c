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
use crate::ids::ApplicationId;
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

/// So many are looked for at once.
const BATCH: i64 = 200;

impl App {
    /// Lets in what waits and does not stand in the queue as it is: what was submitted before there was a review, or on a server that knows none.
    /// How many; one that cannot be read is left out and logged.
    pub async fn enter_earlier(&self, now: DateTime<Utc>) -> Result<usize, AppError> {
        let (mut entered, mut after) = (0, None);
        loop {
            let found: Vec<ApplicationId> =
                self.read(move |tx| Ok::<_, AppError>(Application::not_in_queue(tx.conn, after, BATCH)?)).await?;
            let Some(last) = found.last().copied() else { return Ok(entered) };
            after = Some(last);
            for id in found {
                let policy = self.policy.clone();
                match self.act(now, move |tx| enter_one(tx, id, &policy)).await {
                    Ok(is_new) => entered += usize::from(is_new),
                    Err(error) => {
                        let error = &error as &dyn std::error::Error;
                        tracing::error!(application = %id, error, "an application does not stand in the queue");
                    }
                }
            }
        }
    }
}

/// Whether it did not stand there.
fn enter_one(tx: &mut Tx<'_>, id: ApplicationId, policy: &Policy) -> Result<bool, AppError> {
    let Some(application) = Application::by_id_locked(tx.conn, id)? else { return Ok(false) };
    let case = Case::by_id_locked(tx.conn, id)?;
    let stands =
        case.is_some_and(|case| case.status == Status::Pending && case.application_version == application.version);
    if application.status != Status::Pending || stands {
        return Ok(false);
    }
    let version = Version::find(tx.conn, id, application.version)?;
    let input: Input = tx.vault.open_json(Purpose::Form, &version.form_sealed)?;
    enter(tx, &application, &input, policy)?;
    Ok(true)
}
