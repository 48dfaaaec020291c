//! One registered detail of a certificate that stands on no identity card: whoever gives it has held the certificate, or sat the examination.

use chrono::NaiveDate;

use crate::domain::day;
use crate::domain::form::text::comparison_key;

/// Shorter certificate numbers, and words such as 无, tell nothing.
const SHORTEST_NUMBER: usize = 6;

/// What somebody gives.
#[derive(Clone)]
pub enum Detail {
    /// 证书管理号.
    CertificateNumber(String),
    /// 批准日期 with 报名市, of one certificate.
    DateAndCity { approval_date: String, city: String },
}

impl std::fmt::Debug for Detail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Detail").finish_non_exhaustive()
    }
}

/// What a certificate has registered.
#[derive(Clone, Copy)]
pub struct Registered<'a> {
    pub certificate_number: &'a str,
    pub approval_date: &'a str,
    pub city: &'a str,
}

impl Detail {
    /// Whether a certificate bears it. What is not registered is borne by none.
    pub fn is_of(&self, registered: &Registered<'_>, today: NaiveDate) -> bool {
        match self {
            Self::CertificateNumber(typed) => {
                let (typed, own) = (comparison_key(typed), comparison_key(registered.certificate_number));
                typed == own && typed.chars().count() >= SHORTEST_NUMBER && typed.chars().any(|c| c.is_ascii_digit())
            }
            Self::DateAndCity { approval_date, city } => {
                let day = |text: &str| day::parse(text, today).ok().map(|(day, _)| day);
                let (typed, own) = (comparison_key(city), comparison_key(registered.city));
                !typed.is_empty()
                    && typed == own
                    && day(approval_date).is_some_and(|given| day(registered.approval_date) == Some(given))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(detail: &Detail, number: &str, date: &str, city: &str) -> bool {
        let registered = Registered { certificate_number: number, approval_date: date, city };
        detail.is_of(&registered, NaiveDate::from_ymd_opt(2026, 11, 30).unwrap())
    }

    #[test]
    fn a_certificate_number_is_told_only_by_whoever_knows_all_of_it() {
        for (typed, registered, expected) in [
            ("16039686", "16039686", true),
            (" １６０３９６８６ ", "16039686", true),
            ("16039687", "16039686", false),
            ("1603968", "16039686", false),
            ("", "", false),
            ("无", "无", false),
            ("12345", "12345", false),
            ("无无无无无无", "无无无无无无", false),
            ("", "16039686", false),
        ] {
            let detail = Detail::CertificateNumber(typed.to_owned());
            assert_eq!(fits(&detail, registered, "20171022", "济南市"), expected, "{typed:?} of {registered:?}");
        }
    }

    #[test]
    fn a_date_counts_only_with_the_city_of_one_certificate() {
        for (date, city, registered, expected) in [
            ("20171022", "济南市", ("20171022", "济南市"), true),
            ("2017-10-22", "济南市", ("20171022", "济南市"), true),
            ("20171022", "青岛市", ("20171022", "济南市"), false),
            ("20171023", "济南市", ("20171022", "济南市"), false),
            ("", "济南市", ("", "济南市"), false),
            ("20171022", "", ("20171022", ""), false),
            ("无", "济南市", ("无", "济南市"), false),
        ] {
            let detail = Detail::DateAndCity { approval_date: date.to_owned(), city: city.to_owned() };
            assert_eq!(
                fits(&detail, "16039686", registered.0, registered.1),
                expected,
                "{date} {city} of {registered:?}"
            );
        }
    }
}
