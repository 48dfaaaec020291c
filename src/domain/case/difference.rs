//! 登记证书 | 门户 | 本次申请: what an application says beside what is known, field by field.

use crate::domain::application::{Applicant, Registered};
use crate::domain::document::{self, Number};
use crate::domain::form::text::comparison_key;
use crate::domain::form::{Field, Input};
use crate::domain::name;
use crate::domain::word::words;

words! {
    /// How near two values are; a later one is the farther one.
    pub enum Likeness {
        Equal = "equal",
        /// Of script, dots or width only: 吕 and 呂, • and ·.
        Written = "written",
        /// A character was lost, or a number cannot be read.
        Unclear = "unclear",
        Different = "different",
    }
}

/// One field. What is not known is `None`.
#[derive(Clone, PartialEq, Eq)]
pub struct Compared {
    pub field: Field,
    pub registered: Option<String>,
    pub portal: Option<String>,
    pub applied: String,
    /// The farthest of those that are known from what is applied for.
    pub likeness: Likeness,
}

impl std::fmt::Debug for Compared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Compared").field("field", &self.field).field("likeness", &self.likeness).finish_non_exhaustive()
    }
}

/// Compares an application with the registered certificate and with what the portal vouches for, in the order of the form.
pub fn compare(registered: Option<&Registered>, portal: Option<&Applicant>, applied: &Input) -> Vec<Compared> {
    let of_registered =
        |value: fn(&Registered) -> &String| registered.map(value).filter(|value| !value.trim().is_empty());
    let of_portal = |value: fn(&Applicant) -> &String| portal.map(value).filter(|value| !value.trim().is_empty());
    let rows: [(Field, Option<&String>, Option<&String>, &String); 9] = [
        (Field::Exam, of_registered(|row| &row.exam), None, &applied.exam),
        (Field::Year, of_registered(|row| &row.year), None, &applied.year),
        (Field::Name, of_registered(|row| &row.name), of_portal(|person| &person.name), &applied.name),
        (
            Field::DocumentNumber,
            of_registered(|row| &row.document_number),
            of_portal(|person| &person.document_number),
            &applied.document_number,
        ),
        (Field::CertificateNumber, of_registered(|row| &row.certificate_number), None, &applied.certificate_number),
        (Field::ApprovalDate, of_registered(|row| &row.approval_date), None, &applied.approval_date),
        (Field::Level, of_registered(|row| &row.level), None, &applied.level),
        (Field::Specialty, of_registered(|row| &row.specialty), None, &applied.specialty),
        (Field::City, of_registered(|row| &row.city), None, &applied.city),
    ];
    rows.into_iter()
        .map(|(field, registered, portal, applied)| {
            let known = registered.into_iter().chain(portal);
            Compared {
                field,
                likeness: known.map(|value| likeness(field, value, applied)).max().unwrap_or(Likeness::Equal),
                registered: registered.cloned(),
                portal: portal.cloned(),
                applied: applied.clone(),
            }
        })
        .collect()
}

fn likeness(field: Field, known: &str, applied: &str) -> Likeness {
    match field {
        Field::Name => match name::relation(known, applied) {
            name::Relation::Same => Likeness::Equal,
            name::Relation::Folded => Likeness::Written,
            name::Relation::Unclear => Likeness::Unclear,
            name::Relation::Different => Likeness::Different,
        },
        Field::DocumentNumber if known.trim() != applied.trim() => {
            match Number::new(known, None).relation(&Number::new(applied, None)) {
                document::Relation::Same(_) => Likeness::Written,
                document::Relation::Unreadable => Likeness::Unclear,
                document::Relation::Different => Likeness::Different,
            }
        }
        _ if known.trim() == applied.trim() => Likeness::Equal,
        _ if comparison_key(known) == comparison_key(applied) => Likeness::Written,
        _ => Likeness::Different,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_told_from_what_is_written_differently() {
        let registered = Registered {
            exam: "造价工程师".into(),
            year: "2017".into(),
            name: "阿•依".into(),
            document_number: "110101900307123".into(),
            city: "济南市".into(),
            ..Registered::default()
        };
        let portal =
            Applicant { name: "阿·依".into(), document_number: "110101199003071233".into(), resident_number: None };
        let applied = Input {
            exam: "造价工程师".into(),
            year: "2016".into(),
            name: "阿·依".into(),
            document_number: "110101199003071233".into(),
            certificate_number: "16039686".into(),
            city: "济南市".into(),
            ..Input::default()
        };
        let rows = compare(Some(&registered), Some(&portal), &applied);
        let told: Vec<_> = rows.iter().map(|row| (row.field, row.likeness)).collect();
        assert_eq!(
            told,
            [
                (Field::Exam, Likeness::Equal),
                (Field::Year, Likeness::Different),
                (Field::Name, Likeness::Written),
                (Field::DocumentNumber, Likeness::Written),
                (Field::CertificateNumber, Likeness::Equal),
                (Field::ApprovalDate, Likeness::Equal),
                (Field::Level, Likeness::Equal),
                (Field::Specialty, Likeness::Equal),
                (Field::City, Likeness::Equal),
            ]
        );
        assert!(
            compare(None, None, &applied).iter().all(|row| row.likeness == Likeness::Equal),
            "nothing is known to differ"
        );
    }
}
