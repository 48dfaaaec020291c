//! WCAG 2.4.7 and 2.4.13: every stop of the Tab key shows that it has the focus. Told by pixels: each stop is pictured with and without.

use serde::Deserialize;
use serde_json::{Value, json};
use sso::simulator::Persona;
use std::time::Duration;
use thirtyfour::prelude::*;

use crate::support::{Account, Application, CESHI, Certificate, GAIMING, TestApp, XINREN};
use crate::tab::{PHONE, Tab, View, WIDE};

/// The stop that the Tab key has come to; nothing at the end of the page.
const STOP: &str = "
    const it = document.activeElement, seen = window.seenStops ??= new WeakSet(), room = 8;
    if (it === document.body || seen.has(it)) return null;
    seen.add(it);
    window.lastStop = it;
    const box = it.getBoundingClientRect();
    const x = Math.max(0, box.x + scrollX - room), y = Math.max(0, box.y + scrollY - room);
    const lines = [...it.getClientRects()].map((line) => 2 * (line.width + line.height));
    return { name: it.outerHTML.slice(0, 100), perimeter: lines.reduce((sum, line) => sum + line),
      clip: { x, y, width: box.width + 2 * room, height: box.height + 2 * room, scale: 1 } };";

const FIRST_STOP: &str = "
    document.activeElement.blur();
    (document.querySelector('dialog[open] :is(button, a, [tabindex=\"0\"])') ?? document.querySelector('.skip-link')).focus();";

/// How many stops there are at least: all buttons and links that can be pressed, of the window where one is open. An area of links that
/// break over lines is one, and so is a group of radio buttons.
const STOPS: &str = "
    const all = (document.querySelector('dialog[open]') ?? document).querySelectorAll('a[href], button, summary, select, textarea');
    return [...all].filter((it) => it.checkVisibility() && !it.disabled).length;";

