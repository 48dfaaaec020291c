//! The citizen whose pages are measured: accounts in two old systems, five certificates, two old applications.

use buzheng::ids::AccountId;
use diesel::prelude::*;

use super::ground::Ground;
use super::people::Invented;
use super::support::{Account, Application, CESHI, Certificate, Legacy, browser};

/// A page, and how many rows it shows of this citizen.
pub(crate) struct Shown {
    pub(crate) path: &'static str,
    /// At least this part of the bare page's rate, by 16 connections.
    pub(crate) target: f64,
    rows: &'static str,
    count: usize,
}

pub(crate) const PAGES: [Shown; 2] = [
    Shown { path: "/reissue?exam=ZJ", target: 0.33, rows: "tr[data-certificate]", count: 5 },
    Shown { path: "/applications", target: 0.40, rows: "tr[data-application]", count: 2 },
];

/// So many invented people have the same five certificates: a table of the citizen's alone would be read without its indexes.
const OTHERS: u64 = 10_000;

/// Writes what the old systems hold of others.
pub(crate) fn write_others(ground: &Ground) {
    let vault = &ground.app.vault;
    let write = |conn: &mut PgConnection| {
        for Invented { name, number, .. } in (0..OTHERS).map(Invented::nth) {
            for year in 2015..2020 {
                Certificate::of(&CESHI, year).name(&name).number(&number).write(conn, vault);
            }
        }
        Ok::<_, diesel::result::Error>(())
    };
    ground.db.connect().transaction(write).unwrap();
}

/// Writes what they hold of the citizen; the id is that of an account.
pub(crate) fn write(ground: &Ground) -> AccountId {
    let (conn, vault) = (&mut ground.db.connect(), &ground.app.vault);
    let account = Account::of(&CESHI, "reissue", "C1").write(conn, vault);
    Account::of(&CESHI, "mailing", "C2").write(conn, vault);
    for year in 2015..2019 {
        Certificate::of(&CESHI, year).write(conn, vault);
    }
    Certificate::of(&CESHI, 2019).status("not_collected").write(conn, vault);
    Application::of(&CESHI, "reissue", "C1").write(conn, vault);
    Application::of(&CESHI, "mailing", "C2").status("approved").year("2011").write(conn, vault);
    account
}

/// The cookie of a browser's new session; makes sure that the pages show what they shall be measured with.
pub(crate) async fn sign_in(ground: &Ground) -> String {
    let browser = browser(&ground.home);
    browser.sign_in("ceshi").await;
    for Shown { path, rows, count, .. } in PAGES {
        let page = browser.get(path).await.expect(200);
        assert_eq!(page.count(rows), count, "{rows} on {path}");
    }
    format!("bz_session={}", browser.session().expect("a session"))
}
