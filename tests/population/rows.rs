//! The old systems' rows.

use rand::RngExt;
use rand::rngs::StdRng;

use super::Person;
use super::documents::Number;
use super::names::{Name, Written};

/// What a row is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Account,
    Certificate,
    /// Of the account with this key, where there is one.
    Application(Option<String>),
}

/// One row.
pub(crate) struct Row {
    pub(crate) kind: Kind,
    pub(crate) system: &'static str,
    pub(crate) key: String,
    /// The number as written.
    pub(crate) number: String,
    pub(crate) name: Written,
    /// The person under whose number it stands, or stood before it was spoiled.
    pub(crate) under: usize,
    /// Whether it is that person's. Nobody sees one that is not theirs.
    pub(crate) theirs: bool,
    /// What is left of the number.
    pub(super) left: Number,
}

impl Row {
    /// `system:key`.
    pub(crate) fn label(&self) -> String {
        format!("{}:{}", self.system, self.key)
    }
}

/// Everything that old systems hold.
pub(super) fn write(random: &mut StdRng, people: &[Person]) -> Vec<Row> {
    let mut clerk = Clerk { random, rows: Vec::new() };
    for (at, person) in people.iter().enumerate() {
        clerk.accounts(at, person);
        clerk.certificates(at, person);
    }
    clerk.rows
}

/// Writes rows.
struct Clerk<'a> {
    random: &'a mut StdRng,
    rows: Vec<Row>,
}

impl Clerk<'_> {
    fn accounts(&mut self, at: usize, person: &Person) {
        let in_reissue = [0, 0, 1, 1, 1, 1, 1, 1, 1, 2][self.random.random_range(0..10)];
        let in_mailing = usize::from(self.random.random_bool(0.3));
        for system in ["reissue"].repeat(in_reissue).into_iter().chain(["mailing"].repeat(in_mailing)) {
            let key = self.own(at, person, Kind::Account, system);
            if self.random.random_bool(0.25) {
                self.own(at, person, Kind::Application(Some(key)), system);
            }
        }
        if self.random.random_bool(0.04) {
            let key = self.of_another(at, person, Kind::Account, "reissue");
            if self.random.random_bool(0.5) {
                self.of_another(at, person, Kind::Application(Some(key)), "reissue");
            }
        }
        if person.document.had_15() && self.random.random_bool(0.03) {
            self.of_last_century(at, person);
        }
    }

    fn certificates(&mut self, at: usize, person: &Person) {
        for _ in 0..self.random.random_range(0..3) {
            self.own(at, person, Kind::Certificate, "reissue");
        }
        if self.random.random_bool(0.1) {
            // Of no account, or of one that was deleted.
            let account = self.random.random_bool(0.3).then(|| format!("gone-{at}"));
            self.own(at, person, Kind::Application(account), "reissue");
        }
        if self.random.random_bool(0.03) {
            self.of_another(at, person, Kind::Certificate, "reissue");
        }
        if self.random.random_bool(0.02) {
            self.of_another(at, person, Kind::Application(None), "reissue");
        }
    }

    /// A row of this person, spoiled in some way or in none.
    fn own(&mut self, at: usize, person: &Person, kind: Kind, system: &'static str) -> String {
        let (number, left) = person.document.write(self.random);
        let name = person.name.write(self.random, person.portal.as_ref().map(|portal| &portal.name));
        self.push(Row { kind, system, key: String::new(), number, name, under: at, theirs: true, left })
    }

    /// A typing error of long ago: somebody else's row under this person's number.
    fn of_another(&mut self, at: usize, person: &Person, kind: Kind, system: &'static str) -> String {
        let (number, left) = person.document.write(self.random);
        let mut name = Name::unlike(self.random, &person.name.text).plainly();
        name.what = super::names::What::Other;
        self.push(Row { kind, system, key: String::new(), number, name, under: at, theirs: false, left })
    }

    /// Fifteen digits that were given twice, a hundred years apart: only the sequences 996 to 999 tell that it may be so.
    fn of_last_century(&mut self, at: usize, person: &Person) {
        let (number, left) = person.document.write_short(self.random);
        if left == Number::ShortOfUnknownCentury {
            let name = person.name.plainly();
            self.push(Row {
                kind: Kind::Account,
                system: "reissue",
                key: String::new(),
                number,
                name,
                under: at,
                theirs: false,
                left,
            });
        }
    }

    fn push(&mut self, row: Row) -> String {
        let prefix = match row.kind {
            Kind::Account => "A",
            Kind::Certificate => "C",
            Kind::Application(_) => "P",
        };
        let key = format!("{prefix}{}", self.rows.len());
        self.rows.push(Row { key: key.clone(), ..row });
        key
    }
}
