//! `GET /review`: the queue.

use axum::extract::{Query, State};
use axum::response::Response;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::Deserialize;
use std::collections::BTreeMap;
use url::form_urlencoded::Serializer;

use super::words::{day, level_word, shown};
use crate::app::review::{Holder, Queue, Wanted};
use crate::db::cases::{Counted, Cursor, Listed, StateFilter};
use crate::domain::case::{Level, Terms, Urgency};
use crate::domain::form::CITIES;
use crate::domain::staff::{Place, Right};
use crate::ids::StaffId;
use crate::views::{Choice, DeskQueue, FormField, QueueGroup, QueueRow, QueueState};
use crate::web::kit::error::WebError;
use crate::web::kit::staff::{Staff, desk_with_told};
use crate::web::kit::words::china_clock;
use crate::web::kit::{AppState, page};

/// The filters, as they stand in the address. What is none of a filter's values filters nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    state: String,
    exam: String,
    year: String,
    city: String,
    level: String,
    /// `yes` or `no`.
    photo: String,
    /// `yes` or `no`.
    again: String,
    /// `me`, `none` or a user name.
    holder: String,
    page: String,
}

pub(crate) async fn handle(
    State(app): AppState,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, WebError> {
    let now = app.now();
    let reader = app.reader(staff.id, &staff.user_name, &staff.roles).await?;
    let wanted = asked.wanted();
    let state = wanted.state.unwrap_or(StateFilter::Waiting);
    let queue = app.queue(&reader, wanted, now).await?;
    let rows = Rows { calendar: &app.policy.calendar, names: &queue.names, now };
    let view = DeskQueue {
        desk: desk_with_told(&app, &staff, Place::Queue.path()).await,
        may_examine: staff.roles.may(Right::Examine),
        mine: queue.mine.iter().map(|row| rows.row(row)).collect(),
        groups: rows.groups(&queue, state),
        states: states(&asked, &queue, state),
        state: state.as_str(),
        filters: filters(&asked, &queue),
        is_filtered: asked.is_filtered(),
        count: told(queue.counted),
        next_url: queue.next.map(|next| asked.address(state, Some(next))),
    };
    page(&app, &view)
}

impl Asked {
    fn wanted(&self) -> Wanted {
        let given = |text: &str| (!text.trim().is_empty() && !text.contains('\0')).then(|| text.trim().to_owned());
        Wanted {
            state: StateFilter::from_word(&self.state),
            exam: given(&self.exam),
            year: given(&self.year),
            city: given(&self.city),
            level: Level::from_word(&self.level),
            needs_photo: yes_or_no(&self.photo),
            again: yes_or_no(&self.again),
            holder: given(&self.holder).map(|holder| match holder.as_str() {
                "me" => Holder::Mine,
                "none" => Holder::Nobody,
                _ => Holder::Named(holder),
            }),
            after: cursor(&self.page),
        }
    }

    fn filters(&self) -> [(&'static str, &str); 7] {
        [
            ("exam", &self.exam),
            ("year", &self.year),
            ("city", &self.city),
            ("level", &self.level),
            ("photo", &self.photo),
            ("again", &self.again),
            ("holder", &self.holder),
        ]
    }

    fn is_filtered(&self) -> bool {
        self.filters().iter().any(|(_, value)| !value.is_empty())
    }

    fn address(&self, state: StateFilter, page: Option<Cursor>) -> String {
        let mut query = Serializer::new(String::new());
        query.append_pair("state", state.as_str());
        query.extend_pairs(self.filters().iter().filter(|(_, value)| !value.is_empty()));
        if let Some(Cursor { due_on, id }) = page {
            query.append_pair("page", &format!("{due_on}.{id}"));
        }
        format!("/review?{}", query.finish())
    }
}

fn yes_or_no(word: &str) -> Option<bool> {
    match word {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

fn cursor(page: &str) -> Option<Cursor> {
    let (due_on, id) = page.split_once('.')?;
    let due_on: NaiveDate = due_on.parse().ok()?;
    // PostgreSQL knows no other years than these, and nothing is due in others.
    (1900..=9999).contains(&due_on.year()).then_some(())?;
    Some(Cursor { due_on, id: id.parse().ok()? })
}

fn told(Counted { count, or_more }: Counted) -> String {
    if or_more { format!("{count}+") } else { count.to_string() }
}

fn states(asked: &Asked, queue: &Queue, here: StateFilter) -> Vec<QueueState> {
    let word = |state| match state {
        StateFilter::Waiting => "等待审核",
        StateFilter::OnHold => "挂起",
        StateFilter::Approved => "审核通过",
        StateFilter::Rejected => "审核未过",
    };
    let states = queue.choices.states.iter().map(|(state, counted)| QueueState {
        url: asked.address(*state, None),
        word: word(*state),
        count: told(*counted),
        is_here: *state == here,
    });
    states.collect()
}

fn filters(asked: &Asked, queue: &Queue) -> Vec<FormField> {
    let select = |name, label, value: &str, options: Vec<(String, String)>| {
        let options = options.into_iter().map(|(code, words)| Choice::new(code.clone(), words, code == value));
        FormField { hint: None, ..FormField::new(name, label, value) }.choose("全部", options.collect()).optional()
    };
    let both = |yes: &str, no: &str| vec![("yes".to_owned(), yes.to_owned()), ("no".to_owned(), no.to_owned())];
    let exams = queue.choices.exams.iter().map(|exam| (exam.code.clone(), exam.name.clone())).collect();
    let years = queue.choices.years.iter().map(|year| (year.clone(), year.clone())).collect();
    let cities = CITIES.iter().map(|city| ((*city).to_owned(), (*city).to_owned())).collect();
    let levels = Level::ALL.iter().map(|level| (level.as_str().to_owned(), level.word().to_owned())).collect();
    let holders = [("me", "由我办理"), ("none", "无人办理")].map(|(code, words)| (code.to_owned(), words.to_owned()));
    let mut holders = Vec::from(holders);
    if !asked.holder.is_empty() && holders.iter().all(|(code, _)| *code != asked.holder) {
        holders.push((asked.holder.clone(), asked.holder.clone()));
    }
    vec![
        select("exam", "考试", &asked.exam, exams),
        select("year", "年度", &asked.year, years),
        select("city", "报名市", &asked.city, cities),
        select("level", "环节", &asked.level, levels),
        select("photo", "照片", &asked.photo, both("需要照片", "不需要照片")),
        select("again", "次数", &asked.again, both("再次提交", "首次提交")),
        select("holder", "办理人", &asked.holder, holders),
    ]
}

/// How cases become rows.
struct Rows<'a> {
    calendar: &'a crate::domain::workdays::Calendar,
    names: &'a BTreeMap<StaffId, String>,
    now: DateTime<Utc>,
}

impl Rows<'_> {
    fn row(&self, case: &Listed) -> QueueRow {
        let mut marks = Vec::new();
        if case.round > 1 {
            marks.push("再次提交".to_owned());
        }
        if case.needs_photo {
            marks.push("需照片".to_owned());
        }
        match case.recommends_approval {
            Some(true) => marks.push("市级建议通过".to_owned()),
            Some(false) => marks.push("市级建议不通过".to_owned()),
            None => {}
        }
        if let Some(until) = case.held_until {
            marks.push(format!("挂起至 {}", day(until)));
        }
        let holder = case.holder_id.zip(case.lease_until).filter(|(_, until)| *until > self.now);
        QueueRow {
            id: case.id.to_string(),
            reference: case.reference.clone(),
            exam: case.exam_name.clone(),
            year: case.year.clone(),
            city: case.city.clone(),
            level: case.level.as_str(),
            level_word: level_word(case.level, case.status),
            status: shown(case.status),
            due: day(case.due_on),
            marks,
            holder: holder
                .and_then(|(holder, until)| Some(format!("{}，至 {}", self.names.get(&holder)?, china_clock(until)))),
        }
    }

    /// What waits is told apart by how near its day is.
    fn groups(&self, queue: &Queue, state: StateFilter) -> Vec<QueueGroup> {
        let urgency = |case: &Listed| match state {
            StateFilter::Waiting => Terms::urgency(self.calendar, case.due_on, queue.today),
            _ => Urgency::InTime,
        };
        let group = |wanted: Urgency| {
            let rows: Vec<_> =
                queue.rows.iter().filter(|row| urgency(row) == wanted).map(|row| self.row(row)).collect();
            let title = if wanted == Urgency::InTime { "" } else { wanted.word() };
            (!rows.is_empty()).then(|| QueueGroup { title, code: wanted.as_str(), rows })
        };
        Urgency::ALL.into_iter().filter_map(group).collect()
    }
}
