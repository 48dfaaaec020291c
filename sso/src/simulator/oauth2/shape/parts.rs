//! The parts of a dialect: paths, names, status codes.

/// The format of a token answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFormat {
    /// RFC 6749 §5.1.
    Json,
    /// `access_token=...&expires_in=...`, as in the drafts before it.
    Form,
}

/// The paths of the endpoints.
#[derive(Clone, Debug)]
pub struct Paths {
    /// The authorization endpoint.
    pub authorize: &'static str,
    /// The token endpoint.
    pub token: &'static str,
    /// The user information endpoint.
    pub userinfo: &'static str,
    /// The sign-out address.
    pub logout: &'static str,
}

/// The names of the parameters.
#[derive(Clone, Debug)]
pub struct Names {
    /// The client's id.
    pub client_id: &'static str,
    /// The client's secret.
    pub client_secret: &'static str,
    /// The return address.
    pub redirect: &'static str,
    /// The code, on its way to the client and back.
    pub code: &'static str,
    /// The echoed one-time value.
    pub state: &'static str,
    /// The access token, where it stands in a form or a query.
    pub token: &'static str,
}

/// The success and failure codes under status 200.
#[derive(Clone, Debug)]
pub struct Status {
    /// The member that holds the code.
    pub member: &'static str,
    /// Its value on success.
    pub good: &'static str,
    /// The code for an unknown or used authorization code.
    pub expired: &'static str,
    /// The code for everything else.
    pub refused: &'static str,
}
