//! WCAG 2.4.7 and 2.4.13: every stop of the Tab key shows that it has the focus. Told by pixels: each stop is pictured with and without.

use serde::Deserialize;
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::support::{Account, Application, CESHI, Certificate, GAIMING, TestApp};
use crate::tab::{PHONE, Tab, WIDE};

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
        self.command("Emulation.setFocusEmulationEnabled", json!({ "enabled": true })).await;
        for colours in [json!([]), json!([{ "name": "forced-colors", "value": "active" }])] {
            self.command("Emulation.setEmulatedMedia", json!({ "features": colours })).await;
            self.go(path).await;
            self.focus_is_seen_on_every_stop().await;
        }
        self.command("Emulation.setEmulatedMedia", json!({ "features": [] })).await;
    }

    async fn focus_is_seen_on_every_stop(&self) {
        let place = self.place().await;
        let mut stops = 0;
        // A page may have put the focus further down.
        self.script::<()>("document.activeElement.blur(); document.querySelector('.skip-link').focus()", json!([]))
            .await;
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
        assert!(stops > 3, "{place} has {stops} stops");
    }

    /// Pictures the stop with the focus and without. The Tab key goes on from where the focus was.
    async fn pixels_of_focus(&self, stop: &Stop) -> f64 {
        let with = self.picture_of(&stop.clip).await;
        self.script::<()>("document.activeElement.blur()", json!([])).await;
        let without = self.picture_of(&stop.clip).await;
        self.script(CHANGED, json!([with, without])).await
    }

    async fn picture_of(&self, clip: &Value) -> String {
        let parameters = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
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
    for path in ["/continuity", "/reissue?exam=ZJ", "/applications"] {
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
    tab.shows_the_focus("/link").await;
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
    for path in ["/", "/help", "/signed-out", "/no-such-page", "/sso/callback?code=x&state=y"] {
        tab.shows_the_focus(path).await;
    }
    tab.go("/").await;
    tab.follow("main a[href^='/sso/login']").await;
    tab.follow("button[value=faren]").await;
    assert_eq!(tab.place().await, "/sso/held");
    tab.shows_the_focus("/sso/held").await;
}
