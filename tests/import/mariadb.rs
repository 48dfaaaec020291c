//! A live database of an old system: a real MariaDB, whose address is in BUZHENG_TEST_MARIADB_URL.

use buzheng::import::finding::{Code, Tally};
use buzheng::import::manifest::Manifest;
use buzheng::import::source::{Input, Item, Items, open_all};
use indicatif::ProgressBar;
use mysql::prelude::Queryable;
use mysql::{Conn, Opts};

use crate::bench::{Bench, codes, counts};

mod relay;

/// A database of its own, and its users.
struct Old {
    conn: Conn,
    name: String,
    port: u16,
}

const TABLE: &str = "CREATE TABLE zh_account (id INT PRIMARY KEY, sfz VARCHAR(18), xm VARCHAR(50), mail VARCHAR(50), \
     added DATETIME, note DECIMAL(8,2), flag BIT(1)) CHARACTER SET utf8mb4";

const COLUMNS: &str = "columns = { key = \"id\", id_number = \"sfz\", name = \"xm\", email = \"mail\", registered_at = \"added\", \
     password = \"\", salt = \"\" }";

impl Old {
    fn new() -> Self {
        let url = std::env::var("BUZHENG_TEST_MARIADB_URL")
            .expect("no MariaDB: run deploy/scripts/tools test, and the tests by deploy/scripts/services run");
        let opts = Opts::from_url(&url).unwrap();
        let port = opts.get_tcp_port();
        let mut conn = Conn::new(opts).unwrap();
        let name = format!("old_{}", &uuid::Uuid::new_v4().simple().to_string()[..12]);
        for statement in [
            format!("CREATE DATABASE {name}"),
            format!("USE {name}"),
            format!("CREATE USER '{name}_reader'@'127.0.0.1' IDENTIFIED BY 'p@ss/word'"),
            format!("GRANT SELECT ON {name}.* TO '{name}_reader'@'127.0.0.1'"),
            format!("CREATE USER '{name}_all'@'127.0.0.1' IDENTIFIED BY 'p@ss/word'"),
            format!("GRANT ALL ON *.* TO '{name}_all'@'127.0.0.1'"),
        ] {
            conn.query_drop(statement).unwrap();
        }
        Self { conn, name, port }
    }

    fn with_accounts() -> Self {
        let mut old = Self::new();
        old.run(TABLE);
        old.run(
            "INSERT INTO zh_account VALUES (10, '110101199003071233', '测试', NULL, '2011-08-02 17:16:00', 1.50, b'1'), \
             (9, NULL, '测试二', '', '0000-00-00', NULL, b'0'), (11, '', '\u{20000}', 'x@example.com', NULL, -1, NULL)",
        );
        old
    }

    fn run(&mut self, statement: &str) {
        self.conn.query_drop("SET SESSION sql_mode = ''").unwrap();
        self.conn.query_drop(statement).unwrap();
    }

    fn all(&mut self) -> Vec<(String, String)> {
        self.conn.query("CHECKSUM TABLE zh_account").unwrap()
    }

    fn url(&self, user: &str) -> String {
        format!("mysql://{}_{user}:p%40ss%2Fword@127.0.0.1:{}/{}", self.name, self.port, self.name)
    }

    fn source(&self, user: &str, rows: &str) -> String {
        source(&format!("url = \"{}\", {rows}", self.url(user)))
    }

    /// By way of a relay, which changes what the client asks.
    fn source_by(&self, user: &str, rows: &str, change: fn(&str) -> String) -> String {
        let port = relay::start(self.port, change);
        let url = self.url(user).replace(&format!(":{}/", self.port), &format!(":{port}/"));
        source(&format!("url = \"{url}\", {rows}"))
    }
}

impl Drop for Old {
    fn drop(&mut self) {
        let name = &self.name;
        for statement in [
            format!("DROP DATABASE {name}"),
            format!("DROP USER '{name}_reader'@'127.0.0.1'"),
            format!("DROP USER '{name}_all'@'127.0.0.1'"),
        ] {
            self.conn.query_drop(statement).unwrap();
        }
    }
}

