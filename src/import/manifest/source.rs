//! One source of a manifest.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::mysql::Mysql;
use crate::domain::legacy_password::{Spec, UnknownScheme};
use crate::import::kind::{Kind, Target};
use crate::import::source::encoding::Declared;

/// One `[[source]]`.
#[derive(Clone, Debug)]
pub struct Source {
    pub system: String,
    pub kind: Kind,
    /// As written, for reports; for a database, `mysql:` and the table or query.
    pub file: String,
    pub path: PathBuf,
    /// The database to read instead of a file.
    pub mysql: Option<Mysql>,
    /// The field delimiter; detected from the file where absent.
    pub delimiter: Option<u8>,
    /// The sheet of a workbook; the first one where absent.
    pub sheet: Option<String>,
    pub encoding: Declared,
    /// Headers that differ from the default; `None` where the manifest says that the file lacks the column.
    pub columns: BTreeMap<Target, Option<String>>,
    /// How passwords are stored, or the name of a scheme that this version lacks; `None` where no passwords are imported.
    pub password: Option<Result<Spec, UnknownScheme>>,
}

impl Source {
    /// Whether the file's name is a workbook's.
    pub fn is_workbook(&self) -> bool {
        self.path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"))
    }
}
