//! `[reissue]`: what the province decides about reissue.

use serde::Deserialize;
use url::Url;

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReissueConfig {
    /// Certificates of this year and before need a photo (manual: 2016 年及以前).
    pub photo_required_through: i32,
    /// Exams whose certificates are electronic.
    pub electronic: Vec<ElectronicConfig>,
}

impl Default for ReissueConfig {
    fn default() -> Self {
        Self { photo_required_through: 2016, electronic: Vec::new() }
    }
}

/// `[[reissue.electronic]]`: an exam whose certificates are electronic from a year on.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ElectronicConfig {
    /// The exam's code or name.
    pub exam: String,
    /// The first year.
    pub since: i32,
    /// There is no paper to reissue.
    pub only: bool,
    /// Where holders download theirs.
    pub url: Option<Url>,
    /// What holders are told; a sentence of the program's own where it is empty.
    pub text: String,
}

/// Characters of a text; longer ones break the pages.
const MAX_TEXT: usize = 200;

impl ReissueConfig {
    pub(in crate::config) fn problems(&self) -> Vec<String> {
        let problems = self.electronic.iter().enumerate().flat_map(|(at, entry)| {
            entry.problems().into_iter().map(move |problem| format!("reissue.electronic[{at}].{problem}"))
        });
        problems.collect()
    }
}

impl ElectronicConfig {
    fn problems(&self) -> Vec<&'static str> {
        let mut problems = Vec::new();
        if self.exam.trim().is_empty() {
            problems.push("exam: missing; give the exam's code or name");
        }
        if !(1980..=2100).contains(&self.since) {
            problems.push("since: must be a year such as 2021");
        }
        if !self.url.as_ref().is_some_and(|url| matches!(url.scheme(), "http" | "https")) {
            problems.push("url: missing, or not an http or https address");
        }
        if self.text.chars().count() > MAX_TEXT || self.text.chars().any(char::is_control) {
            problems.push("text: must be one line of at most 200 characters");
        }
        problems
    }
}
