use serde_json::json;

use super::*;

fn unknown(source: &str) -> Vec<String> {
    let components = Components::new(
        "{% component tag(of, class = \"x\") %}{% if of.no %}{{ of.a }}{% endif %}{% endcomponent tag %}",
    );
    components.unknown(source, &union([json!({"a": {"b": null}, "l": []}), json!({"a": {"b": 1}, "l": [{"a": 2}]})]))
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
