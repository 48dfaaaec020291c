//! One task with everything that a reviewer needs to answer it.

use serde::Serialize;

use super::tasks::{TaskLine, task_line};
use super::{Pair, Sight, Viewer};
use crate::app::AppError;
use crate::app::audit::{About, Viewed};
use crate::app::dossier::{open_account, open_alias};
use crate::app::tx::Tx;
use crate::db::legacy;
use crate::db::people::{AliasRow, Link};
use crate::db::tasks::Task;
use crate::domain::document::{DocumentType, Number, Relation};
use crate::domain::evidence::MediaType;
use crate::domain::linking::{Origin, Transformation};
use crate::domain::review::{Basis, Grounds, NameMatch};
use crate::ids::{AccountId, AliasId, PersonId};
use crate::vault::{LookUp, Purpose, Vault};

/// So many accounts under a number that somebody typed are shown.
const CANDIDATES: i64 = 16;

/// One question with what it rests on.
#[derive(Debug, Serialize)]
pub struct TaskDetail {
    /// As in the list.
    #[serde(flatten)]
    pub line: TaskLine,
    /// What approving does.
    pub approve: &'static str,
    /// What refusing does.
    pub refuse: &'static str,
    /// The person's pairs: who asks, or who is in question.
    pub person_pairs: Vec<GrantedPair>,
    /// What it rests on, oldest first.
    pub grounds: Vec<Ground>,
    /// Accounts that the question may be about.
    pub accounts: Vec<Candidate>,
    /// Who bears the number that the portal vouches for (R1, R2).
    pub holders: Vec<Holder>,
    /// The media type of the first attached picture.
    pub attachment: Option<MediaType>,
    /// The media types of all attached pictures, in the order in which they came.
    pub attachments: Vec<MediaType>,
}

/// A pair of a person, and by what it is theirs.
#[derive(Debug, Serialize)]
pub struct GrantedPair {
    /// Number and name.
    #[serde(flatten)]
    pub pair: Pair,
    /// By whose word it is theirs.
    pub origin: Origin,
    /// For `link undo`, where a reviewer granted it without a link.
    pub id: Option<AliasId>,
}

/// Somebody who bears a number.
#[derive(Debug, Serialize)]
pub struct Holder {
    pub person: String,
    /// All their pairs.
    pub pairs: Vec<Pair>,
}

/// One thing that a question rests on.
#[derive(Debug, Serialize)]
#[serde(tag = "basis", rename_all = "snake_case")]
pub enum Ground {
    /// What the portal vouches for.
    Portal { number: String, name: String, document_type: Option<DocumentType> },
    /// An account beside the pair it was compared with.
    Comparison { account: String, account_side: Pair, person_side: Pair, transformations: Vec<Transformation> },
    /// A right old password.
    Password { number: String, name: NameMatch },
    /// The citizen's words.
    Words { old_number: String, old_name: String, exam: String, year: String, note: String },
    /// The number of a request that was refused, to which this one adds.
    Earlier { task: i64 },
    /// An old application (`system:key`) that an import changed after its owner had edited it here.
    Changed { application: String, batch: String },
}

/// An account that a question may be about.
#[derive(Debug, Serialize)]
pub struct Candidate {
    pub account: String,
    /// As it stands now.
    #[serde(flatten)]
    pub pair: Pair,
    /// Whose it is now.
    pub linked_to: Option<String>,
    /// How its name compares with the person's.
    pub name_match: NameMatch,
}

/// One question with everything that a reviewer needs to answer it.
pub fn task(tx: &mut Tx<'_>, number: i64, viewer: &Viewer) -> Result<TaskDetail, AppError> {
    let task = Task::by_number(tx.conn, number)?.ok_or(AppError::NotFound)?;
    let grounds: Grounds = tx.vault.open_json(Purpose::Evidence, &task.evidence_sealed)?;
    let persons: Vec<PersonId> = task.person_id.into_iter().collect();
    let pairs = AliasRow::of_persons(tx.conn, &persons)?;
    let names: Vec<String> =
        pairs.iter().map(|row| tx.vault.open_text(Purpose::Name, &row.name_sealed)).collect::<Result<_, _>>()?;
    let (approve, refuse) = task.kind.meaning();
    let attachments: Vec<_> = task.pictures(tx.conn)?.into_iter().map(|(media_type, _)| media_type).collect();
    let detail = TaskDetail {
        approve,
        refuse,
        person_pairs: pairs.iter().map(|row| granted(tx.vault, row, viewer.sight)).collect::<Result<_, AppError>>()?,
        accounts: candidates(tx, &task, &grounds, &names, viewer.sight)?,
        holders: holders(tx, &grounds, viewer.sight)?,
        grounds: grounds.bases.into_iter().map(|basis| ground(basis, viewer.sight)).collect(),
        attachment: attachments.first().copied(),
        attachments,
        line: task_line(tx, &task)?,
    };
    let about = About { person: task.person_id, account: task.account_id, task: Some(task.id), ..About::default() };
    viewer.tell(tx, Viewed::Task, about)?;
    Ok(detail)
}

