//! The shipped product as a newcomer meets it: `make demo` in a copy of this checkout, then a plain HTTP client goes the
//! whole way of every persona.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use support::{Browser, Page, photo};
use tempfile::TempDir;

/// `make demo`, running. Ends it, with everything it started, when dropped.
struct Demo {
    make: Child,
    output: BufReader<ChildStdout>,
    home: url::Url,
    checkout: TempDir,
}

impl Demo {
    fn start() -> Self {
        Self::with(|_| {})
    }

    /// With another protocol, and without building: the program that was built for the tests serves.
    fn speaking(driver: &str) -> Self {
        Self::with(|make| {
            make.arg(format!("DRIVER={driver}")).env("BUZHENG_DEMO_BINARY", env!("CARGO_BIN_EXE_buzheng"));
        })
    }

    fn with(change: impl FnOnce(&mut Command)) -> Self {
        let checkout = tempfile::tempdir().unwrap();
        copy_checkout(checkout.path());
        let port = free_ports();
        let mut make = Command::new("make");
        make.args(["demo", &format!("PORT={port}")]);
        change(&mut make);
        let mut make = make
            .current_dir(checkout.path())
            // Dependencies that were built for the tests need not be built again.
            .env("CARGO_TARGET_DIR", target_folder())
            .env_remove("CARGO_MANIFEST_DIR")
            // Of the `make test` that may have started this test: make would announce that it runs within another.
            .env_remove("MAKELEVEL")
            .env_remove("MAKEFLAGS")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("make");
        let mut output = BufReader::new(make.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let home = line.trim_end().strip_prefix("ready: ").unwrap_or_else(|| panic!("make demo said {line:?}"));
        assert_eq!(home, format!("http://127.0.0.1:{port}/"));
        Self { make, home: home.parse().unwrap(), output, checkout }
    }

    fn browser(&self) -> Browser {
        Browser::at(self.home.clone())
    }

    async fn user(&self, persona: &str) -> Browser {
        let browser = self.browser();
        browser.sign_in(persona).await;
        browser
    }

    /// Ctrl-C: everything ends, nothing else was printed, no port answers any more.
    fn stop(mut self) {
        interrupt(&self.make);
        let rest: Vec<String> = self.output.by_ref().lines().map(Result::unwrap).collect();
        assert_eq!(rest, Vec::<String>::new(), "stdout holds the one line that it is ready");
        self.make.wait().unwrap();
        let port = self.home.port().unwrap();
        for port in [port, port + 1, port + 2] {
            TcpListener::bind(("127.0.0.1", port)).unwrap_or_else(|_| panic!("port {port} is still taken"));
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        if matches!(self.make.try_wait(), Ok(None)) {
            interrupt(&self.make);
            let _ = self.make.wait();
        }
        let _ = Command::new(self.checkout.path().join("deploy/scripts/services")).args(["clean", "demo"]).output();
    }
}

fn interrupt(child: &Child) {
    let _ = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
}

/// What git would clone if the working tree were committed.
fn copy_checkout(to: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .unwrap();
    assert!(list.status.success(), "git ls-files");
    for name in list.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
        let name = str::from_utf8(name).unwrap();
        let (source, target) = (root.join(name), to.join(name));
        if source.is_file() {
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::copy(source, target).unwrap();
        }
    }
}

fn target_folder() -> std::path::PathBuf {
    // target/debug/deps/demo_journey-…
    std::env::current_exe().unwrap().ancestors().nth(3).unwrap().to_owned()
}

/// Four neighbouring free ports, none of which the system gives to a connection meanwhile (Linux gives those from 32768 on).
fn free_ports() -> u16 {
    for port in (20_000..32_000).step_by(4).cycle().skip(std::process::id() as usize % 3000).take(3000) {
        if (port..port + 4).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok()) {
            return port;
        }
    }
    panic!("no four neighbouring ports are free")
}

