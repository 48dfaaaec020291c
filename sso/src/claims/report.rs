//! The report of a test sign-in for an operator: places and meanings, values masked.

use serde_json::Value;

use super::{Claims, Found, check_subject, is_masked};
use crate::blank::{given_number, trimmed};
use crate::config::PortalConfig;
use crate::finding::{FieldReport, Severity};
use crate::loose;
use crate::words::UserType;

/// The most further fields that are shown; of an answer with more, only a part is.
const MAX_FURTHER: usize = 40;
/// The most fields that are examined.
const MAX_WALKED: usize = 500;
/// The depth to which fields are searched.
const MAX_DEPTH: usize = 4;
/// Longest unmapped code that is shown.
const MAX_CODE: usize = 4;

impl Claims {
    /// One entry for each attribute, then one for each field of the answer that no list names.
    pub(crate) fn report(&self, config: &PortalConfig) -> Vec<FieldReport> {
        let places = &config.claims;
        let mut report = vec![
            Self::personal("subject", self.find_strict(&places.subject), |text| match check_subject(text) {
                Ok(()) => (Severity::Ok, "who it is".to_owned()),
                Err(error) => (Severity::Problem, format!("nobody can sign in with it: {error}")),
            }),
            Self::personal("name", self.find(&places.name), |_| (Severity::Ok, "the name".to_owned())),
            Self::personal("document_number", self.find(&places.document_number), number),
            Self::code("document_type", self.find(&places.document_type), |code| {
                config.map_document_type(code).map(|word| word.to_string()).ok_or("portal.document_types")
            }),
            Self::code("level", self.find(&places.level), |code| {
                let level = config.map_level(code).ok_or("portal.levels")?;
                let enough = if level < config.minimum_level { "below" } else { "at least" };
                Ok(format!("{level}, {enough} portal.minimum_level"))
            }),
            Self::code("user_type", self.find_strict(&places.user_type), |code| match config.map_user_type(code) {
                UserType::Personal => Ok("personal".to_owned()),
                UserType::Corporate => Ok("corporate, which is refused".to_owned()),
                UserType::Unmapped => Err("portal.user_types"),
            }),
        ];
        report.extend(self.further(config));
        report
    }

    fn personal(
        attribute: &'static str,
        found: (Option<&str>, Found),
        judge: impl Fn(&str) -> (Severity, String),
    ) -> FieldReport {
        match found {
            (place, Found::Text(text)) => {
                let (severity, message) = judge(&text);
                entry(attribute, place, masked(&text), (severity, message))
            }
            (place, found) => missing(attribute, place, &found, Severity::Problem),
        }
    }

    /// A code is shown unmasked where it is mapped, or too short to be personal data: this helps to find a wrong field name.
    fn code(
        attribute: &'static str,
        found: (Option<&str>, Found),
        map: impl Fn(&str) -> Result<String, &'static str>,
    ) -> FieldReport {
        match found {
            (place, Found::Text(code)) => match map(&code) {
                Ok(meaning) => entry(attribute, place, short(&code), (Severity::Ok, meaning)),
                Err(table) => {
                    let shown = if code.chars().count() <= MAX_CODE { short(&code) } else { masked(&code) };
                    let message = format!("{table} does not list this code; ask the portal's operator what it means");
                    entry(attribute, place, shown, (Severity::Problem, message))
                }
            },
            (place, found) => {
                let severity = match attribute {
                    "level" => Severity::Problem,
                    // Absent, the account counts as personal: right for a portal without companies, and wrong behind a wrong name.
                    "user_type" => Severity::Warning,
                    _ => Severity::Ok,
                };
                missing(attribute, place, &found, severity)
            }
        }
    }

    /// Names only: the values are private. Fields within objects, and within texts that hold JSON, by their pointers.
    fn further(&self, config: &PortalConfig) -> Vec<FieldReport> {
        let lists = &config.claims;
        let lists =
            [&lists.subject, &lists.name, &lists.document_number, &lists.document_type, &lists.level, &lists.user_type];
        let is_listed = |place: &String| lists.iter().any(|list| list.contains(place));
        let mut further = Vec::new();
        walk(&self.0, "", 0, &mut further);
        // Sorted, because the answer's order is not always preserved.
        further.sort_unstable();
        further.retain(|(place, _)| {
            !is_listed(place) && !place.strip_prefix('/').is_some_and(|name| is_listed(&name.to_owned()))
        });
        let entries = further.into_iter().take(MAX_FURTHER);
        entries
            .map(|(place, shape)| {
                entry("", Some(&short(&place)), shape.to_owned(), (Severity::Ok, "not used".to_owned()))
            })
            .collect()
    }
}

