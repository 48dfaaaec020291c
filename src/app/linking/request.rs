//! 人工核实: the citizen says what is missing, and a reviewer looks.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::Asker;
use super::again::refused;
use super::question::open_about;
use super::settle::lock_asker;
use crate::app::audit::{self, About, Actor, Entry, Event};
use crate::app::denied::{Object, denied};
use crate::app::dossier::{Judged, open_account};
use crate::app::tx::Tx;
use crate::app::{App, AppError};
use crate::db::tasks::{NewPicture, NewTask, Task};
use crate::domain::document::{Number, Relation};
use crate::domain::evidence::{MAX_PICTURES, MediaType};
use crate::domain::name;
use crate::domain::review::{Basis, Grounds, Kind};
use crate::ids::{AccountId, TaskId};
use crate::vault::{LookUp, Purpose, Vault};

/// What a citizen asks to be looked at.
#[derive(Clone, Debug)]
pub struct Request {
    /// Which old system.
    pub system: String,
    /// The account, where one that was offered is meant.
    pub account: Option<AccountId>,
    /// The number it was under, as far as known.
    pub old_number: String,
    /// The name it was under.
    pub old_name: String,
    pub exam: String,
    /// Of which year.
    pub year: String,
    pub note: String,
    pub evidence: Option<Evidence>,
    /// The number of a request of theirs that was refused, to which this one adds.
    pub again: Option<i64>,
}

/// A picture that shows whose the data is. Checked before it comes here.
#[derive(Clone)]
pub struct Evidence {
    /// What kind of picture it is.
    pub media_type: MediaType,
    /// The picture, without metadata.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Evidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Evidence").field("media_type", &self.media_type).finish_non_exhaustive()
    }
}

/// What an open request holds so much of that no more is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// The task holds as many supplements in words as it may.
    Words,
    /// The task holds as many pictures as it may.
    Pictures,
}

/// What became of adding to an open request.
enum Addition {
    Done,
    Full(Full),
    /// A reviewer answered it meanwhile.
    Decided,
}

/// What became of a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Asked {
    /// A reviewer will look.
    Opened {
        /// The task's number.
        task: i64,
    },
    /// The same is open already; what is new in the words and the picture were added to it.
    AlreadyOpen {
        /// The task's number.
        task: i64,
    },
    /// The same is open already and holds as much as one may: nothing of this was kept.
    Full {
        /// The task's number.
        task: i64,
        /// What there is too much of.
        of: Full,
    },
    /// So many are open that these must be answered first.
    TooMany,
}

impl App {
    /// Opens a task for the reviewers. An account that was not offered to this person is not found.
    pub async fn request_verification(
        &self,
        asker: &Asker,
        request: Request,
        now: DateTime<Utc>,
    ) -> Result<Asked, AppError> {
        let (asker, most) = (asker.clone(), self.config.throttle.open_requests_per_person);
        self.act(now, move |tx| ask(tx, &asker, most, &request)).await
    }
}

fn ask(tx: &mut Tx<'_>, asker: &Asker, most: u32, request: &Request) -> Result<Asked, AppError> {
    lock_asker(tx, asker)?;
    if let Some(number) = request.again {
        refused(tx, asker.person, number)?;
    }
    let account = account_meant(tx, asker, request)?;
    let request_lookup = same_request(tx.vault, request);
    let open = match account {
        Some(account) => open_about(tx, asker.person, account)?,
        None => Task::by_request(tx.conn, asker.person, &request_lookup)?,
    };
    if let Some(task) = open {
        match add(tx, &task, request)? {
            Addition::Done => return Ok(Asked::AlreadyOpen { task: task.number }),
            Addition::Full(of) => return Ok(Asked::Full { task: task.number, of }),
            Addition::Decided => {}
        }
    }
    if most > 0 && Task::open_requests(tx.conn, asker.person)? >= i64::from(most) {
        return Ok(Asked::TooMany);
    }
    let mut grounds = Grounds::of(words(request));
    refer(&mut grounds, request);
    let evidence_sealed = tx.vault.seal_json(Purpose::Evidence, &grounds)?;
    let task = NewTask {
        person_id: Some(asker.person),
        account_id: account,
        system: Some(&request.system),
        // Where an account tells what is asked, the same words may be asked about another one.
        request_lookup: account.is_none().then_some(request_lookup),
        ..NewTask::of(Kind::Request, evidence_sealed, tx.now)
    };
    let number = task.open(tx.conn)?.ok_or(diesel::result::Error::NotFound)?;
    if let Some(evidence) = &request.evidence {
        picture(tx.vault, task.id, 0, evidence).attach(tx.conn)?;
    }
    let about = About { person: Some(asker.person), account, task: Some(task.id), ..About::default() };
    let entry = Entry { event: Event::Requested { kind: Kind::Request }, actor: Actor::Citizen, about };
    audit::record(tx, &[entry])?;
    Ok(Asked::Opened { task: number })
}

