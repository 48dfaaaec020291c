//! Pages: one struct per template, each holding display-ready plain data.
//!
//! A struct says what its page needs; the template says how it looks. Templates decide nothing: what is locked, who may
//! apply and why not is decided in `domain` and arrives here as words.

mod access;
mod account_check;
mod account_form;
mod account_login;
mod account_notice;
mod application_list;
mod application_show;
pub mod assets;
mod challenge_field;
mod chrome;
mod continuity_show;
mod desk;
mod desk_account;
mod desk_case;
mod desk_codes;
mod desk_enrol;
mod desk_error;
mod desk_form;
mod desk_queue;
mod desk_staff;
mod engine;
mod error_item;
mod error_show;
mod field;
mod help_show;
mod import_report;
mod landing_show;
mod link_show;
mod login_ahead;
mod login_failed;
mod login_refused;
mod login_review;
mod login_tried;
mod mail;
mod photo_field;
mod photo_phone;
mod reissue_done;
mod reissue_duplicate;
mod reissue_form;
mod reissue_select;
mod shapes;
mod signed_out;
mod site;
mod words;

#[cfg(test)]
mod checker;
#[cfg(test)]
mod tests;

use rust_embed::Embed;
use serde::Serialize;

pub use access::Access;
pub use account_check::AccountCheck;
pub use account_form::{AccountForm, OtherButton};
pub use account_login::{AccountLogin, SignInForm};
pub use account_notice::AccountNotice;
pub use application_list::{ApplicationList, ApplicationRow};
pub use application_show::{ApplicationShow, ApplicationStep, Conflict};
pub use challenge_field::ChallengeField;
pub use chrome::{Chrome, Ends, Menu, Portal, User};
pub use continuity_show::{AccountLine, CarriedAccount, CarriedRecord, CarriedSystem, ContinuityShow, FrozenAccount};
pub use desk::{Desk, DeskLink, DeskStaff};
pub use desk_account::DeskAccount;
pub use desk_case::{
    CaseAct, CaseAnswer, CaseAsides, CaseBar, CaseChange, CaseHand, CaseOther, CasePhoto, CaseReason, CaseReopen,
    CaseRow, CaseSection, DeskCase,
};
pub use desk_codes::DeskCodes;
pub use desk_enrol::DeskEnrol;
pub use desk_error::DeskError;
pub use desk_form::DeskForm;
pub use desk_queue::{DeskQueue, QueueGroup, QueueRow, QueueState};
pub use desk_staff::{DeskStaffList, DeskStaffMember, StaffRow, StaffStatus};
pub use engine::{ViewError, Views};
pub use error_item::{ErrorItem, error_items};
pub use error_show::{ErrorShow, KeptForm};
pub use field::{Choice, FieldKind, FormField};
pub use help_show::HelpShow;
pub use import_report::{
    Bar, FindingRow, ForecastPart, ForecastRow, ImportReport, SourceFindings, SourceRow, StoredRow,
};
pub use landing_show::{LandingShow, account_login_url, login_url, query_value};
pub use link_show::{EvidenceField, LinkShow, Lockout, OfferedAccount, TaskRow};
pub use login_ahead::LoginAhead;
pub use login_failed::{LoginFailed, LoginFailure};
pub use login_refused::{LoginRefused, RefusedReason};
pub use login_review::LoginReview;
pub use login_tried::LoginTried;
pub use mail::{MailLetter, RenderedMail};
pub use photo_field::{KeptPhoto, PhotoField, PhotoProposal, PhotoSlot};
pub use photo_phone::{PhoneStep, PhotoPhone};
pub use reissue_done::ReissueDone;
pub use reissue_duplicate::ReissueDuplicate;
pub use reissue_form::ReissueForm;
pub use reissue_select::{CertificateRow, Electronic, NotEligible, ReissueSelect, SelectedExam};
pub use shapes::{Link, Status, SummaryRow};
pub use signed_out::{PortalEnd, SignedOut};
pub use site::{Record, Site, Telephone};

/// A page: the data of one template.
pub trait View: Serialize {
    /// The template's file name under `templates/`; always `.html`, because only such names are escaped.
    const TEMPLATE: &'static str;

    /// Whether a script of the page shows pictures that it made: the photo studio.
    fn shows_blobs(&self) -> bool {
        false
    }

    /// Whether the page holds a challenge.
    fn has_challenge(&self) -> bool {
        false
    }

    /// Invented pages that together reach every branch of the template.
    #[cfg(test)]
    fn samples() -> Vec<Self>
    where
        Self: Sized;
}

/// Templates and static files are inside the binary: a data centre's server gets one file.
#[derive(Embed)]
#[folder = "templates/"]
struct Files;