/// Every field that is no object itself, with its pointer and its shape.
fn walk(value: &Value, at: &str, depth: usize, found: &mut Vec<(String, &'static str)>) {
    if found.len() > MAX_WALKED {
        return;
    }
    let inner;
    let value = match value {
        Value::String(_) => {
            inner = loose::unpacked(value.clone());
            &inner
        }
        other => other,
    };
    match value {
        Value::Object(object) if depth < MAX_DEPTH => {
            for (name, value) in object {
                let name = name.replace('~', "~0").replace('/', "~1");
                walk(value, &format!("{at}/{name}"), depth + 1, found);
            }
        }
        other => found.push((at.to_owned(), shape(other))),
    }
}

fn shape(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn entry(attribute: &str, place: Option<&str>, shown: String, (severity, message): (Severity, String)) -> FieldReport {
    FieldReport { attribute: attribute.to_owned(), place: place.map(str::to_owned), shown, severity, message }
}

fn missing(attribute: &'static str, place: Option<&str>, found: &Found, severity: Severity) -> FieldReport {
    let what = match found {
        Found::Absent => "none of the listed fields is there",
        Found::Blank => "empty",
        Found::Unreadable => "neither a text nor a number",
        Found::Text(_) => "",
    };
    // A code that cannot be read is refused, whether it is needed or not.
    let severity = if matches!(found, Found::Unreadable) { Severity::Problem } else { severity };
    let message = match severity {
        Severity::Problem => format!("{what}; add the right field to portal.claims.{attribute}"),
        Severity::Warning => format!(
            "{what}, so the account counts as personal; add the right field to portal.claims.{attribute}, or leave the list empty if the portal \
             tells none"
        ),
        Severity::Ok => what.to_owned(),
    };
    entry(attribute, place, String::new(), (severity, message))
}

fn number(text: &str) -> (Severity, String) {
    if is_masked(text) {
        (
            Severity::Problem,
            "masked by the portal, so it tells nobody apart; ask its operator for the whole number".to_owned(),
        )
    } else {
        (Severity::Ok, format!("{} characters", given_number(text).unwrap_or_default().chars().count()))
    }
}

/// The first and the last character, and how many are between.
fn masked(text: &str) -> String {
    let shown: Vec<char> = trimmed(text).chars().filter(|c| !c.is_control()).collect();
    match shown.as_slice() {
        [] | [_] => "*".to_owned(),
        [first, _] => format!("{first}*"),
        [first, middle @ .., last] => format!("{first}{}{last}", "*".repeat(middle.len().min(32))),
    }
}

/// A code or a name of a field, safe for a terminal.
fn short(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(40).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn report(answer: &Value) -> Vec<FieldReport> {
        Claims::new(answer.as_object().unwrap().clone()).report(&PortalConfig::default())
    }

    #[test]
    fn places_and_meanings_are_shown_and_values_are_not() {
        let report = report(&json!({
            "userid": "citizen-77", "cn": "测试", "papersnumber": "110101199003071233", "paperstype": "1", "authlevel": "2",
            "usertype": 1, "mobile": "13800000000"
        }));
        let told = format!("{report:?}");
        for secret in ["citizen-77", "测试", "110101199003071233", "13800000000"] {
            assert!(!told.contains(secret), "{told}");
        }
        let shown: Vec<_> = report
            .iter()
            .map(|field| (field.attribute.as_str(), field.place.as_deref(), field.shown.as_str()))
            .collect();
        assert_eq!(shown[0], ("subject", Some("userid"), "c********7"));
        assert_eq!(shown[1], ("name", Some("cn"), "测*"));
        assert_eq!(shown[4], ("level", Some("authlevel"), "2"));
        assert_eq!(shown[6], ("", Some("/mobile"), "a text"));
        assert!(report.iter().all(|field| field.severity == Severity::Ok));
    }

    #[test]
    fn what_would_be_refused_is_a_problem_with_the_key_to_look_at() {
        let report =
            report(&json!({ "sub": "s", "papersnumber": "1101**********1233", "authlevel": "A9", "usertype": {} }));
        let problems: Vec<_> = report.iter().filter(|field| field.severity == Severity::Problem).collect();
        let attributes: Vec<_> = problems.iter().map(|field| field.attribute.as_str()).collect();
        assert_eq!(attributes, ["name", "document_number", "level", "user_type"], "{report:#?}");
        assert!(problems[0].message.contains("portal.claims.name"));
        assert!(problems[2].message.contains("portal.levels"));
    }

    #[test]
    fn fields_within_fields_are_listed_by_the_pointer_to_write_down() {
        let report = report(
            &json!({ "sub": "s", "userobj": { "a/b": 1 }, "data": "{\"XM\":\"测试\",\"more\":{\"SFZHM\":\"110101199003071233\"}}" }),
        );
        let places: Vec<_> = report
            .iter()
            .filter(|field| field.attribute.is_empty())
            .map(|field| field.place.clone().unwrap())
            .collect();
        assert_eq!(places, ["/data/XM", "/data/more/SFZHM", "/userobj/a~1b"]);
        assert!(!format!("{report:?}").contains("测试"));
    }

    #[test]
    fn a_number_behind_a_wrong_name_is_not_shown_as_a_code() {
        let report = report(&json!({ "sub": "s", "level": "110101199003071233", "usertype": "91370100MA3TEXT004" }));
        let told = format!("{report:?}");
        assert!(!told.contains("110101199003071233") && !told.contains("91370100MA3TEXT004"), "{told}");
    }

    #[test]
    fn an_account_whose_kind_is_nowhere_is_a_warning_unless_the_portal_has_one_kind_alone() {
        let kind = |report: &[FieldReport]| report[5].severity;
        assert_eq!(kind(&report(&json!({ "sub": "s", "userType": "2" }))), Severity::Warning);
    }
}
