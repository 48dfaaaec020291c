//! The database's schema: as diesel sees it, as the migrations make it, and what each column holds.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod scratch;

use diesel::pg::PgConnection;
use diesel::sql_types::{Bool, Text};
use diesel::{QueryableByName, RunQueryDsl};
use diesel_migrations::MigrationHarness;
use scratch::EmptyDatabase;
use std::collections::{BTreeMap, BTreeSet};

use buzheng::db::{MIGRATIONS, migrate};

/// Every column by what it holds. `sealed` is ciphertext, of personal data but for that of `key_checks`; `lookup` a keyed hash; `chained` one that binds rows; `wrapped` a
/// password hash; `rows` whole rows of other tables, whose values are what they are there; `plain` neither personal nor secret. A new column belongs here before its migration is merged.
const COLUMNS: &str = "
    account_credentials sealed: email_sealed
    account_credentials wrapped: password_wrapped
    account_credentials plain: account_id password_is_proof password_set_at email_confirmed_at
    aliases             sealed: number_sealed name_sealed
    aliases             lookup: number_lookup pair_lookup
    aliases             plain: id person_id document_type origin created_at link_id task_id ended_at ended_by ended_reason door
    application_versions sealed: form_sealed
    application_versions plain: application_id version photo_id submitted_at
    applications        lookup: same_lookup
    applications        plain: id person_id reference submission_token certificate_id legacy_application_id status feedback
    applications        plain: exam_code exam_name year certificate_number version submitted_at updated_at detached_at
    applications        plain: followed_link_id followed_from followed_version
    audit_events        chained: previous_hash hash
    audit_events        plain: seq at event actor person_id account_id link_id task_id application_id details
    audit_head          chained: hash seal
    audit_head          plain: one seq
    exam_combinations   plain: exam_code name year level specialty batch
    exams               plain: code name
    identities          sealed: number_sealed name_sealed
    identities          plain: id person_id issuer subject document_type created_at last_seen_at ended_at door
    identity_changes    sealed: before_sealed after_sealed
    identity_changes    plain: id identity_id seen_at changed
    import_batches      plain: name started_at finished_at report rolled_back_at
    import_sources      lookup: source_digest
    import_sources      plain: batch place rows_done inserted updated unchanged
    jobs                plain: id kind payload attempts run_after created_at last_error
    key_checks          sealed: check_sealed
    key_checks          lookup: check_lookup
    key_checks          plain: key_id recorded_at
    legacy_accounts     sealed: number_sealed name_sealed email_sealed password_sealed password_salt_sealed raw_sealed
    legacy_accounts     lookup: number_lookup content_digest
    legacy_accounts     wrapped: password_wrapped
    legacy_accounts     plain: id system key registered_at password_scheme batch imported_at
    legacy_applications sealed: number_sealed name_sealed contact_sealed raw_sealed
    legacy_applications lookup: number_lookup content_digest
    legacy_applications plain: id system key account_key exam_code exam_name year level specialty certificate_number approval_date
    legacy_applications plain: city status feedback submitted_at batch imported_at
    legacy_certificates sealed: number_sealed name_sealed raw_sealed
    legacy_certificates lookup: number_lookup content_digest
    legacy_certificates plain: id system key exam_code exam_name year level specialty certificate_number approval_date city status
    legacy_certificates plain: batch imported_at
    legacy_former_rows  rows: former
    legacy_former_rows  plain: id batch kind system key replaced_at
    legacy_photos       sealed: photo_sealed
    legacy_photos       lookup: content_digest
    legacy_photos       plain: system application_key batch imported_at
    links               sealed: evidence_sealed
    links               plain: id person_id account_id rule actor linked_at frozen_at undone_at undone_by undone_reason via_alias_id
    links               plain: frozen_with barred door
    open_findings       plain: person_id account_id list rule found_at
    outbox              sealed: recipient_sealed content_sealed
    outbox              plain: id channel kind state person_id created_at due_at expires_at deferred claims last_answer settled_at
    persons             plain: id created_at welcomed_at door
    photos              sealed: photo_sealed
    photos              plain: id person_id created_at
    portal_numbers      lookup: number_lookup
    portal_numbers      plain: person_id door
    review_acts         sealed: comment_sealed
    review_acts         plain: id case_id at act level staff_id application_version version reasons
    review_cases        plain: id status level version application_version exam_code exam_name year city reference needs_photo round
    review_cases        plain: entered_at due_on holder_id lease_until held_until held_by recommended_by recommends_approval
    review_cases        plain: decided_by decided_at
    review_reasons      plain: code version field correctable for_staff for_citizen created_at created_by retired
    review_tasks        sealed: evidence_sealed
    review_tasks        lookup: request_lookup
    review_tasks        plain: id number kind status person_id account_id issuer subject system created_at decided_at decided_by reason
    review_tasks        plain: legacy_application_id
    review_task_files   sealed: file_sealed
    review_task_files   lookup: content_digest
    review_task_files   plain: task_id media_type place
    sign_in_decisions   plain: id decided_at issuer subject person_id decision rule reason accounts
    staff               sealed: otp_secret_sealed own_number_sealed
    staff               wrapped: password_wrapped
    staff               plain: id user_name otp_algorithm otp_last_step created_at enrolled_at disabled_at
    staff               plain: sessions_ended_at
    staff_enrolments    lookup: token_digest
    staff_enrolments    plain: staff_id created_at expires_at issued_by reason used_at
    staff_recovery_codes lookup: code_lookup
    staff_recovery_codes plain: staff_id used_at
    staff_roles         plain: staff_id role city
