//! An address that mail is sent to.
//!
//! Of the forms that RFC 5321 allows, those that every mail server takes: a dot-string of ASCII, `@`, a host name of two labels or more.
//! Quoted local parts, address literals and internationalised local parts are refused.

use std::fmt;

use super::form::text::{half_width, tidy};

/// RFC 5321 §4.5.3.1.3: a path of 256 with its brackets.
const LONGEST: usize = 254;

/// RFC 5321 §4.5.3.1.1.
const LONGEST_LOCAL: usize = 64;

/// RFC 1035 §2.3.4.
const LONGEST_LABEL: usize = 63;

/// A checked address; its domain is in lower case.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

/// Why a text is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailError {
    Empty,
    TooLong,
    Malformed,
}

impl EmailError {
    /// For the person who typed it.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Empty => "请填写邮箱",
            Self::TooLong => "邮箱不能超过 254 个字符",
            Self::Malformed => "请填写正确的邮箱，例如 zhangsan@example.com；只能使用字母、数字和常用符号",
        }
    }
}

impl Email {
    /// Reads what somebody typed: blanks at the ends and full-width characters of a Chinese keyboard are forgiven, nothing else.
    pub fn parse(typed: &str) -> Result<Self, EmailError> {
        let text = half_width(tidy(typed));
        if text.is_empty() {
            return Err(EmailError::Empty);
        }
        if text.len() > LONGEST {
            return Err(EmailError::TooLong);
        }
        let (local, host) = text.rsplit_once('@').ok_or(EmailError::Malformed)?;
        if !is_local_part(local) || !is_host_name(host) {
            return Err(EmailError::Malformed);
        }
        Ok(Self(format!("{local}@{}", host.to_ascii_lowercase())))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As a page or a list may show it to someone who need not know it: `z***@example.com`.
    pub fn masked(&self) -> String {
        let (local, host) = self.0.rsplit_once('@').unwrap_or_default();
        format!("{}***@{host}", local.get(..1).unwrap_or_default())
    }
}

/// The address itself stays out of logs.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

fn is_local_part(text: &str) -> bool {
    // RFC 5322 §3.2.3, `atext`.
    let is_atext = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    text.len() <= LONGEST_LOCAL && text.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atext))
}

fn is_host_name(text: &str) -> bool {
    let labels: Vec<&str> = text.split('.').collect();
    let is_label = |label: &&str| {
        (1..=LONGEST_LABEL).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // A last label of digits would be an address of a machine.
    labels.len() >= 2
        && labels.iter().all(is_label)
        && labels.last().is_some_and(|last| last.chars().any(|c| c.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests;
