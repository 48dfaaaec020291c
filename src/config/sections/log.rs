use serde::Deserialize;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    #[default]
    Human,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    pub format: LogFormat,
    /// `info`, or directives such as `info,buzheng=debug`.
    pub filter: String,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { format: LogFormat::Human, filter: "info".into() }
    }
}

impl LogConfig {
    pub(in crate::config) fn problems(&self) -> Vec<String> {
        match tracing_subscriber::EnvFilter::try_new(&self.filter) {
            Ok(_) => Vec::new(),
            Err(_) => vec!["log.filter: not a filter; write a level such as \"info\"".into()],
        }
    }
}
