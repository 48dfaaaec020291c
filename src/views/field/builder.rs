//! How a field is made, step by step.

use std::borrow::Cow;

use super::{Choice, FieldKind, FormField};
use crate::views::words;

impl FormField {
    /// A free text field with the manual's hint and placeholder for that name; required, but for the exam, which step 1 has settled.
    pub fn new(name: &'static str, label: &'static str, value: impl Into<String>) -> Self {
        Self {
            name,
            id: name.to_owned(),
            label,
            value: value.into(),
            required: name != "exam",
            locked: None,
            hint: words::hint(name).map(Cow::Borrowed),
            placeholder: words::placeholder(name),
            error: None,
            remark: None,
            kind: FieldKind::Text,
            options: Vec::new(),
            first: None,
            inputmode: words::inputmode(name),
            autocomplete: "off",
            saved: None,
            confirm: None,
            confirmed: false,
        }
    }

    /// An old password, in the form of that name: shown empty, whatever was typed.
    pub fn password(form: &str) -> Self {
        let label = "原系统密码";
        Self { kind: FieldKind::Password, ..Self::new("password", label, "").within(form) }
    }

    /// A password of an account: shown empty, whatever was typed. `autocomplete` tells password managers which it is.
    pub fn own_password(name: &'static str, label: &'static str, autocomplete: &'static str) -> Self {
        Self { kind: FieldKind::Password, autocomplete, ..Self::new(name, label, "") }
    }

    #[must_use]
    pub const fn autocomplete(mut self, purpose: &'static str) -> Self {
        self.autocomplete = purpose;
        self
    }

    #[must_use]
    pub const fn keys(mut self, inputmode: &'static str) -> Self {
        self.inputmode = Some(inputmode);
        self
    }

    /// For one of several forms of a page.
    #[must_use]
    pub fn within(mut self, form: &str) -> Self {
        self.id = format!("{form}-{}", self.name);
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    #[must_use]
    pub fn long(mut self) -> Self {
        self.kind = FieldKind::LongText;
        self
    }

    /// A day, from `first` on.
    #[must_use]
    pub fn date(mut self, first: chrono::NaiveDate) -> Self {
        self.kind = FieldKind::Date;
        self.first = Some(first.to_string());
        self
    }

    /// To be chosen from these; `none` is said of the empty value.
    #[must_use]
    pub fn choose(mut self, none: &'static str, options: Vec<Choice>) -> Self {
        self.kind = FieldKind::Select;
        self.placeholder = Some(none);
        self.options = options;
        self
    }

    /// Shown with its source, not to be edited.
    #[must_use]
    pub fn locked(mut self, source: impl Into<String>) -> Self {
        self.locked = Some(source.into());
        self
    }

    /// To be chosen from these values; a value that is not among them is kept and offered too, so that nothing typed is
    /// lost.
    #[must_use]
    pub fn select(mut self, values: impl IntoIterator<Item: Into<String>>) -> Self {
        self.kind = FieldKind::Select;
        self.options = values.into_iter().map(|value| self.choice(value.into())).collect();
        if !self.value.is_empty() && !self.options.iter().any(|option| option.selected) {
            self.options.push(Choice::new(self.value.clone(), self.value.clone(), true));
        }
        self
    }

    #[must_use]
    pub fn suggest(mut self, values: impl IntoIterator<Item: Into<String>>) -> Self {
        self.kind = FieldKind::Suggest;
        self.options = values.into_iter().map(|value| self.choice(value.into())).collect();
        self
    }

    #[must_use]
    pub fn error(mut self, message: Option<String>) -> Self {
        self.error = message;
        self
    }

    #[must_use]
    pub fn remark(mut self, words: Option<String>) -> Self {
        self.remark = words;
        self
    }

    #[must_use]
    pub fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// What another editor has saved meanwhile; shown only where it differs.
    #[must_use]
    pub fn saved(mut self, value: impl Into<String>) -> Self {
        self.saved = Some(value.into()).filter(|saved| *saved != self.value);
        self
    }

    /// With a box of this label by which a value that is in doubt is confirmed.
    #[must_use]
    pub fn confirm(mut self, label: &'static str, confirmed: bool) -> Self {
        self.confirm = Some(label);
        self.confirmed = confirmed;
        self
    }

    fn choice(&self, value: String) -> Choice {
        let selected = value == self.value;
        Choice { label: value.clone(), value, selected }
    }
}