fn source(mysql: &str) -> String {
    format!("[[source]]\nsystem = \"reissue\"\nkind = \"accounts\"\nmysql = {{ {mysql} }}\n{COLUMNS}\n")
}

#[test]
fn a_table_is_read_by_the_names_of_its_columns_in_the_order_of_its_key() {
    let mut old = Old::with_accounts();
    let bench = Bench::new();
    let before = old.all();
    let text = old.source("reader", "table = \"zh_account\"");

    let source = bench.import_text(&text).remove(0);

    assert_eq!((source.file.as_str(), source.counts), ("mysql:zh_account", counts([3, 3, 0, 0, 0])));
    let unmapped = source.findings.iter().find(|finding| finding.code == "unmapped-column").unwrap();
    assert_eq!(unmapped.details, ["note", "flag"]);
    let empty = source.findings.iter().find(|finding| finding.code == "empty-number").unwrap();
    assert_eq!(empty.first_rows, [1, 3], "9 comes before 10 and 11");
    assert_eq!(
        bench.text("SELECT (key, registered_at) FROM legacy_accounts ORDER BY key"),
        "(10,\"2011-08-02 17:16:00\")\n(11,\"\")\n(9,\"0000-00-00 00:00:00\")"
    );
    assert_eq!(bench.import_text(&text)[0].counts, counts([3, 0, 0, 3, 0]), "a second run reads alike");
    assert_eq!(old.all(), before);
}

#[test]
fn a_query_brings_its_own_columns_and_the_password_may_lie_in_a_file() {
    let mut old = Old::with_accounts();
    old.run("CREATE TABLE more (id INT PRIMARY KEY, zhu VARCHAR(9))");
    let bench = Bench::new();
    bench.file("secret", "p@ss/word\n");
    bench.file("url", old.url("reader"));
    let query =
        "query = \"SELECT a.*, zhu AS 备注 FROM zh_account a LEFT JOIN more USING (id) WHERE id < 11 ORDER BY id\"";
    let url = format!("mysql://{}_reader@127.0.0.1:{}/{}", old.name, old.port, old.name);
    for place in [format!("url = \"{url}\", password_file = \"secret\""), "url_file = \"url\"".to_owned()] {
        let source = bench.import_text(&source(&format!("{place}, {query}"))).remove(0);
        assert_eq!((source.file.as_str(), source.counts.read), ("mysql:query-1", 2));
    }
}

#[test]
fn the_same_rows_from_a_file_and_from_the_database_are_the_same_content() {
    let old = Old::with_accounts();
    let bench = Bench::new();
    let query = "query = \"SELECT id, sfz, xm, mail, added FROM zh_account ORDER BY id\"";
    bench.import_text(&old.source("reader", query));
    bench.rows(
        "accounts.csv",
        "id,sfz,xm,mail,added",
        &[
            "9,,测试二,,0000-00-00 00:00:00",
            "10,110101199003071233,测试,,2011-08-02 17:16:00",
            "11,,\u{20000},x@example.com,",
        ],
    );
    let again = bench.import(&[("accounts", "accounts.csv", COLUMNS)]);
    assert_eq!(again[0].counts, counts([3, 0, 0, 3, 0]));
}

