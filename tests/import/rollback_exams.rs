//! `import rollback` and the catalogue of exams, which no row points to by an id.

use std::collections::BTreeSet;

use crate::bench::{Bench, CERTIFICATES, EXAMS};

const BOTH: [(&str, &str, &str); 2] = [("exams", "exams.csv", ""), ("certificates", "certificates.csv", "")];

fn town() -> Bench {
    let bench = Bench::new();
    bench.rows("exams.csv", EXAMS, &["X1,造价,2017,级,科", "X2,监理,2017,级,科"]);
    certificate(&bench, "济南市");
    bench
}

fn certificate(bench: &Bench, city: &str) {
    let row = format!("1,造价,2017,级,科,人甲,110101199003071233,号1,,{city},已领取");
    bench.rows("certificates.csv", CERTIFICATES, &[&row]);
}

/// Somebody applies on the certificate, a second after the first run.
fn apply(bench: &Bench) {
    bench.do_sql(
        "INSERT INTO persons (id, created_at) VALUES ('00000000-0000-0000-0000-000000000001', now());
         INSERT INTO applications (id, person_id, reference, certificate_id, same_lookup, status, exam_code, exam_name, year,
             certificate_number, version, submitted_at, updated_at)
         SELECT gen_random_uuid(), '00000000-0000-0000-0000-000000000001', 'R1', id, '', 'pending', 'X1', '造价', '2017', '号1', 1,
             '2026-01-15 02:00:01Z', '2026-01-15 02:00:01Z' FROM legacy_certificates",
    );
}

fn an_hour_later(bench: &Bench, batch: &str) {
    bench.do_sql(&format!("UPDATE import_batches SET started_at = '2026-01-15 03:00:00Z' WHERE name = '{batch}'"));
}

fn back(bench: &Bench, batch: &str) -> (Vec<String>, BTreeSet<(String, String)>) {
    let (sums, kept) = bench.back(batch);
    (sums, kept.into_iter().map(|row| (row.kind, row.reason)).collect())
}

fn reasons(rows: &[(&str, &str)]) -> BTreeSet<(String, String)> {
    rows.iter().map(|(kind, reason)| ((*kind).to_owned(), (*reason).to_owned())).collect()
}

#[test]
fn an_exam_that_an_application_is_about_stays_however_often_its_batch_is_run_and_taken_back() {
    let bench = town();
    bench.batch("a", &BOTH);
    apply(&bench);
    let stays = reasons(&[("exams", "applied"), ("certificates", "applied")]);
    let (sums, kept) = back(&bench, "a");
    assert_eq!((sums, &kept), (vec!["exams 1 0 1".to_owned(), "certificates 0 0 1".to_owned()], &stays));
    bench.batch("a", &BOTH);
    an_hour_later(&bench, "a");
    let (sums, kept) = back(&bench, "a");
    assert_eq!((sums, &kept), (vec!["exams 1 0 1".to_owned(), "certificates 0 0 1".to_owned()], &stays));
    assert_eq!(bench.text("SELECT code FROM exams"), "X1");
}

#[test]
fn what_a_batch_only_changed_of_an_exam_is_put_back_though_somebody_applied_before() {
    let bench = town();
    bench.batch("a", &BOTH);
    apply(&bench);
    bench.rows("exams.csv", EXAMS, &["X1,造价改,2017,级,科", "X2,监理,2017,级,科"]);
    bench.batch("b", &BOTH[..1]);
    an_hour_later(&bench, "b");
    assert_eq!(back(&bench, "b"), (vec!["exams 0 1 0".to_owned()], reasons(&[])));
    assert_eq!(bench.text("SELECT name FROM exams WHERE code = 'X1'"), "造价");
}

#[test]
fn an_exam_stays_while_a_certificate_that_stays_is_of_it() {
    let bench = town();
    bench.batch("a", &BOTH);
    certificate(&bench, "青岛市");
    bench.batch("b", &BOTH[1..]);
    let (sums, kept) = back(&bench, "a");
    assert_eq!(sums, ["exams 1 0 1", "certificates 0 0 1"]);
    assert_eq!(kept, reasons(&[("exams", "needed"), ("certificates", "later_batch")]));
    back(&bench, "b");
    assert_eq!(back(&bench, "a").0, ["exams 1 0 0", "certificates 1 0 0"]);
    assert_eq!(bench.count("exams"), 0);
}
