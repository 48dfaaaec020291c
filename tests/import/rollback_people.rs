//! `import rollback` after people have signed in, proven, asked, applied and edited: what they built on stays, everything else goes back.

use buzheng::import::Ground;
use buzheng::import::manifest::Manifest;
use buzheng::import::{self, Options};
use buzheng::jobs::Runner;
use chrono::Utc;
use diesel::prelude::*;
use indicatif::ProgressBar;
use md5::{Digest, Md5};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use tempfile::TempDir;

use crate::bench::{ACCOUNTS, APPLICATIONS, CERTIFICATES, EXAMS};
use crate::rollback::{Snapshot, snapshot, take_back, told};
use crate::support::{Browser, Citizen, TestApp, photo};

const PASSWORD: &str = "abc123456";

/// Number and name of invented people; every fourth one's old account bears another name.
pub(crate) fn citizen(n: u32) -> Citizen {
    Citizen::invented(n, "人甲")
}

fn old_name(n: u32) -> &'static str {
    if n.is_multiple_of(4) { "别名" } else { "人甲" }
}

pub(crate) struct Town {
    pub(crate) app: TestApp,
    folder: TempDir,
}

impl Town {
    pub(crate) async fn new(people: u32) -> Self {
        let app = TestApp::new().await;
        for n in 1..=people {
            app.persona(&citizen(n));
        }
        Self { app, folder: tempfile::tempdir().unwrap() }
    }

    fn ground(&self) -> Ground<'_> {
        let service = &self.app.service;
        let database_url = &service.config.database.url;
        Ground { db: &service.db, vault: &service.vault, database_url, now: Utc::now() }
    }

    fn state(&self) -> Snapshot {
        snapshot(&mut self.app.db.connect())
    }

    /// Account, certificate, old application and photo of each, and an exam of their own; `word` tells one export from another.
    pub(crate) fn import(&self, batch: &str, people: &[u32], word: &str) {
        let mut tables = [EXAMS, ACCOUNTS, CERTIFICATES, APPLICATIONS].map(|header| format!("{header}\n"));
        std::fs::create_dir_all(self.folder.path().join("photos")).unwrap();
        for n in people {
            let (Citizen { name, number, .. }, old) = (citizen(*n), old_name(*n));
            let hash = hex::encode(Md5::digest(PASSWORD));
            let lines = [
                format!("EX{n},考试{n}{word},2020,级,科"),
                format!("{n},{number},{old},{word}@example.org,{hash},,2012-01-02 03:04:05"),
                format!("{n},造价,2017,造价工程师,土建,{name},{number},号{n}{word},20171022,济南市,已领取"),
                format!(
                    "{n},{n},执业药师,2020,执业药师,中药,{old},{number},旧号{n},20201122,济南市,13912340001,等待审核,{word},2021-01-01 00:00:00"
                ),
            ];
            for (table, line) in tables.iter_mut().zip(lines) {
                writeln!(table, "{line}").unwrap();
            }
            let picture = [photo("good.jpg"), word.as_bytes().to_vec()].concat();
            std::fs::write(self.folder.path().join(format!("photos/{n}.jpg")), picture).unwrap();
        }
        let mut manifest = format!("batch = \"{batch}\"\n");
        for (kind, table) in ["exams", "accounts", "certificates", "applications"].into_iter().zip(tables) {
            std::fs::write(self.folder.path().join(format!("{kind}.csv")), table).unwrap();
            let password = if kind == "accounts" { "password = { scheme = \"md5\" }\n" } else { "" };
            let file = format!("file = \"{kind}.csv\"\nencoding = \"utf-8\"\n{password}");
            write!(manifest, "[[source]]\nsystem = \"reissue\"\nkind = \"{kind}\"\n{file}").unwrap();
        }
        manifest += "[[source]]\nsystem = \"reissue\"\nkind = \"photos\"\nfile = \"photos\"\n";
        let path = self.folder.path().join("manifest.toml");
        std::fs::write(&path, manifest).unwrap();
        let progress = ProgressBar::hidden();
        let options = Options { accept: &[], list_folder: None, progress: &progress };
        assert_eq!(import::run(self.ground(), &Manifest::read(&path).unwrap(), options).unwrap().refused, []);
    }

    pub(crate) async fn wrap(&self) {
        let service = &self.app.service;
        Runner::new(service.db.clone(), service.vault.clone(), 1).drain(Utc::now()).await.unwrap();
    }

    /// Takes a batch back; the sums, and (kind, key, reason) of what stays.
    pub(crate) fn back(&self, batch: &str) -> (Vec<String>, BTreeSet<(String, String, String)>) {
        let (undone, kept) = take_back(self.ground(), (batch, self.folder.path())).unwrap();
        (told(&undone.sources), kept.into_iter().map(|row| (row.kind, row.key, row.reason)).collect())
    }

    pub(crate) fn id(&self, table: &str, key: u32) -> String {
        text(
            &mut self.app.db.connect(),
            &format!("SELECT id::text AS text FROM {table} WHERE system = 'reissue' AND key = '{key}'"),
        )
    }
}