#[test]
fn a_column_of_any_character_set_is_read_by_its_own_or_refused_beside_gbk_bytes_in_latin1() {
    let charsets = ["utf8mb3", "utf8mb4", "gbk", "gb2312", "big5", "ucs2", "utf16", "utf16le", "utf32"];
    let unicode = ["utf8mb3", "utf8mb4", "ucs2", "utf16", "utf32"];
    let readable = charsets.iter().map(|name| (*name).to_owned());
    let readable = readable.chain(unicode.iter().map(|name| format!("{name} COLLATE {name}_uca1400_ai_ci")));
    let columns = |charset: &str| {
        let all = TABLE.replace("utf8mb4", "latin1");
        all.replace("xm VARCHAR(50)", &format!("xm VARCHAR(50) CHARACTER SET {charset}"))
    };
    let mut old = Old::new();
    let bench = Bench::new();
    bench.rows("accounts.csv", "id,sfz,xm,mail,added", &["1,,王匹,测试,"]);
    bench.import(&[("accounts", "accounts.csv", COLUMNS)]);
    let rows = "query = \"SELECT id, sfz, xm, mail, added FROM zh_account ORDER BY id\"";
    let text = old.source("reader", rows) + "encoding = \"gb18030\"\n";
    for charset in readable {
        old.run("DROP TABLE IF EXISTS zh_account");
        old.run(&columns(&charset));
        old.run("SET NAMES utf8mb4");
        // 测试 in GBK.
        old.run("INSERT INTO zh_account (id, xm, mail) VALUES (1, '王匹', x'B2E2CAD4')");
        assert_eq!(bench.import_text(&text)[0].counts, counts([1, 0, 0, 1, 0]), "{charset}");
    }
    for charset in ["sjis", "ujis", "euckr", "cp1251", "latin2"] {
        old.run("DROP TABLE IF EXISTS zh_account");
        old.run(&columns(charset));
        bench.file("manifest.toml", format!("batch = \"b\"\n{text}"));
        let outcome = bench.try_run(&bench.path("manifest.toml"), &[]).unwrap();
        assert_eq!(outcome.refused, [Code::UnreadableFile], "{charset}");
        let said = &outcome.report.sources[0].findings[0].details[0];
        assert!(said.contains(charset) && said.contains("CONVERT(xm USING utf8mb4) AS xm"), "{said}");
    }
    let converted = rows.replace("xm,", "CONVERT(xm USING utf8mb4) AS xm,");
    let text = old.source("reader", &converted) + "encoding = \"gb18030\"\n";
    assert_eq!(bench.import_text(&text)[0].counts.read, 0, "the server converts");
}

#[test]
fn gbk_bytes_in_a_latin1_column_are_read_as_gb18030() {
    let mut old = Old::new();
    old.run(&TABLE.replace("utf8mb4", "latin1"));
    // 测试 in GBK, and half a character.
    old.run("INSERT INTO zh_account (id, xm) VALUES (1, x'B2E2CAD4'), (2, x'B2E2CA')");
    let bench = Bench::new();
    let text = old.source("reader", "table = \"zh_account\"") + "encoding = \"gb18030\"\n";
    let source = bench.import_text(&text).remove(0);
    assert_eq!(source.counts, counts([2, 1, 0, 0, 1]));
    assert_eq!(bench.rejected(), [(2, "2".to_owned(), "malformed-bytes".to_owned())]);
    bench.rows("accounts.csv", "id,sfz,xm,mail,added,note,flag", &["1,,测试,,,,"]);
    assert_eq!(bench.import(&[("accounts", "accounts.csv", COLUMNS)])[0].counts, counts([1, 0, 0, 1, 0]));
}

