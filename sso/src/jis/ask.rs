//! Signed requests to the interface: `ticketValidate` and the person's service.

use chrono::{DateTime, TimeDelta, Utc};
use md5::{Digest, Md5};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::Jis;
use super::answer::Service;
use crate::claims::{Claims, Found};
use crate::config::TimeFormat;
use crate::error::{LoginError, bad_answer};
use crate::grant::is_visible_token;
use crate::http::JsonAnswer;

/// China Standard Time, which has no summer time.
const CHINA: TimeDelta = TimeDelta::hours(8);

impl Jis {
    /// Exchanges the ticket for a token. The portal accepts each ticket once.
    pub(super) async fn redeem_ticket(&self, ticket: &str, now: DateTime<Utc>) -> Result<SecretString, LoginError> {
        let section = &self.config;
        let answer = self.ask(&section.ticket_service, (&section.ticket_key, ticket), now).await?;
        let data = self.data_of(answer, Service::Ticket)?;
        let (_, Found::Text(token)) = Claims::new(data).find(&section.token) else {
            return Err(bad_answer("its answer to the ticket holds no token"));
        };
        if !is_visible_token(&token) {
            return Err(bad_answer("its token holds characters that it cannot hold"));
        }
        Ok(token.into())
    }

    /// Exchanges the token for the person.
    pub(super) async fn person(&self, token: &SecretString, now: DateTime<Utc>) -> Result<Claims, LoginError> {
        let section = &self.config;
        let answer = self.ask(&section.person_service, (&section.token_key, token.expose_secret()), now).await?;
        self.data_of(answer, Service::Person).map(Claims::new)
    }

    /// Sends a request to one service of the interface, with one parameter.
    pub(super) async fn ask(
        &self,
        service: &str,
        (key, value): (&str, &str),
        now: DateTime<Utc>,
    ) -> Result<JsonAnswer, LoginError> {
        let section = &self.config;
        let time = written(now, section.time_format);
        let sign = sign(&section.app_mark, &section.app_word, &time);
        let params = json!({ key: value }).to_string();
        let form = [
            (section.interface_app_param.as_str(), section.app_mark.as_str()),
            ("time", &time),
            ("sign", &sign),
            ("servicename", service),
            ("params", &params),
        ];
        let request = self.http.client().post(self.interface_url.clone()).form(&form);
        self.http.json(request, section.charset).await
    }
}

/// md5 of the concatenation of mark, word and time, in lower-case hexadecimal. The family demands this digest; it proves nothing to us, and
/// only https protects the request.
fn sign(mark: &str, word: &SecretString, time: &str) -> String {
    hex::encode(Md5::new().chain_update(mark).chain_update(word.expose_secret()).chain_update(time).finalize())
}

fn written(now: DateTime<Utc>, format: TimeFormat) -> String {
    match format {
        TimeFormat::Millis => now.timestamp_millis().to_string(),
        TimeFormat::Seconds => now.timestamp().to_string(),
        TimeFormat::Compact => (now + CHINA).format("%Y%m%d%H%M%S").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_md5sum() {
        // printf 'bzApp''0123456789abcdef''20260722093000' | md5sum
        let table = [
            (("bzApp", "0123456789abcdef", "20260722093000"), "f5f5c124108a91428e45dd1511c5e216"),
            (("a", "b", "c"), "900150983cd24fb0d6963f7d28e17f72"), // "abc", RFC 1321 appendix A.5
            (("bz", "密语%&+", "1784683800000"), "45055441baa75738043c9da5b9155afc"),
        ];
        for ((mark, word, time), expected) in table {
            assert_eq!(sign(mark, &word.into(), time), expected);
        }
    }

    #[test]
    fn time_is_written_as_the_generation_wants_it() {
        let now: DateTime<Utc> = "2026-07-22T16:30:05.678Z".parse().unwrap();
        assert_eq!(written(now, TimeFormat::Millis), "1784737805678");
        assert_eq!(written(now, TimeFormat::Seconds), "1784737805");
        assert_eq!(written(now, TimeFormat::Compact), "20260723003005", "past midnight in China");
    }
}
