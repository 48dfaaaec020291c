//! What sealed values and look-up values are of. Never rename the labels: they are authenticated, and hashed.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// As given.
    Number,
    /// As given.
    Name,
    Email,
    /// 联系方式.
    Contact,
    /// An imported row, without password and salt.
    RawRow,
    PasswordHash,
    /// What the hash was made with besides the password.
    PasswordSalt,
    Photo,
    Form,
    /// What a link or a task rests on.
    Evidence,
    /// A session's personal part in Redis.
    Session,
    /// A session of staff in Redis.
    StaffSession,
    /// What one-time codes of staff are made of.
    OtpSecret,
    /// A pending sign-in in Redis.
    PendingLogin,
    /// What was typed and not yet submitted.
    Draft,
    /// What the captcha of a form asks, and so its answers.
    Challenge,
    /// A registration, another address or a new password that waits for what was mailed.
    PendingAccount,
    /// Whom a notice is sent to.
    Recipient,
    /// What a notice says.
    Notice,
    /// What staff write to one another about an application.
    ReviewComment,
    /// A constant by which a key is recognised.
    KeyCheck,
}

impl Purpose {
    pub(super) fn label(self) -> &'static [u8] {
        match self {
            Self::Number => b"number",
            Self::Name => b"name",
            Self::Email => b"email",
            Self::Contact => b"contact",
            Self::RawRow => b"raw-row",
            Self::PasswordHash => b"password-hash",
            Self::PasswordSalt => b"password-salt",
            Self::Photo => b"photo",
            Self::Form => b"form",
            Self::Evidence => b"evidence",
            Self::Session => b"session",
            Self::StaffSession => b"staff-session",
            Self::OtpSecret => b"otp-secret",
            Self::PendingLogin => b"pending-login",
            Self::Draft => b"draft",
            Self::Challenge => b"challenge",
            Self::PendingAccount => b"pending-account",
            Self::Recipient => b"recipient",
            Self::Notice => b"notice",
            Self::ReviewComment => b"review-comment",
            Self::KeyCheck => b"key-check",
        }
    }
}

/// What a look-up value is of; values of different kinds never equal one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookUp {
    /// A canonical document number.
    Number,
    /// A canonical document number with its family: one holder at most.
    Holder,
    /// A (canonical number, name) pair.
    Alias,
    /// By which a duplicate application is recognised.
    Application,
    /// The content of an imported row: tells an unchanged row from a changed one.
    Content,
    /// An entry of the audit log with the hash of the one before it.
    Audit,
    /// The portal's subject or session that a session belongs to.
    Session,
    /// A constant by which the look-up key is recognised.
    KeyCheck,
    /// The login cookie's value: a browser.
    Browser,
    /// The typed code of a photo slot.
    PhotoCode,
    /// The cookie of a phone that sends a photo.
    PhotoPhone,
    /// The code that confirms an address.
    MailedCode,
    /// An address that mail is sent to.
    Mailbox,
    /// What somebody typed as the name of a member of staff.
    StaffName,
    /// The one-time link of a member of staff.
    StaffLink,
    /// A recovery code of a member of staff.
    RecoveryCode,
    /// What is made the secret of one-time codes once a link is used.
    OtpOffer,
}

impl LookUp {
    pub(super) fn label(self) -> &'static [u8] {
        match self {
            Self::Number => b"number",
            Self::Holder => b"holder",
            Self::Alias => b"alias",
            Self::Application => b"application",
            Self::Content => b"content",
            Self::Audit => b"audit",
            Self::Session => b"session",
            Self::KeyCheck => b"key-check",
            Self::Browser => b"browser",
            Self::PhotoCode => b"photo-code",
            Self::PhotoPhone => b"photo-phone",
            Self::MailedCode => b"mailed-code",
            Self::Mailbox => b"mailbox",
            Self::StaffName => b"staff-name",
            Self::StaffLink => b"staff-link",
            Self::RecoveryCode => b"recovery-code",
            Self::OtpOffer => b"otp-offer",
        }
    }
}
