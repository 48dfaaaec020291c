//! 申请信息维护: looking at an application and editing it, also one of an old system.

mod look;
mod story;

use chrono::{DateTime, Utc};

use super::audit::{self, Entry, Event};
use super::dossier::AllApplications;
use super::entering::enter;
use super::reissue::{Measure, Outcome, Refusal, Refused, Sent, new_application, open_applications};
use super::tx::Tx;
use super::{App, AppError};
use crate::db::applications::{Application, Origin};
use crate::db::legacy::Certificate;
use crate::db::people;
use crate::domain::application::merge;
use crate::domain::policy::Policy;
use crate::ids::{ApplicationId, LegacyApplicationId, PersonId};

use look::Looked;
pub use look::Shown;
pub use story::{Step, StepWord, Story};

/// What an edit brings.
#[derive(Clone)]
pub struct Edit {
    /// The version that was on the form.
    pub version: i32,
    pub sent: Sent,
}

impl App {
    /// One of a person's applications; another person's is not found.
    pub async fn application(&self, person: PersonId, id: ApplicationId) -> Result<Shown, AppError> {
        self.read(move |tx| {
            let shown = Looked::at(tx, person, id)?.shown;
            Ok(Shown { story: Story::of(tx, shown.id, shown.version, shown.status)?, ..shown })
        })
        .await
    }

    /// Saves an edit as a new version.
    pub async fn edit(
        &self,
        person: PersonId,
        id: ApplicationId,
        edit: Edit,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Shown>, AppError> {
        let policy = self.policy.clone();
        let outcome = self.act(now, move |tx| save(tx, person, id, &edit, &policy)).await?;
        // Only a form that is shown again tells what was done before.
        let Outcome::Refused(refused) = outcome else { return Ok(outcome) };
        let Refused { form, input, why } = *refused;
        let form = self
            .read(move |tx| {
                Ok::<_, AppError>(Shown { story: Story::of(tx, form.id, form.version, form.status)?, ..form.clone() })
            })
            .await?;
        Ok(Outcome::refused(form, input, why))
    }
}

fn save(
    tx: &mut Tx<'_>,
    person: PersonId,
    id: ApplicationId,
    edit: &Edit,
    policy: &Policy,
) -> Result<Outcome<Shown>, AppError> {
    people::lock_person(tx.conn, person)?;
    let looked = Looked::at(tx, person, id)?;
    let typed = merge(&looked.shown.locked, edit.sent.input.clone());
    let status = match looked.shown.status.edit() {
        Ok(status) if looked.shown.version == edit.version => status,
        _ => return Ok(Outcome::refused(looked.shown, typed, Refusal::Conflict)),
    };
    let old = looked.old_applications(tx)?;
    let open = open_applications(tx.vault, person, &AllApplications::of(Application::of_person(tx.conn, person)?, old));
    let others: Vec<Certificate> = looked.other_certificates().cloned().collect();
    let is_about_certificate = looked.ours.as_ref().is_some_and(|ours| ours.certificate_id.is_some());
    let measure = Measure {
        person,
        exam: &looked.shown.exam,
        catalogue: &looked.shown.catalogue,
        locked: &looked.shown.locked,
        open: &open,
        by_hand: (!is_about_certificate).then_some(&others),
        itself: Some(id),
        year_before: Some(&looked.shown.input.year),
        has_photo: looked.shown.has_photo,
        policy,
        contact_before: looked.ours.is_some().then_some(looked.shown.input.contact.as_str()),
    };
    let sound = match measure.check(tx, &edit.sent) {
        Ok(sound) => sound,
        Err(why) => return Ok(Outcome::refused(looked.shown, typed, why)),
    };
    let input = sound.valid.input().clone();
    let next = Application {
        status,
        same_lookup: sound.same_lookup.clone(),
        year: input.year.clone(),
        certificate_number: input.certificate_number.clone(),
        version: edit.version + 1,
        updated_at: tx.now,
        ..match looked.ours.clone() {
            Some(ours) => ours,
            None => first_of_old(tx, person, &looked.shown)?,
        }
    };
    if !write(tx, &next, looked.ours.is_some().then_some(edit.version))? {
        return Ok(Outcome::refused(Looked::at(tx, person, id)?.shown, typed, Refusal::Conflict));
    }
    sound.store(tx, &next, looked.photo_id)?;
    enter(tx, &next, &input, policy)?;
    tracing::info!(%person, application = %id, version = next.version, "application edited");
    audit::record(tx, &[Entry::of_citizen(Event::ApplicationEdited { version: next.version }, person, id)])?;
    Ok(Outcome::Done(next.id))
}

/// Writes the row: over the version that was edited, or as the first one of an old application. `false`: someone was faster.
fn write(tx: &mut Tx<'_>, next: &Application, edited_version: Option<i32>) -> Result<bool, AppError> {
    if let Some(version) = edited_version {
        return Ok(next.advance(tx.conn, version)?);
    }
    let origin = Origin { old: next.legacy_application_id, ..Origin::default() };
    Application::detach_others(tx.conn, next.person_id, origin, tx.now)?;
    next.insert(tx.conn)?;
    Ok(true)
}

/// The row beside the frozen one. It keeps the old application's id, so that its address stays; unless that id is taken by the
/// work of someone who had the old application before and has it no longer.
fn first_of_old(tx: &mut Tx<'_>, person: PersonId, shown: &Shown) -> Result<Application, AppError> {
    let new = new_application(person, &shown.exam, &shown.input, tx.now);
    let id = if Application::exists(tx.conn, shown.id)? { new.id } else { shown.id };
    Ok(Application {
        id,
        legacy_application_id: Some(LegacyApplicationId::from_uuid(*shown.id.as_uuid())),
        feedback: shown.feedback.clone(),
        ..new
    })
}