/// How many pixels of two pictures differ by a contrast of 3:1 or more.
const CHANGED: &str = "
    const pixels = async (png) => {
      const bytes = Uint8Array.from(atob(png), (char) => char.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const paper = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
      paper.drawImage(bitmap, 0, 0);
      return paper.getImageData(0, 0, bitmap.width, bitmap.height).data;
    };
    const linear = (value) => value <= 10 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4;
    const light = (data, at) => 0.2126 * linear(data[at]) + 0.7152 * linear(data[at + 1]) + 0.0722 * linear(data[at + 2]) + 0.05;
    return Promise.all([...arguments].map(pixels)).then(([one, other]) => {
      let changed = 0;
      for (let at = 0; at < one.length; at += 4) {
        const pair = [light(one, at), light(other, at)];
        if (Math.max(...pair) / Math.min(...pair) >= 3) changed += 1;
      }
      return changed;
    });";

#[derive(Deserialize)]
struct Stop {
    name: String,
    /// In pixels; of each of its lines.
    perimeter: f64,
    clip: Value,
}

/// A line two pixels wide around the stop has to change (WCAG 2.4.13). A part of it may fall on what is as dark already.
const LINE: f64 = 2.0 * 0.8;

impl Tab {
    /// Goes through the page with the Tab key, in the page's colours and in the reader's own.
    async fn shows_the_focus(&self, path: &str) {
        self.shows_the_focus_after(async || self.go(path).await).await;
    }

    /// The same of what opens by this.
    async fn shows_the_focus_after(&self, open: impl AsyncFn()) {
        self.command("Emulation.setFocusEmulationEnabled", json!({ "enabled": true })).await;
        for colours in [json!([]), json!([{ "name": "forced-colors", "value": "active" }])] {
            self.command("Emulation.setEmulatedMedia", json!({ "features": colours })).await;
            open().await;
            self.focus_is_seen_on_every_stop().await;
        }
        self.command("Emulation.setEmulatedMedia", json!({ "features": [] })).await;
    }

    /// What is open already.
    async fn shows_the_focus_here(&self) {
        self.shows_the_focus_after(async || {
            self.script::<()>("window.seenStops = undefined", json!([])).await;
        })
        .await;
    }

    async fn focus_is_seen_on_every_stop(&self) {
        let place = self.place().await;
        let mut stops = 0;
        // A page may have put the focus further down; a window keeps it within.
        self.script::<()>(FIRST_STOP, json!([])).await;
        while let Some(stop) = self.script::<Option<Stop>>(STOP, json!([])).await {
            let mut changed = self.pixels_of_focus(&stop).await;
            if changed < stop.perimeter * LINE {
                // A busy machine may have painted late.
                self.script::<()>("window.lastStop.focus()", json!([])).await;
                changed = self.pixels_of_focus(&stop).await;
            }
            if changed < stop.perimeter * LINE {
                self.found(format!(
                    "{place}: {changed} pixels around {} px tell the focus of {}",
                    stop.perimeter, stop.name
                ));
            }
            stops += 1;
            self.press(Key::Tab).await;
        }
        let least = self.script::<usize>(STOPS, json!([])).await;
        assert!(stops > 0 && stops >= least, "{place} has {stops} stops, at least {least} were expected");
    }

    /// Pictures the stop with the focus and without. The Tab key goes on from where the focus was.
    async fn pixels_of_focus(&self, stop: &Stop) -> f64 {
        let with = self.picture_of(&stop.clip).await;
        self.script::<()>("document.activeElement.blur()", json!([])).await;
        let without = self.picture_of(&stop.clip).await;
        self.script(CHANGED, json!([with, without])).await
    }

    async fn picture_of(&self, clip: &Value) -> String {
        // A window stands still in the screen; a page's picture is taken wherever the stop is.
        let beyond = self.count("dialog[open]").await == 0;
        let parameters = json!({ "format": "png", "captureBeyondViewport": beyond, "clip": clip });
        let answer = self.command("Page.captureScreenshot", parameters).await;
        answer["data"].as_str().unwrap().to_owned()
    }
}

async fn service() -> TestApp {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Certificate::of(&CESHI, 2015));
    app.add(Application::of(&CESHI, "reissue", "12"));
    app.add(Account::of(&GAIMING, "reissue", "4").name("李旧名").password("abc123456"));
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn the_focus_is_seen_on_every_stop_of_every_page_of_an_application() {
    let app = service().await;
    let tab = Tab::signed_in(&app, WIDE, "ceshi").await;
    for path in ["/continuity", "/reissue", "/reissue?exam=ZJ", "/applications/none", "/applications"] {
        tab.shows_the_focus(path).await;
    }
    let form = tab.find("tr[data-application] a").await.attr("href").await.unwrap().unwrap();
    tab.shows_the_focus(&form).await;
    tab.go("/reissue?exam=ZJ").await;
    let form = tab.find("tr[data-eligible=true] a").await.attr("href").await.unwrap().unwrap();
    tab.shows_the_focus(&form).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_focus_is_seen_on_every_stop_of_the_page_of_old_accounts_on_a_phone() {
    let app = service().await;
    let tab = Tab::signed_in(&app, PHONE, "gaiming").await;
    for path in ["/link", "/link?ask=missing", "/continuity"] {
        tab.shows_the_focus(path).await;
    }
    // The open menu, its entries at the edges of the screen.
    tab.go("/reissue").await;
    tab.click(".menu summary").await;
    tab.focus_is_seen_on_every_stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_focus_is_seen_on_every_stop_of_a_refused_form() {
    let app = service().await;
    let tab = Tab::signed_in(&app, WIDE, "xinren").await;
    tab.go("/reissue/new?exam=ZJ").await;
    tab.follow("main form button:not([name])").await;
    assert_eq!(tab.count("#error-summary").await, 1);
    tab.focus_is_seen_on_every_stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_focus_is_seen_on_every_stop_of_the_pages_of_whoever_is_not_signed_in() {
    let app = TestApp::new().await;
    let tab = Tab::new(&app, PHONE).await;
    for path in ["/", "/help", "/photo", "/signed-out", "/no-such-page", "/sso/callback?code=x&state=y"] {
        tab.shows_the_focus(path).await;
    }
    tab.go("/").await;
    tab.follow("main a[href^='/sso/login']").await;
    tab.follow("button[value=faren]").await;
    assert_eq!(tab.place().await, "/sso/held");
    tab.shows_the_focus("/sso/held").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_focus_is_seen_on_every_stop_after_an_application_was_sent_in_again_and_when_it_is_approved() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Application::of(&CESHI, "reissue", "12").year("2010").status("approved"));
    app.add(Certificate::of(&CESHI, 2017));
    let tab = Tab::signed_in(&app, WIDE, "ceshi").await;
    tab.go("/applications").await;
    let approved = tab.find("tr[data-status=approved] a").await.attr("href").await.unwrap().unwrap();
    tab.shows_the_focus(&approved).await;

    tab.go("/reissue?exam=ZJ").await;
    let form = tab.find("tr[data-eligible=true] a").await.attr("href").await.unwrap().unwrap();
    let again = tab.driver().new_tab().await.unwrap();
    let first = tab.driver().window().await.unwrap();
    for window in [again.clone(), first.clone()] {
        tab.driver().switch_to_window(window).await.unwrap();
        tab.go(&form).await;
        tab.fill("approval_date", "20171022").await;
        tab.fill("contact", "13900000000").await;
    }
    tab.follow("main form button:not([name])").await;
    let done = tab.place().await;
    assert!(done.ends_with("/done"));
    tab.shows_the_focus(&done).await;
    tab.driver().switch_to_window(again).await.unwrap();
    tab.follow("main form button:not([name])").await;
    assert_eq!(tab.text("h1").await, "已有补证申请，没有重复提交");
    tab.shows_the_focus_here().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_focus_is_seen_on_every_stop_of_the_studio_and_of_the_code_for_the_phone() {
    let app = TestApp::new().await;
    // The whole window on the screen, so that nothing moves while it is pictured.
    for view in [View { height: 1000, ..WIDE }, View { height: 1600, ..PHONE }] {
        let tab = Tab::signed_in(&app, view, "xinren").await;
        tab.shows_the_focus_after(async || {
            tab.go("/reissue/new?exam=ZJ").await;
            tab.fill("year", "2012").await;
            tab.attach_file("photo", "phone_photos/rotated_by_exif.jpg").await;
            tab.wait("the studio", "return document.querySelector('dialog[open]')?.dataset.settled === 'yes'").await;
        })
        .await;
        tab.press(Key::Escape).await;
        tab.click("[data-photo-slots] input[type=button]").await;
        tab.text("[data-photo-code]").await;
        tab.shows_the_focus_here().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_focus_is_seen_on_every_stop_of_the_phones_page_for_the_picture() {
    let app = TestApp::new().await;
    let desktop = app.user("xinren").await;
    let page = desktop.submit(desktop.step2("exam=ZJ").await.main_form().press("action", "phone")).await;
    let code = page.text("[data-photo-code]").replace(' ', "");
    let phone = Tab::new(&app, PHONE).await;
    phone.go(&format!("/photo#{code}")).await;
    phone.wait("the slot", "return !!document.querySelector('[data-photo-words]')").await;
    phone.click(".all-forms summary").await;
    phone.shows_the_focus_here().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_focus_is_seen_in_the_window_about_the_end_of_the_session() {
    let idle = Duration::from_secs(121);
    let app = TestApp::builder().config(move |config| config.session.idle_timeout = idle).build().await;
    for view in [WIDE, PHONE] {
        let tab = Tab::signed_in(&app, view, "xinren").await;
        tab.wait("a warning", "return document.querySelector('dialog[role=alertdialog]').open").await;
        tab.shows_the_focus_here().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_focus_is_seen_on_every_stop_of_a_page_that_waits_for_a_reviewer() {
    let app = TestApp::new().await;
    app.user("xinren").await;
    app.simulator.add_persona(Persona::citizen(XINREN.persona, XINREN.name, GAIMING.number));
    let tab = Tab::signed_in(&app, WIDE, "xinren").await;
    assert_eq!(tab.count("[data-needs-review]").await, 1);
    tab.shows_the_focus_here().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_focus_is_seen_on_every_stop_of_a_form_that_was_saved_elsewhere() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Application::of(&CESHI, "reissue", "12").year("2018"));
    let tab = Tab::signed_in(&app, PHONE, "ceshi").await;
    tab.go("/applications").await;
    tab.follow("tr[data-application] a").await;
    let elsewhere = app.user("ceshi").await;
    let page = elsewhere.get(&tab.place().await).await;
    elsewhere.submit(page.main_form().set("contact", "0531-11111111")).await.expect(303);
    tab.follow("main form[enctype] button").await;
    assert_eq!(tab.count("#conflict").await, 1);
    tab.shows_the_focus_here().await;
}
