//! What the audit log can tell.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::linking::{Outcome, Refusal, Rule};
use crate::domain::notice::NoticeKind;
use crate::domain::review::Kind;
use crate::domain::staff::Factor;
use crate::domain::word::words;
use crate::ids::StaffId;

/// A word of this program. What somebody typed is no `&'static str`, so that it cannot get into the log by mistake.
pub type Word = &'static str;

words! {
    /// What wrong passwords lock.
    pub enum Locked {
        /// The proof of an account by its old password.
        Proof = "proof",
        /// The claim of an account under another number.
        Claim = "claim",
        /// The sign-in by an account under a number.
        Account = "account",
        /// The registered detail of a registered account.
        Detail = "detail",
        /// The old password before a change.
        Password = "password",
        /// The sign-in of staff.
        StaffPassword = "staff_password",
        /// The second factor of staff.
        StaffFactor = "staff_factor",
    }
}

words! {
    /// What was done with a member of staff, or by them.
    pub enum StaffAct {
        Added = "staff_added",
        /// Password and second factor were set by a one-time link.
        Enrolled = "staff_enrolled",
        PasswordWrong = "staff_password_wrong",
        FactorWrong = "staff_factor_wrong",
        SignedOut = "staff_signed_out",
        Disabled = "staff_disabled",
        Enabled = "staff_enabled",
        /// Password and second factor were taken away, and a new link handed out.
        Reset = "staff_reset",
    }
}

words! {
    /// On what staff saw a full number.
    pub enum Viewed {
        Task = "task",
        Link = "link",
        /// A picture attached to a question.
        Attachment = "attachment",
        /// An application on the reviewers' desk.
        Case = "case",
    }
}

#[derive(Clone, Debug)]
pub enum Event {
    /// A portal account was accepted.
    SignedIn {
        /// The overall answer.
        outcome: Outcome,
        /// The rule that it names.
        rule: Rule,
    },
    /// A portal account was not accepted.
    SignInRefused {
        /// Why the visitor was not let in.
        why: Refusal,
    },
    /// An account was linked to a person.
    Linked {
        /// The rule stored with the link.
        rule: Rule,
    },
    /// A wrong password was given as proof, with a claim, or before a change.
    ProofFailed,
    /// Too many wrong passwords.
    Locked {
        /// Tries of what are used up.
        what: Locked,
    },
    /// A citizen asked for a manual verification.
    Requested {
        /// The task's kind.
        kind: Kind,
    },
    /// Staff decided a task.
    Decided {
        /// The task's kind.
        kind: Kind,
        approved: bool,
    },
    /// An account was opened by its password.
    AccountOpened {
        /// A1 or A4.
        rule: Rule,
    },
    /// An account's password was right, and the account is a portal's person's: nobody was let in (A8).
    AccountShut,
    /// An account was registered, and its address confirmed where anything is mailed.
    Registered,
    /// Somebody registered a number that has an account: its owner was told.
    RegisteredAgain,
    /// Somebody asked for a new password of an account: a link was mailed to its owner.
    RecoveryAsked,
    /// Staff handed out a link for a new password of an account.
    RecoveryIssued,
    /// A new password was chosen by such a link.
    PasswordRecovered,
    /// A new password was chosen by whoever knew the one before.
    PasswordChanged,
    /// Another address was confirmed.
    AddressChanged,
    /// A registered detail that an identity card does not tell was given, or was not (A4).
    DetailChecked { right: bool },
    /// What was made under an account followed it to a portal's person (A6).
    Followed {
        /// How many.
        applications: usize,
    },
    /// It went back when the link was undone (A9).
    GivenBack {
        /// How many.
        applications: usize,
    },
    /// A link was undone.
    Undone,
    /// A link was frozen by the citizen (不是我的).
    Frozen,
    /// Staff saw a full number.
    NumberViewed { what: Viewed },
    /// An application was submitted.
    ApplicationSubmitted,
    /// An application was edited.
    ApplicationEdited {
        /// The version that came of it.
        version: i32,
    },
    /// A city recommended what is to become of an application.
    ApplicationRecommended { approval: bool },
    /// The province gave an application back to the city.
    ApplicationReturned,
    /// Staff decided an application.
    ApplicationDecided { approved: bool },
    /// Staff took an application out of the hands of a colleague.
    CaseTakenOver,
    /// Staff wrote a note for colleagues about an application.
    CaseNoted,
    /// Staff took an application out of the queue until a day.
    CaseHeld { until: NaiveDate },
    /// Staff put it into the queue again before.
    CaseResumed,
    /// Staff took a decision back.
    ApplicationReopened,
    /// A batch of legacy data was imported.
    Imported {
        /// The batch's name.
        batch: String,
        /// What became of the rows of each source.
        sources: Vec<SourceCounts>,
    },
    /// A batch of legacy data was taken back.
    ImportRolledBack {
        /// The batch's name.
        batch: String,
        /// What became of its rows.
        sources: Vec<UndoneCounts>,
    },
    /// Staff saw who is signed in.
    SessionsListed {
        /// How many sessions.
        sessions: u64,
    },
    /// Staff ended sessions, those of the person named in [`About`] or all.
    SessionsEnded {
        /// How many sessions stood when the command began.
        sessions: u64,
    },
    /// Staff sent a notice once more that had been refused.
    NoticeRetried {
        /// What it is of.
        kind: NoticeKind,
    },
    /// Something was done with a member of staff, or by them.
    Staff { staff: StaffId, act: StaffAct },
    /// A member of staff gave a second factor.
    StaffFactor {
        staff: StaffId,
        factor: Factor,
        /// Once more, for what needs a fresh one; else it completed a sign-in.
        again: bool,
    },
    /// Look-up values of another key were computed again.
    LookUpsRepaired {
        /// Of so many rows.
        rows: u64,
    },
    /// The service started.
    ConfigurationStarted {
        /// Of the program.
        version: Word,
        /// A digest of the configuration in effect, secrets left out.
        digest: String,
    },
}

