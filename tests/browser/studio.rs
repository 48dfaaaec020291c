//! The photo studio: whatever a phone makes becomes a photo that the server takes.

use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::support::{Browser, TestApp};
use crate::tab::{PHONE, Tab, View, WIDE};

const VECTORS: &str = include_str!("../fixtures/photo_vectors.json");
const PICTURES: [&str; 3] = ["portrait_12mp", "rotated_by_exif", "progressive"];
/// What 下一步 is pressed by.
const NEXT: &str = "main form .actions button:not([name])";
const SETTLED: &str = "return document.querySelector('dialog[open]')?.dataset.settled === 'yes'";
const READY: &str = "return !document.querySelector('.photo-ready').hidden";

/// 辛仁 on step 2 with everything in order but the photo.
async fn step2(app: &TestApp, view: View) -> Tab {
    let tab = Tab::signed_in(app, view, "xinren").await;
    tab.go("/reissue/new?exam=ZJ").await;
    fill_in(&tab).await;
    tab
}

async fn fill_in(tab: &Tab) {
    tab.fill("year", "2012").await;
    tab.choose("city", "青岛市").await;
    let typed =
        [("certificate_number", "无"), ("approval_date", "20121125"), ("level", "中级"), ("contact", "13900000000")];
    for (name, text) in typed {
        tab.fill(name, text).await;
    }
    if tab.count("#specialty").await == 1 {
        tab.fill("specialty", "土建").await;
    }
}

async fn choose(tab: &Tab, picture: &str) {
    tab.attach_file("photo", &format!("phone_photos/{picture}.jpg")).await;
    tab.wait("the studio", SETTLED).await;
}

