//! A locked value, its source, and the locked fields of one form.

use std::collections::BTreeMap;

use crate::domain::form::field::Field;
use crate::domain::form::text::tidy;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Registered,
    /// The application's row in an old system.
    OldApplication,
    Portal,
    /// Computed from the document number.
    DocumentNumber,
    /// The exam chosen in step 1.
    Chosen,
    /// Typed by the applicant: the field is free.
    Entered,
}

impl Source {
    /// Shown beside a locked field; empty for a free one.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Registered => "证书登记信息",
            Self::OldApplication => "原系统申请信息",
            Self::Portal => "政务服务门户实名信息",
            Self::DocumentNumber => "由证件号码得出",
            Self::Chosen => "第 1 步所选考试",
            Self::Entered => "",
        }
    }
}

/// A value that the applicant cannot change.
#[derive(Clone, PartialEq, Eq)]
pub struct LockedValue {
    pub value: String,
    pub source: Source,
}

/// The locked fields of one form. The default has none.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Locked(BTreeMap<Field, LockedValue>);

impl Locked {
    pub fn get(&self, field: Field) -> Option<&LockedValue> {
        self.0.get(&field)
    }

    pub fn is_locked(&self, field: Field) -> bool {
        self.0.contains_key(&field)
    }

    pub fn source(&self, field: Field) -> Source {
        self.get(field).map_or(Source::Entered, |locked| locked.source)
    }

    pub fn iter(&self) -> impl Iterator<Item = (Field, &LockedValue)> {
        self.0.iter().map(|(field, locked)| (*field, locked))
    }

    /// Locks a field unless the value is blank or the field is locked already.
    pub(super) fn lock(&mut self, field: Field, value: &str, source: Source) {
        if !tidy(value).is_empty() {
            self.0.entry(field).or_insert_with(|| LockedValue { value: value.to_owned(), source });
        }
    }
}

impl std::fmt::Debug for Locked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.iter().map(|(field, locked)| (field.as_str(), locked.source))).finish()
    }
}
