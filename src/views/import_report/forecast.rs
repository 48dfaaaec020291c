//! The part of the report on what sign-ins would come to.

use serde::Serialize;

use super::Bar;

#[derive(Debug, Clone, Serialize)]
pub struct ForecastPart {
    pub people: String,
    pub rows: Vec<ForecastRow>,
    pub bars: Vec<Bar>,
    /// Accounts: linked, to be proven, for a reviewer.
    pub accounts: [String; 3],
    pub reasons: Vec<(String, String)>,
}

/// People by decision, or by decision and rule.
#[derive(Debug, Clone, Serialize)]
pub struct ForecastRow {
    /// Empty where the row is a part of the one above it.
    pub decision: String,
    pub rule: String,
    pub people: String,
    pub share: String,
}