#[test]
fn columns_beside_one_another_are_read_each_in_its_own_character_set() {
    let mut old = Old::new();
    old.run(
        "CREATE TABLE zh_account (id INT PRIMARY KEY, sfz VARCHAR(18) CHARACTER SET latin1, xm VARCHAR(50) CHARACTER SET latin1, \
         mail VARCHAR(50) CHARACTER SET utf8mb4, added VARCHAR(50) CHARACTER SET gbk, note TEXT CHARACTER SET utf8, flag BIT(1))",
    );
    // The name's bytes are GBK.
    old.run("INSERT INTO zh_account VALUES (1, '110101199003071233', x'B2E2CAD4', '测试\u{20000}', '二〇一七', '备注', b'1')");
    let bench = Bench::new();
    let text = old.source("reader", "table = \"zh_account\"") + "encoding = \"gb18030\"\n";
    let source = bench.import_text(&text).remove(0);
    assert_eq!(source.counts, counts([1, 1, 0, 0, 0]));
    assert!(!codes(&source).iter().any(|(code, _)| *code == "name-garbled"), "{source:?}");
    let row = "1,110101199003071233,测试,测试\u{20000},二〇一七,备注,1";
    bench.rows("accounts.csv", "id,sfz,xm,mail,added,note,flag", &[row]);
    assert_eq!(bench.import(&[("accounts", "accounts.csv", COLUMNS)])[0].counts, counts([1, 0, 0, 1, 0]));

    let garbled = bench.check_text(&old.source("reader", "table = \"zh_account\"")).remove(0);
    let garbled = garbled.findings.iter().find(|finding| finding.code == "name-garbled").unwrap();
    assert_eq!(garbled.first_rows, [1]);
    assert!(garbled.details[0].starts_with("xm：像是把 GBK 当作 Latin-1") && garbled.details.len() == 1, "{garbled:?}");
}

#[test]
fn limits_of_the_server_bind_no_import() {
    let mut old = Old::with_accounts();
    old.run("ALTER TABLE zh_account ADD COLUMN at TIMESTAMP NULL, ADD COLUMN fix CHAR(5)");
    old.run("SET SESSION time_zone = '+08:00'");
    old.run("UPDATE zh_account SET at = '2011-08-02 17:16:00', fix = 'ab'");
    let rows = "query = 'SELECT a.id, a.sfz, GROUP_CONCAT(b.sfz ORDER BY b.id SEPARATOR \"x\") AS xm, a.fix AS mail, a.at AS added, a.xm AS note \
                FROM zh_account a JOIN zh_account b GROUP BY a.id ORDER BY a.id'";
    let text = old.source("reader", rows);
    let bench = Bench::new();
    let free = bench.import_text(&text).remove(0);
    assert_eq!(free.counts, counts([3, 3, 0, 0, 0]));
    assert_eq!(bench.text("SELECT DISTINCT registered_at FROM legacy_accounts"), "2011-08-02 17:16:00");

    // Each session of this user begins with them; nobody else's does.
    let is_limited = format!("USER() LIKE '{}_reader@%'", old.name);
    let limits = format!(
        "IF {is_limited} THEN SET SESSION max_join_size = 5, sql_big_selects = 0, group_concat_max_len = 5, time_zone = '+00:00', \
         max_statement_time = 30, character_set_results = latin1, character_set_connection = latin1; END IF; \
         SET SESSION sql_mode = IF({is_limited}, 'PAD_CHAR_TO_FULL_LENGTH,ANSI_QUOTES,NO_BACKSLASH_ESCAPES', @@sql_mode); \
         SET SESSION sql_select_limit = CAST(IF({is_limited}, 2, 18446744073709551615) AS UNSIGNED)"
    );
    old.conn.exec_drop("SET GLOBAL init_connect = ?", (&limits,)).unwrap();
    let mut limited = Conn::new(Opts::from_url(&old.url("reader")).unwrap()).unwrap();
    let seen: Vec<i32> = limited.query("SELECT id FROM zh_account").unwrap();
    let checked = bench.check_text(&text);
    old.conn.query_drop("SET GLOBAL init_connect = ''").unwrap();
    assert_eq!(seen.len(), 2, "the limits are there");
    assert_eq!(checked[0].counts, counts([3, 0, 0, 3, 0]), "the same rows as without the limits: {checked:?}");
}

