//! What stands on one line, and what has one measure.

use serde::Deserialize;
use serde_json::json;

use crate::support::{Account, CESHI, Certificate, TestApp};
use crate::tab::{Tab, WIDE};

#[derive(Debug, Deserialize)]
struct Place {
    id: String,
    x: f64,
    y: f64,
}

/// Inputs of two columns, in the page's order.
const INPUTS: &str = "
    const inputs = document.querySelectorAll('.fields .field:not(.field-wide) :is(input, select)');
    return [...inputs].map((it) => ({ id: it.id, x: it.getBoundingClientRect().x, y: it.getBoundingClientRect().y + scrollY }));";

/// Neighbours, left and right, begin at the same height.
async fn stand_on_one_line(tab: &Tab) {
    let inputs: Vec<Place> = tab.script(INPUTS, json!([])).await;
    let rows: Vec<_> = inputs.chunks_exact(2).collect();
    assert!(rows.len() > 1, "{inputs:?}");
    for row in rows {
        let [left, right] = row else { panic!("{row:?}") };
        assert!(left.x < right.x, "{row:?}");
        assert!((left.y - right.y).abs() < 1.0, "{} and {} do not stand on one line: {row:?}", left.id, right.id);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inputs_of_two_columns_stand_on_one_line_whatever_hints_and_errors_their_neighbours_have() {
    let app = TestApp::new().await;
    let tab = Tab::signed_in(&app, WIDE, "xinren").await;
    tab.go("/reissue/new?exam=ZJ").await;
    stand_on_one_line(&tab).await;
    tab.choose("city", "青岛市").await;
    tab.fill("approval_date", "2012").await;
    tab.follow("main form button:not([name])").await;
    assert_eq!(tab.count("#error-summary").await, 1);
    stand_on_one_line(&tab).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn header_content_and_footer_have_the_same_edges() {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Certificate::of(&CESHI, 2017));
    let edges = "
        const box = (css) => document.querySelector(css).getBoundingClientRect();
        const last = [...document.querySelectorAll('.who > *')].pop().getBoundingClientRect();
        const first = document.querySelector('.menu') ? box('.menu') : box('main');
        return [box('.brand').left, first.left, box('.site-footer a').left, last.right, box('main').right].map(Math.round)";
    let signed_out = Tab::new(&app, WIDE).await;
    let signed_in = Tab::signed_in(&app, WIDE, "ceshi").await;
    for (tab, path) in
        [(&signed_out, "/"), (&signed_out, "/no-such-page"), (&signed_in, "/reissue?exam=ZJ"), (&signed_in, "/help")]
    {
        tab.go(path).await;
        let [brand, content, footer, last, right] = tab.script::<[i64; 5]>(edges, json!([])).await;
        assert_eq!((brand, brand, last), (content, footer, right), "{path}");
        assert_eq!(tab.count(".site-header a[href='/help']").await, 1, "{path}: 操作指南");
    }
}
