//! A database, a key file and a folder for each test, and short ways to fill the folder.

use buzheng::app::keys::{Keys, Recording};
use buzheng::db::Db;
use buzheng::import::finding::Code;
use buzheng::import::manifest::Manifest;
use buzheng::import::report::{Counts, SourceReport};
use buzheng::import::{self, Ground, ImportError, Options, Outcome};
use buzheng::vault::{KeyFile, Vault};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use indicatif::ProgressBar;
use secrecy::SecretString;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::support::TestDb;

pub(crate) const EXAMS: &str = "代码,名称,年度,级别,专业";
pub(crate) const ACCOUNTS: &str = "编号,身份证号,姓名,邮箱,密码,盐,注册时间";
pub(crate) const CERTIFICATES: &str = "编号,考试,年度,级别,专业,姓名,证件号码,证书管理号,批准日期,报名市,状态";
pub(crate) const APPLICATIONS: &str =
    "编号,账号编号,考试,年度,级别,专业,姓名,证件号码,证书管理号,批准日期,报名市,联系方式,状态,审核结果反馈,提交时间";

pub(crate) struct Bench {
    pub(crate) test_db: TestDb,
    pub(crate) db: Db,
    pub(crate) vault: Vault,
    pub(crate) keys_file: PathBuf,
    folder: tempfile::TempDir,
    url: SecretString,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Nullable<Text>)]
    line: Option<String>,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with(&KeyFile::generate())
    }

    /// Another database and folder with the same keys.
    pub(crate) fn twin(&self) -> Self {
        Self::with(&KeyFile::read(&self.keys_file).unwrap())
    }

    fn with(keys: &KeyFile) -> Self {
        let test_db = TestDb::new();
        let url = SecretString::from(test_db.url().to_owned());
        let folder = tempfile::tempdir().unwrap();
        let keys_file = folder.path().join("keys.toml");
        keys.write_new(&keys_file).unwrap();
        let vault = Vault::new(keys);
        let db = Db::new(&url, 4, Keys::new(&vault, Recording::ComparesOnly));
        Self { test_db, db, vault, keys_file, folder, url }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// A file of a header and rows.
    pub(crate) fn rows(&self, name: &str, header: &str, rows: &[&str]) {
        self.file(name, format!("{header}\n{}\n", rows.join("\n")));
    }

    /// Writes `manifest.toml`; each source is `kind file` and further keys.
    pub(crate) fn manifest(&self, sources: &[(&str, &str, &str)]) -> PathBuf {
        let mut text = String::from("batch = \"b\"\n");
        for (kind, file, more) in sources {
            let encoding = if more.contains("encoding") { "" } else { "encoding = \"utf-8\"\n" };
            let head = "[[source]]\nsystem = \"reissue\"";
            writeln!(text, "{head}\nkind = \"{kind}\"\nfile = \"{file}\"\n{encoding}{more}").unwrap();
        }
        self.file("manifest.toml", text);
        self.path("manifest.toml")
    }

    pub(crate) fn ground(&self) -> Ground<'_> {
        Ground { db: &self.db, vault: &self.vault, database_url: &self.url, now: now() }
    }

    /// A configuration for the program; nothing of it but the database answers.
    pub(crate) fn config(&self) -> PathBuf {
        let config = format!(
            "[server]\npublic_url = \"http://127.0.0.1:8080\"\n[database]\nurl = \"{}\"\n[redis]\nurl = \"redis://127.0.0.1:1\"\n\
             [vault]\nkeys_file = \"{}\"\n[portal]\ndriver = \"oidc\"\ndisplay_name = \"x\"\nhome_url = \"http://127.0.0.1/\"\n\
             [portal.oidc]\nissuer = \"http://127.0.0.1:1\"\nclient_id = \"a\"\nclient_secret = \"b\"\n",
            self.test_db.url(),
            self.keys_file.display()
        );
        self.file("buzheng.toml", config);
        self.path("buzheng.toml")
    }

    pub(crate) fn try_run(&self, manifest: &Path, accept: &[Code]) -> Result<Outcome, ImportError> {
        let progress = ProgressBar::hidden();
        let options = Options { accept, list_folder: Some(self.folder.path()), progress: &progress };
        import::run(self.ground(), &Manifest::read(manifest).unwrap(), options)
    }

    pub(crate) fn run(&self, manifest: &Path) -> Outcome {
        self.try_run(manifest, &[]).unwrap()
    }

    pub(crate) fn check(&self, manifest: &Path) -> Outcome {
        self.check_accepting(manifest, &[])
    }

    pub(crate) fn check_accepting(&self, manifest: &Path, accept: &[Code]) -> Outcome {
        let progress = ProgressBar::hidden();
        let options = Options { accept, list_folder: None, progress: &progress };
        import::check(self.ground(), &Manifest::read(manifest).unwrap(), options).unwrap()
    }

    /// A manifest with these sources, as they stand in it.
    pub(crate) fn import_text(&self, sources: &str) -> Vec<SourceReport> {
        self.file("manifest.toml", format!("batch = \"b\"\n{sources}"));
        self.import_manifest(&self.path("manifest.toml"))
    }

    /// What a check says of such a manifest.
    pub(crate) fn check_text(&self, sources: &str) -> Vec<SourceReport> {
        self.file("manifest.toml", format!("batch = \"b\"\n{sources}"));
        self.check(&self.path("manifest.toml")).report.sources
    }

    /// Checks, runs, makes sure that both say the same, and gives what they say.
    pub(crate) fn import(&self, sources: &[(&str, &str, &str)]) -> Vec<SourceReport> {
        self.import_manifest(&self.manifest(sources))
    }

    fn import_manifest(&self, manifest: &Path) -> Vec<SourceReport> {
        let foreseen = self.check(manifest);
        let done = self.run(manifest);
        assert_eq!(foreseen.report, done.report, "a check foresees a run");
        assert_eq!(done.refused, []);
        done.report.sources
    }

    pub(crate) fn count(&self, what: &str) -> i64 {
        let query = format!("SELECT count(*) AS count FROM {what}");
        diesel::sql_query(query).get_result::<Count>(&mut self.test_db.connect()).unwrap().count
    }

    /// One column of text, in the order of the query.
    pub(crate) fn column(&self, query: &str) -> Vec<Option<String>> {
        let query = format!("SELECT line::text AS line FROM ({query}) AS q(line)");
        let lines: Vec<Line> = diesel::sql_query(query).load(&mut self.test_db.connect()).unwrap();
        lines.into_iter().map(|line| line.line).collect()
    }

    pub(crate) fn text(&self, query: &str) -> String {
        self.column(query).into_iter().flatten().collect::<Vec<_>>().join("\n")
    }

    /// Every row of every table.
    pub(crate) fn everything(&self) -> String {
        let tables = self.column("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1");
        let rows = tables.into_iter().flatten().map(|table| {
            let rows = self.text(&format!("SELECT t FROM {table} AS t ORDER BY t::text"));
            format!("{table}\n{rows}\n")
        });
        rows.collect()
    }

    /// The list of rejected rows, its header left out: (row, key, code).
    pub(crate) fn rejected(&self) -> Vec<(u64, String, String)> {
        let mut reader = csv::Reader::from_path(self.path("b.rejected.csv")).unwrap();
        assert_eq!(reader.headers().unwrap(), vec!["source", "row", "key", "code", "message"]);
        let row = |record: csv::StringRecord| (record[1].parse().unwrap(), record[2].to_owned(), record[3].to_owned());
        reader.records().map(|record| row(record.unwrap())).collect()
    }
}

/// The tests' present.
pub(crate) fn now() -> DateTime<Utc> {
    "2026-01-15T02:00:00Z".parse().unwrap()
}

pub(crate) fn counts([read, inserted, updated, unchanged, rejected]: [u64; 5]) -> Counts {
    Counts { read, inserted, updated, unchanged, rejected }
}

/// Codes with their counts, in the order of the codes.
pub(crate) fn codes(source: &SourceReport) -> Vec<(&'static str, u64)> {
    let mut codes: Vec<_> = source.findings.iter().map(|finding| (finding.code, finding.count)).collect();
    codes.sort_unstable();
    codes
}