";

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    place: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn migrated() -> EmptyDatabase {
    let database = EmptyDatabase::new();
    migrate::up(&mut database.connect(), || ()).unwrap();
    database
}

/// `table.column` to its type as diesel writes it.
fn columns_of_the_database(conn: &mut PgConnection) -> BTreeMap<String, String> {
    let rows: Vec<Column> = diesel::sql_query(
        "SELECT table_name || '.' || column_name AS place, udt_name::text AS kind, is_nullable = 'YES' AS nullable
         FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '__diesel_schema_migrations'",
    )
    .load(conn)
    .unwrap();
    let typed = |row: Column| {
        let kind = match row.kind.as_str() {
            "text" => "Text",
            "int4" => "Integer",
            "int8" => "BigInt",
            "bool" => "Bool",
            "bytea" => "Bytea",
            "uuid" => "Uuid",
            "timestamptz" => "Timestamptz",
            "date" => "Date",
            "jsonb" => "Jsonb",
            other => panic!("{}: teach this test the type {other}", row.place),
        };
        (row.place, if row.nullable { format!("Nullable<{kind}>") } else { kind.to_owned() })
    };
    rows.into_iter().map(typed).collect()
}

/// Table to the columns of its primary key, in order.
fn keys_of_the_database(conn: &mut PgConnection) -> BTreeMap<String, String> {
    let rows: Vec<Line> = diesel::sql_query(
        "SELECT c.conrelid::regclass || '|' || string_agg(a.attname, ', ' ORDER BY k.at) AS line
         FROM pg_constraint c CROSS JOIN unnest(c.conkey) WITH ORDINALITY AS k(number, at)
         JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number
         WHERE c.contype = 'p' AND c.connamespace = 'public'::regnamespace
           AND c.conrelid::regclass::text <> '__diesel_schema_migrations'
         GROUP BY c.conrelid",
    )
    .load(conn)
    .unwrap();
    rows.iter().map(|row| row.line.split_once('|').unwrap()).map(|(table, key)| (table.into(), key.into())).collect()
}

/// What `src/db/schema.rs` declares: columns and keys in the same form.
fn declared() -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let text = include_str!("../src/db/schema.rs");
    let (mut columns, mut keys) = (BTreeMap::new(), BTreeMap::new());
    for block in text.split("diesel::table! {").skip(1) {
        let (head, body) = block.split_once('{').unwrap();
        let (table, key) = head.trim().trim_end_matches(')').split_once(" (").unwrap();
        keys.insert(table.to_owned(), key.to_owned());
        for line in body.split('}').next().unwrap().lines() {
            if let Some((column, kind)) = line.trim().trim_end_matches(',').split_once(" -> ") {
                columns.insert(format!("{table}.{column}"), kind.to_owned());
            }
        }
    }
    (columns, keys)
}

#[test]
fn diesel_sees_the_schema_that_the_migrations_make() {
    let database = migrated();
    let mut conn = database.connect();
    let (columns, keys) = declared();
    pretty_equal("columns", &columns, &columns_of_the_database(&mut conn));
    pretty_equal("primary keys", &keys, &keys_of_the_database(&mut conn));
}

