//! Comparing a raw row, and a photo.

use std::collections::BTreeMap;

use super::{ABSENT, Held, Sheet};
use crate::import::source::Row;
use crate::vault::Purpose;

impl Sheet<'_> {
    /// A photo, compared by the digest that `of` makes of its bytes.
    pub(in crate::import) fn file(
        &mut self,
        column: &'static str,
        expected: &[u8],
        stored: Option<&[u8]>,
        of: fn(&[u8]) -> String,
    ) {
        let digest = of(expected);
        let held = stored.map(|stored| match self.vault.open(Purpose::Photo, stored) {
            Ok(bytes) if bytes == expected => Held::Same,
            Ok(bytes) => Held::Other(of(&bytes).into()),
            Err(_) => Held::Unreadable,
        });
        self.settle(column, &digest, held.as_ref());
    }

    /// The row as imported. Equal content under other headers, or with more empty columns, is equal.
    pub(in crate::import) fn raw(&mut self, row: &Row, stored: Option<&[u8]>) {
        let expected: Vec<(&str, bool, &str)> = row.kept_cells().filter(|(.., value)| !value.is_empty()).collect();
        let digest = |cells: &mut dyn Iterator<Item = (&str, &str)>| {
            let mut values: Vec<String> = cells.map(|(_, value)| value.to_owned()).collect();
            values.sort_unstable();
            values.join(ABSENT)
        };
        let held =
            stored.map(|stored| match self.vault.open_json::<BTreeMap<String, String>>(Purpose::RawRow, stored) {
                Ok(stored) if same_row(&expected, stored.clone()) => Held::Same,
                Ok(stored) => {
                    // Other headers alone make a different row too.
                    let mut cells = stored.iter().map(|(name, value)| (name.as_str(), value.as_str()));
                    Held::Other(format!("{ABSENT}{}", digest(&mut cells)).into())
                }
                Err(_) => Held::Unreadable,
            });
        let mut cells = expected.iter().map(|(name, _, value)| (*name, *value));
        self.settle("raw_sealed", &digest(&mut cells), held.as_ref());
    }
}

/// Columns that the manifest names are matched by their meaning, the others by their header.
fn same_row(expected: &[(&str, bool, &str)], mut stored: BTreeMap<String, String>) -> bool {
    stored.retain(|_, value| !value.is_empty());
    let mut moved: Vec<&str> = Vec::new();
    for (name, has_meaning, value) in expected {
        if stored.get(*name).is_some_and(|stored| stored == value) {
            stored.remove(*name);
        } else if *has_meaning {
            moved.push(value);
        } else {
            return false;
        }
    }
    let mut rest: Vec<&str> = stored.values().map(String::as_str).collect();
    rest.sort_unstable();
    moved.sort_unstable();
    rest == moved
}
