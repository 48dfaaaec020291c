//! A photo from one's phone: a slot for one picture of one phone, which has no session.

use buzheng::domain::photo::check;
use buzheng::domain::photo_code::PhotoCode;
use serde_json::Value;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::by_hand::OF_2012;
use crate::support::{Browser, Page, RedisServer, TestApp, logged, phone_photo, photo, raw_request};

/// A slot as a script gets it.
struct Slot {
    id: String,
    code: String,
    words: String,
}

fn json(page: &Page) -> Value {
    serde_json::from_slice(&page.bytes).expect("JSON")
}

async fn open(desktop: &Browser) -> Slot {
    let token = desktop.step2("exam=ZJ").await.csrf_token();
    let slot = json(&desktop.post_form("/photo/slots", &[("csrf_token", &token)]).await.expect(200));
    let text = |name: &str| slot[name].as_str().unwrap().to_owned();
    Slot { id: text("id"), code: text("code"), words: text("words") }
}

/// Types a code on a phone; where the answer leads.
async fn bring(phone: &Browser, code: &str) -> Page {
    let page = phone.get("/photo").await.expect(200);
    phone.submit(page.form("form[action='/photo']").set("code", code)).await
}

async fn send(phone: &Browser, picture: &[u8]) -> Page {
    let page = phone.get("/photo").await.expect(200);
    phone.submit(page.form("form[action='/photo/picture']").file("photo", "a.jpg", picture)).await
}

