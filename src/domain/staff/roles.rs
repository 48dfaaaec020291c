//! The roles of one member of staff, with the cities of a city reviewer.

use std::collections::{BTreeMap, BTreeSet};

use super::{Place, Right, Role};
use crate::domain::form::CITIES;

/// One role, as it is stored: a city reviewer has a row for each city, and every other role one without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub role: Role,
    pub city: String,
}

/// What a member of staff is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles(BTreeMap<Role, BTreeSet<String>>);

/// Why these are no roles that somebody can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRoles {
    #[error("at least one role is needed")]
    None,
    #[error("a city reviewer needs at least one city")]
    NoCity,
    #[error("cities belong to the role city_reviewer alone")]
    CityOfAnother,
    #[error("there is no such city; its name is written as on certificates, such as 济南市")]
    NotACity,
}

impl Roles {
    /// As an administrator gives them. The cities are the city reviewer's.
    pub fn new(roles: impl IntoIterator<Item = Role>, cities: &[String]) -> Result<Self, BadRoles> {
        let cities: BTreeSet<String> = cities.iter().map(|city| city.trim().to_owned()).collect();
        if cities.iter().any(|city| !CITIES.contains(&city.as_str())) {
            return Err(BadRoles::NotACity);
        }
        let mut held: BTreeMap<Role, BTreeSet<String>> =
            roles.into_iter().map(|role| (role, BTreeSet::new())).collect();
        if held.is_empty() {
            return Err(BadRoles::None);
        }
        match (held.get_mut(&Role::CityReviewer), cities.is_empty()) {
            (Some(_), true) => return Err(BadRoles::NoCity),
            (None, false) => return Err(BadRoles::CityOfAnother),
            (Some(own), false) => *own = cities,
            (None, true) => {}
        }
        Ok(Self(held))
    }

    /// As they are stored.
    pub fn of(grants: impl IntoIterator<Item = Grant>) -> Self {
        let mut held = Self::default();
        for Grant { role, city } in grants {
            let cities = held.0.entry(role).or_default();
            if !city.is_empty() {
                cities.insert(city);
            }
        }
        held
    }

    /// As they are to be stored.
    pub fn grants(&self) -> impl Iterator<Item = Grant> {
        self.0.iter().flat_map(|(role, cities)| {
            let own = cities.iter().map(|city| Grant { role: *role, city: city.clone() });
            own.chain(cities.is_empty().then(|| Grant { role: *role, city: String::new() }))
        })
    }

    pub fn is(&self, role: Role) -> bool {
        self.0.contains_key(&role)
    }

    /// In the order of their definition.
    pub fn each(&self) -> impl Iterator<Item = Role> {
        self.0.keys().copied()
    }

    /// Of which a city reviewer examines the applications; none for anybody else.
    pub fn cities(&self) -> impl Iterator<Item = &str> {
        self.0.get(&Role::CityReviewer).into_iter().flatten().map(String::as_str)
    }

    /// Whether one of the roles has a right.
    pub fn may(&self, right: Right) -> bool {
        right.roles().iter().any(|role| self.is(*role))
    }

    /// The pages of the menu.
    pub fn menu(&self) -> impl Iterator<Item = Place> {
        let shown = |place: &Place| place.menu().is_some() && place.seen_by().is_some_and(|right| self.may(right));
        Place::ALL.into_iter().filter(shown)
    }

    /// Where a sign-in leads that was to lead nowhere else.
    pub fn home(&self) -> Place {
        self.menu().next().unwrap_or(Place::Account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cities(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn a_city_reviewer_has_cities_and_nobody_else_has() {
        let roles = Roles::new([Role::CityReviewer, Role::Printer], &cities(&["济南市", " 青岛市", "济南市"])).unwrap();
        assert_eq!(roles.cities().collect::<Vec<_>>(), ["济南市", "青岛市"]);
        assert!(roles.is(Role::Printer) && !roles.is(Role::Auditor));
        assert_eq!(Roles::of(roles.grants()), roles, "as stored, and read again");
        assert_eq!(roles.grants().count(), 3);

        assert_eq!(Roles::new([], &[]), Err(BadRoles::None));
        assert_eq!(Roles::new([Role::CityReviewer], &[]), Err(BadRoles::NoCity));
        assert_eq!(Roles::new([Role::Auditor], &cities(&["济南市"])), Err(BadRoles::CityOfAnother));
        for odd in ["", " ", "济南", "莱芜市", "济\0南市", "北京市"] {
            assert_eq!(Roles::new([Role::CityReviewer], &cities(&[odd])), Err(BadRoles::NotACity), "{odd:?}");
        }
    }
}
