//! A whole population: imported by the real import, signed in by the real sign-in, held against what the rules allow.

use buzheng::app::App;
use buzheng::app::dossier::{Held, Holdings};
use buzheng::app::sign_in::SignedIn;
use buzheng::app::tx::Tx;
use buzheng::config::Config;
use buzheng::db::people;
use buzheng::db::schema::{legacy_accounts, links, sign_in_decisions};
use buzheng::domain::linking::List;
use diesel::prelude::*;
use sso::{DocumentType, PortalIdentity, PortalSession};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::runtime::Runtime;

use crate::bench::{Bench, now};
use crate::population::{Expected, Population, PortalUser};

pub(crate) const PEOPLE: usize = 3000;
/// A real sign-in takes its time: every third person stands for all, the others' rows lie among theirs.
const EVERY: usize = 3;

impl Bench {
    /// The service on this database; of all others it needs none to decide about a sign-in.
    pub(crate) fn app(&self) -> Arc<App> {
        App::new(Config::load(&self.config()).unwrap()).unwrap()
    }
}

/// As the portal's answer would be read.
pub(crate) fn identity(app: &App, user: &PortalUser) -> PortalIdentity {
    let portal = &app.config.portal;
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    PortalIdentity {
        issuer: portal.issuer().to_owned(),
        subject: user.subject.clone(),
        name: given(&user.name.text),
        document_number: given(&user.document_number),
        document_type: match user.document_type {
            "" => DocumentType::Absent,
            word => word.parse().map_or(DocumentType::Unmapped, DocumentType::Known),
        },
        level: portal.map_level(user.level),
        user_type: portal.map_user_type(user.user_type),
        session: PortalSession::none(),
    }
}

/// What has come of a sign-in.
fn outcome(app: &App, conn: &mut PgConnection, user: &PortalUser, answer: &SignedIn) -> Expected {
    let (decision, rule): (String, String) = sign_in_decisions::table
        .filter(sign_in_decisions::subject.eq(&user.subject))
        .select((sign_in_decisions::decision, sign_in_decisions::rule))
        .first(conn)
        .unwrap();
    let mut found = Expected { decision: decision.leak(), rule: rule.leak(), ..Expected::default() };
    let person = match answer {
        SignedIn::Person { id, .. } => *id,
        SignedIn::Refused(refusal) => return Expected { refused: Some(refusal.as_str()), ..found },
        SignedIn::Review { .. } => return found,
    };
    let label = |system: String, key: String| format!("{system}:{key}");
    let linked: Vec<(String, String, String)> = links::table
        .inner_join(legacy_accounts::table.on(legacy_accounts::id.eq(links::account_id)))
        .filter(links::person_id.eq(person))
        .select((legacy_accounts::system, legacy_accounts::key, links::rule))
        .load(conn)
        .unwrap();
    let rules: BTreeMap<String, String> =
        linked.into_iter().map(|(system, key, rule)| (label(system, key), rule)).collect();
    let tx = &mut Tx { conn, vault: &app.vault, now: chrono::Utc::now() };
    let holdings = Holdings::of(tx, person).unwrap();
    // What is seen, not what is stored.
    for Held { account, .. } in holdings.accounts.shown {
        let rule = rules[&account.label()].clone();
        found.accounts.insert((account.label(), rule.leak()));
    }
    found.certificates = holdings.certificates.into_iter().map(|row| row.certificate_number).collect();
    found.applications = holdings.applications.into_iter().map(|row| row.key).collect();
    found.other_record = holdings.other_name_record;
    for finding in people::findings(conn, person).unwrap() {
        let (system, key): (String, String) = legacy_accounts::table
            .find(finding.account_id)
            .select((legacy_accounts::system, legacy_accounts::key))
            .first(conn)
            .unwrap();
        assert_eq!(finding.list, List::Proof, "{system}:{key}");
        found.proof.insert((label(system, key), finding.rule.as_str()));
    }
    found
}

#[test]
fn a_population_holds_every_kind_of_case_and_none_whose_link_would_be_false() {
    let population = Population::generate(Population::seed(), PEOPLE);
    let expected = population.expected();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for one in &expected {
        let rules = one.accounts.iter().chain(&one.proof).map(|(_, rule)| *rule);
        for word in rules.chain([one.decision]).chain(one.refused) {
            *seen.entry(word).or_default() += 1;
        }
    }
    let rules = ["L1", "L1-15", "L1-fold", "L1-15-fold", "L2", "L3", "L4"];
    let decisions = ["linked", "needs_proof", "no_account", "refused"];
    let refusals = [
        "corporate",
        "user_type_unknown",
        "level_too_low",
        "level_unknown",
        "number_missing",
        "number_invalid",
        "document_type_unknown",
        "name_missing",
    ];
    for word in rules.into_iter().chain(decisions).chain(refusals) {
        assert!(seen.get(word).is_some_and(|count| *count > 3), "{word} is rare: {seen:?}");
    }
    assert!(expected.iter().any(|one| one.accounts.len() > 1 && one.other_record));
    let not_theirs: BTreeSet<String> =
        population.rows.iter().filter(|row| !row.theirs).flat_map(|row| [row.label(), row.key.clone()]).collect();
    assert!(not_theirs.len() > 100, "{}", not_theirs.len());
    for one in &expected {
        let linked: BTreeSet<String> = one.accounts.iter().map(|(label, _)| label.clone()).collect();
        assert!(linked.union(&one.certificates).chain(&one.applications).all(|key| !not_theirs.contains(key)));
    }
    let again = Population::generate(population.seed, PEOPLE);
    assert_eq!(again.expected(), expected, "the same seed is the same population");
    assert_ne!(Population::generate(population.seed + 1, PEOPLE).expected(), expected);
}

#[test]
fn of_a_whole_population_everyone_gets_what_the_rules_allow_and_nobody_gets_what_is_anothers() {
    let bench = Bench::new();
    let population = Population::generate(Population::seed(), PEOPLE);
    let files = population.write(bench.path("").as_path());
    let done = bench.run(&files.manifest);
    let rejected: u64 = done.report.sources.iter().map(|source| source.counts.rejected).sum();
    assert_eq!((rejected, done.refused.len()), (0, 0), "seed {}", population.seed);

    let runtime = Runtime::new().unwrap();
    let app = runtime.block_on(async { bench.app() });
    let mut conn = bench.test_db.connect();
    let expected = population.expected();
    for (at, person) in population.people.iter().enumerate().step_by(EVERY) {
        let Some(user) = &person.portal else { continue };
        let answer = runtime.block_on(app.sign_in(&identity(&app, user), now())).unwrap();
        let found = outcome(&app, &mut conn, user, &answer);
        let theirs: BTreeSet<String> =
            population.rows.iter().filter(|row| row.under == at && row.theirs).map(|row| row.key.clone()).collect();
        let seen = found.accounts.iter().map(|(label, _)| label.split(':').next_back().unwrap().to_owned());
        for key in seen.chain(found.certificates.clone()).chain(found.applications.clone()) {
            assert!(theirs.contains(&key), "seed {}: person {at} sees {key}, which is another's", population.seed);
        }
        assert_eq!(found, expected[at], "seed {}, person {at}", population.seed);
    }
}