async fn has_arrived(desktop: &Browser, slot: &Slot) -> bool {
    json(&desktop.get(&format!("/photo/slots/{}", slot.id)).await.expect(200))["arrived"].as_bool().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slot_that_the_desktop_closes_while_its_picture_arrives_stays_closed() {
    let app = TestApp::builder().config(|config| config.throttle.photo_slots_per_hour = 0).build().await;
    let service = app.service.clone();
    let desktop = app.user("xinren").await;
    let session = service.sessions.load(&desktop.session().unwrap(), service.now()).await.unwrap().unwrap();
    let clean = check(&photo("good.jpg")).unwrap();
    for n in 0..60 {
        let slot = service.open_photo_slot(&session).await.unwrap();
        let phone = service.phone(&format!("phone-{n}"));
        service.bring_photo_code(&phone, &PhotoCode::parse(&slot.code).unwrap()).await.unwrap();
        let of_phone = service.slot_of_phone(&phone).await.unwrap().unwrap();
        let (filled, closed) = tokio::join!(service.fill_photo_slot(&of_phone, &clean), async {
            // At another moment of the arrival each time.
            for _ in 0..n % 6 {
                service.photo_slot(&session, &slot.id).await.unwrap();
            }
            service.close_photo_slot(&slot).await
        });
        filled.unwrap();
        closed.unwrap();
        let left: Vec<_> =
            ["photo-slot:", "photo-slot-picture:"].iter().flat_map(|keys| app.redis.keys(keys)).collect();
        assert!(left.is_empty(), "{n}: {left:?}");
    }
}

#[tokio::test]
async fn a_phones_picture_of_12_million_pixels_arrives_as_a_photo() {
    let app = TestApp::new().await;
    let (desktop, phone) = (app.user("xinren").await, app.anon());
    let slot = open(&desktop).await;
    assert_eq!(bring(&phone, &slot.code.to_lowercase()).await.leads_to(), "/photo");
    let page = phone.get("/photo").await.expect(200);
    assert_eq!(page.text("[data-photo-words]"), slot.words, "both screens show the same words");
    page.never_holds("辛仁").never_holds("造价");
    assert!(page.user().is_none() && phone.session().is_none(), "the phone has no session");
    assert!(!has_arrived(&desktop, &slot).await);

    send(&phone, &phone_photo("portrait_12mp.jpg")).await.location();
    assert!(phone.get("/photo").await.has("[data-photo-sent]"));
    assert!(has_arrived(&desktop, &slot).await);
    let picture = desktop.get(&format!("/photo/slots/{}/picture", slot.id)).await.expect(200);
    assert_eq!(check(&picture.bytes).unwrap().bytes(), picture.bytes);
    assert!(!logged().contains(&slot.code.replace(' ', "")), "no code stands in the log");
}

#[tokio::test]
async fn without_scripts_the_form_shows_the_code_then_the_picture_and_asks_for_consent() {
    let app = TestApp::new().await;
    let (desktop, phone) = (app.user("xinren").await, app.anon());
    let form = desktop.step2("exam=ZJ").await.main_form().fill(&OF_2012);
    let page = desktop.submit(form.press("action", "phone")).await.expect(200);
    assert_eq!(page.value("contact"), "13912340001", "what was typed is kept");
    let qr = desktop.get(&page.attr(".photo-slot img", "src").unwrap()).await.expect(200);
    assert_eq!(qr.header("content-type"), "image/svg+xml");
    assert!(qr.html().contains("<svg"));
    let code = page.text("[data-photo-code]");

    let waiting = desktop.submit(page.main_form().press("action", "phone")).await.expect(200);
    assert_eq!(waiting.text("[data-photo-code]"), code, "the slot stays while nothing has come");
    assert!(waiting.text("[data-photo-note]").contains("还没有收到手机传来的照片") && !page.has("[data-photo-note]"));
    bring(&phone, &code).await.location();
    send(&phone, &photo("good.jpg")).await.location();

    let page = desktop.submit(waiting.main_form().press("action", "phone")).await.expect(200);
    page.says("已收到手机传来的照片");
    assert!(!page.has("[data-photo-code]"));
    desktop.submit(page.main_form()).await.expect(422);
    assert_eq!(app.count("applications"), 0, "nothing without consent");
    desktop.apply(page.main_form().also("photo_consent", "yes")).await;
    assert_eq!(app.count("photos"), 1);
    assert!(app.redis.keys("photo-slot:").is_empty() && app.redis.keys("photo-slot-picture:").is_empty());
}

#[tokio::test]
async fn in_maintenance_too_a_phone_can_send_a_picture() {
    let app = TestApp::new().await;
    let (desktop, phone) = (app.user("xinren").await, app.anon());
    let form = desktop.step2("exam=ZJ").await.main_form().fill(&OF_2012);
    let id = desktop.apply(form.file("photo", "a.jpg", &photo("good.jpg"))).await;
    let form = desktop.get(&format!("/applications/{id}")).await.main_form().set("contact", "13912340002");
    let page = desktop.submit(form.press("action", "phone")).await.expect(200);
    assert_eq!(page.value("contact"), "13912340002");
    bring(&phone, &page.text("[data-photo-code]")).await.location();
    send(&phone, &phone_photo("progressive.jpg")).await.location();
    let page = desktop.submit(page.main_form()).await.expect(422);
    desktop.submit(page.main_form().also("photo_consent", "yes")).await.location();
    assert_eq!(app.count("photos"), 2);
}

#[tokio::test]
async fn a_slot_that_has_expired_is_an_error_at_the_photo_or_a_new_code() {
    let app = TestApp::new().await;
    let desktop = app.user("xinren").await;
    let form = desktop.step2("exam=ZJ").await.main_form().fill(&OF_2012);
    let id = desktop.apply(form.file("photo", "a.jpg", &photo("good.jpg"))).await;
    let form = desktop.get(&format!("/applications/{id}")).await.main_form().set("contact", "13912340002");
    let page = desktop.submit(form.press("action", "phone")).await.expect(200);
    app.redis.keys("photo-slot:").iter().for_each(|key| app.redis.expire(key));
    let asked = desktop.submit(page.main_form().press("action", "phone")).await.expect(200);
    assert_ne!(asked.text("[data-photo-code]"), page.text("[data-photo-code]"));
    assert!(asked.text("[data-photo-note]").contains("上一个代码已失效"));

    let page = desktop.submit(page.main_form()).await.expect(422);
    assert!(page.error_at("photo").contains("照片已失效，请重新选择"));
    assert_eq!(desktop.get(&format!("/applications/{id}")).await.value("contact"), "13912340001", "nothing was saved");
}

#[tokio::test]
async fn another_picture_of_the_phone_takes_the_place_of_a_proposal() {
    let app = TestApp::new().await;
    let (desktop, phone) = (app.user("xinren").await, app.anon());
    let form = desktop.step2("exam=ZJ").await.main_form().fill(&OF_2012);
    let page = desktop.submit(form.file("photo", "a.jpg", &photo("wrong_size.jpg"))).await.expect(422);
    let first = page.attr("[data-photo-proposal] img", "src").unwrap();
    let page = desktop.submit(page.main_form().press("action", "phone")).await.expect(200);
    assert!(!page.has("[data-photo-proposal]"));
    bring(&phone, &page.text("[data-photo-code]")).await.location();
    send(&phone, &photo("good.jpg")).await.location();
    let page = desktop.submit(page.main_form().press("action", "phone")).await.expect(200);
    assert_ne!(page.attr("[data-photo-proposal] img", "src").unwrap(), first);
    let words = page.text("[data-photo-proposal]");
    assert!(words.contains("手机传来的照片") && !words.contains("自动裁剪"), "{words}");
    let again = desktop.submit(page.main_form()).await.expect(422);
    assert!(!again.text("[data-photo-proposal]").contains("自动裁剪"), "nobody cut it");
}

#[tokio::test]
async fn a_phone_that_has_sent_a_picture_can_bring_another_code() {
    let app = TestApp::new().await;
    let (desktop, phone) = (app.user("xinren").await, app.anon());
    let first = open(&desktop).await;
    bring(&phone, &first.code).await.location();
    assert!(phone.get("/photo").await.has("details [data-photo-code-field]"), "before the picture too");
    send(&phone, &photo("good.jpg")).await.location();
    assert!(phone.get("/photo").await.has("details [data-photo-code-field]"));
    let second = open(&desktop).await;
    bring(&phone, &second.code).await.location();
    assert_eq!(phone.get("/photo").await.text("[data-photo-words]"), second.words);
    send(&phone, &photo("gray.jpg")).await.location();
    assert!(has_arrived(&desktop, &second).await);
}

#[tokio::test]
async fn a_slot_is_the_first_phones_alone_also_when_that_comes_again() {
    let app = TestApp::new().await;
    let (desktop, phone, second) = (app.user("xinren").await, app.anon(), app.anon());
    let slot = open(&desktop).await;
    bring(&phone, &slot.code).await.location();
    bring(&second, &slot.code).await.expect(422).says("已在另一部手机上使用");
    assert!(second.get("/photo").await.has("input[name=code]"));
    // A form of the first phone is none of the second, also where that has a slot of its own.
    let form =
        phone.get("/photo").await.form("form[action='/photo/picture']").file("photo", "a.jpg", &photo("good.jpg"));
    second.submit(form.clone()).await.expect(422).says("代码已失效");
    bring(&second, &open(&desktop).await.code).await.location();
    second.submit(form).await.expect(403);
    assert!(phone.get("/photo").await.has("input[name=photo]"), "the first phone still has it");

    send(&phone, &photo("good.jpg")).await.location();
    let form = app.anon().get("/photo").await.form("form[action='/photo']").set("code", &slot.code);
    second.submit(form.force("csrf_token", &second.get("/photo").await.csrf_token())).await.expect(422);
}

#[tokio::test]
async fn a_picture_that_nothing_waits_for_is_answered_and_not_read() {
    let app = TestApp::new().await;
    let (desktop, phone, full) = (app.user("xinren").await, app.anon(), app.anon());
    phone.get("/photo").await.expect(200);
    let slot = open(&desktop).await;
    bring(&full, &slot.code).await.location();
    send(&full, &photo("good.jpg")).await.location();
    let cookie = |browser: &Browser| format!("bz_phone={}", browser.cookie("bz_phone").expect("a phone's cookie"));
    for (cookie, status) in [(String::new(), 422), (cookie(&phone), 422), (cookie(&full), 303)] {
        // Of eight million bytes that are promised, none comes: the answer needs none.
        let head = format!(
            "POST /photo/picture HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: {cookie}\r\n\
             Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 8000000\r\n\r\n--b\r\n"
        );
        let answer =
            timeout(Duration::from_mins(1), raw_request(app.address, head.as_bytes())).await.expect("an answer");
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{cookie}: {answer}");
    }
}

/// Begins to send a picture of which nothing further comes.
async fn stalled(app: &TestApp, phone: &Browser, sent: usize) -> TcpStream {
    let cookie = phone.cookie("bz_phone").expect("a phone's cookie");
    let head = format!(
        "POST /photo/picture HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: bz_phone={cookie}\r\n\
         Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 90000000\r\n\r\n\
         --b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a\"\r\n\r\n"
    );
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![0; sent]).await.unwrap();
    stream
}