#[test]
fn rows_that_are_missing_from_an_answer_end_the_command() {
    let old = Old::with_accounts();
    let bench = Bench::new();
    let cut = |query: &str| {
        let limit = if query.starts_with("SELECT * FROM `zh_account`") { " LIMIT 2" } else { "" };
        format!("{query}{limit}")
    };
    let source = old.source_by("reader", "table = \"zh_account\"", cut);
    bench.file("manifest.toml", format!("batch = \"b\"\n{source}"));
    let error = bench.try_run(&bench.path("manifest.toml"), &[]).unwrap_err().to_string();
    assert!(
        error.contains("只给出 2 行") && error.contains("COUNT(*) 是 3 行") && error.contains("mysql:zh_account"),
        "{error}"
    );
    assert_eq!(bench.count("legacy_accounts"), 0);
}

#[test]
fn columns_of_one_name_in_a_query_cannot_be_counted_and_are_read_all_the_same() {
    let old = Old::with_accounts();
    let rows = "query = \"SELECT a.*, b.note FROM zh_account a JOIN zh_account b USING (id) ORDER BY a.id;\"";
    assert_eq!(Bench::new().import_text(&old.source("reader", rows))[0].counts.read, 3);
}

#[test]
fn a_server_without_transactions_that_only_read_needs_a_user_who_only_reads() {
    let mut old = Old::with_accounts();
    old.run("UPDATE zh_account SET xm = '测试三' WHERE id = 11");
    // What MySQL 5.1 answers: a syntax error, and an unknown character set.
    let ancient =
        |query: &str| query.replace("READ ONLY", "READ_ONLY").replace("SET NAMES utf8mb4", "SET NAMES utf8mb5");
    let before = old.all();
    let bench = Bench::new();
    let rows = "table = \"zh_account\"";
    let source = bench.import_text(&old.source_by("reader", rows, ancient)).remove(0);
    assert_eq!(source.counts, counts([3, 3, 0, 0, 0]));

    bench.file("manifest.toml", format!("batch = \"b\"\n{}", old.source_by("all", rows, ancient)));
    let outcome = bench.try_run(&bench.path("manifest.toml"), &[]).unwrap();
    assert_eq!(outcome.refused, [Code::UnreadableFile]);
    let said = &outcome.report.sources[0].findings[0].details[0];
    assert!(
        said.contains("只读事务") && said.contains("MySQL 5.6、MariaDB 10.0") && said.contains("GRANT SELECT"),
        "{said}"
    );
    assert_eq!(old.all(), before);
}

#[test]
fn whoever_may_write_there_writes_nothing() {
    let mut old = Old::with_accounts();
    old.run("CREATE FUNCTION spoil() RETURNS INT BEGIN DELETE FROM zh_account; RETURN 1; END");
    let before = old.all();
    let bench = Bench::new();
    assert_eq!(bench.import_text(&old.source("all", "table = \"zh_account\""))[0].counts.read, 3);
    bench.file("manifest.toml", format!("batch = \"b\"\n{}", old.source("all", "query = \"SELECT spoil() AS id\"")));
    let manifest = bench.path("manifest.toml");
    let outcome = bench.try_run(&manifest, &[]).unwrap();
    assert_eq!(outcome.refused, [Code::UnreadableFile]);
    let said = &outcome.report.sources[0].findings[0].details[0];
    assert!(said.contains("READ ONLY"), "{said}");
    assert_eq!(old.all(), before);
}

fn keys(input: &mut Input) -> Vec<String> {
    let Input::Table(table) = input else { panic!("not readable") };
    let mut rows = table.rows(&ProgressBar::hidden()).unwrap();
    let mut keys = Vec::new();
    while let Some(item) = rows.next().unwrap() {
        let Item::Row(row) = item else { panic!("rejected") };
        keys.push(row.cells().next().unwrap().2.to_owned());
    }
    keys
}

