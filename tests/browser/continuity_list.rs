//! 承接清单: what came over by name, and the way on in the first screen.

use crate::support::{Account, Application, CESHI, Certificate, TestApp};
use crate::tab::{PHONE, Tab, View, WIDE};

/// The height of a small phone's screen that the way on must fit.
const FIRST_SCREEN: f64 = 780.0;

async fn look(view: View) {
    let app = TestApp::new().await;
    app.add(Account::of(&CESHI, "reissue", "12"));
    app.add(Account::of(&CESHI, "mailing", "7"));
    for year in 2015..2020 {
        app.add(Certificate::of(&CESHI, year));
    }
    app.add(Application::of(&CESHI, "reissue", "12"));
    let tab = Tab::signed_in(&app, view, "ceshi").await;
    assert_eq!(tab.place().await, "/continuity");
    let way_on = tab.find("main a[href='/reissue']").await.rect().await.unwrap();
    assert!(way_on.y + way_on.height <= FIRST_SCREEN, "the way on ends at {}", way_on.y + way_on.height);
    assert_eq!(tab.count("[data-carried=certificate]").await, 5);
    assert_eq!(tab.count("[data-carried=application]").await, 1);
    tab.look("continuity-named").await;
    tab.follow("main a[href='/reissue']").await;
    assert_eq!(tab.place().await, "/reissue");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_on_from_what_came_over_is_in_the_first_screen_of_a_phone() {
    look(PHONE.without_scripts()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_on_from_what_came_over_is_in_the_first_screen_of_a_wide_screen() {
    look(WIDE).await;
}
