#![allow(clippy::unwrap_used)]
use super::marks::Known;
use super::*;

const ACCOUNTS: Space = Space(0);
const APPLICATIONS: Space = Space(1);

fn place(source: u16, row: u64) -> Place {
    Place { source, row }
}

#[test]
fn repeated_keys_and_dangling_references_are_told_row_by_row() {
    let mut survey = Survey::new();
    survey.key(ACCOUNTS, "7", place(0, 1)).unwrap();
    survey.key(ACCOUNTS, "8", place(0, 2)).unwrap();
    survey.key(ACCOUNTS, "7", place(1, 1)).unwrap();
    survey.key(APPLICATIONS, "7", place(2, 1)).unwrap();
    survey.reference(ACCOUNTS, "8", place(2, 1)).unwrap();
    survey.key(APPLICATIONS, "9", place(2, 2)).unwrap();
    survey.reference(ACCOUNTS, "nobody", place(2, 2)).unwrap();
    let mut marks = survey.finish().unwrap();
    let repeated = Known { repeated: Some(0), dangling: false };
    assert_eq!(marks.of(place(0, 1)).unwrap(), repeated);
    assert_eq!(marks.of(place(0, 2)).unwrap(), Known::default());
    assert_eq!(marks.of(place(1, 1)).unwrap(), repeated);
    assert_eq!(marks.of(place(2, 1)).unwrap(), Known::default());
    assert_eq!(marks.of(place(2, 2)).unwrap(), Known { repeated: None, dangling: true });
}

#[test]
fn marks_of_rows_that_are_passed_over_do_not_stand_in_the_way() {
    let mut survey = Survey::new();
    for row in 1..=4 {
        survey.key(ACCOUNTS, "7", place(0, row)).unwrap();
    }
    let mut marks = survey.finish().unwrap();
    assert_eq!(marks.of(place(0, 3)).unwrap().repeated, Some(0));
    assert_eq!(marks.of(place(0, 3)).unwrap().repeated, None, "asked once");
    assert_eq!(marks.of(place(0, 4)).unwrap().repeated, Some(0));
}

#[test]
fn records_survive_the_way_through_a_file() {
    let entry = Entry { space: Space(3), key: [7; 16], refers: true, place: place(2, u64::MAX) };
    let mut bytes = Vec::new();
    entry.encode(&mut bytes).unwrap();
    assert_eq!(Entry::decode(&mut bytes.as_slice()).unwrap(), entry);
    for group in [None, Some(0), Some(5)] {
        let (mark, mut bytes) = (Mark { place: place(1, 2), group }, Vec::new());
        mark.encode(&mut bytes).unwrap();
        assert_eq!(Mark::decode(&mut bytes.as_slice()).unwrap(), mark);
    }
}
