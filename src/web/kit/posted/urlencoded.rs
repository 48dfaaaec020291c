//! `application/x-www-form-urlencoded`, read as it comes: of each field the beginning is kept, and the rest is counted.

use axum::body::Body;
use http_body_util::BodyExt;
use url::form_urlencoded;

use super::amount::Amount;
use super::form::{Form, MAX_FIELD};
use crate::web::kit::error::WebError;

/// A byte may be written as three; and the name.
const MAX_WRITTEN: usize = 3 * MAX_FIELD + 256;

/// What the decoder puts in the place of a character that the cut went through.
const BROKEN: char = '\u{fffd}';

/// Refuses a body beyond the `amount`.
pub(super) async fn read(mut body: Body, mut amount: Amount) -> Result<Form, WebError> {
    let (mut form, mut field) = (Form::default(), Coming::default());
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| WebError::BadRequest("a body that breaks off"))?;
        let Ok(data) = frame.into_data() else { continue };
        amount.add(data.len())?;
        let mut parts = data.split(|byte| *byte == b'&');
        field.add(parts.next().unwrap_or_default());
        for part in parts {
            std::mem::take(&mut field).put(&mut form)?;
            field.add(part);
        }
    }
    field.put(&mut form)?;
    Ok(form)
}

/// A field on its way.
#[derive(Default)]
struct Coming {
    /// The beginning, as it is written.
    written: Vec<u8>,
    size: usize,
    escapes: usize,
}

impl Coming {
    fn add(&mut self, bytes: &[u8]) {
        let room = (MAX_WRITTEN - self.written.len()).min(bytes.len());
        self.written.extend_from_slice(&bytes[..room]);
        self.size += bytes.len();
        self.escapes += bytes.iter().map(|byte| usize::from(*byte == b'%')).sum::<usize>();
    }

    fn put(mut self, form: &mut Form) -> Result<(), WebError> {
        let is_cut = self.size > self.written.len();
        if is_cut {
            let last = self.written.len().saturating_sub(2);
            if let Some(escape) = self.written[last..].iter().position(|byte| *byte == b'%') {
                self.written.truncate(last + escape);
            }
        }
        let Some((name, value)) = form_urlencoded::parse(&self.written).next() else { return Ok(()) };
        let value = if is_cut { value.trim_end_matches(BROKEN) } else { &value };
        let kept = value.as_bytes()[..value.len().min(MAX_FIELD)].to_vec();
        let decoded = self.size.saturating_sub(2 * self.escapes + name.len() + 1);
        let size = if is_cut { decoded.max(kept.len() + 1) } else { value.len() };
        form.put(name.into_owned(), kept, size)
    }
}
