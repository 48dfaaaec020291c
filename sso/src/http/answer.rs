//! Answers of the portal: whole, bounded, and as JSON.

use chrono::{DateTime, Utc};
use reqwest::header::{ACCEPT, DATE};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::{Map, Value};

use super::{Http, failure};
use crate::error::{LoginError, bad_answer, unavailable};
use crate::loose::{self, Charset};

/// An answer of the portal within the bounds.
pub(crate) struct RawAnswer {
    pub(crate) status: StatusCode,
    pub(crate) body: Vec<u8>,
    /// The portal's clock, from the `Date` header.
    pub(crate) date: Option<DateTime<Utc>>,
}

/// A JSON object from the portal, whatever its content type.
pub(crate) struct JsonAnswer {
    pub(crate) status: StatusCode,
    pub(crate) body: Map<String, Value>,
    /// The portal's clock, from the `Date` header.
    pub(crate) date: Option<DateTime<Utc>>,
}

/// An answer before it is judged.
pub(super) struct Heard {
    status: StatusCode,
    date: Option<DateTime<Utc>>,
    /// The body, or why it is unusable.
    body: Result<Vec<u8>, LoginError>,
}

impl Http {
    /// Sends a request and reads the answer.
    ///
    /// # Errors
    /// [`LoginError::Unavailable`] for connections that fail, server errors and 429; [`LoginError::BadAnswer`] for
    /// redirects and bodies over the limit. Other statuses, 4xx too, are the caller's to judge.
    pub(crate) async fn answer(&self, request: RequestBuilder) -> Result<RawAnswer, LoginError> {
        let leave = self.breaker.ask()?;
        let Heard { status, date, body } = match self.hear(request).await {
            Ok(heard) => {
                leave.answered();
                heard
            }
            Err(silence) => {
                leave.silent();
                return Err(silence);
            }
        };
        if status.is_redirection() {
            return Err(bad_answer("it redirected a request of our server"));
        }
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(unavailable("it reported a failure of its own"));
        }
        Ok(RawAnswer { status, body: body?, date })
    }

    /// Sends a request and reads the JSON object in the answer. The content type is ignored: portals call JSON `text/html`, and what does
    /// not parse is refused anyway.
    ///
    /// # Errors
    /// As [`Http::answer`], and [`LoginError::BadAnswer`] for what is no JSON object, unless it is a refusal (4xx).
    pub(crate) async fn json(&self, request: RequestBuilder, charset: Charset) -> Result<JsonAnswer, LoginError> {
        let RawAnswer { status, body, date } = self.answer(request).await?;
        match loose::text(&body, charset).as_deref().and_then(loose::object) {
            Some(body) => Ok(JsonAnswer { status, body, date }),
            None if status.is_client_error() => Ok(JsonAnswer { status, body: Map::new(), date }),
            None => Err(bad_answer("it is not a JSON object")),
        }
    }

    /// Sends a request; an error counts as silence.
    pub(super) async fn hear(&self, request: RequestBuilder) -> Result<Heard, LoginError> {
        let response = request.header(ACCEPT, "application/json").send().await.map_err(|error| failure(&error))?;
        let (status, date) = (response.status(), date(&response));
        match self.read(response).await {
            Err(silence @ LoginError::Unavailable { .. }) => Err(silence),
            body => Ok(Heard { status, date, body }),
        }
    }

    async fn read(&self, mut response: Response) -> Result<Vec<u8>, LoginError> {
        let announced = response.content_length().and_then(|length| usize::try_from(length).ok());
        if announced.is_some_and(|length| length > self.max_body) {
            return Err(bad_answer("it is larger than max_body"));
        }
        let mut body = Vec::with_capacity(announced.unwrap_or_default());
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
            if body.len() + chunk.len() > self.max_body {
                return Err(bad_answer("it is larger than max_body"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

pub(super) fn date(response: &Response) -> Option<DateTime<Utc>> {
    let date = response.headers().get(DATE)?.to_str().ok()?;
    DateTime::parse_from_rfc2822(date).ok().map(|date| date.to_utc())
}