/// Reads an answer that needs nothing further.
async fn early_answer(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let read = timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await;
    assert!(matches!(read, Ok(Ok(_))), "{read:?}");
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn of_the_pictures_of_one_session_one_is_received_at_a_time_and_others_do_not_wait_for_it() {
    let app = TestApp::builder().config(|config| config.throttle.photo_tries_per_slot = 0).build().await;
    let (desktop, phone, second) = (app.user("xinren").await, app.anon(), app.anon());
    for phone in [&phone, &second] {
        bring(phone, &open(&desktop).await.code).await.location();
    }
    let mut streams = Vec::new();
    for n in 0..40 {
        streams.push(stalled(&app, if n % 2 == 0 { &phone } else { &second }, 100).await);
    }
    let (other_desktop, other) = (app.user("ceshi").await, app.anon());
    let slot = open(&other_desktop).await;
    bring(&other, &slot.code).await.location();
    timeout(Duration::from_secs(20), send(&other, &photo("good.jpg"))).await.expect("nobody waits").location();
    assert!(has_arrived(&other_desktop, &slot).await);

    // The first that came has its turn: of the others each is told so, on its form.
    let mut waiting = 0;
    for stream in streams {
        let mut first = [0; 1];
        if timeout(Duration::from_secs(2), stream.peek(&mut first)).await.is_err() {
            waiting += 1;
            continue;
        }
        let answer = early_answer(stream).await;
        assert!(answer.starts_with("HTTP/1.1 422 ") && answer.contains("还在接收，请稍候"), "{answer}");
    }
    assert_eq!(waiting, 1);
    // Its connection is closed by now, and the next has its turn.
    while send(&phone, &photo("good.jpg")).await.status != 303 {}
}

#[tokio::test]
async fn a_picture_counts_before_it_is_read() {
    let app = TestApp::builder().config(|config| config.throttle.photo_tries_per_slot = 2).build().await;
    let (desktop, phone) = (app.user("xinren").await, app.anon());
    let slot = open(&desktop).await;
    bring(&phone, &slot.code).await.location();
    send(&phone, b"").await.expect(422);
    for _ in 0..2 {
        let answer = early_answer(stalled(&app, &phone, 33 << 20).await).await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "beyond 32 MiB nothing is read: {answer}");
    }
    let answer = early_answer(stalled(&app, &phone, 0).await).await;
    assert!(answer.contains("发送次数过多"), "{answer}");
    desktop.get(&format!("/photo/slots/{}", slot.id)).await.expect(404);
}

