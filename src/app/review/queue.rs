//! The queue: what this member of staff has in hand, and what waits.

use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;

use super::Reader;
use crate::app::tx::Tx;
use crate::app::{App, AppError};
use crate::db::cases::{Case, Counted, Cursor, Filter, HeldBy, Listed, StateFilter};
use crate::db::staff;
use crate::domain::case::Level;
use crate::domain::china::china_date;
use crate::domain::exam::{Exam, sort_by_pinyin};
use crate::ids::StaffId;

/// Cases of a page.
const PAGE: i64 = 50;

/// Beyond so many nobody counts.
const COUNTED: i64 = 999;

/// By what the queue is filtered.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub state: Option<StateFilter>,
    pub exam: Option<String>,
    pub year: Option<String>,
    pub city: Option<String>,
    pub level: Option<Level>,
    pub needs_photo: Option<bool>,
    /// First time, or again.
    pub again: Option<bool>,
    pub holder: Option<Holder>,
    pub after: Option<Cursor>,
}

/// By whose hands the queue is filtered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    Mine,
    Nobody,
    /// A user name.
    Named(String),
}

/// What the filters choose from, and how many wait in each state.
#[derive(Clone, Debug)]
pub struct Choices {
    pub exams: Vec<Exam>,
    pub years: Vec<String>,
    pub states: Vec<(StateFilter, Counted)>,
}

#[derive(Clone, Debug)]
pub struct Queue {
    /// What this member of staff has in hand, whatever is filtered by.
    pub mine: Vec<Listed>,
    pub rows: Vec<Listed>,
    /// Where the next page begins.
    pub next: Option<Cursor>,
    pub counted: Counted,
    pub choices: Choices,
    /// User names of those who have a listed case in hand.
    pub names: BTreeMap<StaffId, String>,
    pub today: NaiveDate,
}

impl App {
    /// A page of the queue.
    pub async fn queue(&self, reader: &Reader, wanted: Wanted, now: DateTime<Utc>) -> Result<Queue, AppError> {
        let reader = reader.clone();
        self.read(move |tx| read(tx, &reader, &wanted, now)).await
    }
}

fn read(tx: &mut Tx<'_>, reader: &Reader, wanted: &Wanted, now: DateTime<Utc>) -> Result<Queue, AppError> {
    let today = china_date(now);
    let holder = match &wanted.holder {
        Some(Holder::Mine) => Some(HeldBy::One(reader.id())),
        Some(Holder::Nobody) => Some(HeldBy::Nobody),
        // Nobody of that name has anything in hand.
        Some(Holder::Named(name)) => Some(HeldBy::One(staff::id_of(tx.conn, name)?.unwrap_or(NOBODY))),
        None => None,
    };
    let filter = Filter {
        scope: reader.scope(),
        state: wanted.state.unwrap_or(StateFilter::Waiting),
        exam: wanted.exam.clone(),
        year: wanted.year.clone(),
        city: wanted.city.clone(),
        level: wanted.level,
        needs_photo: wanted.needs_photo,
        again: wanted.again,
        holder,
        today,
        now,
    };
    let mut rows = filter.page(tx.conn, wanted.after, PAGE + 1)?;
    let next = (rows.len() > usize::try_from(PAGE).unwrap_or(usize::MAX)).then(|| rows.pop()).flatten();
    let next = next.and_then(|_| rows.last()).map(|last| Cursor { due_on: last.due_on, id: last.id });
    let mine = Filter { holder: Some(HeldBy::One(reader.id())), ..Filter::of(reader.scope(), today, now) };
    let mine = mine.page(tx.conn, None, PAGE)?;
    let holders: Vec<StaffId> = mine.iter().chain(&rows).filter_map(|row| row.holder_id).collect();
    Ok(Queue {
        counted: filter.count(tx.conn, COUNTED)?,
        choices: choices(tx, &filter)?,
        names: staff::names(tx.conn, &holders)?.into_iter().collect(),
        mine,
        rows,
        next,
        today,
    })
}

/// No member of staff.
const NOBODY: StaffId = StaffId::from_uuid(uuid::Uuid::nil());

fn choices(tx: &mut Tx<'_>, filter: &Filter) -> Result<Choices, AppError> {
    let known = Case::choices(tx.conn)?;
    let mut exams: Vec<Exam> = Vec::new();
    let mut years: Vec<String> = Vec::new();
    for (code, name, year) in known {
        if exams.iter().all(|exam| exam.code != code) {
            exams.push(Exam { code, name });
        }
        if !years.contains(&year) {
            years.push(year);
        }
    }
    sort_by_pinyin(&mut exams);
    years.sort_by(|a, b| b.cmp(a));
    let mut states = Vec::new();
    for state in StateFilter::ALL {
        let counted = Filter { state, ..filter.clone() }.count(tx.conn, COUNTED)?;
        states.push((state, counted));
    }
    Ok(Choices { exams, years, states })
}
