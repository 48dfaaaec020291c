//! A population as decades of old systems, spreadsheets and clerks left it: invented people, what of the old data is truly theirs, and
//! what LINKING.md allows to be made of it.
//!
//! Every row is labelled from *how* it was spoiled, never by asking the code under test, so that a comparison with it means something.
//! The same seed and size give the same population. A failing test prints its seed; `BUZHENG_POPULATION_SEED` sets it.
#![allow(dead_code)]

mod documents;
mod files;
mod labels;
mod names;
pub(crate) mod people;
mod portal;
mod rows;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) use labels::Expected;
pub(crate) use portal::PortalUser;
pub(crate) use rows::Row;

use documents::Document;
use names::Name;

/// Somebody who does not exist, as they really are.
pub(crate) struct Person {
    pub(crate) name: Name,
    pub(crate) document: Document,
    /// As the portal vouches for them; `None` for those who have no account there.
    pub(crate) portal: Option<PortalUser>,
}

/// People, and every row that old systems hold of them.
pub(crate) struct Population {
    pub(crate) seed: u64,
    pub(crate) people: Vec<Person>,
    pub(crate) rows: Vec<Row>,
}

impl Population {
    /// The seed of this run: `BUZHENG_POPULATION_SEED`, else always the same one, so that a failure can be repeated.
    pub(crate) fn seed() -> u64 {
        const USUAL: u64 = 20_260_115;
        std::env::var("BUZHENG_POPULATION_SEED")
            .map_or(USUAL, |text| text.parse().expect("BUZHENG_POPULATION_SEED is a whole number"))
    }

    /// Invents `size` people and what is held of them.
    pub(crate) fn generate(seed: u64, size: usize) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let mut taken = BTreeSet::new();
        let mut people: Vec<Person> = Vec::with_capacity(size);
        for at in 0..size {
            let document = Document::invent(&mut random, &mut taken);
            let name = match people.get(random.random_range(0..=at)) {
                // Somebody else of the same name.
                Some(other) if random.random_bool(0.05) => other.name.clone(),
                _ => Name::invent(&mut random),
            };
            let portal = PortalUser::invent(&mut random, at, &name, &document);
            people.push(Person { name, document, portal });
        }
        let rows = rows::write(&mut random, &people);
        Self { seed, people, rows }
    }

    /// What must come of each person's sign-in.
    pub(crate) fn expected(&self) -> Vec<Expected> {
        let mut standing: BTreeMap<usize, Vec<&Row>> = BTreeMap::new();
        for row in &self.rows {
            standing.entry(row.under).or_default().push(row);
        }
        let nothing = Vec::new();
        let expect = |(at, person): (usize, &Person)| Expected::of(person, standing.get(&at).unwrap_or(&nothing));
        self.people.iter().enumerate().map(expect).collect()
    }
}