#[tokio::test]
async fn make_demo_carries_every_persona_through_the_main_job() {
    let demo = Demo::start();
    demo.browser().get("/").await.expect(200).says("用户通行证").says("原业务数据仍保留");
    ceshi_finds_the_old_data_applies_and_follows_the_status(&demo).await;
    xinren_fills_in_by_hand_with_a_photo(&demo).await;
    the_other_personas_meet_what_the_contract_says(&demo).await;
    demo.stop();
}

#[tokio::test]
async fn make_demo_signs_people_in_by_oauth2() {
    every_persona_signs_in_and_out_as_with_oidc(Demo::speaking("oauth2")).await;
}

#[tokio::test]
async fn make_demo_signs_people_in_by_tickets() {
    every_persona_signs_in_and_out_as_with_oidc(Demo::speaking("jis")).await;
}

#[tokio::test]
async fn make_demo_opens_old_accounts_and_shows_what_is_mailed() {
    let demo = Demo::with(|make| {
        make.arg("ACCESS=transition").env("BUZHENG_DEMO_BINARY", env!("CARGO_BIN_EXE_buzheng"));
    });
    demo.browser().get("/").await.expect(200).says("用户通行证");
    let mut portal = demo.home.clone();
    portal.set_port(Some(demo.home.port().unwrap() + 1)).unwrap();
    Browser::at(portal).get("/simulator/mail").await.expect(200).says("还没有邮件");
    demo.stop();
}

async fn every_persona_signs_in_and_out_as_with_oidc(demo: Demo) {
    let ceshi = demo.browser();
    let list = ceshi.sign_in("ceshi").await;
    assert_eq!(list.url.path(), "/continuity", "the first sign-in ends there");
    list.says("测试");
    the_other_personas_meet_what_the_contract_says(&demo).await;
    // Out here, at the portal, and back with the state that we gave.
    let portal = ceshi.sign_out().await.location();
    assert_ne!(portal.origin(), demo.home.origin(), "the portal's session ends too");
    let back = ceshi.fetch(reqwest::Method::GET, portal, |request| request).await.location();
    assert_eq!((back.origin(), back.path()), (demo.home.origin(), "/signed-out"));
    ceshi.settle(ceshi.come_back(&back).await).await.expect(200);
    assert_eq!(ceshi.person().await, None);
    demo.stop();
}

async fn ceshi_finds_the_old_data_applies_and_follows_the_status(demo: &Demo) {
    let ceshi = demo.browser();
    let list = ceshi.sign_in("ceshi").await;
    assert_eq!(list.url.path(), "/continuity", "the first sign-in ends there");
    let row = |system: &str, count: &str| -> usize {
        list.attr(&format!("tr[data-system={system}]"), &format!("data-{count}")).unwrap().parse().unwrap()
    };
    assert_eq!((row("reissue", "accounts"), row("mailing", "accounts")), (1, 1));
    assert_eq!((row("reissue", "certificates"), row("reissue", "applications")), (2, 1));

    let exam = exam_code(&ceshi, "造价").await;
    let step1 = ceshi.get(&format!("/reissue?exam={exam}")).await.expect(200);
    step1.says("造价证书列表");
    assert_eq!(step1.count("tr[data-certificate][data-eligible=false]"), 1, "未领取");
    let open = step1.rows("tr[data-certificate][data-eligible=true]");
    assert_eq!(open.len(), 1);
    let step2 = ceshi.get(&open[0].links[0]).await.expect(200);
    for (field, value) in [("year", "2017"), ("certificate_number", "16039686"), ("city", "济南市"), ("name", "测试")]
    {
        assert_eq!(step2.value(field), value);
        assert!(step2.locked().contains(&field.to_owned()), "{field}");
    }
    let form = step2.main_form().set("approval_date", "20171112").set("contact", "13800000000");
    let done = ceshi.submit(form).await;
    let done = ceshi.settle(done).await.expect(200);
    assert!(done.url.path().ends_with("/done"));
    assert!(done.text("[data-reference]").starts_with("BZ"));

    let status = ceshi.get("/applications").await.expect(200);
    assert_eq!(status.count("tr[data-application][data-status=pending]"), 2, "the new one and the one of 2012");
    status.says("16039686").says("123456789").says("原证书补办系统");
    for row in status.rows("tr[data-application]") {
        edit_contact(&ceshi, row.attr("data-application")).await;
    }
    ceshi.get(&format!("/reissue?exam={exam}")).await.says("已有未办结的补证申请");
    let end = ceshi.sign_out().await;
    assert_eq!(end.location().port(), Some(demo.home.port().unwrap() + 1), "to the portal, to end its session too");
}

