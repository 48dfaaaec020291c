//! `task approve | refuse`.

use clap::Args as ClapArgs;
use serde_json::json;

use super::line::status_word;
use crate::app::linking::tasks::{Answer, AnswerError, answer};
use crate::cli::desk::{Desk, Who, Why, failed};
use crate::cli::failure::Failure;
use crate::cli::output::{Format, print};
use crate::domain::review::Status;
use crate::ids::PersonId;

#[derive(Debug, ClapArgs)]
pub(super) struct Approval {
    /// Its number
    task: i64,
    /// An account that is theirs; may be repeated
    #[arg(long, value_name = "SYSTEM:KEY")]
    account: Vec<String>,
    /// A certificate whose number and name are theirs; may be repeated
    #[arg(long, value_name = "SYSTEM:KEY")]
    certificate: Vec<String>,
    /// Which of several persons who bear the number
    #[arg(long, value_name = "ID")]
    person: Option<PersonId>,
    #[command(flatten)]
    why: Why,
    #[command(flatten)]
    who: Who,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Refusal {
    /// Its number
    task: i64,
    #[command(flatten)]
    why: Why,
    #[command(flatten)]
    who: Who,
}

pub(super) fn approve(args: &Approval, desk: &Desk, format: Format) -> Result<(), Failure> {
    let answer = Answer {
        approved: true,
        reason: args.why.reason.clone(),
        by: args.who.name()?,
        accounts: args.account.clone(),
        certificates: args.certificate.clone(),
        person: args.person,
    };
    decide(desk, args.task, &answer, format)
}

pub(super) fn refuse(args: &Refusal, desk: &Desk, format: Format) -> Result<(), Failure> {
    let answer = Answer {
        approved: false,
        reason: args.why.reason.clone(),
        by: args.who.name()?,
        accounts: Vec::new(),
        certificates: Vec::new(),
        person: None,
    };
    decide(desk, args.task, &answer, format)
}

fn decide(desk: &Desk, task: i64, given: &Answer, format: Format) -> Result<(), Failure> {
    let answered = desk.act(|tx| answer(tx, task, given));
    answered.map_err(|error| match error {
        AnswerError::App(error) => failed(&error),
        other => Failure::new(
            format_args!("task {task}"),
            other,
            format_args!("`buzheng task show {task}` tells all of it."),
        ),
    })?;
    let status = if given.approved { Status::Approved } else { Status::Refused };
    if format == Format::Json {
        return print(json!({ "task": task, "status": status }));
    }
    print(format_args!("核实 {task}：{}", status_word(status)))
}
