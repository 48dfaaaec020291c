//! What the command line chooses.

use super::population::SMALL;

/// The usual groups, in the order in which they run.
const GROUPS: [&str; 7] = ["rules", "pages", "sign-in", "storm", "portals", "import", "forecast"];

/// Takes twenty minutes: only where it is named.
const ENUMERATION: &str = "enumeration";

/// Of a known and an unknown number, in the group `enumeration`.
const PAIRS: u64 = 10_000;

/// Of the large table of `sign-in`; about 10 GB of disk.
pub(crate) const ACCOUNTS: u64 = 10_000_000;

/// Of each kind in the import; about 3 GB of disk.
const ROWS: usize = 1_000_000;

/// As chosen, or as usual.
pub(crate) struct Arguments {
    pub(crate) groups: Vec<String>,
    /// Of a large table. Without it `pages` has none, because it takes minutes to write.
    pub(crate) accounts: Option<u64>,
    pub(crate) rows: usize,
    pub(crate) pairs: u64,
}

impl Arguments {
    /// Reads them; an unknown word is an error that names the known ones.
    pub(crate) fn read(words: impl Iterator<Item = String>) -> Result<Self, String> {
        let (mut groups, mut accounts, mut rows, mut pairs) = (Vec::new(), None, ROWS, PAIRS);
        for word in words {
            if let Some(number) = word.strip_prefix("--accounts=") {
                let count =
                    number.replace('_', "").parse().map_err(|_| format!("--accounts={number}: not a number"))?;
                if count < SMALL {
                    return Err(format!("--accounts={number}: at least {SMALL}"));
                }
                accounts = Some(count);
            } else if let Some(number) = word.strip_prefix("--rows=") {
                rows = number.replace('_', "").parse().map_err(|_| format!("--rows={number}: not a number"))?;
            } else if let Some(number) = word.strip_prefix("--pairs=") {
                pairs = number.replace('_', "").parse().map_err(|_| format!("--pairs={number}: not a number"))?;
            } else if GROUPS.contains(&word.as_str()) || word == ENUMERATION {
                groups.push(word);
            } else if word != "--bench" {
                let groups = GROUPS.join(", ");
                return Err(format!(
                    "{word}: unknown; known are {groups}, {ENUMERATION}, --accounts=N, --rows=N, --pairs=N"
                ));
            }
        }
        if groups.is_empty() {
            groups = GROUPS.map(str::to_owned).into();
        }
        Ok(Self { groups, accounts, rows, pairs })
    }
}
