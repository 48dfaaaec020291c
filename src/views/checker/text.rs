//! Tags and paths of a template's text.

/// The words of the template language itself.
const WORDS: [&str; 12] = ["if", "elif", "else", "endif", "not", "and", "or", "is", "in", "true", "false", "none"];

/// The insides of `{{ }}` and `{% %}`, in order.
pub(super) fn tags(source: &str) -> Vec<&str> {
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

pub(super) fn paths(expression: &str) -> Vec<&str> {
    expression
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'))
        .filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase() || c == '_') && !WORDS.contains(word))
        .collect()
}

pub(super) fn without_strings(tag: &str) -> String {
    tag.split('"').step_by(2).collect::<Vec<_>>().join("0")
}

pub(super) fn without_comments(source: &str) -> String {
    source
        .split("{#")
        .enumerate()
        .map(|(i, part)| if i == 0 { part } else { part.split_once("#}").unwrap().1 })
        .collect()
}
