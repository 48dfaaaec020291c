//! Files as an old system exports them: CSV in GB18030, with a manifest and a configuration.

use buzheng::vault::KeyFile;
use encoding_rs::GB18030;
use md5::{Digest, Md5};
use rand::RngExt;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

use crate::people::Invented;
use crate::support::environment;

const MANIFEST: &str = r#"
batch = "bench"
[[source]]
system = "reissue"
kind = "exams"
file = "exams.csv"
encoding = "gb18030"
[[source]]
system = "reissue"
kind = "accounts"
file = "accounts.csv"
encoding = "gb18030"
password = { scheme = "md5" }
[[source]]
system = "reissue"
kind = "certificates"
file = "certificates.csv"
encoding = "gb18030"
"#;

const CITIES: [&str; 4] = ["济南市", "青岛市", "烟台市", "潍坊市"];
const SPECIALTIES: [&str; 2] = ["土建", "安装"];
const YEARS: std::ops::RangeInclusive<u32> = 2005..=2019;

/// A folder with everything that an import needs.
pub(super) struct Files(TempDir);

impl Files {
    /// Writes `rows` accounts and as many certificates.
    pub(super) fn write(rows: usize) -> Self {
        let files = Self(tempfile::tempdir().unwrap());
        fs::write(files.path("manifest.toml"), MANIFEST).unwrap();
        files.table("exams.csv", "代码,名称,年度,级别,专业", exams());
        let people = || (0..rows as u64).map(|n| (n, Invented::nth(n)));
        files.table("accounts.csv", "编号,身份证号,姓名,邮箱,密码,盐,注册时间", people().map(account));
        let head = "编号,考试,年度,级别,专业,姓名,证件号码,证书管理号,批准日期,报名市,状态";
        files.table("certificates.csv", head, people().map(certificate));
        files
    }

    /// A file in the folder.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A configuration for the database, with keys of its own.
    pub(super) fn write_config(&self, database: &str) -> PathBuf {
        write_config(self.0.path(), database)
    }

    fn table(&self, name: &str, head: &str, rows: impl Iterator<Item = String>) {
        let mut file = BufWriter::new(File::create(self.path(name)).unwrap());
        for row in std::iter::once(head.to_owned()).chain(rows) {
            let (bytes, _, unmappable) = GB18030.encode(&row);
            assert!(!unmappable, "{row}");
            file.write_all(&bytes).unwrap();
            file.write_all(b"\r\n").unwrap();
        }
        file.flush().unwrap();
    }
}

/// A configuration for the database, with keys of its own, in a folder.
pub(crate) fn write_config(folder: &Path, database: &str) -> PathBuf {
    KeyFile::generate().write_new(&folder.join("keys.toml")).unwrap();
    let redis = environment("BUZHENG_TEST_REDIS_URL");
    let config = format!(
        "[server]\npublic_url = \"https://bz.example.org\"\n[database]\nurl = \"{database}\"\n[redis]\nurl = \"{redis}\"\n\
         [vault]\nkeys_file = \"keys.toml\"\n[portal]\ndriver = \"oidc\"\nhome_url = \"https://portal.example.org/\"\n\
         [portal.oidc]\nissuer = \"https://portal.example.org\"\nclient_id = \"bench\"\nclient_secret = \"not-a-secret\"\n"
    );
    let path = folder.join("buzheng.toml");
    fs::write(&path, config).unwrap();
    path
}

fn exams() -> impl Iterator<Item = String> {
    YEARS.flat_map(|year| SPECIALTIES.map(|specialty| format!("ZJ,造价,{year},造价工程师,{specialty}")))
}

/// One in twenty still has the number of 15 digits.
fn account((n, person): (u64, Invented)) -> String {
    let number = if n.is_multiple_of(20) { person.number_of_15() } else { person.number };
    let mut hash = String::new();
    for byte in Md5::digest(format!("password-{n}")) {
        write!(hash, "{byte:02x}").unwrap();
    }
    let year = 2008 + n % 10;
    format!("{n},{number},{},user{n}@example.org,{hash},,{year}-03-04 08:09:10", person.name)
}

fn certificate((n, mut person): (u64, Invented)) -> String {
    let year = person.random.random_range(YEARS);
    let specialty = SPECIALTIES[person.random.random_range(0..SPECIALTIES.len())];
    let city = CITIES[person.random.random_range(0..CITIES.len())];
    let status = if n.is_multiple_of(10) { "未领取" } else { "已领取" };
    let (name, number) = (person.name, person.number);
    format!("C{n},造价,{year},造价工程师,{specialty},{name},{number},{year}{n:06},{year}1122,{city},{status}")
}
