//! Text messages by a signed HTTP call.
//!
//! `POST url` with JSON `{id, template, params, to, expires_at}`; `template` is the word of the kind of notice. `X-Buzheng-Signature` holds `v1=` and the hex HMAC-SHA-256 of method,
//! path, timestamp and body, each but the last followed by a line feed; two of them, separated by a comma, while keys are exchanged. `id`
//! is the idempotency key. 2xx: taken; 409: taken before; other 4xx: refused for good, but 408, 425 and 429; all else: again later.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, StatusCode, header, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use sha2::Sha256;
use std::time::Instant;
use url::Url;

use super::{Answer, TextMessage, Unusable};
use crate::config::SmsConfig;
use crate::domain::notice::Attempt;

/// The hook and its keys.
#[derive(Debug)]
pub struct SmsHook {
    client: Client,
    url: Url,
    secrets: Vec<SecretString>,
}

impl SmsHook {
    /// `None` where no hook is configured.
    pub fn new(config: &SmsConfig) -> Result<Option<Self>, Unusable> {
        let Some(url) = config.url.clone() else { return Ok(None) };
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .timeout(config.timeout)
            .user_agent(concat!("buzheng/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| Unusable("sms: the HTTPS client cannot start; install ca-certificates".into()))?;
        let secrets = [Some(&config.secret), config.next_secret.as_ref()].into_iter().flatten().cloned().collect();
        Ok(Some(Self { client, url, secrets }))
    }

    /// Hands one message over.
    pub async fn deliver(&self, message: &TextMessage, now: DateTime<Utc>) -> Answer {
        if Instant::now() >= message.not_after {
            return Answer::new(Attempt::TooLate, "expired");
        }
        let params: serde_json::Map<String, serde_json::Value> =
            message.params.iter().map(|(name, value)| (name.clone(), json!(value.expose_secret()))).collect();
        let body = json!({
            "id": message.id.to_string(),
            "template": message.template.as_str(),
            "params": params,
            "to": message.to.expose_secret(),
            "expires_at": message.expires_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        })
        .to_string();
        let timestamp = now.timestamp().to_string();
        let request = self
            .client
            .post(self.url.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .header("X-Buzheng-Timestamp", &timestamp)
            .header("X-Buzheng-Signature", self.signature(&timestamp, &body))
            .body(body);
        match request.send().await {
            Ok(answer) => judge(answer.status()),
            Err(error) if error.is_connect() => Answer::new(Attempt::Unreached, "connect"),
            Err(error) if error.is_timeout() => Answer::new(Attempt::Deferred, "timeout"),
            Err(_) => Answer::new(Attempt::Deferred, "connection"),
        }
    }

    fn signature(&self, timestamp: &str, body: &str) -> String {
        let sign = |secret: &SecretString| {
            // HMAC takes a key of any length.
            let mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).ok()?;
            let parts = ["POST\n", self.url.path(), "\n", timestamp, "\n", body];
            let signed = parts.iter().fold(mac, |mac, part| mac.chain_update(part.as_bytes()));
            Some(format!("v1={}", hex::encode(signed.finalize().into_bytes())))
        };
        self.secrets.iter().filter_map(sign).collect::<Vec<_>>().join(",")
    }
}

fn judge(status: StatusCode) -> Answer {
    let attempt = match status {
        StatusCode::CONFLICT => Attempt::Taken,
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => Attempt::Deferred,
        status if status.is_success() => Attempt::Taken,
        // Our key or our address is wrong: nothing is known of the message.
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => Attempt::Unreached,
        status if status.is_client_error() => Attempt::Refused,
        _ => Attempt::Deferred,
    };
    Answer::new(attempt, status.as_u16().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_of_the_hook_has_its_meaning() {
        for (status, attempt) in [
            (200, Attempt::Taken),
            (202, Attempt::Taken),
            (204, Attempt::Taken),
            (409, Attempt::Taken),
            (400, Attempt::Refused),
            (422, Attempt::Refused),
            (410, Attempt::Refused),
            (401, Attempt::Unreached),
            (403, Attempt::Unreached),
            (404, Attempt::Unreached),
            (408, Attempt::Deferred),
            (425, Attempt::Deferred),
            (429, Attempt::Deferred),
            (301, Attempt::Deferred),
            (500, Attempt::Deferred),
            (503, Attempt::Deferred),
        ] {
            let answer = judge(StatusCode::from_u16(status).unwrap_or_default());
            assert_eq!(answer, Answer::new(attempt, status.to_string()));
        }
    }
}
