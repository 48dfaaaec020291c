//! How a portal writes its return.

/// How a portal writes its return.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner<'a> {
    /// Name of the parameter that holds the code or ticket.
    pub(crate) code: &'a str,
    /// Name of the parameter that echoes our one-time value, where the request to the portal had one.
    pub(crate) state: Option<&'a str>,
    /// Whether `error`, `error_description` and `iss` have the meaning of RFC 6749 §4.1.2.1 and RFC 9207. Otherwise they are unknown
    /// parameters.
    pub(crate) standard: bool,
    /// The portal appends its parameters to our address as text: `?` may occur between them, and each of them twice.
    pub(crate) pasted: bool,
}

impl Manner<'static> {
    /// RFC 6749 §4.1.2.
    pub(crate) const STANDARD: Self = Self { code: "code", state: Some("state"), standard: true, pasted: false };
}