fn text(conn: &mut PgConnection, query: &str) -> String {
    #[derive(QueryableByName)]
    struct Text {
        #[diesel(sql_type = diesel::sql_types::Text)]
        text: String,
    }
    diesel::sql_query(query).get_result::<Text>(conn).unwrap().text
}

/// What somebody does after an import.
#[derive(Clone, Copy, Debug)]
enum Act {
    Nothing,
    SignIn,
    /// Signs in, looks around, and gives up.
    LookAround,
    Apply,
    Edit,
    Prove,
    Ask,
    NotMine,
}

const ACTS: [Act; 8] =
    [Act::Nothing, Act::SignIn, Act::LookAround, Act::Apply, Act::Edit, Act::Prove, Act::Ask, Act::NotMine];

impl Act {
    /// Whose old account bears another name has to prove it before anything of it is theirs.
    fn fits(self, n: u32) -> bool {
        let other_name = old_name(n) != citizen(n).name;
        match self {
            Self::Nothing | Self::SignIn | Self::LookAround => true,
            Self::Prove | Self::Ask => other_name,
            Self::Apply | Self::Edit | Self::NotMine => !other_name,
        }
    }

    async fn done(self, town: &Town, n: u32) {
        if matches!(self, Self::Nothing) {
            return;
        }
        let browser = town.app.user(citizen(n).persona).await;
        match self {
            Self::Nothing | Self::SignIn => {}
            Self::LookAround => {
                for path in ["/continuity", "/link", "/applications", "/reissue", "/reissue/new?exam=ZJ"] {
                    browser.get(path).await.expect(200);
                }
            }
            Self::Apply => {
                let form =
                    browser.step2(&format!("certificate={}", town.id("legacy_certificates", n))).await.main_form();
                browser.apply(form.set("contact", "13912340001")).await;
            }
            Self::Edit => edit(town, &browser, n).await,
            Self::Prove => {
                let form = browser.get("/link").await.form("[data-account] form[action='/link/proof']");
                browser.submit(form.set("password", PASSWORD)).await.location();
            }
            Self::Ask => {
                let form = browser.get("/link").await.main_form();
                let form =
                    form.fill(&[("system", "reissue"), ("old_number", citizen(n).number), ("old_name", old_name(n))]);
                assert_eq!(browser.submit(form).await.leads_to(), "/link");
            }
            Self::NotMine => {
                let page = browser.get("/continuity").await.expect(200);
                let form = page.form("tr[data-account] form[action='/continuity/report']");
                assert_eq!(browser.submit(form).await.leads_to(), "/continuity");
            }
        }
    }

    /// What of a batch that brought this person's rows stays.
    fn keeps_of_new(self, n: u32) -> Vec<(&'static str, &'static str)> {
        let linked = old_name(n) == citizen(n).name;
        match self {
            Self::Nothing => vec![],
            Self::SignIn | Self::LookAround if !linked => vec![],
            Self::SignIn | Self::LookAround | Self::Prove | Self::NotMine => vec![("accounts", "linked")],
            Self::Apply => vec![("accounts", "linked"), ("certificates", "applied")],
            Self::Edit => vec![("accounts", "linked"), ("applications", "edited"), ("photos", "edited")],
            Self::Ask => vec![("accounts", "asked")],
        }
    }

