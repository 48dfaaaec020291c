//! What a sign-in costs where few accounts lie, and where many do. The two are asked in turn, so that both meet the same machine.

use buzheng::app::dossier::{Limits, gather};
use buzheng::app::sign_in::{SignedIn, identity_of};
use buzheng::app::tx::Tx;
use buzheng::domain::china::china_date;
use buzheng::domain::linking::Subject;
use buzheng::domain::linking::{Outcome, decide};
use chrono::Utc;
use diesel::PgConnection;
use sso::{DocumentType, PortalIdentity, PortalSession, UserType};
use std::time::Instant;

use super::ground::{Ground, runtime};
use super::people::Invented;
use super::population::{self, SMALL};
use super::table::{Table, per_second, thousands};
use super::timing::{Sample, ratio};

/// Identities of each kind.
const IDENTITIES: u64 = 1000;

/// Who asks.
#[derive(Clone, Copy)]
enum Kind {
    /// Signed in before.
    Known,
    /// Holder of an account who never did.
    New,
}

/// A service, and how many accounts it holds.
struct Populated {
    ground: Ground,
    accounts: u64,
}

pub(crate) fn run(table: &mut Table, large: u64) {
    runtime().block_on(async {
        let grounds = [populated(SMALL).await, populated(large).await];
        for Populated { ground, accounts } in &grounds {
            for identity in identities(Kind::Known, *accounts) {
                sign_in(ground, &identity).await;
            }
            population::settle(ground);
        }
        // Look-ups before sign-ins: they change nothing, and a newcomer is one only once.
        for (what, kind) in [("known", Kind::Known), ("new", Kind::New)] {
            report(table, &format!("look-up of a {what} identity"), large, alternate(&grounds, kind, look_up).await);
        }
        for (what, kind) in [("known", Kind::Known), ("new", Kind::New)] {
            report(table, &format!("sign-in of a {what} identity"), large, alternate(&grounds, kind, sign_in).await);
        }
    });
}

async fn populated(accounts: u64) -> Populated {
    let ground = Ground::new().await;
    population::write(&ground, accounts);
    Populated { ground, accounts }
}

/// Identities whose accounts lie all over the table.
fn identities(kind: Kind, accounts: u64) -> impl Iterator<Item = PortalIdentity> {
    let offset = match kind {
        Kind::Known => 0,
        Kind::New => 1,
    };
    (0..IDENTITIES).map(move |at| {
        let nth = (2 * at + offset) * (accounts / (2 * IDENTITIES));
        let Invented { name, number, .. } = Invented::nth(nth);
        PortalIdentity {
            issuer: "https://portal.example.org".to_owned(),
            subject: format!("subject-{nth}"),
            name: Some(name),
            document_number: Some(number),
            document_type: DocumentType::Absent,
            level: Some(2),
            user_type: UserType::Personal,
            session: PortalSession::none(),
        }
    })
}

/// The same step for the identities of both tables, in turn.
async fn alternate(grounds: &[Populated; 2], kind: Kind, step: impl AsyncFn(&Ground, &PortalIdentity)) -> [Sample; 2] {
    let [few, many] = grounds;
    let mut taken = [Vec::new(), Vec::new()];
    let pairs = identities(kind, few.accounts).zip(identities(kind, many.accounts));
    for (nth, (of_few, of_many)) in pairs.enumerate() {
        let mut pair = [(0, few, of_few), (1, many, of_many)];
        // Neither is always the one that finds the other's code in the caches.
        pair.rotate_left(nth % 2);
        for (at, populated, identity) in pair {
            let began = Instant::now();
            step(&populated.ground, &identity).await;
            taken[at].push(began.elapsed());
        }
    }
    taken.map(Sample::new)
}

/// What a sign-in reads and decides, in a transaction, without what it writes.
async fn look_up(ground: &Ground, identity: &PortalIdentity) {
    let subject = Subject { issuer: identity.issuer.clone(), subject: identity.subject.clone() };
    let (identity, vault, now) = (identity_of(identity), ground.app.vault.clone(), Utc::now());
    let limits = Limits { minimum_level: 1, today: china_date(now) };
    let read = move |conn: &mut PgConnection| gather(&mut Tx { conn, vault: &vault, now }, &subject, identity, limits);
    let facts = ground.app.db.transaction(read).await.unwrap();
    let decision = decide(&facts);
    assert_eq!((decision.outcome, decision.accounts.len()), (Outcome::Linked, 1));
}

async fn sign_in(ground: &Ground, identity: &PortalIdentity) {
    let answer = ground.app.sign_in(identity, Utc::now()).await.unwrap();
    assert!(matches!(answer, SignedIn::Person { .. }), "{answer:?}");
}

fn report(table: &mut Table, what: &str, large: u64, [few, many]: [Sample; 2]) {
    let p50 = ratio(many.p50(), few.p50());
    let beside = format!("{p50:.2} times p50 with few; target: <= 1.2");
    for (accounts, sample, beside) in [(SMALL, few, String::new()), (large, many, beside)] {
        let rate = per_second(1.0 / sample.p50().as_secs_f64());
        table.row(format!("{what}, {} accounts", thousands(accounts)), rate, Some(&sample), beside);
    }
}
