//! Mapping the headers to columns, and which of them a sealed row keeps.

use std::collections::BTreeSet;

use crate::import::finding::{Code, Tally};
use crate::import::kind::Target;
use crate::import::manifest;

pub(super) fn find_columns(
    headers: &[String],
    source: &manifest::Source,
    tally: &mut Tally,
) -> [Option<usize>; Target::ALL.len()] {
    let mut at = [None; Target::ALL.len()];
    for (target, default) in source.kind.columns() {
        let mapped = source.columns.get(target);
        let wanted = match mapped {
            Some(None) => continue,
            Some(Some(header)) => header.as_str(),
            None => default,
        };
        let found = headers.iter().position(|header| header == wanted);
        at[*target as usize] = found;
        let needed = match target {
            Target::Salt => mapped.is_some() || matches!(source.password, Some(Ok(spec)) if spec.has_salt_column()),
            Target::Password => mapped.is_some() || source.password.is_some(),
            _ => true,
        };
        if found.is_none() && needed {
            tally.source(Code::MissingColumn, wanted);
        }
        if headers.iter().filter(|header| *header == wanted).count() > 1 {
            tally.row_with(Code::AmbiguousColumn, 1, wanted);
        }
    }
    at
}

pub(super) fn name_kept(headers: &[String], targets: &[Option<Target>]) -> Vec<Option<String>> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let columns = headers.iter().zip(targets);
    let names = columns.map(|(header, target)| {
        if is_left_out(header, *target) {
            return None;
        }
        let mut name = header.clone();
        for n in 2.. {
            if !taken.contains(&name) {
                break;
            }
            name = format!("{header} ({n})");
        }
        taken.insert(name.clone());
        Some(name)
    });
    names.collect()
}

/// Columns without a meaning by header, then those with one. The password is excluded: its normal form is part of what was made of the row.
/// The salt is not.
pub(super) fn order_content(
    headers: &[String],
    targets: &[Option<Target>],
    salt: Option<usize>,
) -> Vec<(Option<Target>, usize)> {
    let columns = headers.iter().zip(targets).enumerate();
    let kept = columns.filter(|(_, (header, target))| !is_left_out(header, **target));
    let mut content: Vec<_> = kept.map(|(at, (_, target))| (*target, at)).collect();
    content.extend(salt.map(|at| (Some(Target::Salt), at)));
    content.sort_by_key(|(target, at)| (*target, if target.is_some() { "" } else { headers[*at].as_str() }));
    content
}

/// Passwords and salts, and unused columns that look like them, are excluded from raw rows.
pub(super) fn is_left_out(header: &str, target: Option<Target>) -> bool {
    target.map_or_else(|| looks_secret(header), Target::is_secret)
}

/// Whether a column that the manifest does not use is likely to hold passwords or salts.
pub(super) fn looks_secret(header: &str) -> bool {
    let header = header.to_lowercase();
    ["密码", "口令", "盐", "password", "passwd", "pwd", "salt"].iter().any(|word| header.contains(word))
}