    /// What of a batch that changed them, after they had signed in.
    fn keeps_of_changed(self) -> Vec<(&'static str, &'static str)> {
        match self {
            Self::Nothing | Self::SignIn | Self::LookAround => vec![],
            Self::Prove | Self::NotMine => vec![("accounts", "linked")],
            Self::Apply => vec![("certificates", "applied")],
            Self::Edit => vec![("accounts", "edited"), ("applications", "edited"), ("photos", "edited")],
            Self::Ask => vec![("accounts", "asked")],
        }
    }
}

async fn edit(town: &Town, browser: &Browser, n: u32) {
    let id = town.id("legacy_applications", n);
    let form = browser.get(&format!("/applications/{id}")).await.expect(200).main_form();
    let saved = browser.submit(form.set("contact", "13912340002")).await;
    assert!(saved.status.is_redirection(), "{}", saved.summary());
}

fn seed() -> u64 {
    std::env::var("BUZHENG_POPULATION_SEED").map_or(20_261_122, |seed| seed.parse().unwrap())
}

type Expected = BTreeSet<(String, String, String)>;

fn expected(acts: &[(u32, Act)], keeps: impl Fn(u32, Act) -> Vec<(&'static str, &'static str)>) -> Expected {
    let rows = acts.iter().flat_map(|(n, act)| {
        keeps(*n, *act).into_iter().map(move |(kind, reason)| (kind.to_owned(), n.to_string(), reason.to_owned()))
    });
    rows.collect()
}

/// Each act once at least, the rest as it falls.
fn choose(random: &mut StdRng, people: &[u32]) -> Vec<(u32, Act)> {
    let mut acts: Vec<(u32, Act)> = Vec::new();
    let mut waiting = ACTS.to_vec();
    for n in people {
        let at = waiting.iter().position(|act| act.fits(*n));
        let fitting: Vec<Act> = ACTS.into_iter().filter(|act| act.fits(*n)).collect();
        acts.push((*n, at.map_or_else(|| fitting[random.random_range(0..fitting.len())], |at| waiting.remove(at))));
    }
    assert!(waiting.is_empty(), "{waiting:?}");
    acts
}

/// Of the tables that an import writes: the rows of those in `kept` as they were `after` the import, all others as `before` it.
fn assert_put_back(town: &Town, (before, after): (&Snapshot, &Snapshot), kept: &Expected) {
    let now = town.state();
    for (table, kind, key) in [
        ("legacy_accounts", "accounts", "key"),
        ("legacy_certificates", "certificates", "key"),
        ("legacy_applications", "applications", "key"),
        ("legacy_photos", "photos", "application_key"),
    ] {
        let conn = &mut town.app.db.connect();
        let keys: Vec<&str> = kept.iter().filter(|row| row.0 == kind).map(|row| row.1.as_str()).collect();
        let list = format!("'{}'", keys.join("','"));
        let stays = |row: &String, of: &Snapshot| of[table].contains(row);
        for row in &now[table] {
            assert!(stays(row, before) || stays(row, after), "{table}: neither before nor after: {row}");
        }
        let new = now[table].iter().filter(|row| !stays(row, before)).count();
        assert_eq!(new, keys.len(), "{table}: as after the import are those kept");
        let gone = before[table].iter().filter(|row| !now[table].contains(row)).count();
        let replaced = text(
            conn,
            &format!("SELECT count(*)::text AS text FROM legacy_former_rows WHERE kind = '{kind}' AND key IN ({list})"),
        );
        assert_eq!(gone.to_string(), replaced, "{table}: what they replaced stays with them");
        let there =
            text(conn, &format!("SELECT count(*)::text AS text FROM {table} WHERE batch = 'b' AND {key} IN ({list})"));
        assert_eq!(there, keys.len().to_string());
    }
    for table in ["exams", "exam_combinations", "jobs"] {
        assert_eq!(now[table], before[table], "{table}");
    }
}

