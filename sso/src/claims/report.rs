//! What a test sign-in brought, for an operator's eyes: places and meanings, values masked.

use serde_json::Value;

use super::{Claims, Found, check_subject, is_masked};
use crate::config::PortalConfig;
use crate::finding::{FieldReport, Severity};
use crate::words::UserType;

/// Names of further fields that are shown; an answer with more is shown in part.
const MAX_FURTHER: usize = 40;

impl Claims {
    /// One entry for each attribute, then one for each field of the answer that no list names.
    pub(crate) fn report(&self, config: &PortalConfig) -> Vec<FieldReport> {
        let places = &config.claims;
        let mut report = vec![
            self.personal("subject", &places.subject, |text| match check_subject(text) {
                Ok(()) => (Severity::Ok, "who it is".to_owned()),
                Err(error) => (Severity::Problem, format!("nobody can sign in with it: {error}")),
            }),
            self.personal("name", &places.name, |_| (Severity::Ok, "the name".to_owned())),
            self.personal("document_number", &places.document_number, number),
            self.code("document_type", &places.document_type, |code| {
                config.map_document_type(code).map(|word| word.to_string()).ok_or("portal.document_types")
            }),
            self.code("level", &places.level, |code| {
                let level = config.map_level(code).ok_or("portal.levels")?;
                let enough = if level < config.minimum_level { "below" } else { "at least" };
                Ok(format!("{level}, {enough} portal.minimum_level"))
            }),
            self.code("user_type", &places.user_type, |code| match config.map_user_type(code) {
                UserType::Personal => Ok("personal".to_owned()),
                UserType::Corporate => Ok("corporate, which is refused".to_owned()),
                UserType::Unmapped => Err("portal.user_types"),
            }),
        ];
        report.extend(self.further(config));
        report
    }

    fn personal(
        &self,
        attribute: &'static str,
        places: &[String],
        judge: impl Fn(&str) -> (Severity, String),
    ) -> FieldReport {
        match self.find(places) {
            (place, Found::Text(text)) => {
                let (severity, message) = judge(&text);
                entry(attribute, place, masked(&text), (severity, message))
            }
            (place, found) => missing(attribute, place, &found, Severity::Problem),
        }
    }

    fn code(
        &self,
        attribute: &'static str,
        places: &[String],
        map: impl Fn(&str) -> Result<String, &'static str>,
    ) -> FieldReport {
        match self.find(places) {
            (place, Found::Text(code)) => {
                let judged = match map(&code) {
                    Ok(meaning) => (Severity::Ok, meaning),
                    Err(table) => (
                        Severity::Problem,
                        format!("{table} does not list this code; ask the portal's operator what it means"),
                    ),
                };
                entry(attribute, place, short(&code), judged)
            }
            (place, found) => {
                let needed = attribute == "level";
                missing(attribute, place, &found, if needed { Severity::Problem } else { Severity::Ok })
            }
        }
    }

    /// Names alone: what stands there is nobody's business.
    fn further(&self, config: &PortalConfig) -> Vec<FieldReport> {
        let lists = &config.claims;
        let lists =
            [&lists.subject, &lists.name, &lists.document_number, &lists.document_type, &lists.level, &lists.user_type];
        let named = |name: &String| lists.iter().any(|list| list.contains(name));
        let Value::Object(answer) = &self.0 else { return Vec::new() };
        let further = answer.iter().filter(|(name, _)| !named(name)).take(MAX_FURTHER);
        further
            .map(|(name, value)| {
                let shape = match value {
                    Value::Null => "null",
                    Value::Bool(_) => "a truth value",
                    Value::Number(_) => "a number",
                    Value::String(_) => "a text",
                    Value::Array(_) => "a list",
                    Value::Object(_) => "an object",
                };
                entry("", Some(&short(name)), shape.to_owned(), (Severity::Ok, "not used".to_owned()))
            })
            .collect()
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
    // A code that is there and cannot be read is refused, whether it is needed or not.
    let severity = if matches!(found, Found::Unreadable) { Severity::Problem } else { severity };
    let message = match severity {
        Severity::Problem => format!("{what}; add the right field to portal.claims.{attribute}"),
        Severity::Ok | Severity::Warning => what.to_owned(),
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
        (Severity::Ok, format!("{} characters", text.trim().chars().count()))
    }
}

/// The first and the last character, and how many lie between.
fn masked(text: &str) -> String {
    let shown: Vec<char> = text.trim().chars().filter(|c| !c.is_control()).collect();
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
        assert_eq!(shown[6], ("", Some("mobile"), "a text"));
        assert!(report.iter().all(|field| field.severity == Severity::Ok));
    }

    #[test]
    fn what_would_be_refused_is_a_problem_with_the_key_to_look_at() {
        let report =
            report(&json!({ "sub": "s", "papersnumber": "1101**********1233", "authlevel": "A9", "usertype": {} }));
        let problems: Vec<_> = report.iter().filter(|field| field.severity == Severity::Problem).collect();
        let attributes: Vec<_> = problems.iter().map(|field| field.attribute.as_str()).collect();
        assert_eq!(attributes, ["name", "document_number", "level", "user_type"]);
        assert!(problems[0].message.contains("portal.claims.name"));
        assert!(problems[2].message.contains("portal.levels"));
    }
}
