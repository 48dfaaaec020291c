//! Holds every variable of a template against the data that the page's struct has.
//!
//! Tera refuses to print an undefined variable, but `{% if page.tpyo %}` is quietly false. This reads the templates'
//! tags and resolves each path against the union of the samples, through loops and component calls.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;

use serde_json::Value;

/// The words of the template language itself.
const WORDS: [&str; 12] = ["if", "elif", "else", "endif", "not", "and", "or", "is", "in", "true", "false", "none"];

/// One value that has every key that any of the samples has, at every level.
pub(super) fn union(samples: impl IntoIterator<Item = Value>) -> Value {
    samples.into_iter().fold(Value::Null, |all, one| match (all, one) {
        (Value::Object(mut all), Value::Object(one)) => {
            for (key, value) in one {
                let known = all.remove(&key).unwrap_or_default();
                all.insert(key, union([known, value]));
            }
            Value::Object(all)
        }
        (Value::Array(all), Value::Array(one)) => {
            let elements = union(all.into_iter().chain(one));
            Value::Array(if elements.is_null() { Vec::new() } else { vec![elements] })
        }
        (Value::Null, Value::Object(one)) => {
            Value::Object(one.into_iter().map(|(key, value)| (key, union([value]))).collect())
        }
        (Value::Null, Value::Array(one)) => {
            let elements = union(one);
            Value::Array(if elements.is_null() { Vec::new() } else { vec![elements] })
        }
        (Value::Null, one) => one,
        (all, _) => all,
    })
}

/// The components' parameters and bodies.
pub(super) struct Components(BTreeMap<String, (Vec<String>, String)>);

impl Components {
    pub(super) fn new(source: &str) -> Self {
        let source = without_comments(source);
        let mut all = BTreeMap::new();
        for part in source.split("{% component ").skip(1) {
            let (name, rest) = part.split_once('(').unwrap();
            let (parameters, rest) = rest.split_once(") %}").unwrap();
            let (body, _) = rest.split_once("{% endcomponent").unwrap();
            let parameters =
                parameters.split(',').map(|one| one.split('=').next().unwrap().trim().to_owned()).collect();
            all.insert(name.to_owned(), (parameters, body.to_owned()));
        }
        Self(all)
    }

    /// Every path of `source` that `data` lacks, or that no sample fills.
    pub(super) fn unknown(&self, source: &str, data: &Value) -> Vec<String> {
        let roots = data.as_object().unwrap().iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        let mut found = Vec::new();
        self.walk(&without_comments(source), roots, &mut found);
        found
    }

    fn walk(&self, source: &str, mut scope: Vec<(String, Value)>, found: &mut Vec<String>) {
        for tag in tags(source) {
            let tag = without_strings(tag);
            let tag = tag.trim();
            let first = tag.split_whitespace().next().unwrap_or_default();
            match first {
                "block" | "endblock" | "extends" => {}
                "for" => {
                    let (name, list) = tag.strip_prefix("for ").unwrap().split_once(" in ").unwrap();
                    let elements = resolve(list.trim(), &scope, found);
                    let element = elements.as_array().and_then(|all| all.first()).cloned();
                    if element.is_none() {
                        found.push(format!("{list}: a list that no sample fills"));
                    }
                    scope.push((name.to_owned(), element.unwrap_or_default()));
                }
                "endfor" => {
                    scope.pop();
                }
                _ if first.starts_with('<') => self.call(tag, &scope, found),
                _ => {
                    for path in paths(tag) {
                        resolve(path, &scope, found);
                    }
                }
            }
        }
    }

    fn call(&self, tag: &str, scope: &[(String, Value)], found: &mut Vec<String>) {
        let inner = tag.trim_start_matches('<').trim_end_matches("/>").trim();
        let (name, arguments) = inner.split_once(' ').unwrap_or((inner, ""));
        let (parameters, body) = self.0.get(name).unwrap_or_else(|| panic!("component {name}"));
        let mut given: BTreeMap<&str, Value> = BTreeMap::new();
        for argument in arguments.split_whitespace() {
            let (parameter, expression) = argument.split_once('=').unwrap_or((argument, argument));
            let value = paths(expression.trim_matches(['{', '}'])).first().map(|path| resolve(path, scope, found));
            given.insert(parameter, value.unwrap_or_default());
        }
        let inside = parameters
            .iter()
            .map(|parameter| (parameter.clone(), given.remove(parameter.as_str()).unwrap_or_default()))
            .collect();
        assert!(given.is_empty(), "{name} has no parameter {given:?}");
        self.walk(body, inside, found);
    }
}

fn resolve(path: &str, scope: &[(String, Value)], found: &mut Vec<String>) -> Value {
    let mut steps = path.split('.');
    let root = steps.next().unwrap();
    let Some((_, mut value)) = scope.iter().rev().find(|(name, _)| name == root).map(|(n, v)| (n, v)) else {
        found.push(path.to_owned());
        return Value::Null;
    };
    for step in steps {
        let Some(next) = value.get(step) else {
            found.push(path.to_owned());
            return Value::Null;
        };
        value = next;
    }
    value.clone()
}

/// The insides of `{{ }}` and `{% %}`, in order.
fn tags(source: &str) -> Vec<&str> {
    let mut rest = source;
    let mut all = Vec::new();
    while let Some(start) = rest.find("{{").into_iter().chain(rest.find("{%")).min() {
        let end = if rest[start..].starts_with("{{") { "}}" } else { "%}" };
        let length = rest[start..].find(end).unwrap();
        all.push(&rest[start + 2..start + length]);
        rest = &rest[start + length + 2..];
    }
    all
}

fn paths(expression: &str) -> Vec<&str> {
    expression
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'))
        .filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase() || c == '_') && !WORDS.contains(word))
        .collect()
}

fn without_strings(tag: &str) -> String {
    tag.split('"').step_by(2).collect::<Vec<_>>().join("0")
}

fn without_comments(source: &str) -> String {
    source
        .split("{#")
        .enumerate()
        .map(|(i, part)| if i == 0 { part } else { part.split_once("#}").unwrap().1 })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn unknown(source: &str) -> Vec<String> {
        let components = Components::new(
            "{% component tag(of, class = \"x\") %}{% if of.no %}{{ of.a }}{% endif %}{% endcomponent tag %}",
        );
        components
            .unknown(source, &union([json!({"a": {"b": null}, "l": []}), json!({"a": {"b": 1}, "l": [{"a": 2}]})]))
    }

    #[test]
    fn a_missing_variable_is_found_wherever_tera_would_pass_over_it() {
        assert_eq!(unknown("{% if a.c %}{% endif %}"), ["a.c"]);
        assert_eq!(unknown("{% if not gone and a.b %}{% endif %}"), ["gone"]);
        assert_eq!(unknown("{% for one in l %}{% if one.c == \"one.d\" %}{% endif %}{% endfor %}"), ["one.c"]);
        assert_eq!(unknown("{% for one in l %}{{ <tag of={one} /> }}{% endfor %}"), ["of.no"]);
        assert_eq!(unknown("{% for one in l %}{% endfor %}{{ one }}"), ["one"]);
    }

    #[test]
    fn what_the_data_has_is_not_found() {
        assert!(unknown("{# {{ gone }} #}{{ a.b }}{% for one in l %}{{ one.a or \"gone\" }}{% endfor %}").is_empty());
    }
}