/// Counts of one source of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceCounts {
    /// The old system's name.
    pub system: String,
    pub kind: Word,
    pub read: u64,
    pub inserted: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub rejected: u64,
}

/// Rows of one system and kind, when a batch was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UndoneCounts {
    /// The old system's name.
    pub system: String,
    pub kind: Word,
    pub removed: u64,
    pub restored: u64,
    pub kept: u64,
}

impl Event {
    /// The word that stands in the log.
    pub fn name(&self) -> Word {
        match self {
            Self::SignedIn { .. } => "signed_in",
            Self::SignInRefused { .. } => "sign_in_refused",
            Self::Linked { .. } => "linked",
            Self::ProofFailed => "proof_failed",
            Self::Locked { .. } => "locked",
            Self::Requested { .. } => "requested",
            Self::Decided { .. } => "decided",
            Self::AccountOpened { .. } => "account_opened",
            Self::AccountShut => "account_shut",
            Self::Registered => "registered",
            Self::RegisteredAgain => "registered_again",
            Self::RecoveryAsked => "recovery_asked",
            Self::RecoveryIssued => "recovery_issued",
            Self::PasswordRecovered => "password_recovered",
            Self::PasswordChanged => "password_changed",
            Self::AddressChanged => "address_changed",
            Self::DetailChecked { .. } => "detail_checked",
            Self::Followed { .. } => "followed",
            Self::GivenBack { .. } => "given_back",
            Self::Undone => "undone",
            Self::Frozen => "frozen",
            Self::NumberViewed { .. } => "number_viewed",
            Self::ApplicationSubmitted => "application_submitted",
            Self::ApplicationEdited { .. } => "application_edited",
            Self::ApplicationRecommended { .. } => "application_recommended",
            Self::ApplicationReturned => "application_returned",
            Self::ApplicationDecided { .. } => "application_decided",
            Self::CaseTakenOver => "case_taken_over",
            Self::CaseNoted => "case_noted",
            Self::CaseHeld { .. } => "case_held",
            Self::CaseResumed => "case_resumed",
            Self::ApplicationReopened => "application_reopened",
            Self::Imported { .. } => "imported",
            Self::ImportRolledBack { .. } => "import_rolled_back",
            Self::SessionsListed { .. } => "sessions_listed",
            Self::SessionsEnded { .. } => "sessions_ended",
            Self::NoticeRetried { .. } => "notice_retried",
            Self::Staff { act, .. } => act.as_str(),
            Self::StaffFactor { again: false, .. } => "staff_signed_in",
            Self::StaffFactor { again: true, .. } => "staff_factor_given",
            Self::LookUpsRepaired { .. } => "look_ups_repaired",
            Self::ConfigurationStarted { .. } => "configuration_started",
        }
    }

    /// Its fields: words, counts and names of systems. Numbers are whole ones: PostgreSQL writes others in its own way.
    pub fn details(&self) -> Value {
        match self {
            Self::ProofFailed
            | Self::AccountShut
            | Self::Registered
            | Self::RegisteredAgain
            | Self::RecoveryAsked
            | Self::RecoveryIssued
            | Self::PasswordRecovered
            | Self::PasswordChanged
            | Self::AddressChanged
            | Self::Undone
            | Self::Frozen
            | Self::ApplicationSubmitted
            | Self::ApplicationReturned
            | Self::CaseTakenOver
            | Self::CaseNoted
            | Self::CaseResumed
            | Self::ApplicationReopened => json!({}),
            Self::CaseHeld { until } => json!({ "until": until }),
            Self::SignedIn { outcome, rule } => json!({ "outcome": outcome, "rule": rule }),
            Self::SignInRefused { why } => json!({ "why": why }),
            Self::DetailChecked { right } => json!({ "right": right }),
            Self::Followed { applications } | Self::GivenBack { applications } => {
                json!({ "applications": applications })
            }
            Self::Linked { rule } | Self::AccountOpened { rule } => json!({ "rule": rule }),
            Self::Locked { what } => json!({ "what": what }),
            Self::NumberViewed { what } => json!({ "what": what }),
            Self::Requested { kind } => json!({ "kind": kind }),
            Self::Decided { kind, approved } => json!({ "kind": kind, "approved": approved }),
            Self::ApplicationEdited { version } => json!({ "version": version }),
            Self::ApplicationRecommended { approval } => json!({ "approval": approval }),
            Self::ApplicationDecided { approved } => json!({ "approved": approved }),
            Self::Imported { batch, sources } => json!({ "batch": batch, "sources": sources }),
            Self::ImportRolledBack { batch, sources } => json!({ "batch": batch, "sources": sources }),
            Self::SessionsListed { sessions } | Self::SessionsEnded { sessions } => json!({ "sessions": sessions }),
            Self::NoticeRetried { kind } => json!({ "kind": kind }),
            Self::Staff { staff, .. } => json!({ "staff": staff }),
            Self::StaffFactor { staff, factor, .. } => json!({ "staff": staff, "factor": factor }),
            Self::LookUpsRepaired { rows } => json!({ "rows": rows }),
            Self::ConfigurationStarted { version, digest } => json!({ "version": version, "configuration": digest }),
        }
    }
}