#[tokio::test]
async fn one_picture_fills_a_slot() {
    let app = TestApp::new().await;
    let (desktop, phone) = (app.user("xinren").await, app.anon());
    let slot = open(&desktop).await;
    bring(&phone, &slot.code).await.location();
    let form = phone.get("/photo").await.form("form[action='/photo/picture']");
    phone.submit(form.clone().file("photo", "a.jpg", &photo("good.jpg"))).await.location();
    let first = desktop.get(&format!("/photo/slots/{}/picture", slot.id)).await.bytes;
    phone.submit(form.file("photo", "a.jpg", &photo("gray.jpg"))).await.location();
    assert_eq!(desktop.get(&format!("/photo/slots/{}/picture", slot.id)).await.bytes, first);
}

#[tokio::test]
async fn another_session_sees_nothing_of_a_slot_not_even_of_the_same_person() {
    let app = TestApp::new().await;
    let (desktop, phone) = (app.user("xinren").await, app.anon());
    let slot = open(&desktop).await;
    bring(&phone, &slot.code).await.location();
    send(&phone, &photo("good.jpg")).await.location();
    for other in [app.user("ceshi").await, app.user("xinren").await] {
        for part in ["", "/picture", "/qr.svg"] {
            other.get(&format!("/photo/slots/{}{part}", slot.id)).await.expect(404);
        }
        let form = other.step2("exam=ZJ").await.main_form().fill(&OF_2012).force("photo_slot", &slot.id);
        let page = other.submit(form).await.expect(422);
        assert!(!page.has("[data-photo-proposal]"));
    }
    // The desktop that is gone takes the slot along.
    desktop.sign_out().await.location();
    desktop.get(&format!("/photo/slots/{}", slot.id)).await.location();
    assert_eq!(app.count("photos"), 0);
}

#[tokio::test]
async fn an_expired_slot_tells_the_phone_and_the_desktop() {
    let app = TestApp::new().await;
    let (desktop, phone) = (app.user("xinren").await, app.anon());
    let slot = open(&desktop).await;
    bring(&phone, &slot.code).await.location();
    let form = phone.get("/photo").await.form("form[action='/photo/picture']");
    for key in app.redis.keys("photo-slot:") {
        assert!(app.redis.life(&key) <= 600_000);
        app.redis.expire(&key);
    }
    phone.submit(form.file("photo", "a.jpg", &photo("good.jpg"))).await.expect(422).says("代码已失效");
    bring(&phone, &slot.code).await.expect(422).says("代码不正确或已失效");
    desktop.get(&format!("/photo/slots/{}", slot.id)).await.expect(404);
}