async fn edit_contact(browser: &Browser, id: &str) {
    let page = browser.get(&format!("/applications/{id}")).await.expect(200);
    let mut form = page.main_form().set("contact", "13900000000");
    // What the old system never asked for, or wrote in another way, is filled in now.
    for (field, value) in [("approval_date", "20121104"), ("level", "初级"), ("specialty", "专业")] {
        if form.get(field) == Some("") {
            form = form.set(field, value);
        }
    }
    browser.submit(form).await.expect(303);
    let page = browser.get(&format!("/applications/{id}")).await.expect(200);
    assert_eq!(page.value("contact"), "13900000000");
}

async fn xinren_fills_in_by_hand_with_a_photo(demo: &Demo) {
    let xinren = demo.user("xinren").await;
    let exam = exam_code(&xinren, "计算机应用能力考试").await;
    let step1 = xinren.get(&format!("/reissue?exam={exam}")).await.expect(200);
    step1.says("没有检索到");
    let fill = |page: &Page| {
        let form = page.main_form();
        [
            ("year", "2012"),
            ("certificate_number", "无"),
            ("approval_date", "20121104"),
            ("level", "初级"),
            ("specialty", "Word"),
            ("city", "青岛市"),
            ("contact", "13800000000"),
        ]
        .into_iter()
        .fold(form, |form, (field, value)| form.set(field, value))
    };
    let step2 = xinren.get(&format!("/reissue/new?exam={exam}")).await.expect(200);
    let refused = xinren.submit(fill(&step2)).await.expect(422);
    assert_eq!(refused.errors().len(), 1, "the photo");
    let done = xinren.submit(fill(&refused).file("photo", "photo.jpg", &photo("good.jpg"))).await;
    xinren.settle(done).await.expect(200).text("[data-reference]");
}

async fn the_other_personas_meet_what_the_contract_says(demo: &Demo) {
    for persona in ["shiwuwei", "jiandian"] {
        let list = demo.browser().sign_in(persona).await;
        assert_eq!(list.attr("tr[data-system=reissue]", "data-accounts").as_deref(), Some("1"), "{persona}");
    }
    gaiming_proves_the_old_account(demo).await;
    for (persona, why) in [("faren", "个人账户"), ("dijibie", "实名")] {
        let browser = demo.browser();
        let page = browser.try_sign_in(persona, None).await;
        let page = browser.settle(page).await.expect(403);
        page.says(why);
        assert_eq!(page.user(), None);
    }
}

async fn gaiming_proves_the_old_account(demo: &Demo) {
    let browser = demo.browser();
    let list = browser.sign_in("gaiming").await;
    assert!(list.has("[data-needs-proof]"), "{}", list.summary());
    let page = browser.get("/link").await.expect(200);
    let form = page.form("[data-account] form[action='/link/proof']");
    browser.submit(form.clone().set("password", "123456")).await.expect(422);
    browser.submit(form.set("password", "abc123456")).await.expect(303);
    let list = browser.get("/continuity").await.expect(200);
    assert_eq!(list.attr("tr[data-system=reissue]", "data-accounts").as_deref(), Some("1"));
    list.says("原系统密码验证");
}

/// The exam's code, as step 1 offers it.
async fn exam_code(browser: &Browser, name: &str) -> String {
    let step1 = browser.get("/reissue").await.expect(200);
    let options = step1.rows("select[name=exam] option");
    let option = options.iter().find(|option| option.text == name);
    option.unwrap_or_else(|| panic!("no exam {name}")).attr("value").to_owned()
}
