//! The levels of review, and whose an application is.

use crate::domain::form::{CITIES, LAIWU};
use crate::domain::word::words;

words! {
    pub enum Level {
        /// Recommends.
        City = "city",
        /// Decides.
        Province = "province",
    }
}

impl Level {
    pub const fn word(self) -> &'static str {
        match self {
            Self::City => "市级审核",
            Self::Province => "省级审核",
        }
    }
}

/// Which levels a province has: the city's may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Levels {
    pub has_city: bool,
}

impl Levels {
    /// Where an application is looked at first. One of a city that nobody examines for goes to the province at once.
    pub fn first(self, city: Option<&str>) -> Level {
        if self.has_city && city.is_some() { Level::City } else { Level::Province }
    }
}

/// The city that examines an application, by its 报名市; `None` where that is no city of the province.
pub fn responsible_city(city: &str) -> Option<&'static str> {
    let city = city.trim();
    let merged = if city == LAIWU { CITIES[0] } else { city };
    CITIES.into_iter().find(|known| *known == merged || known.strip_suffix('市') == Some(merged))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_is_looked_at_by_its_city_first_and_by_the_province_where_it_has_none() {
        for (city, responsible) in [
            ("济南市", Some("济南市")),
            (" 青岛 ", Some("青岛市")),
            ("莱芜市", Some("济南市")),
            ("北京市", None),
            ("", None),
        ] {
            assert_eq!(responsible_city(city), responsible, "{city}");
            let two = Levels { has_city: true }.first(responsible);
            assert_eq!(two == Level::City, responsible.is_some(), "{city}");
            assert_eq!(Levels { has_city: false }.first(responsible), Level::Province);
        }
    }
}
