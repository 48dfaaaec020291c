//! What a person does in a browser: open, click, type, choose, press, read. Each waits for what it needs, and a click that
//! leads to another page waits for that page.

use base64::Engine;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Mutex;
use thirtyfour::components::SelectElement;
use thirtyfour::prelude::*;
use url::Url;

use crate::chromium::{Chromium, INTERVAL, PATIENCE};
use crate::support::TestApp;

/// The screen, and whether scripts run.
#[derive(Clone, Copy)]
pub struct View {
    pub width: u32,
    pub height: u32,
    pub scripts: bool,
}

/// An office computer.
pub const WIDE: View = View { width: 1280, height: 800, scripts: true };
/// A small phone.
pub const PHONE: View = View { width: 360, height: 740, scripts: true };

impl View {
    #[must_use]
    pub fn without_scripts(self) -> Self {
        Self { scripts: false, ..self }
    }

    /// For the names of pictures.
    pub fn name(self) -> String {
        format!("{}{}", self.width, if self.scripts { "" } else { "-noscript" })
    }
}

/// One tab of a browser that nobody has used.
pub struct Tab {
    chromium: Chromium,
    home: Url,
    pub view: View,
    found: Mutex<Vec<String>>,
}

/// Width and height of the page as it is now: the browser's own idea of them is older than text that was enlarged a moment ago. Nothing
/// where a window covers the screen.
const SIZE: &str = "
    if (document.querySelector('dialog[open]')) return null;
    return [innerWidth, document.scrollingElement.scrollHeight];";

/// All that the looks found wrong, at once.
impl Drop for Tab {
    fn drop(&mut self) {
        let found = self.found.lock().unwrap().join("\n\n");
        assert!(found.is_empty() || std::thread::panicking(), "{found}");
    }
}

impl Tab {
    pub async fn new(app: &TestApp, view: View) -> Self {
        let home = app.origin().parse().unwrap();
        let tab = Self { chromium: Chromium::start().await, home, view, found: Mutex::default() };
        tab.resize(view.width).await;
        tab.allow_scripts(view.scripts).await;
        tab
    }

    /// Signs a persona in and stops on the page where that ends.
    pub async fn signed_in(app: &TestApp, view: View, persona: &str) -> Self {
        let tab = Self::new(app, view).await;
        tab.go("/").await;
        tab.follow("main a[href^='/sso/login']").await;
        tab.follow(&format!("button[value={persona}]")).await;
        tab
    }

    /// Keeps what a look found wrong; the test fails with it in the end.
    pub fn found(&self, wrong: String) {
        self.found.lock().unwrap().push(wrong);
    }

    /// The service's address, with a slash at the end.
    pub fn home(&self) -> &Url {
        &self.home
    }

    pub fn driver(&self) -> &WebDriver {
        &self.chromium.driver
    }

    /// Opens a page of the service.
    pub async fn go(&self, path: &str) {
        self.driver().goto(self.home.join(path).unwrap().as_str()).await.unwrap();
    }

    /// Path and query of the page, or the whole address where it is not the service's.
    pub async fn place(&self) -> String {
        let url = self.driver().current_url().await.unwrap();
        if url.origin() == self.home.origin() { url[url::Position::BeforePath..].to_owned() } else { url.into() }
    }

    /// The one element that is meant; waits for it.
    pub async fn find(&self, css: &str) -> WebElement {
        match self.driver().query(By::Css(css)).first().await {
            Ok(element) => element,
            Err(error) => panic!("no {css} on {}: {error}\n{}", self.place().await, self.words().await),
        }
    }

    /// How many such elements there are now.
    pub async fn count(&self, css: &str) -> usize {
        self.driver().find_all(By::Css(css)).await.unwrap().len()
    }

    /// Clicks what stays on the page.
    pub async fn click(&self, css: &str) {
        let clicked = self.find(css).await.click().await;
        clicked.unwrap_or_else(|error| panic!("{css} cannot be clicked: {error}"));
    }

    /// Clicks what leads to another page, and waits for that.
    pub async fn follow(&self, css: &str) {
        self.leave(async || self.click(css).await).await;
    }

    /// Chooses an entry of the menu, which on a small screen has to be opened first.
    pub async fn follow_menu(&self, path: &str) {
        let entry = format!(".menu a[href='{path}']");
        if !self.find(&entry).await.is_displayed().await.unwrap() {
            self.click(".menu summary").await;
        }
        self.follow(&entry).await;
    }

    /// Does what leads to another page, and waits for that.
    pub async fn leave(&self, action: impl AsyncFnOnce()) {
        let () = self.script("window.left = true", json!([])).await;
        action().await;
        self.wait("another page", "return !window.left && document.readyState === 'complete'").await;
    }

