//! A small browser: cookies, forms, the way to the portal and back. Follows no redirect that it is not told to follow.

use cookie::Cookie;
use cookie::time::OffsetDateTime;
use reqwest::header::{COOKIE, HeaderMap, HeaderName, HeaderValue, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder, redirect};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use url::Url;

use super::form::Form;
use super::page::Page;

/// What every answer of the service must keep, whatever was asked; see [`Browser::send`].
fn check(page: &Page) {
    assert!(
        !page.status.is_server_error(),
        "{} answered {}\n{}\n{}",
        page.url,
        page.status,
        page.summary(),
        super::logs::logged().lines().rev().take(15).collect::<Vec<_>>().join("\n"),
    );
}

/// The cookies of one browser, as last set.
#[derive(Default)]
struct Jar(BTreeMap<String, Cookie<'static>>);

/// One browser. Clones share their cookies, as tabs do.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    home: Url,
    jar: Arc<Mutex<Jar>>,
    headers: HeaderMap,
    /// Codes, states, tokens: what must never stand in a log.
    secrets: Arc<Mutex<Vec<String>>>,
}

impl Browser {
    /// A browser of its own for a service that runs elsewhere.
    pub fn at(home: Url) -> Self {
        sso::install_crypto_provider();
        Self::new(home, Arc::default())
    }

    pub(super) fn new(home: Url, secrets: Arc<Mutex<Vec<String>>>) -> Self {
        let client = Client::builder().redirect(redirect::Policy::none()).no_proxy().build().unwrap();
        Self { client, home, jar: Arc::default(), headers: HeaderMap::new(), secrets }
    }

    /// The same browser with a further header on every request.
    #[must_use]
    pub fn with_header(&self, name: &'static str, value: &str) -> Self {
        let mut changed = self.clone();
        changed.headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        changed
    }

