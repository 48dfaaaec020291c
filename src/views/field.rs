//! Form fields as they are shown: label, value, hint, lock, error.

use serde::Serialize;

use super::words;

/// How a free field is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// One line of text.
    Text,
    /// One of the options.
    Select,
    /// Free text with the options as suggestions.
    Suggest,
    /// A password: never comes with a value.
    Password,
    /// Several lines of text.
    LongText,
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
    pub hint: Option<&'static str>,
    pub placeholder: Option<&'static str>,
    /// What is wrong, and what to do.
    pub error: Option<String>,
    pub kind: FieldKind,
    pub options: Vec<Choice>,
    /// `inputmode`: which keys a phone offers.
    pub inputmode: Option<&'static str>,
    /// What another editor has saved meanwhile, where it differs from `value`.
    pub saved: Option<String>,
}

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
            hint: words::hint(name),
            placeholder: words::placeholder(name),
            error: None,
            kind: FieldKind::Text,
            options: Vec::new(),
            inputmode: words::inputmode(name),
            saved: None,
        }
    }

    /// An old password, in the form of that name: shown empty, whatever was typed.
    pub fn password(form: &str) -> Self {
        let label = "原系统密码";
        Self { kind: FieldKind::Password, ..Self::new("password", label, "").within(form) }
    }

    /// One of several forms of a page.
    #[must_use]
    pub fn within(mut self, form: &str) -> Self {
        self.id = format!("{form}-{}", self.name);
        self
    }

    /// What stands under the label.
    #[must_use]
    pub fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// Several lines.
    #[must_use]
    pub fn long(mut self) -> Self {
        self.kind = FieldKind::LongText;
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
    pub fn select<I>(mut self, values: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.kind = FieldKind::Select;
        self.options = values.into_iter().map(|value| self.choice(value.into())).collect();
        if !self.value.is_empty() && !self.options.iter().any(|option| option.selected) {
            self.options.push(Choice::new(self.value.clone(), self.value.clone(), true));
        }
        self
    }

    /// Free text, with these values as suggestions.
    #[must_use]
    pub fn suggest<I>(mut self, values: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.kind = FieldKind::Suggest;
        self.options = values.into_iter().map(|value| self.choice(value.into())).collect();
        self
    }

    /// What is wrong, and what to do.
    #[must_use]
    pub fn error(mut self, message: Option<String>) -> Self {
        self.error = message;
        self
    }

    /// May stay empty.
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

    fn choice(&self, value: String) -> Choice {
        let selected = value == self.value;
        Choice { label: value.clone(), value, selected }
    }
}

/// 考生照片.
#[derive(Debug, Clone, Serialize)]
pub struct PhotoField {
    /// Demanded for the year that stands in the form now.
    pub required: bool,
    /// The last year whose certificates need a photo (`reissue.photo_required_through`).
    pub required_through: i32,
    pub error: Option<String>,
    /// A photo that keeps all rules and was handed in before.
    pub kept: Option<KeptPhoto>,
}

/// A photo that need not be chosen again.
#[derive(Debug, Clone, Serialize)]
pub struct KeptPhoto {
    /// Hidden field `photo_token`: finds a photo that came with a form refused for other reasons. `None` where the photo
    /// already belongs to the application.
    pub token: Option<String>,
    /// Where the photo can be looked at; `None` where it cannot yet.
    pub url: Option<String>,
}

/// A line of the error summary.
#[derive(Debug, Clone, Serialize)]
pub struct ErrorItem {
    /// The id of the field to go to; `None` where the error belongs to no field.
    pub field: Option<String>,
    pub message: String,
    /// A way on, such as to the application that is already open.
    pub link: Option<super::Link>,
}

impl ErrorItem {
    /// An error that belongs to no field.
    pub fn general(message: impl Into<String>, link: Option<super::Link>) -> Self {
        Self { field: None, message: message.into(), link }
    }
}