#[test]
fn every_reading_of_every_source_sees_the_moment_of_the_first() {
    let mut old = Old::with_accounts();
    let bench = Bench::new();
    let query = "query = \"SELECT * FROM zh_account WHERE id > 9 ORDER BY id\"";
    let text = old.source("reader", "table = \"zh_account\"") + &old.source("reader", query);
    bench.file("manifest.toml", format!("batch = \"b\"\n{text}"));
    let manifest = Manifest::read(&bench.path("manifest.toml")).unwrap();
    let mut tallies = vec![Tally::default(); 2];
    let mut inputs = open_all(&manifest.sources, &mut tallies);
    old.run("DELETE FROM zh_account WHERE id = 10");
    old.run("INSERT INTO zh_account (id) SELECT seq FROM seq_100_to_5000");
    for _ in 0..2 {
        assert_eq!(keys(&mut inputs[0]), ["9", "10", "11"]);
        assert_eq!(keys(&mut inputs[1]), ["10", "11"]);
    }
    drop(inputs);
    let mut later = open_all(&manifest.sources, &mut tallies);
    assert_eq!(keys(&mut later[0]).len(), 2 + 4901);
}

#[test]
fn what_cannot_be_reached_or_read_is_said_without_credentials() {
    let old = Old::with_accounts();
    let bench = Bench::new();
    let wrong = old.url("reader").replace("p%40ss", "secret");
    // Nobody listens on the first port.
    let nowhere = "mysql://someone:secret@127.0.0.1:1/x".to_owned();
    for (place, reason) in [
        (format!("url = \"{wrong}\", table = \"zh_account\""), "1045"),
        (format!("url = \"{nowhere}\", table = \"zh_account\""), "无法连接数据库"),
        (format!("url = \"{}\", table = \"none\"", old.url("reader")), "1146"),
        (format!("url = \"{}\", query = \"SELECT none FROM zh_account\"", old.url("reader")), "1054"),
    ] {
        bench.file("manifest.toml", format!("batch = \"b\"\n{}", source(&place)));
        let outcome = bench.try_run(&bench.path("manifest.toml"), &[]).unwrap();
        assert_eq!(outcome.refused, [Code::UnreadableFile], "{place}");
        let said = serde_json::to_string(&outcome.report).unwrap();
        assert!(said.contains(reason) && !said.contains("secret") && !said.contains("someone"), "{said}");
        assert_eq!(codes(&outcome.report.sources[0]), [("unreadable-file", 1)]);
    }
}

#[test]
fn a_manifest_that_names_a_database_badly_is_refused_with_every_reason() {
    let bench = Bench::new();
    for (place, reason) in [
        ("url = \"mysql://u:geheim@h/d\", table = \"a b\"", "mysql.table"),
        ("url = \"mysql://u:geheim@h/d\", query = \"DELETE FROM t\"", "SELECT"),
        ("url = \"mysql://u:geheim@h/d\"", "table 或 query"),
        ("url = \"mysql://u:geheim@h/d\", table = \"t\", query = \"SELECT 1\"", "table 或 query"),
        ("url = \"postgres://u:geheim@h/d\", table = \"t\"", "mysql://"),
        ("url = \"mysql://u:geheim@h\", table = \"t\"", "mysql://"),
        ("url = \"mysql://u:geheim@h/d?require_ssl=true\", table = \"t\"", "mysql://"),
        ("url_file = \"none\", table = \"t\"", "url_file"),
        ("table = \"t\"", "url 或 url_file"),
        ("url = \"mysql://u:geheim@h/d\", table = \"t\", tabel = \"x\"", "tabel"),
    ] {
        bench.file("manifest.toml", format!("batch = \"b\"\n{}", source(place)));
        let problems = Manifest::read(&bench.path("manifest.toml")).unwrap_err().to_string();
        assert!(problems.contains(reason) && !problems.contains("geheim"), "{place}: {problems}");
    }
    bench.file(
        "manifest.toml",
        format!("batch = \"b\"\n{}file = \"x.csv\"\n", source("url = \"mysql://u@h/d\", table = \"t\"")),
    );
    let problems = Manifest::read(&bench.path("manifest.toml")).unwrap_err().to_string();
    assert!(problems.contains("只能写一个"), "{problems}");
}
