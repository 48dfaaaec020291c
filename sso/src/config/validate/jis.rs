//! `[portal.jis]`.

use std::collections::BTreeSet;

use secrecy::ExposeSecret;
use url::Url;

use super::text::{self, names_of};
use super::{bounds, endpoint_url};
use crate::config::sections::{DataFormat, JisConfig};

/// Fields of a request to the interface whose names are fixed.
const FIXED: [&str; 4] = ["time", "sign", "servicename", "params"];

impl JisConfig {
    pub(super) fn validate(&self, section: &str, problems: &mut Vec<String>) {
        endpoint_url(section, "login_url", (&self.login_url, true), problems);
        endpoint_url(section, "interface_url", (&self.interface_url, true), problems);
        endpoint_url(section, "logout_url", (&self.logout_url, false), problems);
        if self.app_mark.trim().is_empty() {
            problems.push(format!("{section}.app_mark: is missing; the portal's operator assigns it"));
        }
        if self.app_word.expose_secret().is_empty() {
            problems.push(format!("{section}.app_word: is missing; set it, or app_word_file"));
        }
        text::issuer(section, &self.issuer, ("login_url", &self.login_url), problems);
        self.validate_names(section, problems);
        self.validate_clashes(section, problems);
        self.validate_parameters(section, problems);
        self.validate_answers(section, problems);
        bounds(section, (self.timeout, self.request_timeout, self.max_body), problems);
    }

    fn validate_names(&self, section: &str, problems: &mut Vec<String>) {
        let needed = [
            ("app_param", &self.app_param),
            ("back_param", &self.back_param),
            ("ticket_param", &self.ticket_param),
            ("interface_app_param", &self.interface_app_param),
            ("ticket_key", &self.ticket_key),
            ("token_key", &self.token_key),
            ("ticket_service", &self.ticket_service),
            ("person_service", &self.person_service),
        ];
        for (key, name) in needed {
            if name.is_empty() {
                problems.push(format!("{section}.{key}: is empty; the portal's documentation names it"));
            } else if !is_name(name) {
                problems.push(format!("{section}.{key}: holds characters that no name has"));
            }
        }
        if text::is_taken_in_our_address(&self.ticket_param) {
            problems.push(format!("{section}.ticket_param: has a meaning of its own in our address"));
        }
        for (key, name) in [("goto_param", &self.goto_param), ("logout_back_param", &self.logout_back_param)] {
            if !name.is_empty() && !is_name(name) {
                problems.push(format!("{section}.{key}: holds characters that no name has"));
            }
        }
    }

    /// Servers disagree about which value of a repeated parameter counts.
    fn validate_clashes(&self, section: &str, problems: &mut Vec<String>) {
        let login: [(&str, &str); 3] =
            [("app_param", &self.app_param), ("back_param", &self.back_param), ("goto_param", &self.goto_param)];
        let mut taken = names_of(&self.login_url);
        taken.extend(self.login_params.keys().cloned());
        clashes(section, (&login, "the login URL"), taken, problems);
        let mut taken = names_of(&self.logout_url);
        taken.extend(self.logout_params.keys().cloned());
        clashes(section, (&[("logout_back_param", &self.logout_back_param)], "the sign-out URL"), taken, problems);
        let taken = FIXED.map(str::to_owned).into();
        let interface = [("interface_app_param", self.interface_app_param.as_str())];
        clashes(section, (&interface, "requests to the interface"), taken, problems);
    }

    /// Parameters that browsers carry: they must be well-formed and hold no secret.
    fn validate_parameters(&self, section: &str, problems: &mut Vec<String>) {
        for (key, table) in [("login_params", &self.login_params), ("logout_params", &self.logout_params)] {
            for (name, value) in table {
                if self.is_secret(value) {
                    problems.push(format!("{section}.{key}: \"{name}\" would show a secret to the browser"));
                } else if let Some(odd) = text::odd_parameter(name, value) {
                    problems.push(format!("{section}.{key}: {odd}"));
                }
            }
        }
        for (key, mark) in [("app_mark", &self.app_mark), ("login_mark", &self.login_mark)] {
            if self.is_secret(mark) {
                problems.push(format!("{section}.{key}: is a secret, and would be shown to the browser"));
            }
        }
        for (key, url) in [("login_url", &self.login_url), ("logout_url", &self.logout_url)] {
            let Ok(url) = Url::parse(url) else { continue };
            if url.query_pairs().any(|(_, value)| self.is_secret(&value)) {
                problems.push(format!("{section}.{key}: its query would show a secret to the browser"));
            }
        }
    }

    fn is_secret(&self, value: &str) -> bool {
        let secrets = [&self.app_word, &self.data_key].map(ExposeSecret::expose_secret);
        !value.is_empty() && secrets.contains(&value)
    }

    fn validate_answers(&self, section: &str, problems: &mut Vec<String>) {
        if !self.success.pointer.starts_with('/') {
            problems.push(format!("{section}.success.pointer: is not a JSON pointer, which begins with \"/\""));
        }
        if self.success.value.is_empty() {
            problems
                .push(format!("{section}.success.value: is empty; write the code of success, for example \"000000\""));
        }
        if self.refusals.contains_key(&self.success.value) {
            problems.push(format!("{section}.refusals: lists the code of success"));
        }
        if !self.data_pointer.is_empty() && !self.data_pointer.starts_with('/') {
            problems.push(format!("{section}.data_pointer: is not a JSON pointer, which begins with \"/\""));
        }
        if self.data_pointer.is_empty() && self.data == DataFormat::AesEcbHex {
            problems.push(format!(
                "{section}.data_pointer: is empty, and data = \"aes-ecb-hex\" is a text within the answer"
            ));
        }
        if self.token.is_empty() {
            problems.push(format!("{section}.token: must name at least one place"));
        }
        text::places(&format!("{section}.token"), &self.token, problems);
        let (key, own) = (self.cipher_key().len(), !self.data_key.expose_secret().is_empty());
        if self.data == DataFormat::AesEcbHex && key != DataFormat::KEY_BYTES && (own || key > 0) {
            let (name, hint) =
                if own { ("data_key", "") } else { ("app_word", "; set data_key where the key is another") };
            problems.push(format!(
                "{section}.{name}: has {key} bytes, and data = \"aes-ecb-hex\" needs a key of {}{hint}",
                DataFormat::KEY_BYTES
            ));
        }
    }
}

fn clashes(
    section: &str,
    (parameters, place): (&[(&str, &str)], &str),
    mut taken: BTreeSet<String>,
    problems: &mut Vec<String>,
) {
    for (key, name) in parameters.iter().filter(|(_, name)| !name.is_empty()) {
        if !taken.insert((*name).to_owned()) {
            problems.push(format!("{section}.{key}: \"{name}\" stands in {place} already"));
        }
    }
}

/// Letters, digits, `_`, `-` and `.`: a portal that pastes its parameters would take any other character for a separator.
fn is_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

#[cfg(test)]
mod tests;