    /// Waits until a script answers true. Errors are answers of a page that is being left.
    pub async fn wait(&self, what: &str, script: &str) {
        let mut clock = tokio::time::interval(INTERVAL);
        let came = tokio::time::timeout(PATIENCE, async {
            loop {
                clock.tick().await;
                let answer = self.driver().execute(script, Vec::new()).await;
                if answer.is_ok_and(|answer| answer.json() == &Value::Bool(true)) {
                    break;
                }
            }
        });
        let Err(_) = came.await else { return };
        panic!("{what} did not come on {}\n{}", self.place().await, self.words().await)
    }

    /// Replaces what stands in a text field.
    pub async fn fill(&self, name: &str, text: &str) {
        let field = self.find(&format!("#{name}")).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Chooses an entry of a list by its words.
    pub async fn choose(&self, name: &str, words: &str) {
        let list = SelectElement::new(&self.find(&format!("select#{name}")).await).await.unwrap();
        list.select_by_visible_text(words).await.unwrap_or_else(|error| panic!("no {words} in {name}: {error}"));
    }

    /// Chooses a photo of `tests/fixtures/photos`.
    pub async fn attach(&self, photo: &str) {
        self.attach_to("photo", photo).await;
    }

    /// The same in another field for files.
    pub async fn attach_to(&self, name: &str, photo: &str) {
        self.attach_file(name, &format!("photos/{photo}")).await;
    }

    /// Chooses a file of `tests/fixtures`.
    pub async fn attach_file(&self, name: &str, photo: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(photo);
        assert!(path.exists(), "no {photo}");
        self.find(&format!("#{name}")).await.send_keys(path.to_str().unwrap()).await.unwrap();
    }

    /// What a person reads in the first such element.
    pub async fn text(&self, css: &str) -> String {
        self.find(css).await.text().await.unwrap()
    }

    /// What stands in a field.
    pub async fn value(&self, name: &str) -> String {
        self.value_of(&format!("#{name}")).await
    }

    pub async fn value_of(&self, css: &str) -> String {
        self.find(css).await.prop("value").await.unwrap().unwrap_or_default()
    }

    /// The page as a person reads it.
    pub async fn words(&self) -> String {
        self.script("return document.body.innerText", json!([])).await
    }

    /// Asserts that a person reads this.
    pub async fn says(&self, words: &str) {
        let all = self.words().await;
        assert!(all.contains(words), "{} does not say “{words}”:\n{all}", self.place().await);
    }

    /// Presses a key.
    pub async fn press(&self, key: Key) {
        self.driver().action_chain().send_keys(key).perform().await.unwrap();
    }

    /// Types wherever the cursor is.
    pub async fn keys(&self, text: &str) {
        self.driver().action_chain().send_keys(text).perform().await.unwrap();
    }

    /// Which element has the focus: its id, else its words.
    pub async fn focus(&self) -> String {
        let script = "const it = document.activeElement; return it.id || it.innerText.replace(/\\s+/g, ' ').trim()";
        self.script(script, json!([])).await
    }

    /// A script's answer.
    pub async fn script<T: DeserializeOwned>(&self, script: &str, arguments: Value) -> T {
        let Value::Array(arguments) = arguments else { panic!("arguments come in a list") };
        let answer = self.driver().execute(script, arguments).await;
        let answer = answer.unwrap_or_else(|error| panic!("{error}\nin {script:.300}"));
        answer.convert().unwrap_or_else(|error| panic!("{error}\nfrom {script:.300}"))
    }

    /// A command of the DevTools protocol.
    pub async fn command(&self, method: &str, parameters: Value) -> Value {
        let answer = self.driver().cdp().send_raw(method, parameters).await;
        answer.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// Makes the screen as wide as this. A window cannot be as narrow as a phone, so the screen is emulated.
    pub async fn resize(&self, width: u32) {
        let metrics = json!({
            "width": width, "height": self.view.height, "deviceScaleFactor": 1, "mobile": width < 600,
        });
        self.command("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Whether pages may run scripts, from the next page on.
    pub async fn allow_scripts(&self, allowed: bool) {
        self.command("Emulation.setScriptExecutionDisabled", json!({ "value": !allowed })).await;
    }

    /// The whole page as PNG, also what is below the fold; the screen where a window covers it.
    pub async fn picture(&self) -> Vec<u8> {
        let mut parameters = json!({ "format": "png" });
        if let Some([width, height]) = self.script::<Option<[f64; 2]>>(SIZE, json!([])).await {
            parameters["captureBeyondViewport"] = json!(true);
            parameters["clip"] = json!({ "x": 0, "y": 0, "width": width, "height": height, "scale": 1 });
        }
        let answer = self.command("Page.captureScreenshot", parameters).await;
        base64::prelude::BASE64_STANDARD.decode(answer["data"].as_str().unwrap()).unwrap()
    }
}