/// Names the refused request that this one adds to. Beyond as many as are kept the words alone count.
fn refer(grounds: &mut Grounds, request: &Request) {
    if let Some(task) = request.again {
        grounds.add(Basis::Earlier { task });
    }
}

fn words(request: &Request) -> Basis {
    Basis::Words {
        old_number: request.old_number.clone(),
        old_name: request.old_name.clone(),
        exam: request.exam.clone(),
        year: request.year.clone(),
        note: request.note.clone(),
    }
}

/// What is said about an account that is asked about already goes to the same question: other words, and another picture. All of it, or
/// nothing. Whoever asks is locked, so two tabs add one after the other.
fn add(tx: &mut Tx<'_>, task: &Task, request: &Request) -> Result<Addition, AppError> {
    let mut grounds: Grounds = tx.vault.open_json(Purpose::Evidence, &task.evidence_sealed)?;
    let before = grounds.bases.len();
    if !grounds.add(words(request)) {
        return Ok(Addition::Full(Full::Words));
    }
    refer(&mut grounds, request);
    let mut further = None;
    if let Some(evidence) = &request.evidence {
        let known = task.pictures(tx.conn)?;
        let picture = picture(tx.vault, task.id, known.len(), evidence);
        if known.iter().all(|(_, digest)| digest.as_ref() != Some(&picture.content_digest)) {
            if known.len() >= MAX_PICTURES {
                return Ok(Addition::Full(Full::Pictures));
            }
            further = Some(picture);
        }
    }
    if grounds.bases.len() == before && further.is_none() {
        return Ok(Addition::Done);
    }
    // Before the picture: a task that was answered takes nothing any more.
    if !task.add_evidence(tx.conn, task.kind, &tx.vault.seal_json(Purpose::Evidence, &grounds)?)? {
        return Ok(Addition::Decided);
    }
    if let Some(picture) = further {
        picture.attach(tx.conn)?;
    }
    Ok(Addition::Done)
}

/// A picture behind so many others.
fn picture(vault: &Vault, task_id: TaskId, others: usize, evidence: &Evidence) -> NewPicture {
    NewPicture {
        task_id,
        place: i32::try_from(others + 1).unwrap_or(i32::MAX),
        media_type: evidence.media_type,
        file_sealed: vault.seal(Purpose::Photo, &evidence.bytes),
        content_digest: vault.look_up(LookUp::Content, &[&hex::encode(Sha256::digest(&evidence.bytes))]),
    }
}

/// The account a request is about: the one named, or the only one of those found for this person in that system which the words fit.
/// Accounts that were not found for them are left to the reviewer: nothing here may tell whether there are any.
fn account_meant(tx: &mut Tx<'_>, asker: &Asker, request: &Request) -> Result<Option<AccountId>, AppError> {
    let Judged { decision, rows, .. } = Judged::of(tx, asker.person)?;
    let offered = decision.into_iter().flat_map(|decision| decision.proof);
    let mut offered = offered.filter_map(|finding| rows.get(&finding.account));
    if let Some(account) = request.account {
        let is_offered = offered.any(|row| row.id == account);
        return if is_offered { Ok(Some(account)) } else { Err(denied(tx, asker.person, Object::Account(account))) };
    }
    let typed = Number::new(&request.old_number, None);
    // Words that name no account are about none: what is asked may be a certificate.
    if typed.canonical().is_empty() && name::is_empty(&request.old_name) {
        return Ok(None);
    }
    let mut fitting = Vec::new();
    for row in offered.filter(|row| row.system == request.system) {
        let account = open_account(tx.vault, row)?;
        let fits = if typed.canonical().is_empty() {
            name::relation(&account.name, &request.old_name) != name::Relation::Different
        } else {
            matches!(account.number.relation(&typed), Relation::Same(_))
        };
        if fits {
            fitting.push(row.id);
        }
    }
    Ok(fitting.first().copied().filter(|_| fitting.len() == 1))
}

/// What makes two requests of a person the same one where no account tells: the old account as far as it is named, else every word.
fn same_request(vault: &Vault, request: &Request) -> Vec<u8> {
    let number = Number::new(&request.old_number, None);
    let name = name::fold_key(&request.old_name);
    let system = request.system.as_str();
    let words = [request.exam.trim(), request.year.trim(), request.note.trim()];
    let parts = match (number.canonical(), name.as_str()) {
        ("", "") => ["request", system, "", "", words[0], words[1], words[2]],
        ("", name) => ["request", system, "", name, "", "", ""],
        (number, _) => ["request", system, number, "", "", "", ""],
    };
    vault.look_up(LookUp::Application, &parts)
}