/// The error summary of these fields, in the page's order.
pub fn error_items(fields: &[FormField], photo: Option<&PhotoField>) -> Vec<ErrorItem> {
    let of_fields = fields.iter().filter_map(|field| Some((field.id.clone(), field.error.clone()?)));
    let of_photo = photo.and_then(|photo| Some(("photo".to_owned(), photo.error.clone()?)));
    of_fields.chain(of_photo).map(|(field, message)| ErrorItem { field: Some(field), message, link: None }).collect()
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;

    /// The fields of step 2 as the registered path shows them, without errors.
    pub(in crate::views) fn registered() -> Vec<FormField> {
        let registered = "证书登记信息";
        let born = "由证件号码得出";
        vec![
            FormField::new("exam", "考试", "造价").locked(registered),
            FormField::new("year", "考试年度", "2017").locked(registered),
            FormField::new("name", "姓名", "测试").locked(registered),
            FormField::new("document_number", "证件号码", "110101199003071233").locked("统一身份认证信息"),
            FormField::new("birth_month", "出生年月", "199003").locked(born),
            FormField::new("gender", "性别", "男").locked(born),
            FormField::new("certificate_number", "证书管理号", "16039686").locked(registered),
            FormField::new("approval_date", "批准日期", ""),
            FormField::new("level", "级别", "造价工程师").locked(registered),
            FormField::new("specialty", "专业", "土建").locked(registered),
            FormField::new("city", "报名市", "济南市").locked(registered),
            FormField::new("contact", "联系方式", ""),
        ]
    }

    /// The fields of step 2 to be filled in by hand, with every kind of error.
    pub(in crate::views) fn manual() -> Vec<FormField> {
        let portal = "统一身份认证信息";
        vec![
            FormField::new("exam", "考试", "计算机应用能力考试").locked("第 1 步所选考试"),
            FormField::new("year", "考试年度", "2012").select(["2014", "2013", "2012", "2011"]),
            FormField::new("name", "姓名", "新人").locked(portal),
            FormField::new("document_number", "证件号码", "M12345678").locked(portal),
            FormField::new("birth_month", "出生年月", "").error(Some("请填写出生年月，格式如：199003".into())),
            FormField::new("gender", "性别", "").select(["男", "女"]).error(Some("请选择性别".into())),
            FormField::new("certificate_number", "证书管理号", "无"),
            FormField::new("approval_date", "批准日期", "20121332")
                .error(Some("批准日期“20121332”不是有效的日期，请按 20201122 的格式填写".into())),
            FormField::new("level", "级别", "").suggest(["中级", "高级"]).error(Some("请填写级别".into())),
            FormField::new("specialty", "专业", "Word 2003").suggest(["Windows XP", "Word 2003"]),
            FormField::new("city", "报名市", "莱芜市").select(["济南市", "青岛市"]),
            FormField::new("contact", "联系方式", "13800000000").optional(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_is_no_option_is_kept_and_selected() {
        let field = FormField::new("city", "报名市", "莱芜市").select(["济南市", "青岛市"]);
        let selected: Vec<_> = field.options.iter().filter(|option| option.selected).collect();
        assert_eq!(selected.len(), 1);
        assert_eq!(selected.first().map(|option| option.value.as_str()), Some("莱芜市"));
    }

    #[test]
    fn an_empty_value_selects_nothing_and_adds_no_option() {
        let field = FormField::new("city", "报名市", "").select(["济南市", "青岛市"]);
        assert_eq!(field.options.len(), 2);
        assert!(field.options.iter().all(|option| !option.selected));
    }

    #[test]
    fn what_another_editor_saved_is_shown_only_where_it_differs() {
        assert_eq!(FormField::new("contact", "联系方式", "1").saved("1").saved, None);
        assert_eq!(FormField::new("contact", "联系方式", "1").saved("2").saved.as_deref(), Some("2"));
    }

    #[test]
    fn the_error_summary_follows_the_page_and_ends_with_the_photo() {
        let photo = PhotoField { required: true, required_through: 2016, error: Some("照片".into()), kept: None };
        let items = error_items(&samples::manual(), Some(&photo));
        let fields: Vec<_> = items.iter().filter_map(|item| item.field.as_deref()).collect();
        assert_eq!(fields, ["birth_month", "gender", "approval_date", "level", "photo"]);
    }
}
