//! The portal's users from its export, read as the portal's answer at a sign-in would be.

use indicatif::ProgressBar;
use sso::{DocumentType, PortalConfig, PortalIdentity, PortalSession, given_name, given_number, trimmed};
use std::io::{self, Read};
use std::path::Path;

use super::ForecastError;
use crate::domain::garbled::{self, Garbled, Of};
use crate::import::finding::Code;
use crate::import::source::record::Record;
use crate::import::source::records::Records;
use crate::import::source::{Declared, encoding};

/// The columns of the file, in any order; others are ignored.
pub const COLUMNS: [&str; 6] = ["subject", "name", "document_type", "document_number", "level", "user_type"];

pub(super) enum User {
    Identity { line: u64, identity: Box<PortalIdentity>, garbled: Option<Garbled> },
    Undecidable { line: u64, problem: Problem },
}

/// Why a line cannot be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The line is not a row of the table.
    Row(Code),
    /// Such an answer of a portal fails every sign-in: the subject is not usable, or a value is no name or number.
    Answer,
}

impl Problem {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Row(code) => code.as_str(),
            Self::Answer => "unusable-answer",
        }
    }

    /// One sentence, without any content of the line.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Row(code) => code.meaning(),
            Self::Answer => {
                "subject 为空、过长或含不可见字符，或姓名、证件号码过长或含控制字符；门户这样应答时登录会失败。"
            }
        }
    }
}

pub(super) struct Users<'a> {
    records: Records<Box<dyn Read + Send>>,
    /// The position of each of [`COLUMNS`].
    at: [usize; COLUMNS.len()],
    portal: &'a PortalConfig,
}

impl<'a> Users<'a> {
    /// Opens the file, whatever its encoding, and reads its header.
    pub(super) fn open(path: &Path, portal: &'a PortalConfig, progress: &ProgressBar) -> Result<Self, ForecastError> {
        let unreadable = |reason: String| ForecastError::Unreadable { path: path.to_owned(), reason };
        let failed = |error| unreadable(format!("无法读取（{error}）"));
        let told = encoding::tell(path, Declared::Auto).map_err(failed)?;
        let bytes = encoding::open(path, told, progress).map_err(failed)?;
        let size = path.metadata().map_or(0, |metadata| metadata.len());
        progress.inc_length(size);
        let records = Records::open(bytes, told.encoding, b',').map_err(|error| unreadable(error.to_string()))?;
        let found = COLUMNS.map(|column| records.headers().iter().position(|header| header == column));
        let missing: Vec<_> =
            COLUMNS.iter().zip(found).filter(|(_, at)| at.is_none()).map(|(column, _)| *column).collect();
        if !missing.is_empty() {
            return Err(ForecastError::MissingColumns { path: path.to_owned(), missing });
        }
        Ok(Self { records, at: found.map(Option::unwrap_or_default), portal })
    }

    /// The next line; `None` at the end.
    pub(super) fn advance(&mut self) -> io::Result<Option<User>> {
        Ok(self.records.advance()?.map(|record| match record {
            Ok(record) => self.read(&record),
            Err(refused) => User::Undecidable { line: refused.line, problem: Problem::Row(refused.code) },
        }))
    }

    fn read(&self, record: &Record) -> User {
        // As at a sign-in: blanks at the ends are not part of a value, and an empty cell means an absent value. A subject is not trimmed.
        let [subject, name, document_type, number, level, user_type] = self.at.map(|at| record.field(at));
        let identity = PortalIdentity {
            issuer: self.portal.issuer().to_owned(),
            subject: subject.to_owned(),
            name: given_name(name),
            document_number: given_number(number),
            document_type: match trimmed(document_type) {
                "" => DocumentType::Absent,
                word => word.parse().map_or(DocumentType::Unmapped, DocumentType::Known),
            },
            level: given_name(level).and_then(|code| self.portal.map_level(&code)),
            user_type: self.portal.map_user_type(user_type),
            session: PortalSession::none(),
        };
        match identity.check() {
            Ok(()) => {
                let garbled = garbled::look(name, Of::Name);
                User::Identity { line: record.line, identity: Box::new(identity), garbled }
            }
            Err(_) => User::Undecidable { line: record.line, problem: Problem::Answer },
        }
    }
}
