//! The fields of a form as its page arranges them: what is to be filled in comes first, what is registered stands together by its source.

use serde::{Serialize, Serializer};

use super::FormField;

#[derive(Debug, Serialize)]
struct Sheet<'a> {
    /// In the manual's order.
    all: &'a [FormField],
    free: Vec<&'a FormField>,
    locked: Vec<LockedGroup<'a>>,
}

#[derive(Debug, Serialize)]
struct LockedGroup<'a> {
    /// The id of the line that tells the source; every field of the group refers to it.
    id: String,
    source: &'a str,
    fields: Vec<&'a FormField>,
}

/// For `#[serde(serialize_with)]`: gives a template `all`, `free` and `locked` (groups with `id`, `source` and `fields`).
pub(in crate::views) fn sheet<S: Serializer>(fields: &[FormField], serializer: S) -> Result<S::Ok, S::Error> {
    Sheet::of(fields).serialize(serializer)
}

impl<'a> Sheet<'a> {
    fn of(fields: &'a [FormField]) -> Self {
        let mut sheet = Self { all: fields, free: Vec::new(), locked: Vec::new() };
        for field in fields {
            match field.locked.as_deref() {
                Some(source) => sheet.lock(source, field),
                None => sheet.free.push(field),
            }
        }
        sheet
    }

    fn lock(&mut self, source: &'a str, field: &'a FormField) {
        if let Some(group) = self.locked.iter_mut().find(|group| group.source == source) {
            group.fields.push(field);
        } else {
            let id = format!("source-{}", self.locked.len() + 1);
            self.locked.push(LockedGroup { id, source, fields: vec![field] });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{manual, registered};
    use super::*;

    fn names<'a>(fields: &[&'a FormField]) -> Vec<&'a str> {
        fields.iter().map(|field| field.name).collect()
    }

    #[test]
    fn what_is_registered_stands_together_by_its_source_in_the_manuals_order() {
        let fields = registered();
        let sheet = Sheet::of(&fields);
        assert_eq!(names(&sheet.free), ["approval_date", "contact"]);
        let groups: Vec<_> = sheet.locked.iter().map(|group| (group.source, names(&group.fields))).collect();
        let certificate = vec!["exam", "year", "name", "certificate_number", "level", "specialty", "city"];
        assert_eq!(
            groups,
            [
                ("证书登记信息", certificate),
                ("政务服务门户实名信息", vec!["document_number"]),
                ("由证件号码得出", vec!["birth_month", "gender"]),
            ]
        );
    }

    #[test]
    fn each_group_has_an_id_of_its_own() {
        let fields = manual();
        let ids: Vec<_> = Sheet::of(&fields).locked.into_iter().map(|group| group.id).collect();
        assert_eq!(ids, ["source-1", "source-2"]);
    }
}
