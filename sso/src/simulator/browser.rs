//! The citizen's browser, as far as the simulator's own pages need one.

use std::io;
use std::sync::OnceLock;

use reqwest::header::LOCATION;
use reqwest::{Client, redirect};
use url::{Url, form_urlencoded};

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
    match come_back(authorize_url, fields).await? {
        Return { url, form: None } => Ok(url),
        Return { .. } => Err(io::Error::other("the browser is sent back with a form")),
    }
}

/// How the browser comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// Where to.
    pub url: Url,
    /// What it posts there, form-encoded; `None`: it asks with GET.
    pub form: Option<String>,
}

/// As [`visit`], also at a portal that sends the browser back with a form.
///
/// # Errors
/// As [`sign_in`].
pub async fn come_back(authorize_url: &Url, fields: &[(&str, &str)]) -> io::Result<Return> {
    let client = client()?;
    let page = client.get(authorize_url.clone()).send().await.map_err(io::Error::other)?;
    if let Some(url) = location(&page) {
        return Ok(Return { url, form: None });
    }
    let html = page.text().await.map_err(io::Error::other)?;
    let handle = between(&html, "name=\"request\" value=\"");
    let handle = handle.ok_or_else(|| io::Error::other("the page holds no sign-in form"))?;
    let mut form = vec![("request", handle)];
    form.extend_from_slice(fields);
    let action = authorize_url.join("/simulator/sign-in").map_err(io::Error::other)?;
    let answer = client.post(action).form(&form).send().await.map_err(io::Error::other)?;
    if let Some(url) = location(&answer) {
        return Ok(Return { url, form: None });
    }
    let html = answer.text().await.map_err(io::Error::other)?;
    posting(&html).ok_or_else(|| io::Error::other("the sign-in form does not send the browser on"))
}

/// A page that holds a form with one hidden field and sends it.
fn posting(html: &str) -> Option<Return> {
    let url = between(html, "<form method=\"post\" action=\"")?.replace("&amp;", "&").parse().ok()?;
    let field = (between(html, "type=\"hidden\" name=\"")?, between(html, "\" value=\"")?);
    let form = form_urlencoded::Serializer::new(String::new()).append_pair(field.0, field.1).finish();
    Some(Return { url, form: Some(form) })
}

fn between<'a>(html: &'a str, before: &str) -> Option<&'a str> {
    html.split_once(before)?.1.split('"').next()
}

/// One for all visits: to make one takes longer than a sign-in. No connection is kept, since each belongs to the runtime that made it.
fn client() -> io::Result<&'static Client> {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    if let Some(client) = CLIENT.get() {
        return Ok(client);
    }
    crate::http::install_crypto_provider();
    let builder = Client::builder().redirect(redirect::Policy::none()).no_proxy().pool_max_idle_per_host(0);
    let client = builder.build().map_err(io::Error::other)?;
    Ok(CLIENT.get_or_init(|| client))
}

fn location(response: &reqwest::Response) -> Option<Url> {
    response.headers().get(LOCATION)?.to_str().ok()?.parse().ok()
}
