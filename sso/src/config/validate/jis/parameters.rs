//! Parameters that would be written twice, or hold a secret.

use std::collections::BTreeSet;

use secrecy::ExposeSecret;
use url::Url;

use super::FIXED;
use crate::config::sections::JisConfig;
use crate::config::validate::text::{self, names_of};

impl JisConfig {
    /// Servers disagree about which value of a repeated parameter counts.
    pub(super) fn validate_clashes(&self, section: &str, problems: &mut Vec<String>) {
        let login: [(&str, &str); 3] =
            [("app_param", &self.app_param), ("back_param", &self.back_param), ("goto_param", &self.goto_param)];
        let mut taken = names_of(&self.login_url);
        taken.extend(self.login_params.keys().cloned());
        clashes(section, &login, "the login URL", taken, problems);
        let mut taken = names_of(&self.logout_url);
        taken.extend(self.logout_params.keys().cloned());
        clashes(section, &[("logout_back_param", &self.logout_back_param)], "the sign-out URL", taken, problems);
        let taken = FIXED.map(str::to_owned).into();
        let interface = [("interface_app_param", self.interface_app_param.as_str())];
        clashes(section, &interface, "requests to the interface", taken, problems);
    }

    /// Parameters that browsers carry: they must be well-formed and hold no secret.
    pub(super) fn validate_parameters(&self, section: &str, problems: &mut Vec<String>) {
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
}

fn clashes(
    section: &str,
    parameters: &[(&str, &str)],
    place: &str,
    mut taken: BTreeSet<String>,
    problems: &mut Vec<String>,
) {
    for (key, name) in parameters.iter().filter(|(_, name)| !name.is_empty()) {
        if !taken.insert((*name).to_owned()) {
            problems.push(format!("{section}.{key}: \"{name}\" stands in {place} already"));
        }
    }
}
