//! Certificates as registered by old systems.

use super::{Context, Keyed, Registered, key, note_characters};
use crate::domain::certificate::CertificateStatus;
use crate::import::finding::{Code, Tally};
use crate::import::kind::Target;
use crate::import::source::Row;

/// The part of a certificate that is not simply a column's text.
#[derive(Clone, Debug)]
pub struct Certificate {
    pub registered: Registered,
    pub status: CertificateStatus,
}

impl Certificate {
    pub fn read(row: &Row, cx: &Context<'_>, tally: &mut Tally) -> Result<Keyed<Self>, Code> {
        let key = key(row)?;
        let registered = Registered::read(row, cx, tally);
        note_characters(row, tally);
        let status = CertificateStatus::from_legacy_word(row.get(Target::Status));
        if status == CertificateStatus::Unknown {
            tally.row(Code::UnknownStatus, row.number);
        }
        Ok(Keyed { key, content: Self { registered, status } })
    }
}