fn pretty_equal(what: &str, declared: &BTreeMap<String, String>, actual: &BTreeMap<String, String>) {
    let places: BTreeSet<_> = declared.keys().chain(actual.keys()).collect();
    let differing: Vec<_> = places
        .into_iter()
        .filter(|place| declared.get(*place) != actual.get(*place))
        .map(|place| format!("{place}: schema.rs {:?}, database {:?}", declared.get(place), actual.get(place)))
        .collect();
    assert!(differing.is_empty(), "{what} differ:\n{}", differing.join("\n"));
}

#[test]
fn every_column_is_classified_and_named_by_what_it_holds() {
    let mut classes = BTreeMap::new();
    for line in COLUMNS.lines().filter(|line| !line.trim().is_empty()) {
        let (head, names) = line.split_once(": ").unwrap();
        let (table, class) = head.trim().split_once(char::is_whitespace).unwrap();
        for name in names.split_whitespace() {
            let place = format!("{table}.{name}");
            assert!(classes.insert(place.clone(), class.trim()).is_none(), "{place} is classified twice");
        }
    }
    let database = migrated();
    let columns = columns_of_the_database(&mut database.connect());
    let unclassified: Vec<_> = columns.keys().filter(|place| !classes.contains_key(*place)).collect();
    assert!(unclassified.is_empty(), "what do these columns hold? {unclassified:?}");
    let gone: Vec<_> = classes.keys().filter(|place| !columns.contains_key(*place)).collect();
    assert!(gone.is_empty(), "no such columns: {gone:?}");
    for (place, class) in classes {
        let is_bytes = columns[&place].contains("Bytea");
        let as_named = match class {
            "sealed" => is_bytes && place.ends_with("_sealed"),
            "lookup" => is_bytes && (place.ends_with("_lookup") || place.ends_with("_digest")),
            "chained" => is_bytes && (place.ends_with("hash") || place.ends_with("seal")),
            "rows" => columns[&place] == "Jsonb",
            "wrapped" => !is_bytes && place.ends_with("_wrapped"),
            "plain" => {
                !is_bytes && ["_sealed", "_lookup", "_digest", "_wrapped"].iter().all(|end| !place.ends_with(end))
            }
            other => panic!("{place}: no class {other}"),
        };
        assert!(as_named, "{place} is {class}, but its name or type says otherwise");
    }
}

#[test]
fn migrations_up_down_and_up_leave_the_same_catalogue() {
    let database = EmptyDatabase::new();
    let mut conn = database.connect();
    let migrations = migrate::state(&mut conn).unwrap().pending.len();
    let empty = catalogue(&mut conn);
    let mut steps = vec![empty];
    for _ in 0..migrations {
        conn.run_next_migration(MIGRATIONS).unwrap();
        steps.push(catalogue(&mut conn));
    }
    assert!(steps.windows(2).all(|pair| pair[0] != pair[1]), "each migration changes something that this test sees");
    for step in steps.iter().rev().skip(1) {
        conn.revert_last_migration(MIGRATIONS).unwrap();
        assert_eq!(&catalogue(&mut conn), step, "down.sql undoes its up.sql");
    }
    migrate::up(&mut conn, || ()).unwrap();
    assert_eq!(Some(&catalogue(&mut conn)), steps.last());
}

/// Every table, column, constraint, index, sequence, trigger and function, one line each, in a fixed order.
fn catalogue(conn: &mut PgConnection) -> Vec<String> {
    let rows: Vec<Line> = diesel::sql_query(
        "SELECT line FROM (
           SELECT 'column ' || concat_ws(' ', table_name, ordinal_position, column_name, data_type, is_nullable, column_default,
                  is_identity, collation_name) AS line
             FROM information_schema.columns WHERE table_schema = 'public'
           UNION ALL SELECT 'constraint ' || concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
             FROM pg_constraint WHERE connamespace = 'public'::regnamespace
           UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
           UNION ALL SELECT concat_ws(' ', 'relation', relkind, relname) FROM pg_class
             WHERE relnamespace = 'public'::regnamespace
           UNION ALL SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
           UNION ALL SELECT 'function ' || pg_get_functiondef(p.oid) FROM pg_proc p
             WHERE pronamespace = 'public'::regnamespace AND prokind IN ('f', 'p')
           UNION ALL SELECT concat_ws(' ', 'type', typtype, typname) FROM pg_type
             WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')
         ) AS everything WHERE line NOT LIKE '%\\_\\_diesel\\_schema\\_migrations%' ORDER BY line COLLATE \"C\"",
    )
    .load(conn)
    .unwrap();
    rows.into_iter().map(|row| row.line).collect()
}
