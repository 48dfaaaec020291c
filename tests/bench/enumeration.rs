//! Whether the time of an answer tells that a number is known: pairs of a known and an unknown number, asked one after the other, as a stranger
//! asks. What is compared are the distributions (Mann and Whitney's test): `auc` is how often the known one of a pair took longer.

use buzheng::app::App;
use buzheng::app::account::{DoorAnswer, Registering, Registration};
use buzheng::config::{AccessMode, Config};
use buzheng::domain::email::Email;
use chrono::Utc;
use diesel::connection::SimpleConnection;
use sso::simulator::{Simulator, SimulatorConfig};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::cpu::threads;
use super::ground::{Ground, anywhere};
use super::people::Invented;
use super::support::{Account, CESHI, Legacy};
use super::table::{Table, thousands};
use super::timing::{Auc, Sample};

/// What a visitor with a number can ask.
#[derive(Clone, Copy, Debug)]
enum Question {
    SignIn,
    Registration,
    Recovery,
}

impl Question {
    const ALL: [Self; 3] = [Self::SignIn, Self::Registration, Self::Recovery];

    const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in with a wrong password",
            Self::Registration => "registration",
            Self::Recovery => "recovery",
        }
    }

    /// At once, so that one core keeps up with the passwords of each second.
    const fn at_once(self) -> usize {
        match self {
            Self::SignIn => 16,
            Self::Registration => 32,
            Self::Recovery => 64,
        }
    }

    /// How long the answer takes.
    async fn ask(self, app: &App, number: String) -> Duration {
        let began = Instant::now();
        match self {
            Self::SignIn => {
                let answer = app.open_account(&number, "cuowu-2026", Utc::now()).await.unwrap();
                assert_eq!(answer, DoorAnswer::Wrong);
            }
            Self::Registration => {
                let email = Email::parse(&format!("{}@example.org", number.to_lowercase())).unwrap();
                let (session, password) = (format!("session:{number}"), "hk7w2pxq".to_owned().into());
                let new = Registration { name: CESHI.name.to_owned(), number, email: Some(email), password };
                assert_eq!(app.register(&session, new, Utc::now()).await.unwrap(), Registering::Confirm);
            }
            Self::Recovery => app.ask_recovery(&number, "203.0.113.9", Utc::now()).await.unwrap(),
        }
        began.elapsed()
    }
}

/// What is asked of one service.
#[derive(Clone)]
struct Asking {
    app: Arc<App>,
    question: Question,
    /// Of the first pair's known number among those invented; unknown ones follow behind all that are known.
    first: u64,
    known: u64,
}

impl Asking {
    /// The known number's time and the unknown one's, asked in turn: now this one first, now that one.
    async fn pair(&self, nth: u64) -> [Duration; 2] {
        let number = |place: u64| Invented::nth(place).number;
        let (known, unknown) = (number(self.first + nth), number(self.known + self.first + nth));
        if nth.is_multiple_of(2) {
            let known = self.question.ask(&self.app, known).await;
            [known, self.question.ask(&self.app, unknown).await]
        } else {
            let unknown = self.question.ask(&self.app, unknown).await;
            [self.question.ask(&self.app, known).await, unknown]
        }
    }

    fn pairs(&self, threads: &Runtime, count: u64, at_once: usize) -> [Vec<Duration>; 2] {
        let mut workers = JoinSet::new();
        for worker in 0..at_once as u64 {
            let asking = self.clone();
            let work = async move {
                let mut times = Vec::new();
                for nth in (worker..count).step_by(at_once) {
                    times.push(asking.pair(nth).await);
                }
                times
            };
            workers.spawn_on(work, threads.handle());
        }
        let pairs = threads.block_on(workers.join_all()).into_iter().flatten();
        pairs.map(|[known, unknown]| (known, unknown)).collect::<(Vec<_>, Vec<_>)>().into()
    }
}

/// `pairs`: of each question; a tenth of them once more without the pace, one after the other.
pub(crate) fn run(table: &mut Table, pairs: u64) {
    let threads = threads("service");
    let ground = threads.block_on(ground());
    let beneath = (pairs / 10).max(1);
    let known = pairs + beneath;
    write(&ground, known);
    let hurried = {
        let mut config = ground.app.config.clone();
        config.throttle.answer_pace = Duration::ZERO;
        let _entered = threads.enter();
        App::new(config).unwrap()
    };
    for question in Question::ALL {
        let paced = Asking { app: ground.app.clone(), question, first: 0, known };
        report(table, question.name(), paced.pairs(&threads, pairs, question.at_once()));
        let beneath_it = Asking { app: hurried.clone(), first: pairs, ..paced };
        let name = format!("{}, without the pace", question.name());
        report(table, &name, beneath_it.pairs(&threads, beneath, 1));
    }
    let _entered = threads.enter();
    drop((ground, hurried));
}

async fn ground() -> Ground {
    let simulator = Simulator::start(anywhere(), SimulatorConfig::default()).await.unwrap();
    Ground::of(simulator, |config: &mut Config| {
        config.access.mode = AccessMode::Transition;
        "证书补办申请系统 <noreply@example.com>".clone_into(&mut config.smtp.from);
        let throttle = &mut config.throttle;
        (throttle.password_tries, throttle.passwords_waiting) = (0, 0);
        (throttle.recoveries_per_hour, throttle.mails_per_hour) = (0, 0);
    })
    .await
}

/// As many accounts, each with an address and an old fast hash.
fn write(ground: &Ground, count: u64) {
    let (conn, vault) = (&mut ground.db.connect(), &ground.app.vault);
    conn.batch_execute("BEGIN").unwrap();
    for nth in 0..count {
        let Invented { name, number, .. } = Invented::nth(nth);
        Account::of(&CESHI, "reissue", &format!("E{nth}"))
            .name(&name)
            .number(&number)
            .email(&format!("e{nth}@example.com"))
            .password("mima-2026")
            .write(conn, vault);
    }
    conn.batch_execute("COMMIT; ANALYZE").unwrap();
}

fn report(table: &mut Table, what: &str, [known, unknown]: [Vec<Duration>; 2]) {
    let pairs = thousands(known.len() as u64);
    let auc = Auc::of(&known, &unknown);
    let verdict = if auc.tells() { "tells" } else { "tells nothing" };
    table.row(format!("{what}, known number"), String::new(), Some(&Sample::new(known)), "");
    table.row(
        format!("{what}, unknown number"),
        String::new(),
        Some(&Sample::new(unknown)),
        format!("{pairs} pairs: {auc}: {verdict}"),
    );
}
