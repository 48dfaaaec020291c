//! What is done for each row, each identity, each upload: no network, no database.

use buzheng::domain::document::Number;
use buzheng::domain::linking::{Account, AccountState, Claim, DocumentClaim, Facts, Identity, UserType, decide};
use buzheng::domain::{name, photo};
use buzheng::ids::{AccountId, PersonId};
use buzheng::vault::{KeyFile, LookUp, Purpose, Vault, hash_password};
use chrono::NaiveDate;
use std::hint::black_box;

use super::people::Invented;
use super::support;
use super::table::{Table, duration, per_second, thousands};
use super::timing::{Sample, per_call, ratio};

pub(crate) fn run(table: &mut Table) {
    let facts = ten_candidates();
    let decided = decide(&facts);
    assert_eq!((decided.accounts.len(), decided.proof.len(), decided.review.len()), (5, 3, 2), "of ten candidates");
    row(table, "linking::decide, 10 candidates", &per_call(200, || decide(black_box(&facts))), "target: < 20 µs");

    let person = Invented::nth(4711);
    let (number, given_name) = (format!(" {}", person.number_of_15()), format!("{}・ ｇ", person.name));
    let canonical = per_call(500, || Number::new(black_box(&number), None));
    row(table, "document number to canonical form", &canonical, "");
    let fold = per_call(500, || name::fold_key(black_box(&given_name)));
    row(table, "name to fold key", &fold, "");

    let vault = Vault::new(&KeyFile::generate());
    let raw = ["P4711", &person.number, &person.name, "p4711@example.org", "2011-03-04 08:09:10"];
    let seal = per_call(200, || seal_row(&vault, black_box(&person), &raw));
    row(table, "vault, one account's row: 5 values sealed, 2 looked up", &seal, "");

    let picture = support::photo("good.jpg");
    photo::check(&picture).expect("a photo that keeps every rule");
    let size = format!("{} bytes of JPEG", thousands(picture.len() as u64));
    row(table, "photo::check", &per_call(1, || photo::check(black_box(&picture))), &size);

    let hash = per_call(1, || hash_password(black_box("abc123456")));
    let beside = format!(
        "{:.0} times a row's sealing; for a million: {} on one core",
        ratio(hash.p50(), seal.p50()),
        duration(hash.p50() * 1_000_000)
    );
    row(table, "Argon2id of a password", &hash, &beside);
}

fn row(table: &mut Table, what: &str, times: &Sample, beside: &str) {
    table.row(what, per_second(1.0 / times.p50().as_secs_f64()), Some(times), beside);
}

/// What the import seals of an account, and the values that it looks it up by.
fn seal_row(vault: &Vault, person: &Invented, raw: &[&str]) -> Vec<Vec<u8>> {
    vec![
        vault.seal_text(Purpose::Number, &person.number),
        vault.seal_text(Purpose::Name, &person.name),
        vault.seal_text(Purpose::Email, raw[3]),
        vault.seal_text(Purpose::PasswordHash, "0123456789abcdef0123456789abcdef"),
        vault.seal_json(Purpose::RawRow, &raw).unwrap(),
        vault.look_up(LookUp::Number, &[&person.number]),
        vault.look_up(LookUp::Content, raw),
    ]
}

/// One of each kind that LINKING.md tells apart, so that every comparison is made.
fn ten_candidates() -> Facts {
    let person = Invented::nth(17);
    let name = format!("阿依{}·买买提", person.name);
    let (full, old) = (person.number.clone(), person.number_of_15());
    let wide: String = full.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect();
    let other = || AccountState::Linked {
        person: PersonId::generate(),
        rule: buzheng::domain::linking::Rule::L1,
        changed: false,
    };
    let accounts = [
        (full.clone(), name.clone(), AccountState::Free),
        (old.clone(), name.clone(), AccountState::Free),
        (full.clone(), name.replace('·', "•"), AccountState::Free),
        (old.clone(), name.replace('·', " ． "), AccountState::Free),
        (wide, name.replace('·', ""), AccountState::Free),
        (full.clone(), name.replace("买买", "？？"), AccountState::Free),
        (format!("'{full}"), "李改明".to_owned(), AccountState::Free),
        (old, name.replace('依', "□"), AccountState::Free),
        (full.clone(), name.clone(), other()),
        (full.clone(), "王名".to_owned(), other()),
    ];
    let accounts = accounts.into_iter().enumerate().map(|(at, (number, name, state))| Account {
        id: AccountId::generate(),
        label: format!("reissue:{at}"),
        number: Number::new(&number, None),
        name,
        state,
    });
    Facts {
        claim: Claim::Portal(Identity {
            name: Some(name.clone()),
            number: Some(full),
            document: DocumentClaim::Absent,
            level: Some(2),
            user_type: UserType::Personal,
        }),
        minimum_level: 1,
        today: NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
        known: None,
        holders: Vec::new(),
        rivals: Vec::new(),
        accounts: accounts.collect(),
    }
}