/// What people made is theirs: nothing of it is touched, but for findings about accounts that are gone, and so many open questions about
/// changes that are.
fn assert_people_untouched(before: &Snapshot, now: &Snapshot, questions: usize) {
    let of_import = |table: &str| table.starts_with("legacy_") || table.starts_with("exam") || table == "jobs";
    for table in before.keys().filter(|table| !of_import(table)) {
        assert!(now[table].iter().all(|row| before[table].contains(row)), "{table}");
        let gone: Vec<&String> = before[table].iter().filter(|row| !now[table].contains(row)).collect();
        match table.as_str() {
            "open_findings" => {}
            "review_tasks" => {
                assert!(gone.iter().all(|row| row.contains(",application_changed,open,")), "{gone:?}");
                assert_eq!(gone.len(), questions);
            }
            _ => assert!(gone.is_empty(), "{table}: {gone:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_first_load_only_what_people_built_on_stays() {
    let seed = seed();
    eprintln!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let people: Vec<u32> = (1..=20).collect();
    let town = Town::new(20).await;
    let before = town.state();
    town.import("b", &people, "");
    town.wrap().await;
    let after = town.state();
    let acts = choose(&mut random, &people);
    for (n, act) in &acts {
        act.done(&town, *n).await;
    }
    // A proof replaced the hash, which is part of what is kept.
    let after_acts = town.state();
    let (sums, kept) = town.back("b");
    assert_eq!(kept, expected(&acts, |n, act| act.keeps_of_new(n)), "{acts:?} {sums:?}");
    assert_put_back(&town, (&before, &after_acts), &kept);
    assert_people_untouched(&after_acts, &town.state(), 0);
    assert_eq!(before["legacy_former_rows"], town.state()["legacy_former_rows"]);
    for (n, act) in &acts {
        let browser = town.app.user(citizen(*n).persona).await;
        for path in ["/continuity", "/link", "/applications", "/reissue"] {
            browser.get(path).await.expect(200);
        }
        let linked = act.keeps_of_new(*n).contains(&("accounts", "linked"));
        let shown = browser.get("/continuity").await.has("tr[data-system=reissue][data-accounts='1']");
        assert_eq!(shown, linked && !matches!(act, Act::NotMine), "{n} {act:?}");
    }
    town.import("b", &people, "");
    town.wrap().await;
    let again = town.state();
    for table in ["legacy_accounts", "legacy_certificates", "legacy_applications", "legacy_photos", "exams"] {
        assert_eq!(again[table].len(), after[table].len(), "{table}: run again, everything is there again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_delta_only_what_people_built_on_since_stays() {
    let seed = seed();
    eprintln!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let people: Vec<u32> = (1..=20).collect();
    let town = Town::new(20).await;
    town.import("a", &people, "");
    town.wrap().await;
    // Work of before, which is no reason to keep what came after it.
    for (n, act) in [(1, Act::SignIn), (2, Act::Apply), (3, Act::Edit), (5, Act::Edit), (4, Act::SignIn), (8, Act::Ask)]
    {
        act.done(&town, n).await;
    }
    let rest: Vec<u32> = (9..=20).collect();
    for n in &rest {
        Act::SignIn.done(&town, *n).await;
    }
    let before = town.state();
    town.import("b", &people, "改");
    town.wrap().await;
    let acts = choose(&mut random, &rest);
    for (n, act) in acts.iter().chain(&[(5, Act::Edit)]) {
        act.done(&town, *n).await;
    }
    let after = town.state();
    let (sums, kept) = town.back("b");
    let expected = expected(&[&acts[..], &[(5, Act::Edit)]].concat(), |_, act| act.keeps_of_changed());
    assert_eq!(kept, expected, "{acts:?} {sums:?}");
    assert_put_back(&town, (&before, &after), &kept);
    // That about the old application which was edited before the batch only.
    assert_people_untouched(&after, &town.state(), 1);
    assert_eq!(town.back("b").1, expected, "what stays stays");
}
