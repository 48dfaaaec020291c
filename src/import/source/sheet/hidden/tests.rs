use super::*;

#[test]
fn attributes_are_found_whatever_stands_about_them() {
    let tag = "x:sheet name='A &amp; \"B\"' sheetId = \"3\" r:id=\"rId7\"/";
    assert_eq!(name(tag), "sheet");
    assert_eq!(attribute(tag, "name").as_deref(), Some("A & \"B\""));
    assert_eq!(attribute(tag, "sheetId").as_deref(), Some("3"));
    assert_eq!(attribute(tag, "id").as_deref(), Some("rId7"));
    assert_eq!(attribute(tag, "hidden"), None);
}

#[test]
fn rows_and_columns_are_hidden_by_a_mark_or_by_having_no_size() {
    let sheet = "<cols><col min=\"2\" max=\"3\" hidden=\"1\"/><col min=\"5\" max=\"5\" width=\"0\"/><col min=\"6\" max=\"6\" width=\"9\"/></cols>\
                 <sheetData><row/><row hidden='true'><c t='>'/></row><row r=\"9\" ht=\"0\"></row><row hidden=\"0\"/></sheetData>";
    let (mut hidden, mut last) = (Hidden::default(), 0);
    each_tag(sheet.as_bytes(), |tag| hidden.add(tag, &mut last));
    assert_eq!((0..8).filter(|column| hidden.has_column(*column)).collect::<Vec<_>>(), [1, 2, 4]);
    assert_eq!((0..20).filter(|row| hidden.has_row(*row)).collect::<Vec<_>>(), [2, 9]);
}