fn granted(vault: &Vault, row: &AliasRow, sight: Sight) -> Result<GrantedPair, AppError> {
    let alias = open_alias(vault, row)?;
    let pair = Pair { number: sight.number(alias.number.canonical()), name: sight.name(&alias.name) };
    Ok(GrantedPair { pair, origin: row.origin, id: row.task_id.map(|_| row.id) })
}

fn ground(basis: Basis, sight: Sight) -> Ground {
    match basis {
        Basis::Portal { number, name, document_type } => {
            Ground::Portal { number: sight.number(&number), name: sight.name(&name), document_type }
        }
        Basis::Comparison { evidence } => {
            let pair = |number: &str, name: &str| Pair { number: sight.number(number), name: sight.name(name) };
            Ground::Comparison {
                account_side: pair(&evidence.account_number, &evidence.account_name),
                person_side: pair(&evidence.alias_number, &evidence.alias_name),
                account: evidence.account,
                transformations: evidence.transformations,
            }
        }
        Basis::Password { number, name } => Ground::Password { number: sight.number(&number), name },
        Basis::Words { old_number, old_name, exam, year, note } => Ground::Words {
            old_number: sight.number(&old_number),
            old_name: sight.name(&old_name),
            exam: sight.words(&exam),
            year: sight.words(&year),
            // Whatever they wrote may hold a number.
            note: if sight == Sight::Full || note.is_empty() {
                note
            } else {
                "（内容须以完整方式查看）".to_owned()
            },
        },
        Basis::Earlier { task } => Ground::Earlier { task },
        Basis::Changed { system, key, batch } => Ground::Changed { application: format!("{system}:{key}"), batch },
    }
}

/// The account that is named, and those under a number that the citizen typed.
fn candidates(
    tx: &mut Tx<'_>,
    task: &Task,
    grounds: &Grounds,
    names: &[String],
    sight: Sight,
) -> Result<Vec<Candidate>, AppError> {
    let about: Vec<AccountId> = task.account_id.into_iter().collect();
    let mut rows = legacy::AccountRow::by_ids(tx.conn, &about)?;
    for basis in &grounds.bases {
        let (Basis::Words { old_number: typed, .. } | Basis::Password { number: typed, .. }) = basis else { continue };
        let number = Number::new(typed, None);
        let lookup = tx.vault.look_up(LookUp::Number, &[number.canonical()]);
        for row in legacy::AccountRow::some_by_number(tx.conn, &lookup, CANDIDATES)? {
            let is_new = rows.iter().all(|known| known.id != row.id);
            if is_new && matches!(open_account(tx.vault, &row)?.number.relation(&number), Relation::Same(_)) {
                rows.push(row);
            }
        }
    }
    rows.iter()
        .map(|row| {
            let account = open_account(tx.vault, row)?;
            Ok(Candidate {
                account: row.label(),
                linked_to: Link::of_account(tx.conn, row.id)?.map(|link| link.person_id.to_string()),
                name_match: NameMatch::best(&account.name, names.iter().map(String::as_str)),
                pair: Pair { number: sight.number(account.number.canonical()), name: sight.name(&account.name) },
            })
        })
        .collect()
}

fn holders(tx: &mut Tx<'_>, grounds: &Grounds, sight: Sight) -> Result<Vec<Holder>, AppError> {
    let Some((number, _, kind)) = grounds.portal() else { return Ok(Vec::new()) };
    let number = Number::new(number, kind);
    let mut persons = Vec::new();
    for row in AliasRow::by_numbers(tx.conn, &[tx.vault.look_up(LookUp::Number, &[number.canonical()])])? {
        let is_same = matches!(open_alias(tx.vault, &row)?.number.relation(&number), Relation::Same(_));
        if is_same && !persons.contains(&row.person_id) {
            persons.push(row.person_id);
        }
    }
    persons
        .into_iter()
        .map(|person| {
            let rows = AliasRow::of_persons(tx.conn, &[person])?;
            let pairs =
                rows.iter().map(|row| Ok(granted(tx.vault, row, sight)?.pair)).collect::<Result<_, AppError>>()?;
            Ok(Holder { person: person.to_string(), pairs })
        })
        .collect()
}
