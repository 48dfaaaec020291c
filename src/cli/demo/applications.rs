//! Applications in every state: invented people apply, and the demo's staff answers some, by the use cases that the pages call.

use chrono::{DateTime, TimeDelta, Utc};
use sso::{DocumentType, PortalIdentity, PortalSession, UserType};
use uuid::Uuid;

use crate::app::reissue::{Form, Outcome as Submitted, Photo, Sent, Submission, Target};
use crate::app::review::{Answer, Reader};
use crate::app::sign_in::SignedIn;
use crate::app::{App, AppError};
use crate::db::staff::Member;
use crate::domain::case::{Comment, Outcome};
use crate::domain::document::check_digit;
use crate::domain::form::Input;
use crate::domain::staff::UserName;
use crate::ids::{ApplicationId, PersonId};

/// Who applies.
const PEOPLE: u32 = 40;

const FAMILIES: [&str; 8] = ["赵", "钱", "孙", "李", "周", "吴", "郑", "王"];
const GIVEN: [&str; 5] = ["示例", "样本", "演示", "试用", "举例"];

/// What becomes of every eighth application.
enum Fate {
    Waits,
    /// In a city for which nobody of the demo examines.
    WaitsElsewhere,
    Recommended(Outcome),
    Decided(Outcome),
    Returned,
}

impl Fate {
    fn of(nth: u32) -> Self {
        match nth % 8 {
            0 | 1 => Self::Waits,
            2 => Self::WaitsElsewhere,
            3 => Self::Recommended(Outcome::Approve),
            4 => Self::Recommended(Outcome::Reject),
            5 => Self::Decided(Outcome::Approve),
            6 => Self::Decided(Outcome::Reject),
            _ => Self::Returned,
        }
    }
}

/// Adds them, unless they are there. They come through the portal, where it is a way in.
pub(super) async fn add(app: &App) -> Result<(), AppError> {
    if !app.config.access.mode.has_portal() {
        return Ok(());
    }
    let (city, province) = (reader(app, "jinan").await?, reader(app, "sheng").await?);
    for nth in 0..PEOPLE {
        // Up to two months ago, so that some are overdue.
        let came = app.now() - TimeDelta::days(i64::from(nth * 7 % 60));
        let Some(person) = sign_in(app, nth, came).await? else { continue };
        if !app.applications(person).await?.all.ours.is_empty() {
            return Ok(());
        }
        let fate = Fate::of(nth);
        let Some(id) = apply(app, person, nth, &fate, came).await? else { continue };
        answer(app, (&city, &province), id, fate, came + TimeDelta::hours(5)).await?;
    }
    Ok(())
}

async fn reader(app: &App, name: &str) -> Result<Reader, AppError> {
    let name = UserName::parse(name).ok_or(AppError::NotFound)?;
    let wanted = name.clone();
    let found = app.db.read::<_, AppError, _>(move |conn| Ok(Member::named(conn, &wanted)?)).await?;
    let Member { person, roles } = found.ok_or(AppError::NotFound)?;
    app.reader(person.id, &name, &roles).await
}

/// Somebody whom no register knows.
fn identity(app: &App, nth: u32) -> PortalIdentity {
    let [family, given] =
        [usize::try_from(nth).unwrap_or_default() % FAMILIES.len(), usize::try_from(nth / 8).unwrap_or_default()];
    let head = format!("370101{}{:02}{:02}{:03}", 1970 + nth, nth % 12 + 1, nth % 28 + 1, 800 + nth);
    PortalIdentity {
        issuer: app.config.portal.issuer().to_owned(),
        subject: format!("demo-applicant-{nth}"),
        name: Some(format!("{}{}", FAMILIES[family], GIVEN[given % GIVEN.len()])),
        document_number: check_digit(&head).map(|digit| format!("{head}{digit}")),
        document_type: DocumentType::Absent,
        level: Some(2),
        user_type: UserType::Personal,
        session: PortalSession::none(),
    }
}

async fn sign_in(app: &App, nth: u32, now: DateTime<Utc>) -> Result<Option<PersonId>, AppError> {
    Ok(match app.sign_in(&identity(app, nth), now).await? {
        SignedIn::Person { id, .. } => Some(id),
        _ => None,
    })
}

async fn apply(
    app: &App,
    person: PersonId,
    nth: u32,
    fate: &Fate,
    now: DateTime<Utc>,
) -> Result<Option<ApplicationId>, AppError> {
    let exams = app.exams().await?;
    let Some(exam) = exams.get(usize::try_from(nth).unwrap_or_default() % exams.len().max(1)) else { return Ok(None) };
    let target = Target::Exam(exam.code.clone());
    let (form, _) = app.step2(person, target.clone()).await?;
    let city = if matches!(fate, Fate::WaitsElsewhere) { "青岛市" } else { "济南市" };
    let Some(input) = input(app, &form, nth, city) else { return Ok(None) };
    let sent = Sent { input, photo: Photo::None, contact_confirmed: true };
    let submission = Submission { target, sent, token: Uuid::new_v4() };
    Ok(match app.submit(person, submission, now).await? {
        Submitted::Done(id) => Some(id),
        Submitted::Refused(_) => None,
    })
}

/// Of a year that needs no photo.
fn input(app: &App, form: &Form, nth: u32, city: &str) -> Option<Input> {
    let (catalogue, exam) = (&form.catalogue, form.exam.code.as_str());
    let year = catalogue.years(exam).into_iter().find(|year| *year > app.policy.photo_required_through)?;
    let level = catalogue.levels(exam, Some(year)).first().copied().unwrap_or_default();
    let specialty = catalogue.specialties(exam, Some(year), Some(level)).first().copied().unwrap_or_default();
    Some(Input {
        year: year.to_string(),
        certificate_number: format!("3701{nth:04}"),
        approval_date: format!("{year}1022"),
        level: level.to_owned(),
        specialty: specialty.to_owned(),
        city: city.to_owned(),
        contact: format!("139{:08}", 10_000 + nth),
        ..Input::default()
    })
}

async fn answer(
    app: &App,
    (city, province): (&Reader, &Reader),
    id: ApplicationId,
    fate: Fate,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let (recommended, decided) = match fate {
        Fate::Waits | Fate::WaitsElsewhere => return Ok(()),
        Fate::Recommended(outcome) => (outcome, None),
        Fate::Decided(outcome) => (outcome, Some(outcome)),
        Fate::Returned => (Outcome::Approve, Some(Outcome::Return)),
    };
    app.answer_case(city, id, given(1, recommended), now).await?;
    if let Some(outcome) = decided {
        app.answer_case(province, id, given(2, outcome), now + TimeDelta::hours(1)).await?;
    }
    Ok(())
}

fn given(version: i32, outcome: Outcome) -> Answer {
    let reasons = if outcome == Outcome::Reject { vec!["contact_unreachable".to_owned()] } else { Vec::new() };
    let words = if outcome == Outcome::Return { "请再核对证书管理号" } else { "" };
    Answer { version, outcome, reasons, comment: Comment::new(words).ok().flatten() }
}
