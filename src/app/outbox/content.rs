//! What a notice says, and how that is sealed.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::domain::notice::Channel;

/// What a notice says. Kept sealed, and erased once it is sent.
#[derive(Clone, Debug)]
pub enum Content {
    Mail {
        subject: String,
        text: SecretString,
        html: SecretString,
    },
    /// The provider's own template is filled in with these.
    Sms {
        params: BTreeMap<String, SecretString>,
    },
}

impl Content {
    pub(super) const fn channel(&self) -> Channel {
        match self {
            Self::Mail { .. } => Channel::Mail,
            Self::Sms { .. } => Channel::Sms,
        }
    }
}

/// Content as it is sealed.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kept {
    Mail { subject: String, text: String, html: String },
    Sms { params: BTreeMap<String, String> },
}

impl From<&Content> for Kept {
    fn from(content: &Content) -> Self {
        let shown = |secret: &SecretString| secret.expose_secret().to_owned();
        match content {
            Content::Mail { subject, text, html } => {
                Self::Mail { subject: subject.clone(), text: shown(text), html: shown(html) }
            }
            Content::Sms { params } => {
                Self::Sms { params: params.iter().map(|(name, value)| (name.clone(), shown(value))).collect() }
            }
        }
    }
}