#[tokio::test]
async fn a_picture_that_cannot_be_mended_is_told_on_the_phone_and_five_end_the_slot() {
    let app = TestApp::new().await;
    let (desktop, phone) = (app.user("xinren").await, app.anon());
    let slot = open(&desktop).await;
    bring(&phone, &slot.code).await.location();
    send(&phone, b"").await.expect(422).says("请先拍照或选择照片");
    for _ in 0..5 {
        send(&phone, &photo("cmyk.jpg")).await.expect(422).says("这张照片是印刷格式");
    }
    send(&phone, &photo("good.jpg")).await.expect(422).says("发送次数过多");
    desktop.get(&format!("/photo/slots/{}", slot.id)).await.expect(404);
}

#[tokio::test]
async fn wrong_codes_are_throttled_by_address_and_right_ones_are_not_counted() {
    let app = TestApp::builder().config(|config| config.throttle.photo_codes_per_minute = 3).build().await;
    let desktop = app.user("xinren").await;
    for _ in 0..5 {
        let slot = open(&desktop).await;
        bring(&app.anon(), &slot.code).await.location();
    }
    for wrong in ["", "ABCD 2345", "不是代码"] {
        bring(&app.anon(), wrong).await.expect(422).says("代码不正确或已失效");
    }
    let slot = open(&desktop).await;
    let page = bring(&app.anon(), &slot.code).await.expect(429);
    assert!(page.header("retry-after").parse::<u64>().unwrap() <= 60);
}

#[tokio::test]
async fn a_session_may_open_so_many_slots_and_its_form_survives_the_limit() {
    let app = TestApp::builder().config(|config| config.throttle.photo_slots_per_hour = 2).build().await;
    let desktop = app.user("xinren").await;
    open(&desktop).await;
    open(&desktop).await;
    let form = desktop.step2("exam=ZJ").await.main_form().fill(&OF_2012);
    let token = form.get("csrf_token").unwrap().to_owned();
    desktop.post_form("/photo/slots", &[("csrf_token", &token)]).await.expect(429);
    let page = desktop.submit(form.press("action", "phone")).await.expect(200);
    page.says("获取手机拍照代码的次数过多");
    assert_eq!(page.value("contact"), "13912340001");
    open(&app.user("ceshi").await).await;
}

#[tokio::test]
async fn slots_need_a_session_and_its_form() {
    let app = TestApp::new().await;
    app.anon().post_form("/photo/slots", &[("csrf_token", "x")]).await.location();
    app.user("xinren").await.post_form("/photo/slots", &[("csrf_token", "x")]).await.expect(403);
    let phone = app.anon();
    phone.post_form("/photo", &[("code", "ABCD2345")]).await.expect(403);
    phone.get("/photo/picture").await.leads_to();
}

#[tokio::test]
async fn pictures_of_scripts_are_allowed_where_the_studio_is_and_the_camera_nowhere() {
    let app = TestApp::new().await;
    let browser = app.user("xinren").await;
    for (path, allowed) in
        [("/reissue/new?exam=ZJ", true), ("/photo", true), ("/applications", false), ("/help", false)]
    {
        let page = browser.get(path).await.expect(200);
        let policy = page.header("content-security-policy");
        assert_eq!(policy.contains("img-src 'self' blob:;"), allowed, "{path}: {policy}");
        assert!(page.header("permissions-policy").contains("camera=()"));
        assert_eq!(page.has("script[src*='studio.js']"), allowed, "{path}");
    }
}

#[tokio::test]
async fn while_redis_is_away_slots_are_an_outage_and_no_defect() {
    let server = RedisServer::start();
    let url = server.url();
    let app = TestApp::builder().config(move |config| config.redis.url = url.into()).build().await;
    let (desktop, phone) = (app.user("xinren").await, app.anon());
    let slot = open(&desktop).await;
    bring(&phone, &slot.code).await.location();
    drop(server);
    for (browser, path) in [(&phone, "/photo".to_owned()), (&desktop, format!("/photo/slots/{}", slot.id))] {
        browser.get_any(&path).await.expect(503);
    }
}
