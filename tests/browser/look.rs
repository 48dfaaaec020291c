//! What holds on every page: it fits the screen, a machine finds no barrier in it, its controls can be hit, the browser has
//! no complaint. Each look also leaves a picture.

use base64::Engine;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::tab::{PHONE, Tab, WIDE};

/// Widths that every page must fit: WCAG's 320, a phone, a tablet, an office screen.
const WIDTHS: [u32; 4] = [320, 360, 768, 1280];

static AXE: LazyLock<String> = LazyLock::new(|| {
    let file = root().join("tests/browser/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(&file).unwrap_or_else(|error| {
        panic!("{}: {error}\naxe-core is missing: `make test` installs it (npm ci in tests/browser)", file.display())
    })
});

/// WCAG 2.2 AA; every node is named with what is wrong with it.
const RUN_AXE: &str = "
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    return axe.run(document, { runOnly: { type: 'tag', values: tags }, preload: false }).then((found) =>
      found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html}\\n${node.failureSummary}`)));";

/// DESIGN §4.9: 44 px for everything that is hit with a finger, links within text excepted.
const SMALL_TARGETS: &str = "
    const all = document.querySelectorAll('button, select, textarea, summary, input:not([type=hidden]), .btn, nav a, header a, footer a');
    return [...all].filter((it) => it.checkVisibility() && !it.matches('.skip-link'))
      .filter((it) => Math.min(it.getBoundingClientRect().height, it.getBoundingClientRect().width) < 43.5)
      .map((it) => `${it.outerHTML.slice(0, 120)} ${it.getBoundingClientRect().width}x${it.getBoundingClientRect().height}`);";

/// What is cut off or runs over at this width.
const TOO_WIDE: &str = "
    const width = arguments[0], page = document.scrollingElement;
    if (page.scrollWidth <= width && innerWidth === width) return [];
    const over = [...document.querySelectorAll('body *')].filter((it) => it.getBoundingClientRect().right > width + 0.5);
    return [`the page is ${page.scrollWidth} wide`, ...over.map((it) => it.outerHTML.slice(0, 120))];";

/// What is cut off or covered within the page. One-line inputs scroll; what is for screen readers alone is cut on purpose.
const CUT: &str = "
    const shown = [...document.querySelectorAll('body *')].filter((it) => it.checkVisibility())
      .filter((it) => !it.closest('.visually-hidden, .skip-link, thead, option') && !it.matches('input, textarea'));
    const cut = shown.filter((it) => it.clientWidth > 0 && it.scrollWidth > it.clientWidth + 1);
    return cut.map((it) => `cut: ${it.outerHTML.slice(0, 120)}`);";

/// Text below 16 px, at the browser's usual size of text.
const SMALL_TEXT: &str = "
    const own = (it) => [...it.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const small = (it) => parseFloat(getComputedStyle(it).fontSize) < 16;
    return [...document.querySelectorAll('body *')].filter((it) => it.checkVisibility() && own(it) && small(it))
      .map((it) => `small text: ${it.outerHTML.slice(0, 120)}`);";

/// How far down a phone's screen the page begins, for whoever is signed in.
const LOW_START: &str = "
    const top = document.querySelector('h1').getBoundingClientRect().top + scrollY;
    return document.body.dataset.user && top > arguments[0] ? [`the page begins at ${top} px`] : [];";

/// A placeholder says how a value looks: it is read whole or it misleads.
const CUT_PLACEHOLDERS: &str = "
    const pen = document.createElement('canvas').getContext('2d');
    const cut = (it) => {
      const style = getComputedStyle(it), own = getComputedStyle(it, '::placeholder');
      pen.font = `${own.fontWeight} ${own.fontSize} ${own.fontFamily}`;
      return pen.measureText(it.placeholder).width > it.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    };
    return [...document.querySelectorAll('[placeholder]')].filter((it) => it.checkVisibility() && cut(it))
      .map((it) => `cut: the placeholder ${it.placeholder}`);";

impl Tab {
    /// Looks at a page that was answered with 200.
    pub async fn look(&self, name: &str) {
        self.look_at(name, 200).await;
    }

    /// Looks at a page twice: on an office screen and on a phone.
    pub async fn look_wide_and_narrow(&mut self, name: &str, status: u16) {
        for view in [PHONE, WIDE] {
            self.view = view;
            self.resize(view.width).await;
            self.look_at(name, status).await;
        }
    }

    /// Looks at a page that was answered with this status.
    pub async fn look_at(&self, name: &str, status: u16) {
        let place = self.place().await;
        let answered: u16 =
            self.script("return performance.getEntriesByType('navigation')[0].responseStatus", json!([])).await;
        assert_eq!(answered, status, "{place}\n{}", self.words().await);
        self.keep_picture(name).await;
        if std::env::var_os("BUZHENG_EVERY_VIEW").is_some() {
            self.keep_every_view(name).await;
        }
        let mut wrong = Vec::new();
        for width in WIDTHS {
            self.resize(width).await;
            let found: Vec<String> = self.script(TOO_WIDE, json!([width])).await;
            wrong.extend(found.into_iter().map(|what| format!("at {width} px: {what}")));
        }
        wrong.extend(self.enlarged().await);
        self.resize(360).await;
        wrong.extend(self.script::<Vec<String>>(LOW_START, json!([120])).await);
        wrong.extend(self.script::<Vec<String>>(CUT_PLACEHOLDERS, json!([])).await);
        self.resize(self.view.width).await;
        wrong.extend(self.script::<Vec<String>>(SMALL_TARGETS, json!([])).await);
        wrong.extend(self.script::<Vec<String>>(SMALL_TEXT, json!([])).await);
        wrong.extend(self.barriers().await);
        wrong.extend(self.complaints(status).await);
        if !wrong.is_empty() {
            self.found(format!("{name} ({place}):\n{}", wrong.join("\n")));
        }
    }

    /// Pictures for a person's eyes, in every view that a reader may have: under `target/screenshots/every-view/`.
    async fn keep_every_view(&self, name: &str) {
        let forced = json!({ "features": [{ "name": "forced-colors", "value": "active" }] });
        let dark = json!({ "features": [{ "name": "prefers-color-scheme", "value": "dark" }] });
        let (usual, print) = (json!({ "media": "", "features": [] }), json!({ "media": "print" }));
        let views = [
            ("1280", 1280, 100, &usual),
            ("390", 390, 100, &usual),
            ("360", 360, 100, &usual),
            ("360-text-200", 360, 200, &usual),
            ("640-text-150", 640, 150, &usual),
            ("1280-forced-colours", 1280, 100, &forced),
            ("360-forced-colours", 360, 100, &forced),
            ("1280-dark", 1280, 100, &dark),
            ("718-print", 718, 100, &print),
        ];
        for (view, width, text, media) in views {
            self.command("Emulation.setEmulatedMedia", media.clone()).await;
            self.resize(width).await;
            self.enlarge_text(text).await;
            let scripts = if self.view.scripts { "" } else { "-noscript" };
            self.save_picture(&format!("every-view/{view}/{name}{scripts}")).await;
        }
        self.command("Emulation.setEmulatedMedia", usual).await;
        self.enlarge_text(100).await;
        self.resize(self.view.width).await;
    }

    /// What does not fit once a reader has made the text twice as large.
    async fn enlarged(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        self.enlarge_text(200).await;
        for width in [360, 640, 1280] {
            self.resize(width).await;
            let mut found: Vec<String> = self.script(TOO_WIDE, json!([width])).await;
            found.extend(self.script::<Vec<String>>(CUT, json!([])).await);
            found.extend(self.script::<Vec<String>>(CUT_PLACEHOLDERS, json!([])).await);
            if width == 360 {
                found.extend(self.script::<Vec<String>>(LOW_START, json!([200])).await);
            }
            wrong.extend(found.into_iter().map(|what| format!("at {width} px, text of 200 %: {what}")));
        }
        self.enlarge_text(100).await;
        wrong
    }

    /// The size of text that a reader has chosen, in percent. The screen stays as it is: no media query knows of it.
    pub async fn enlarge_text(&self, percent: u32) {
        self.script::<()>("document.documentElement.style.fontSize = arguments[0]", json!([format!("{percent}%")]))
            .await;
    }

    /// What axe finds.
    async fn barriers(&self) -> Vec<String> {
        // It works with promises and timers, which stand still where scripts are switched off.
        self.allow_scripts(true).await;
        let found = self.script(&format!("{}\n{RUN_AXE}", *AXE), json!([])).await;
        self.allow_scripts(self.view.scripts).await;
        found
    }

    /// What the browser's console says since the last look. A page with an error status is itself one of its complaints.
    async fn complaints(&self, status: u16) -> Vec<String> {
        let expected = format!("the server responded with a status of {status} ");
        let entries = self.driver().browser_log().await.unwrap();
        // Neither the portal's pages nor the browser's own are ours.
        let foreign = |message: &str| foreign(message, self.home().as_str());
        let told = entries.into_iter().filter(|entry| entry.level != "INFO" && !foreign(&entry.message));
        let told = told.filter(|entry| status == 200 || !entry.message.contains(&expected));
        told.map(|entry| format!("console: {} {}", entry.level, entry.message)).collect()
    }

    /// Leaves a picture under `target/screenshots/`.
    pub async fn keep_picture(&self, name: &str) {
        self.save_picture(&format!("{name}-{}", self.view.name())).await;
    }

    async fn save_picture(&self, name: &str) {
        let file = root().join(format!("target/screenshots/{name}.png"));
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, self.picture().await).unwrap();
    }

    /// The page as it would be printed.
    pub async fn print_view(&self, on: bool) {
        let media = if on { "print" } else { "" };
        self.command("Emulation.setEmulatedMedia", json!({ "media": media })).await;
    }

    /// How many sheets of A4 the page takes.
    pub async fn sheets(&self) -> usize {
        let paper = json!({ "paperWidth": 8.27, "paperHeight": 11.69 });
        let answer = self.command("Page.printToPDF", paper).await;
        let pdf = base64::prelude::BASE64_STANDARD.decode(answer["data"].as_str().unwrap()).unwrap();
        String::from_utf8_lossy(&pdf).split("/Type /Page\n").count() - 1
    }
}

/// A line of the console begins with the address of the page that it is about. Chromium's own pages complain now and then while it
/// starts on a busy machine.
fn foreign(message: &str, home: &str) -> bool {
    message.starts_with("chrome://") || (message.starts_with("http") && !message.starts_with(home))
}

#[test]
fn a_complaint_is_the_services_unless_it_is_about_another_page() {
    let home = "http://127.0.0.1:4000/";
    assert!(foreign("chrome://resources/js/parse_html_subset.js 158:30 Uncaught Error", home));
    assert!(foreign("http://127.0.0.1:5000/authorize 1:1 Uncaught Error", home));
    assert!(!foreign("http://127.0.0.1:4000/continuity 1:1 Uncaught Error", home));
    assert!(!foreign("javascript 1:1 Uncaught Error", home));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}
