//! The forms of which drafts are kept, and what a draft of each holds.

use serde::{Deserialize, Serialize};
use std::time::Duration;

use crate::app::pending::silent_debug;
use crate::app::reissue::Target;
use crate::domain::form::Input;
use crate::domain::verification::Statement;
use crate::ids::ApplicationId;

/// As long as a session may last by default.
pub(super) const LIFE: Duration = Duration::from_hours(8);

/// A form of which a draft is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DraftOf {
    /// Step 2 of 补证申请: [`ApplicationDraft`].
    Application(Target),
    /// An edit on 申请信息维护 of one application: [`EditDraft`].
    Edit(ApplicationId),
    /// The request for manual verification (申请人工核实): [`RequestDraft`].
    Request,
    /// The claim of an account under another number: [`ClaimDraft`].
    Claim,
}

impl DraftOf {
    pub(in crate::app) fn key(&self) -> String {
        match self {
            Self::Application(Target::Certificate(id)) => format!("certificate:{id}"),
            Self::Application(Target::Exam(code)) => format!("exam:{code}"),
            Self::Edit(id) => format!("application:{id}"),
            Self::Request => "request".to_owned(),
            Self::Claim => "claim".to_owned(),
        }
    }
}

/// Why a form was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cause {
    /// The person stepped back.
    Back,
    /// Something in it was wrong.
    Refused,
    /// The database failed.
    Failed,
    /// The session had ended.
    Expired,
    /// It was a former session's, and the person had signed in again in another tab.
    SignedInAgain,
}

/// A form as it was left.
#[derive(Clone, Serialize, Deserialize)]
pub struct Kept<T> {
    pub cause: Cause,
    pub typed: T,
}

/// Of step 2.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct ApplicationDraft {
    pub input: Input,
    /// A photo that was handed in with it.
    pub photo_token: Option<String>,
    /// A photo that its owner has not agreed to yet.
    #[serde(default)]
    pub photo_proposal: Option<String>,
    /// A photo was handed in with it, and is no longer there.
    #[serde(default)]
    pub photo_lost: bool,
    /// The contact by which its person stands, having been asked: an answer about this one and no other.
    #[serde(default)]
    pub confirmed_contact: Option<String>,
}

/// What was typed on 申请信息维护 of one application.
#[derive(Clone, Serialize, Deserialize)]
pub struct EditDraft {
    /// The version that was on the form.
    pub version: i32,
    pub form: ApplicationDraft,
}

/// What was typed into the request for manual verification (申请人工核实).
#[derive(Clone, Serialize, Deserialize)]
pub struct RequestDraft {
    /// The answer to the page's question, by its word.
    pub ask: String,
    /// The number of a refused request that this one adds to.
    pub again: Option<i64>,
    /// The account that was chosen.
    #[serde(default)]
    pub chosen: Option<Chosen>,
    pub statement: Statement,
    /// A picture that was handed in with it.
    pub picture_token: Option<String>,
}

/// An account as a form names it. Which one that is the database tells, once the form is shown again.
#[derive(Clone, Serialize, Deserialize)]
pub struct Chosen {
    /// Of the session that handed the form out: the handle is made from it.
    pub csrf_token: String,
    pub handle: String,
}

/// Of a claim. A password is never kept.
#[derive(Clone, Serialize, Deserialize)]
pub struct ClaimDraft {
    pub old_number: String,
}

silent_debug!(ApplicationDraft, EditDraft, RequestDraft, ClaimDraft, Chosen);
