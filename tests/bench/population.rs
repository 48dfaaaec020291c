//! Accounts of an old system in great number, written as the import writes them.

use buzheng::db::schema::legacy_accounts;
use buzheng::domain::document::Number;
use buzheng::ids::AccountId;
use buzheng::vault::{LookUp, Purpose, Vault};
use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::sync::mpsc::sync_channel;

use super::ground::Ground;
use super::people::Invented;
use super::table::{duration, thousands};
use super::timing::timed;

/// Accounts of a small table.
pub(crate) const SMALL: u64 = 10_000;

/// At a time.
const CHUNK: u64 = 20_000;

#[derive(Insertable)]
#[diesel(table_name = legacy_accounts, treat_none_as_default_value = false)]
struct Row {
    id: AccountId,
    system: &'static str,
    key: String,
    number_lookup: Vec<u8>,
    number_sealed: Vec<u8>,
    name_sealed: Vec<u8>,
    email_sealed: Vec<u8>,
    registered_at: &'static str,
    content_digest: Vec<u8>,
    raw_sealed: Vec<u8>,
    batch: &'static str,
    imported_at: DateTime<Utc>,
}

/// Gives each of the first `count` invented people an account. Rows are made on one core while the server writes on another, and the
/// indexes afterwards: ten million are a matter of minutes.
pub(crate) fn write(ground: &Ground, count: u64) {
    let (took, ()) = timed(|| write_all(ground, count));
    eprintln!("bench: {} accounts written in {}", thousands(count), duration(took));
}

fn write_all(ground: &Ground, count: u64) {
    let mut conn = ground.db.connect();
    let now = Utc::now();
    conn.batch_execute(WITHOUT_INDEXES).unwrap();
    std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel::<Vec<Row>>(2);
        scope.spawn(move || {
            for begin in (0..count).step_by(usize::try_from(CHUNK).unwrap()) {
                let rows = (begin..count.min(begin + CHUNK)).map(|n| row(&ground.app.vault, n, now)).collect();
                sender.send(rows).unwrap();
            }
        });
        for rows in receiver {
            let expected = rows.len();
            let written = diesel::copy_from(legacy_accounts::table).from_insertable(rows).execute(&mut conn).unwrap();
            assert_eq!(written, expected, "rows of the population");
        }
    });
    conn.batch_execute(WITH_INDEXES).unwrap();
    settle(ground);
}

/// Each row's place in an index of hashes is another page: cheaper when all are known.
const WITHOUT_INDEXES: &str = "ALTER TABLE legacy_accounts DROP CONSTRAINT legacy_accounts_system_key_key;
    DROP INDEX legacy_accounts_number";

/// As the migrations make them.
const WITH_INDEXES: &str = "SET maintenance_work_mem = '512MB';
    ALTER TABLE legacy_accounts ADD CONSTRAINT legacy_accounts_system_key_key UNIQUE (system, key);
    CREATE INDEX legacy_accounts_number ON legacy_accounts (number_lookup) WHERE number_lookup IS NOT NULL";

/// Does what the server does by itself within minutes after much was written. Without it some queries are planned for empty tables, and
/// whoever reads next writes the pages of others to disk: the tables would be compared by what happened to be done.
pub(crate) fn settle(ground: &Ground) {
    let mut conn = ground.db.connect();
    for statement in ["VACUUM (ANALYZE)", "CHECKPOINT"] {
        conn.batch_execute(statement).unwrap();
    }
}

fn row(vault: &Vault, n: u64, now: DateTime<Utc>) -> Row {
    let Invented { name, number, .. } = Invented::nth(n);
    let key = format!("P{n}");
    let raw = [
        ("编号", key.as_str()),
        ("身份证号", &number),
        ("姓名", &name),
        ("邮箱", ""),
        ("注册时间", "2011-03-04 08:09:10"),
    ];
    Row {
        id: AccountId::generate(),
        system: "reissue",
        number_lookup: vault.look_up(LookUp::Number, &[Number::new(&number, None).canonical()]),
        number_sealed: vault.seal_text(Purpose::Number, &number),
        name_sealed: vault.seal_text(Purpose::Name, &name),
        email_sealed: vault.seal_text(Purpose::Email, ""),
        registered_at: "2011-03-04 08:09:10",
        content_digest: vault.look_up(LookUp::Content, &[&key, &number, &name]),
        raw_sealed: vault.seal_json(Purpose::RawRow, &raw).unwrap(),
        batch: "test",
        imported_at: now,
        key,
    }
}
