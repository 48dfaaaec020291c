use super::*;
use sso::Severity;

fn table(name: &'static str) -> Table {
    Table { name, complete: true, rows: 3, ..Table::default() }
}

#[test]
fn rows_under_other_keys_are_named_by_table_and_key() {
    let fits = judge(&[table("identities"), table("aliases")]);
    assert_eq!((fits.len(), fits[0].severity), (1, Severity::Ok));
    let mut sealed = table("identities");
    sealed.foreign.insert("0badcafe".to_owned(), 2);
    let found = judge(&[sealed]);
    assert_eq!((found.len(), found[0].severity), (1, Severity::Problem));
    assert!(found[0].message.contains("identities: 2 rows") && found[0].message.contains("0badcafe"));
    let found = judge(&[Table { unfound: 1, ..table("aliases") }]);
    assert_eq!(found.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["keys.fit", "keys.look_up"]);
}
