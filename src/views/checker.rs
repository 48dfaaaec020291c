//! Holds every variable of a template against the data that the page's struct has.
//!
//! Tera refuses to print an undefined variable, but `{% if page.tpyo %}` is quietly false. This reads the templates'
//! tags and resolves each path against the union of the samples, through loops and component calls.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod text;
mod union;

use serde_json::Value;
use std::collections::BTreeMap;

use text::{paths, tags, without_comments, without_strings};

pub(super) use union::union;

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

#[cfg(test)]
mod tests;
