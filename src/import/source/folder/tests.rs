#![allow(clippy::unwrap_used)]
use super::*;
use crate::import::source::items::{Item, Rejection};
use std::fs;

fn all<T>(mut items: impl Items<Input = T>) -> Vec<Result<T, Rejection>> {
    let mut found = Vec::new();
    while let Some(item) = items.next().unwrap() {
        found.push(match item {
            Item::Row(row) => Ok(row),
            Item::Rejected(rejection) => Err(rejection),
        });
    }
    found
}

#[test]
fn photos_come_by_name_every_time_and_keys_are_the_same_ones() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["20.jpg", "3.JPG", "100.jpg", "b\u{7}.jpg", "notes.txt"] {
        fs::write(folder.path().join(name), name).unwrap();
    }
    fs::create_dir(folder.path().join("d.jpg")).unwrap();
    fs::write(folder.path().join("big.jpg"), vec![0; usize::try_from(MAX_PHOTO).unwrap() + 1]).unwrap();
    let mut tally = Tally::default();
    let input = FolderInput::open(folder.path(), &mut tally).unwrap();
    assert_eq!(input.size(), 5);
    for _ in 0..2 {
        let rows: Vec<_> =
            all(input.rows()).into_iter().map(|row| row.map(|row| (row.number, row.key, row.bytes.len()))).collect();
        let keys: Vec<_> = all(input.keys())
            .into_iter()
            .map(|row| row.map(|row| (row.number, row.key, usize::try_from(row.length).unwrap())))
            .collect();
        assert_eq!(rows, keys);
        let row = |number, key: &str, length| Ok((number, key.to_owned(), length));
        let rejected = |row, key: &str, code| Err(Rejection { row, key: key.to_owned(), code });
        assert_eq!(
            rows,
            [
                row(1, "100", 7),
                row(2, "20", 6),
                row(3, "3", 5),
                rejected(4, "", Code::ControlCharacter),
                rejected(5, "big", Code::LineTooLong)
            ]
        );
    }
    assert_eq!(tally.findings()[0].details.len(), 2);
}

#[test]
fn a_photo_that_is_gone_costs_itself_only() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["1.jpg", "2.jpg"] {
        fs::write(folder.path().join(name), name).unwrap();
    }
    let input = FolderInput::open(folder.path(), &mut Tally::default()).unwrap();
    fs::remove_file(folder.path().join("1.jpg")).unwrap();
    let codes: Vec<_> = all(input.rows()).into_iter().map(|row| row.err().map(|rejected| rejected.code)).collect();
    assert_eq!(codes, [Some(Code::UnreadablePhoto), None]);
}
