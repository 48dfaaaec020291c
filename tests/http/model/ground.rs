//! The service under test with its old systems, and the oracle beside it.

use buzheng::app::linking::Asker;
use buzheng::config::AccessMode;
use buzheng::db::DbError;
use buzheng::db::people::{Link, LinkFilter};
use buzheng::db::schema::{legacy_accounts, legacy_applications, legacy_certificates};
use buzheng::domain::linking::{Door, Subject, Way};
use buzheng::ids::{AccountId, CertificateId, LegacyApplicationId, PersonId};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use sso::{DocumentType, PortalIdentity, PortalSession, UserType};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

use super::doors::Doors;
use super::oracle::{Allowed, Oracle};
use super::world::{ACCOUNTS, APPLICATIONS, CERTIFICATES, Pair, REISSUE, Rows, SYSTEMS};
use crate::support::{Service, Source, import_all};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap());

pub(super) fn block_on<T>(future: impl Future<Output = T>) -> T {
    RUNTIME.block_on(future)
}

pub(super) const ISSUER: &str = "https://portal.example.org";

/// Ids of rows to their places in the world.
#[derive(Default)]
pub(super) struct Ids {
    pub(super) accounts: BTreeMap<AccountId, usize>,
    pub(super) certificates: BTreeMap<CertificateId, usize>,
    pub(super) olds: BTreeMap<LegacyApplicationId, usize>,
}

pub(super) struct Model {
    pub(super) service: Service,
    pub(super) rows: Rows,
    pub(super) ids: Ids,
    pub(super) oracle: Oracle,
    pub(super) doors: Doors,
    /// Whom each subject's last successful sign-in let in as.
    pub(super) sessions: BTreeMap<usize, PersonId>,
    minutes: i64,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

impl Model {
    pub(super) fn new() -> Self {
        let service = {
            let _runtime = RUNTIME.enter();
            Service::with(|config| {
                config.access.mode = AccessMode::Transition;
                config.throttle.answer_pace = Duration::ZERO;
            })
        };
        let rows = Rows::new();
        let mut model = Self {
            service,
            rows,
            ids: Ids::default(),
            oracle: Oracle::default(),
            doors: Doors::default(),
            sessions: BTreeMap::new(),
            minutes: 0,
        };
        let of = |system| (0..SYSTEMS.len()).filter(move |at| SYSTEMS[*at] == system);
        let systems: BTreeSet<&str> = SYSTEMS.into_iter().collect();
        let mut sources = Vec::new();
        for system in systems {
            let rows: String = of(system).filter_map(|at| model.rows.account_row(at)).collect();
            sources.push((system, "accounts", ACCOUNTS.to_owned() + &rows));
        }
        let certificates: String = (0..4).map(|at| model.rows.certificate_row(at)).collect();
        let olds: String = (0..5).map(|at| model.rows.old_row(at)).collect();
        sources.push((REISSUE, "certificates", CERTIFICATES.to_owned() + &certificates));
        sources.push((REISSUE, "applications", APPLICATIONS.to_owned() + &olds));
        model.import(&sources);
        model
    }

    /// (system, kind, rows).
    pub(super) fn import(&mut self, sources: &[(&str, &str, String)]) {
        let sources = sources.iter().map(|(system, kind, rows)| Source { system, kind, rows });
        import_all(&self.service.app, &sources.collect::<Vec<_>>(), self.now());
        let place = |key: String| key.parse::<usize>().unwrap() - 1;
        macro_rules! places {
            ($table:ident) => {{
                let imported = $table::table.filter($table::system.ne("registered"));
                let rows = self.read(|conn| imported.select(($table::id, $table::key)).load(conn));
                rows.into_iter().map(|(id, key)| (id, place(key))).collect()
            }};
        }
        self.ids = Ids {
            accounts: places!(legacy_accounts),
            certificates: places!(legacy_certificates),
            olds: places!(legacy_applications),
        };
    }

    /// Reads from the database, through the service's own connections: a new one takes longer than most queries.
    pub(super) fn read<T>(&self, query: impl FnOnce(&mut PgConnection) -> QueryResult<T>) -> T {
        self.service.app.db.transaction_blocking::<_, DbError, _>(|conn| Ok(query(conn)?)).unwrap()
    }

    pub(super) fn account_id(&self, at: usize) -> Option<AccountId> {
        self.ids.accounts.iter().find(|(_, place)| **place == at).map(|(id, _)| *id)
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        let start: DateTime<Utc> = "2026-03-01T01:00:00Z".parse().unwrap();
        start + TimeDelta::minutes(self.minutes)
    }

    /// How many steps were taken.
    pub(super) fn steps(&self) -> usize {
        usize::try_from(self.minutes).unwrap()
    }

    pub(super) fn tick(&mut self) {
        self.minutes += 1;
    }

    pub(super) fn number(&self, query: &str) -> i64 {
        self.read(|conn| diesel::sql_query(query).get_result::<Counted>(conn)).number
    }

    /// Takes over what became of links, as far as the step allows it.
    pub(super) fn observe(&mut self, allowed: &Allowed) {
        let filter = LinkFilter { person: None, account: None, undone: true, limit: 1000 };
        let mut links = self.read(|conn| Link::list(conn, &filter));
        links.retain(|link| link.door == Door::Portal && self.ids.accounts.contains_key(&link.account_id));
        self.oracle.observe(&links, &self.ids.accounts, &self.rows, allowed);
    }

    pub(super) fn asker(&self, subject: usize) -> Option<Asker> {
        let person = *self.sessions.get(&subject)?;
        Some(Asker { person, way: Way::Portal(Subject { issuer: ISSUER.to_owned(), subject: subject.to_string() }) })
    }

    /// Whether the session still is that of the subject's person.
    pub(super) fn is_current(&self, asker: &Asker, subject: usize) -> bool {
        self.oracle.subjects.get(&subject).is_some_and(|(person, _)| *person == asker.person)
    }
}

pub(super) fn identity(subject: usize, pair: Pair, corporate: bool) -> PortalIdentity {
    let (number, name) = pair.texts();
    PortalIdentity {
        issuer: ISSUER.to_owned(),
        subject: subject.to_string(),
        name: Some(name.to_owned()),
        document_number: Some(number.to_owned()),
        document_type: "resident_id".parse().map_or(DocumentType::Absent, DocumentType::Known),
        level: Some(2),
        user_type: if corporate { UserType::Corporate } else { UserType::Personal },
        session: PortalSession::none(),
    }
}
