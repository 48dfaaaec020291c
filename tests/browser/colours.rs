//! The reader's own colours (forced colours), and a dark desktop.

use serde_json::{Value, json};

use crate::support::{Account, CESHI, Certificate, TestApp};
use crate::tab::{Tab, WIDE};

async fn signed_in(app: &TestApp, feature: &str, value: &str) -> Tab {
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Certificate::of(&CESHI, 2017));
    let tab = Tab::signed_in(app, WIDE, "ceshi").await;
    tab.command("Emulation.setEmulatedMedia", json!({ "features": [{ "name": feature, "value": value }] })).await;
    tab
}

#[tokio::test(flavor = "multi_thread")]
async fn in_forced_colours_steps_and_menu_tell_by_shape_where_one_is() {
    let app = TestApp::new().await;
    let tab = signed_in(&app, "forced-colors", "active").await;
    tab.go("/reissue?exam=ZJ").await;
    tab.follow("tr[data-eligible=true] a").await;
    let shapes: Vec<String> = tab
        .script(
            "return [...document.querySelectorAll('.steps li')].map((it) => {
               const style = getComputedStyle(it); return style.borderTopStyle + style.borderTopWidth; })",
            json!([]),
        )
        .await;
    assert_eq!(shapes, ["solid4px", "solid8px", "dotted4px"], "done, now, to come");
    let bars: Vec<String> = tab
        .script(
            "return [...document.querySelectorAll('.menu a')].map((it) => getComputedStyle(it).borderLeftWidth)",
            json!([]),
        )
        .await;
    assert_eq!(bars, ["5px", "0px", "0px", "0px", "0px"], "the page's own entry has a bar");
    tab.keep_picture("step2-forced-colours").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_forced_colours_a_list_still_has_its_arrow() {
    let app = TestApp::new().await;
    let tab = signed_in(&app, "forced-colors", "active").await;
    tab.go("/reissue").await;
    let list = tab.find("#exam").await.rect().await.unwrap();
    // Its right end, within the border.
    let clip = json!({ "x": list.x + list.width - 34.0, "y": list.y + 6.0, "width": 30, "height": list.height - 12.0, "scale": 1 });
    let answer = tab.command("Page.captureScreenshot", json!({ "format": "png", "clip": clip })).await;
    let colours: Value = tab
        .script(
            "const bytes = Uint8Array.from(atob(arguments[0]), (char) => char.charCodeAt(0));
             return createImageBitmap(new Blob([bytes], { type: 'image/png' })).then((bitmap) => {
               const paper = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
               paper.drawImage(bitmap, 0, 0);
               const words = new Uint32Array(paper.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer);
               return words.filter((word) => word !== words[0]).length;
             })",
            json!([answer["data"]]),
        )
        .await;
    assert!(colours.as_u64().unwrap() > 10, "{colours} pixels of an arrow");
    tab.keep_picture("step1-forced-colours").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dark_desktop_changes_nothing_by_halves() {
    let app = TestApp::new().await;
    let tab = signed_in(&app, "prefers-color-scheme", "light").await;
    for path in ["/reissue?exam=ZJ", "/link", "/help"] {
        tab.go(path).await;
        let light = tab.picture().await;
        let dark = json!({ "features": [{ "name": "prefers-color-scheme", "value": "dark" }] });
        tab.command("Emulation.setEmulatedMedia", dark).await;
        assert!(tab.picture().await == light, "{path} in the dark");
        tab.command("Emulation.setEmulatedMedia", json!({ "features": [] })).await;
    }
}
