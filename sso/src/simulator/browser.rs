//! The citizen's browser, as far as the simulator's own pages go.

use std::io;

use reqwest::header::LOCATION;
use reqwest::{Client, redirect};
use url::Url;

/// Opens the portal's page at `authorize_url`, chooses a persona, and gives the address the browser is sent back to (which
/// is not visited).
///
/// # Errors
/// The page is not the simulator's sign-in form, or it does not send the browser on.
pub async fn sign_in(authorize_url: &Url, persona: &str) -> io::Result<Url> {
    visit(authorize_url, &[("persona", persona)]).await
}

/// As [`sign_in`], with any fields in place of the persona: `[("cancel", "1")]` cancels.
///
/// # Errors
/// As [`sign_in`].
pub async fn visit(authorize_url: &Url, fields: &[(&str, &str)]) -> io::Result<Url> {
    crate::install_crypto_provider();
    let client = Client::builder().redirect(redirect::Policy::none()).no_proxy().build().map_err(io::Error::other)?;
    let page = client.get(authorize_url.clone()).send().await.map_err(io::Error::other)?;
    if let Some(place) = location(&page) {
        return Ok(place);
    }
    let html = page.text().await.map_err(io::Error::other)?;
    let handle = html
        .split_once("name=\"request\" value=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(handle, _)| handle)
        .ok_or_else(|| io::Error::other("the page holds no sign-in form"))?;
    let mut form = vec![("request", handle)];
    form.extend_from_slice(fields);
    let action = authorize_url.join("/simulator/sign-in").map_err(io::Error::other)?;
    let answer = client.post(action).form(&form).send().await.map_err(io::Error::other)?;
    location(&answer).ok_or_else(|| io::Error::other("the sign-in form does not send the browser on"))
}

fn location(response: &reqwest::Response) -> Option<Url> {
    response.headers().get(LOCATION)?.to_str().ok()?.parse().ok()
}
