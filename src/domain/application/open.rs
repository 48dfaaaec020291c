//! Whether a person has an open application for a certificate, which rules out another one.

use crate::ids::CertificateId;

/// An application that is pending or rejected.
#[derive(Clone, Debug)]
pub struct Open {
    /// Its id, ours or the old one's.
    pub id: String,
    /// The registered certificate that it was made from.
    pub certificate: Option<CertificateId>,
    /// A keyed hash of its [`super::DuplicateKey`].
    pub same: Vec<u8>,
}

#[derive(Clone, Debug, Default)]
pub struct OpenApplications(pub Vec<Open>);

impl OpenApplications {
    /// The open application for a registered certificate: made from it, or made by hand about the same exam, year, level and specialty.
    pub fn about(&self, certificate: CertificateId, same: &[u8]) -> Option<&Open> {
        self.0.iter().find(|open| match open.certificate {
            Some(id) => id == certificate,
            None => open.same == same,
        })
    }

    /// The open application about the same exam, year, level and specialty, whether or not it was made from a certificate.
    pub fn alike(&self, same: &[u8]) -> Option<&Open> {
        self.0.iter().find(|open| open.same == same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(id: &str, certificate: Option<CertificateId>, same: u8) -> Open {
        Open { id: id.to_owned(), certificate, same: vec![same] }
    }

    #[test]
    fn an_application_stands_in_the_way_of_its_own_certificate_and_one_made_by_hand_of_what_it_says() {
        let [first, second] = [CertificateId::generate(), CertificateId::generate()];
        let all = OpenApplications(vec![open("by certificate", Some(first), 1), open("by hand", None, 2)]);
        for (certificate, same, about, alike) in [
            (first, 1, Some("by certificate"), Some("by certificate")),
            (first, 9, Some("by certificate"), None),
            // Two certificates of the same exam, year, level and specialty are two.
            (second, 1, None, Some("by certificate")),
            (second, 2, Some("by hand"), Some("by hand")),
            (second, 3, None, None),
        ] {
            let id = |found: Option<&Open>| found.map(|open| open.id.clone());
            assert_eq!(id(all.about(certificate, &[same])).as_deref(), about, "{same}");
            assert_eq!(id(all.alike(&[same])).as_deref(), alike, "{same}");
        }
    }
}
