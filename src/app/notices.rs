//! Notices about old accounts, rendered for the outbox: a use case renders before its transaction, and posts within it.

use chrono::{DateTime, TimeDelta, Utc};

use super::outbox::{Content, Notice};
use super::{App, AppError};
use crate::domain::email::Email;
use crate::domain::notice::NoticeKind;
use crate::ids::PersonId;
use crate::views::MailLetter;

/// How long a code that confirms an address is of use.
pub const CODE_LIFE: TimeDelta = TimeDelta::minutes(30);

/// How long a link for a new password is of use.
pub const RECOVERY_LIFE: TimeDelta = TimeDelta::minutes(20);

/// What tells of something that has happened is worth reading for a day.
const TELLING_LIFE: TimeDelta = TimeDelta::hours(24);

/// What is told, with what it needs.
#[derive(Clone, Copy)]
pub enum Telling<'a> {
    ConfirmAddress { code: &'a str },
    AlreadyRegistered,
    Recovery { token: &'a str },
    AddressChanged,
    PasswordChanged,
}

impl Telling<'_> {
    const fn kind(self) -> NoticeKind {
        match self {
            Self::ConfirmAddress { .. } => NoticeKind::ConfirmAddress,
            Self::AlreadyRegistered => NoticeKind::AlreadyRegistered,
            Self::Recovery { .. } => NoticeKind::Recovery,
            Self::AddressChanged => NoticeKind::AddressChanged,
            Self::PasswordChanged => NoticeKind::PasswordChanged,
        }
    }

    const fn life(self) -> TimeDelta {
        match self {
            Self::ConfirmAddress { .. } => CODE_LIFE,
            Self::Recovery { .. } => RECOVERY_LIFE,
            Self::AlreadyRegistered | Self::AddressChanged | Self::PasswordChanged => TELLING_LIFE,
        }
    }
}

impl App {
    /// A mail to `to`, of use from now on.
    pub fn notice(
        &self,
        to: &Email,
        person: Option<PersonId>,
        telling: Telling<'_>,
        now: DateTime<Utc>,
    ) -> Result<Notice, AppError> {
        let letter = match telling {
            Telling::ConfirmAddress { code } => MailLetter::confirm_address(code),
            Telling::AlreadyRegistered if self.config.access.mode.has_portal() => {
                // The page of both doors.
                MailLetter::already_registered(&self.page(""), true)
            }
            Telling::AlreadyRegistered => MailLetter::already_registered(&self.page("account/login"), false),
            Telling::Recovery { token } => MailLetter::recovery(&self.page(&format!("account/recover/{token}"))),
            Telling::AddressChanged => MailLetter::address_changed(),
            Telling::PasswordChanged => MailLetter::password_changed(&self.page("account/recover")),
        };
        let mail = self.views.render_mail(&letter)?;
        Ok(Notice {
            kind: telling.kind(),
            person,
            to: to.as_str().into(),
            content: Content::Mail { subject: mail.subject, text: mail.text.into(), html: mail.html.into() },
            expires_at: now + telling.life(),
        })
    }

    /// The same mail to each of these; none where nothing is mailed (`access.mail = "none"`).
    pub(super) fn notices(
        &self,
        to: &[Email],
        person: Option<PersonId>,
        telling: Telling<'_>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Notice>, AppError> {
        let to = if self.config.access.mails() { to } else { &[] };
        to.iter().map(|address| self.notice(address, person, telling, now)).collect()
    }

    /// The address of a page, by configuration alone; `server.public_url` is an origin.
    pub(super) fn page(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }
}
