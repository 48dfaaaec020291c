//! Our own cookies: read from what a browser sends, set and removed.
//!
//! A `Cookie` header is shared with every application of the parent domain, and its bytes are of any encoding. Only our own part is looked
//! at: pairs are split and names compared as bytes, and nothing but SP and HTAB is trimmed (RFC 6265 §5.2). Decoding or trimming Unicode
//! blanks would make our name of one that any sibling may set.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use cookie::{Cookie, SameSite};
use std::collections::HashSet;

use crate::app::App;
use crate::app::pending::Browser;

/// Values of one name that are tried. A sibling can plant some before ours; each costs a look into Redis.
const MAX_VALUES: usize = 16;

/// The well-formed values of one of our cookies, each once, in the order in which the browser sent them.
pub(crate) fn cookie_values<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> {
    let mut seen = HashSet::new();
    let pairs = headers.get_all(header::COOKIE).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
    pairs.filter_map(move |pair| value_of(pair, name)).filter(move |value| seen.insert(*value)).take(MAX_VALUES)
}

fn value_of<'a>(pair: &'a [u8], name: &str) -> Option<&'a str> {
    // Of ASCII's blanks a header value can hold only these two.
    let value = pair.trim_ascii().strip_prefix(name.as_bytes())?.strip_prefix(b"=")?;
    let is_token = value.len() == 43 && value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte));
    str::from_utf8(value).ok().filter(|_| is_token)
}

/// `__Host-` binds a cookie to this very origin; over plain http on loopback browsers refuse the prefix.
pub(crate) fn session_cookie_name(app: &App) -> &'static str {
    if is_https(app) { "__Host-bz_session" } else { "bz_session" }
}

/// Binds pending sign-ins to the browser that began them.
pub(crate) fn login_cookie_name(app: &App) -> &'static str {
    if is_https(app) { "__Host-bz_login" } else { "bz_login" }
}

/// A phone that sends a photo: no session.
pub(crate) fn phone_cookie_name(app: &App) -> &'static str {
    if is_https(app) { "__Host-bz_phone" } else { "bz_phone" }
}

/// A session of staff. It is sent with no request that another site has begun.
pub(crate) fn staff_cookie_name(app: &App) -> &'static str {
    if is_desk_https(app) { "__Host-bz_staff" } else { "bz_staff" }
}

fn is_desk_https(app: &App) -> bool {
    app.desk_url().scheme() == "https"
}

/// The browser, by each login cookie that it sends.
pub(crate) fn login_browsers(app: &App, headers: &HeaderMap) -> Vec<Browser> {
    cookie_values(headers, login_cookie_name(app)).map(|value| app.browser(value)).collect()
}

fn is_https(app: &App) -> bool {
    app.public_url.scheme() == "https"
}

/// Sets a cookie for the life of the browser's session.
pub(crate) fn set_cookie(app: &App, response: &mut Response, name: &'static str, value: String) {
    append(response, Cookie::new(name, value), SameSite::Lax, is_https(app));
}

pub(crate) fn remove_cookie(app: &App, response: &mut Response, name: &'static str) {
    append(response, removal(name), SameSite::Lax, is_https(app));
}

/// Sets the cookie of a session of staff for the life of the browser's session.
pub(crate) fn set_staff_cookie(app: &App, response: &mut Response, value: String) {
    append(response, Cookie::new(staff_cookie_name(app), value), SameSite::Strict, is_desk_https(app));
}

pub(crate) fn remove_staff_cookie(app: &App, response: &mut Response) {
    append(response, removal(staff_cookie_name(app)), SameSite::Strict, is_desk_https(app));
}

fn removal(name: &'static str) -> Cookie<'static> {
    let mut cookie = Cookie::new(name, "");
    cookie.make_removal();
    cookie
}

fn append(response: &mut Response, mut cookie: Cookie<'static>, same_site: SameSite, secure: bool) {
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_same_site(same_site);
    cookie.set_secure(secure);
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests;
