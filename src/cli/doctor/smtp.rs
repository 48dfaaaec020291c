//! The mail server: whether it takes our connection, name and password. Nothing is mailed.

use sso::Finding;

use super::finding::{ok, problem};
use crate::carrier::MailServer;
use crate::config::Config;

/// Nothing where no mail server is configured.
pub(super) async fn examine(config: &Config) -> Option<Finding> {
    if let Some(reason) = config.lacks_mail() {
        return Some(problem("smtp.missing", reason.into(), Config::MAIL_STEP));
    }
    if !config.smtp.is_set() {
        return None;
    }
    let host = config.server.public_url.as_ref().and_then(|url| url.host_str()).unwrap_or_default();
    let server = match MailServer::new(&config.smtp, host) {
        Ok(server) => server,
        Err(error) => return Some(problem("smtp.connect", error.to_string(), "correct [smtp] of the configuration")),
    };
    // The library's client blocks.
    let answered = tokio::task::spawn_blocking(move || server.probe().map_err(|error| error.to_string())).await;
    Some(match answered {
        Ok(Ok(())) => ok("smtp.connect", "the mail server takes mail from this service".into()),
        Ok(Err(reason)) => problem(
            "smtp.connect",
            format!("the mail server cannot be used: {reason}"),
            "correct smtp.url (host, port, user name, password), or smtp.ca_file where its certificate is not from an authority of this system",
        ),
        Err(_) => problem("smtp.connect", "looking at the mail server failed".into(), "report this defect"),
    })
}
