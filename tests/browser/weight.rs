//! What a page weighs on the line: as the server sends it, compressed, with every file that it loads. Bounds and measured figures stand in
//! `docs/benchmarks.md`.

use serde::Deserialize;
use serde_json::json;

use crate::support::{Account, CESHI, Certificate, TestApp};
use crate::tab::{Tab, WIDE};

const DOCUMENT: &str = include_str!("../../docs/benchmarks.md");
/// How far a figure in the document may be from what is measured, in KB: addresses and tokens differ from run to run, words change.
const NEAR: f64 = 0.5;

/// What came over the line: [`PerformanceResourceTiming.transferSize`](https://www.w3.org/TR/resource-timing/#dom-performanceresourcetiming-transfersize),
/// which counts 300 bytes of header for each answer, and nothing for what the browser had kept. A browser without windows loads no icon.
const LOADED: &str = "
    const icon = document.querySelector('link[rel=icon]').href;
    return fetch(icon).then((answer) => answer.blob()).then(() => new Promise((done) => setTimeout(done)))
      .then(() => ['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type))
        .map((it) => ({ address: it.name, bytes: it.transferSize, packed: it.encodedBodySize, plain: it.decodedBodySize })));";

#[derive(Debug, Deserialize)]
struct Loaded {
    address: String,
    bytes: u32,
    packed: u32,
    plain: u32,
}

async fn loaded(tab: &Tab) -> Vec<Loaded> {
    let loaded: Vec<Loaded> = tab.script(LOADED, json!([])).await;
    for file in &loaded {
        assert!(file.packed < file.plain || file.plain < 1024, "not compressed: {file:?}");
    }
    loaded
}

/// In KB.
fn weight<'a>(files: impl IntoIterator<Item = &'a Loaded>) -> f64 {
    f64::from(files.into_iter().map(|file| file.bytes).sum::<u32>()) / 1024.0
}

/// Holds measured weights, in KB, against their rows of the document: what, at most, measured.
fn hold(measured: &[(String, f64)]) {
    let wrong: Vec<String> = measured.iter().filter_map(|(what, measured)| differs(what, *measured)).collect();
    assert!(!measured.is_empty() && wrong.is_empty(), "{}", wrong.join("\n"));
}

fn differs(what: &str, measured: f64) -> Option<String> {
    let row = DOCUMENT.lines().find_map(|line| line.strip_prefix(&format!("| {what} |")));
    let row = row.unwrap_or_else(|| panic!("docs/benchmarks.md has no row “{what}”"));
    let mut cells = row.split('|').map(|cell| cell.trim().trim_end_matches(" KB").parse::<f64>());
    let (Some(Ok(most)), Some(Ok(told))) = (cells.next(), cells.next()) else { panic!("{row}") };
    let holds = measured > 0.0 && measured <= most && (measured - told).abs() <= NEAR;
    (!holds).then(|| format!("{what}: {measured:.1} KB; docs/benchmarks.md says {told}, at most {most}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_visit_and_later_pages_weigh_what_the_document_says() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Certificate::of(&CESHI, 2017));
    let tab = Tab::new(&app, WIDE).await;
    tab.go("/").await;
    let first = loaded(&tab).await;
    assert!(first.len() >= 5, "page, two style sheets, script, icon: {first:?}");
    let mut measured = vec![("`/`, first visit".to_owned(), weight(&first))];

    let tab = Tab::signed_in(&app, WIDE, "ceshi").await;
    for path in ["/", "/reissue", "/reissue?exam=ZJ", "/applications", "/continuity", "/link", "/help"] {
        tab.go(path).await;
        let later = loaded(&tab).await;
        assert!(later[1..].iter().all(|file| file.bytes == 0), "{path}: kept files are not asked for again: {later:?}");
        measured.push((format!("`{path}`, later"), weight(&later)));
    }
    hold(&measured);
}

#[tokio::test(flavor = "multi_thread")]
async fn step_2_and_its_studio_weigh_what_the_document_says() {
    let app = TestApp::new().await;
    let tab = Tab::signed_in(&app, WIDE, "xinren").await;
    tab.command("Network.clearBrowserCache", json!({})).await;
    tab.go("/reissue/new?exam=ZJ").await;
    let all = loaded(&tab).await;
    let studio: Vec<_> =
        all.iter().filter(|file| file.address.contains("/static/") && of_studio(&file.address)).collect();
    assert!(studio.len() >= 6, "{studio:?}");
    tab.go("/reissue/new?exam=ZJ").await;
    let later = loaded(&tab).await;
    hold(&[
        ("step 2 with the studio, nothing kept".to_owned(), weight(&all)),
        ("step 2 with the studio, later".to_owned(), weight(&later)),
        ("the studio alone".to_owned(), weight(studio)),
    ]);
}

fn of_studio(address: &str) -> bool {
    address.contains("studio") || address.contains("photo_")
}
