//! `[access]`: which ways of signing in are open.

use serde::Deserialize;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccessMode {
    /// The portal alone.
    #[default]
    Portal,
    /// The portal and old accounts.
    Transition,
    /// Old accounts alone.
    Local,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccessConfig {
    pub mode: AccessMode,
}

impl AccessConfig {
    pub(in crate::config) fn problems(&self) -> Vec<String> {
        match self.mode {
            AccessMode::Portal => Vec::new(),
            _ => vec!["access.mode: this version offers \"portal\" only".into()],
        }
    }
}
