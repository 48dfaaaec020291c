//! Form fields as they are shown: label, value, hint, lock, error.

mod builder;
#[cfg(test)]
pub(super) mod samples;
mod sheet;
#[cfg(test)]
mod tests;

use serde::Serialize;
use std::borrow::Cow;

pub(super) use sheet::sheet;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Text,
    Select,
    /// Free text with the options as suggestions.
    Suggest,
    /// A password: never comes with a value.
    Password,
    LongText,
    /// A day, such as 2026-10-20.
    Date,
}

/// An option of a field or of the exam choice.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub selected: bool,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>, selected: bool) -> Self {
        Self { value: value.into(), label: label.into(), selected }
    }
}

/// A field of a form. A locked one is always `<input readonly>`, whatever its kind.
#[derive(Debug, Clone, Serialize)]
pub struct FormField {
    /// The form name, such as `certificate_number`.
    pub name: &'static str,
    /// Its id on the page: the name, unless several forms of the page have a field of that name.
    pub id: String,
    /// The manual's word for it.
    pub label: &'static str,
    pub value: String,
    pub required: bool,
    /// Where a locked value comes from, such as 证书登记信息; `None` leaves the field free.
    pub locked: Option<String>,
    pub hint: Option<Cow<'static, str>>,
    pub placeholder: Option<&'static str>,
    pub error: Option<String>,
    /// Why it was refused, in the reviewers' words.
    pub remark: Option<String>,
    pub kind: FieldKind,
    pub options: Vec<Choice>,
    /// Of a day: the first that can be chosen.
    pub first: Option<String>,
    /// `inputmode`: which keys a phone offers.
    pub inputmode: Option<&'static str>,
    /// `autocomplete`: what browsers and password managers may fill in.
    pub autocomplete: &'static str,
    /// What another editor has saved meanwhile, where it differs from `value`.
    pub saved: Option<String>,
    /// The label of a box by which a value that is in doubt is confirmed; its name is the field's with `_confirmed`.
    pub confirm: Option<&'static str>,
    /// That box is ticked, about this very value: it sends the value, and a box that the visitor ticks sends `1`.
    pub confirmed: bool,
}