    /// A cookie's value.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar.lock().unwrap().0.get(name).map(|cookie| cookie.value().to_owned())
    }

    /// A cookie with its attributes, as last set.
    pub fn cookie_as_set(&self, name: &str) -> Option<Cookie<'static>> {
        self.jar.lock().unwrap().0.get(name).cloned()
    }

    /// Plants a cookie.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.jar.lock().unwrap().0.insert(name.to_owned(), Cookie::new(name.to_owned(), value.to_owned()));
    }

    /// Forgets a cookie.
    pub fn forget_cookie(&self, name: &str) {
        self.jar.lock().unwrap().0.remove(name);
    }

    /// The session's cookie.
    pub fn session(&self) -> Option<String> {
        self.cookie("bz_session")
    }

    /// Opens a page of the service.
    pub async fn get(&self, path: &str) -> Page {
        self.send(Method::GET, self.url(path), |request| request).await
    }

    /// The same, and a status of 500 and more is no defect.
    pub async fn get_any(&self, path: &str) -> Page {
        self.fetch(Method::GET, self.url(path), |request| request).await
    }

    /// Opens a page and the pages that it leads to, within the service.
    pub async fn follow(&self, path: &str) -> Page {
        let page = self.get(path).await;
        self.settle(page).await
    }

    /// Follows redirects within the service.
    pub async fn settle(&self, mut page: Page) -> Page {
        for _ in 0..5 {
            if !page.status.is_redirection() {
                return page;
            }
            let place = page.location();
            assert_eq!(place.origin(), self.home.origin(), "led out of the service: {place}");
            page = self.send(Method::GET, place, |request| request).await;
        }
        panic!("redirected in circles at {}", page.url);
    }

    /// Any request.
    pub async fn send(&self, method: Method, url: Url, dress: impl FnOnce(RequestBuilder) -> RequestBuilder) -> Page {
        let page = self.fetch(method, url, dress).await;
        check(&page);
        page
    }

    /// Any request, and a status of 500 and more is no defect.
    pub async fn fetch(&self, method: Method, url: Url, dress: impl FnOnce(RequestBuilder) -> RequestBuilder) -> Page {
        let mut request = self.client.request(method, url.clone()).headers(self.headers.clone());
        if let Some(cookies) = self.cookies_for(&url) {
            request = request.header(COOKIE, cookies);
        }
        let answer = dress(request).send().await.unwrap_or_else(|error| panic!("{url}: {error:?}"));
        if url.origin() == self.home.origin() {
            self.keep_cookies(answer.headers());
        }
        let (status, headers) = (answer.status(), answer.headers().clone());
        let bytes = answer.bytes().await.unwrap_or_else(|error| panic!("{url}: {error:?}")).to_vec();
        let page = Page { status, headers, url, bytes };
        self.note_secrets(&page);
        page
    }

    /// Sends fields to a page of the service.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.send(Method::POST, self.url(path), |request| request.form(fields)).await
    }

    /// Sends a form, and a status of 500 and more is no defect.
    pub async fn submit_any(&self, form: Form) -> Page {
        let dress = |request: RequestBuilder| {
            if form.multipart { request.multipart(form.parts()) } else { request.form(&form.encoded()) }
        };
        self.fetch(Method::POST, form.action.clone(), dress).await
    }

    /// Sends a form.
    pub async fn submit(&self, form: Form) -> Page {
        if form.method == Method::GET {
            let mut url = form.action.clone();
            url.query_pairs_mut().clear().extend_pairs(form.encoded());
            return self.send(Method::GET, url, |request| request).await;
        }
        let page = self.submit_any(form).await;
        check(&page);
        page
    }

    /// Asks to sign in; the portal's address with the request for this sign-in.
    pub async fn start_sign_in(&self, return_to: Option<&str>) -> Url {
        let mut url = self.url("/sso/login");
        if let Some(path) = return_to {
            url.query_pairs_mut().append_pair("return_to", path);
        }
        let page = self.send(Method::GET, url, |request| request).await;
        let place = page.location();
        self.note_parameters(&place, &["state", "nonce", "code_challenge"]);
        place
    }

    /// Chooses a persona at the portal; the portal's answer, which leads back or holds a form that posts itself there.
    pub async fn leave_portal(&self, authorize: &Url, persona: &str) -> Page {
        self.press_at_portal(authorize, "persona", persona).await
    }

    /// Comes back as the portal's answer says.
    pub async fn return_by(&self, answer: &Page) -> Page {
        if answer.status.is_redirection() {
            return self.come_back(&answer.location()).await;
        }
        let own = self.post_across(&answer.form("form")).await.location();
        self.come_back(&own).await
    }

    /// Sends a form of another site's page, with which no `SameSite=Lax` cookie goes.
    pub async fn post_across(&self, form: &Form) -> Page {
        let crossing = Self::new(self.home.clone(), self.secrets.clone());
        crossing.send(Method::POST, form.action.clone(), |request| request.form(&form.encoded())).await
    }

    /// Chooses a persona at the portal; where the portal sends the browser back to.
    pub async fn at_portal(&self, authorize: &Url, persona: &str) -> Url {
        self.answer_portal(authorize, "persona", persona).await
    }

    /// Presses any button of the portal's page; where the portal sends the browser back to.
    pub async fn answer_portal(&self, authorize: &Url, button: &str, value: &str) -> Url {
        self.press_at_portal(authorize, button, value).await.location()
    }

    async fn press_at_portal(&self, authorize: &Url, button: &str, value: &str) -> Page {
        let page = self.fetch(Method::GET, authorize.clone(), |request| request).await;
        if page.status.is_redirection() {
            return page;
        }
        let offered = page.rows(&format!("button[name='{button}'][value='{value}']"));
        assert_eq!(offered.len(), 1, "the portal offers {button}={value} once");
        let form = page.form("form").press(button, value);
        let url = form.action.clone();
        let answer = self.fetch(Method::POST, url, |request| request.form(&form.encoded())).await;
        if answer.status.is_redirection() {
            self.note_return(&answer.location());
        } else if let Some(ticket) = answer.attr("input[type=hidden]", "value") {
            self.note_return(&answer.form("form").action);
            self.note_secret(&ticket);
        }
        answer
    }

    /// Comes back from the portal.
    pub async fn come_back(&self, callback: &Url) -> Page {
        assert_eq!(callback.origin(), self.home.origin());
        self.send(Method::GET, callback.clone(), |request| request).await
    }

    /// The whole way to the portal and back; the answer to the return.
    pub async fn try_sign_in(&self, persona: &str, return_to: Option<&str>) -> Page {
        let authorize = self.start_sign_in(return_to).await;
        let answer = self.leave_portal(&authorize, persona).await;
        self.return_by(&answer).await
    }

    /// Signs in and reads the page on which that ends.
    #[track_caller]
    pub fn sign_in(&self, persona: &str) -> impl Future<Output = Page> {
        let (browser, persona) = (self.clone(), persona.to_owned());
        async move {
            let page = browser.try_sign_in(&persona, None).await;
            let page = browser.settle(page).await.expect(200);
            assert!(page.user().is_some(), "{persona} is not signed in:\n{}", page.summary());
            page
        }
    }

    /// Signs out; where the answer leads.
    pub async fn sign_out(&self) -> Page {
        let page = self.get("/reissue").await.expect(200);
        self.submit(page.form("form[action='/sso/logout']")).await
    }

    /// The person this browser is signed in as; `None` where it is not.
    pub async fn person(&self) -> Option<String> {
        self.get("/continuity").await.user()
    }

    /// Step 2, from a registered certificate (`certificate=ID`) or filled in by hand (`exam=CODE`).
    pub async fn step2(&self, query: &str) -> Page {
        self.get(&format!("/reissue/new?{query}")).await.expect(200)
    }

    /// Submits a form of step 2 that is in order; the application's id.
    pub async fn apply(&self, form: Form) -> String {
        let place = self.submit(form).await.location();
        let id = place.path().strip_prefix("/reissue/").and_then(|rest| rest.strip_suffix("/done"));
        id.unwrap_or_else(|| panic!("not step 3: {place}")).to_owned()
    }

    /// An address of the service.
    pub fn url(&self, path: &str) -> Url {
        self.home.join(path).unwrap()
    }

    fn cookies_for(&self, url: &Url) -> Option<String> {
        let jar = self.jar.lock().unwrap();
        let cookies: Vec<String> = jar.0.values().map(|cookie| cookie.stripped().to_string()).collect();
        (url.origin() == self.home.origin() && !cookies.is_empty()).then(|| cookies.join("; "))
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        let mut jar = self.jar.lock().unwrap();
        for header in headers.get_all(SET_COOKIE) {
            let cookie = Cookie::parse(header.to_str().unwrap().to_owned()).expect("a cookie that browsers accept");
            let ended = cookie.max_age().is_some_and(|age| !age.is_positive())
                || cookie.expires_datetime().is_some_and(|at| at <= OffsetDateTime::now_utc());
            if ended || cookie.value().is_empty() {
                jar.0.remove(cookie.name());
            } else {
                self.note_secret(cookie.value());
                jar.0.insert(cookie.name().to_owned(), cookie);
            }
        }
    }

    fn note_secrets(&self, page: &Page) {
        if page.is_html() && page.url.origin() == self.home.origin() {
            for name in ["csrf_token", "photo_token", "evidence_token"] {
                if let Some(token) = page.attr(&format!("input[name={name}]"), "value") {
                    self.note_secret(&token);
                }
            }
        }
    }

    /// What a return carries, in its query or, where the portal echoes nothing, in its path.
    fn note_return(&self, back: &Url) {
        self.note_parameters(back, &["code", "state", "ticket"]);
        for part in back.path().rsplit('/').next().unwrap_or_default().split(['&', '=']) {
            self.note_secret(part);
        }
    }

    fn note_parameters(&self, url: &Url, names: &[&str]) {
        for (name, value) in url.query_pairs() {
            if names.contains(&&*name) {
                self.note_secret(&value);
            }
        }
    }

    fn note_secret(&self, value: &str) {
        // Shorter ones would be found everywhere.
        if value.len() >= 12 {
            self.secrets.lock().unwrap().push(value.to_owned());
        }
    }
}