/// Where the picture lies: changes with every act.
async fn seen(tab: &Tab) -> u64 {
    let script = "
        const canvas = document.querySelector('.studio-stage canvas'), pen = canvas.getContext('2d');
        return pen.getImageData(0, 0, canvas.width, canvas.height).data.reduce((sum, value, i) => (sum * 31 + value * (i % 97)) % 1000003, 7);";
    tab.script(script, json!([])).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_browser_keeps_the_rules_of_the_server() {
    let app = TestApp::new().await;
    let tab = Tab::new(&app, WIDE).await;
    tab.go("/photo").await;
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let rules: Value = tab
        .script(
            "const { WIDTH, HEIGHT, MIN_BYTES, MAX_BYTES } = photoRules;
             return { width: WIDTH, height: HEIGHT, least_bytes: MIN_BYTES, most_bytes: MAX_BYTES };",
            json!([]),
        )
        .await;
    assert_eq!(rules, vectors["photo"]);
    let head: Vec<&str> =
        vectors["read_from_the_head"].as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
    for of_file in vectors["files"].as_array().unwrap() {
        let file = of_file["file"].as_str().unwrap();
        let bytes = std::fs::read(format!("{}/tests/fixtures/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let encoded = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, bytes);
        let flaws: Vec<String> = tab
            .script(
                "return photoRules.inspect(Uint8Array.from(atob(arguments[0]), (letter) => letter.charCodeAt(0))).flaws",
                json!([encoded]),
            )
            .await;
        let all = of_file["flaws"].as_array().unwrap().iter().map(|code| code.as_str().unwrap());
        let expected: Vec<&str> = all.filter(|code| head.contains(code)).collect();
        assert_eq!(flaws, expected, "{file}");
    }
    let wrong: Vec<String> = tab.script(MEASURED, json!([vectors])).await;
    assert_eq!(wrong, [""; 0]);
}

/// Names every vector whose crop, background or quality comes out otherwise.
const MEASURED: &str = "
    const { crops, backgrounds, qualities } = arguments[0], wrong = [];
    const same = (what, got, expected) => {
      if (JSON.stringify(got) !== JSON.stringify(expected)) wrong.push(`${what}: ${JSON.stringify(got)}`);
    };
    for (const { width, height, crop } of crops) {
      const cut = photoRules.crop(width, height);
      same(`crop of ${width}x${height}`, [cut.x, cut.y, cut.width, cut.height], crop);
    }
    for (const { why, fill, patches, white, percent, colour } of backgrounds) {
      const pixels = new Uint8ClampedArray(295 * 413 * 4);
      for (const [left, top, width, height, ...rgb] of [[0, 0, 295, 413, ...fill], ...patches]) {
        for (let y = top; y < top + height; y += 1) {
          for (let x = left; x < left + width; x += 1) pixels.set([...rgb, 255], (y * 295 + x) * 4);
        }
      }
      const ground = photoRules.background(pixels);
      same(why, [ground.white, ground.percent, ground.white ? null : ground.colour], [white, percent, colour]);
    }
    return (async () => {
      for (const { sizes, quality } of qualities) {
        const at = async (wanted) => sizes.findLast(([from]) => from <= wanted)[1];
        same(`quality of ${JSON.stringify(sizes)}`, await photoRules.bestQuality(at), quality);
      }
      return wrong;
    })();";

#[tokio::test(flavor = "multi_thread")]
async fn what_phones_make_becomes_a_photo_by_mouse() {
    for picture in PICTURES {
        let app = TestApp::new().await;
        let tab = step2(&app, WIDE).await;
        choose(&tab, picture).await;
        let before = seen(&tab).await;
        let stage = tab.find(".studio-stage").await;
        let chain = tab.driver().action_chain().move_to_element_center(&stage).click_and_hold();
        chain.move_by_offset(12, 18).release().perform().await.unwrap();
        let dragged = seen(&tab).await;
        assert_ne!(before, dragged, "{picture}: dragged");
        for button in 1..=11 {
            tab.click(&format!(".studio-buttons .btn:nth-child({button})")).await;
        }
        tab.wait("the photo", SETTLED).await;
        tab.click(".studio .btn-primary").await;
        submit(&app, &tab, picture).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_phones_make_becomes_a_photo_by_keyboard_alone() {
    for picture in PICTURES {
        let app = TestApp::new().await;
        let tab = step2(&app, WIDE).await;
        choose(&tab, picture).await;
        assert_eq!(tab.focus().await, "studio-title");
        tab.press(Key::Tab).await;
        let mut before = seen(&tab).await;
        for key in [Key::Up, Key::Left, Key::Down, Key::Down, Key::Right] {
            tab.press(key).await;
            let now = seen(&tab).await;
            assert_ne!(before, now, "{picture}: an arrow key moves the picture");
            before = now;
        }
        tab.keys("+").await;
        assert_ne!(before, seen(&tab).await, "{picture}: + enlarges");
        tab.keys("-").await;
        // The buttons in reading order, then the way out.
        let mut stops = Vec::new();
        while stops.last().map(String::as_str) != Some("使用这张照片") {
            tab.press(Key::Tab).await;
            stops.push(tab.focus().await);
            assert!(stops.len() < 20, "{stops:?}");
        }
        assert_eq!(stops[..4], ["上移", "下移", "左移", "右移"]);
        tab.press(Key::Enter).await;
        submit(&app, &tab, picture).await;
    }
}

/// Sends the form with the photo that the studio made; the server takes it as it is.
async fn submit(app: &TestApp, tab: &Tab, picture: &str) {
    tab.wait("the photo in the form", READY).await;
    let size: usize = tab.script("return document.querySelector('#photo').files[0].size", json!([])).await;
    assert!((10 * 1024..=30 * 1024).contains(&size), "{picture}: {size} bytes");
    tab.says("照片已调整好：295 × 413 像素").await;
    tab.follow(NEXT).await;
    assert!(tab.place().await.ends_with("/done"), "{picture}: {}", tab.words().await);
    assert_eq!(app.count("photos"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_studio_fits_every_screen_and_bars_nobody() {
    let app = TestApp::new().await;
    let mut tab = step2(&app, WIDE).await;
    choose(&tab, "rotated_by_exif").await;
    tab.look_wide_and_narrow("studio", 200).await;
    tab.view = WIDE;
    tab.resize(WIDE.width).await;
    tab.press(Key::Escape).await;
    tab.wait("the form", READY).await;
    assert_eq!(tab.focus().await, "photo");
    tab.says("没有调整：提交后由系统自动裁剪").await;
    tab.look_wide_and_narrow("studio-left", 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_fits_passes_untouched_and_hints_are_no_gates() {
    let app = TestApp::new().await;
    let tab = step2(&app, WIDE).await;
    let words = async || {
        tab.wait("words", READY).await;
        tab.text(".photo-ready").await
    };
    for (photo, says) in [
        ("good.jpg", "将原样提交"),
        ("blue_background.jpg", "底色看起来偏蓝，应为白色"),
        ("html_renamed.jpg", "浏览器打不开这个文件"),
    ] {
        tab.attach(photo).await;
        tab.wait("words", &format!("return document.querySelector('.photo-ready').innerText.includes('{says}')")).await;
        assert!(words().await.contains(says));
        let name: String = tab.script("return document.querySelector('#photo').files[0].name", json!([])).await;
        assert_eq!(name, photo, "the chosen file stays");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_the_server_cuts_the_picture_and_asks() {
    let app = TestApp::new().await;
    let mut tab = step2(&app, PHONE.without_scripts()).await;
    tab.attach_file("photo", "phone_photos/portrait_12mp.jpg").await;
    tab.follow(NEXT).await;
    assert!(tab.text("#error-summary li").await.contains("请核对下面的照片"));
    tab.look_at("step2-photo-proposed", 422).await;
    tab.view = WIDE.without_scripts();
    tab.resize(WIDE.width).await;
    tab.look_at("step2-photo-proposed", 422).await;
    tab.click("#photo_consent").await;
    tab.follow(NEXT).await;
    assert!(tab.place().await.ends_with("/done"));
}

/// A phone of a test: no script runs on it.
async fn bring(phone: &Browser, code: &str) {
    let page = phone.get("/photo").await;
    phone.submit(page.form("form[action='/photo']").set("code", code)).await.location();
    let form = phone.get("/photo").await.form("form[action='/photo/picture']");
    let picture = crate::support::phone_photo("rotated_by_exif.jpg");
    phone.submit(form.file("photo", "a.jpg", &picture)).await.location();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_from_the_phone_arrives_without_a_new_page_and_counts_once_confirmed() {
    let app = TestApp::new().await;
    let mut tab = step2(&app, WIDE).await;
    tab.click("[data-photo-slots] input[type=button]").await;
    let code = tab.text("[data-photo-code]").await;
    tab.wait("the code as a picture", "return document.querySelector('.photo-slot img').naturalWidth > 0").await;
    tab.look_wide_and_narrow("photo-slot", 200).await;
    bring(&app.anon(), &code).await;
    tab.wait("the picture", "return document.querySelector('.photo-slot img')?.naturalWidth === 295").await;
    assert_eq!(tab.value("photo").await, "", "nothing is put into the form yet");
    tab.look_wide_and_narrow("photo-slot-arrived", 200).await;
    tab.click(".photo-slot .btn-primary").await;
    submit(&app, &tab, "from the phone").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_phone_reads_the_code_behind_the_address_and_has_the_studio_too() {
    let app = TestApp::new().await;
    let desktop = app.user("xinren").await;
    let page = desktop.submit(desktop.step2("exam=ZJ").await.main_form().press("action", "phone")).await;
    let (code, words) = (page.text("[data-photo-code]"), page.text("[data-photo-words]"));
    let phone = Tab::new(&app, PHONE).await;
    phone.go("/photo").await;
    phone.look("phone-code").await;
    phone.go("/help").await;
    phone.go(&format!("/photo#{}", code.replace(' ', ""))).await;
    phone.wait("the slot", "return !!document.querySelector('[data-photo-words]')").await;
    assert_eq!(phone.text("[data-photo-words]").await, words);
    assert_eq!(phone.place().await, "/photo", "no code stays in the address");
    phone.look("phone-picture").await;
    choose(&phone, "portrait_12mp").await;
    phone.click(".studio .btn-primary").await;
    phone.wait("the photo in the form", READY).await;
    phone.follow(NEXT).await;
    assert_eq!(phone.count("[data-photo-sent]").await, 1);
    phone.look("phone-sent").await;
}
