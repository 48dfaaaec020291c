//! Electronic certificates: of equal force as paper ones, and for many qualifications the only ones since 2021 (人社厅发〔2021〕97号).

use crate::domain::exam::Exam;
use crate::domain::form::parse_year;
use crate::domain::form::text::comparison_key;

/// From which year on an exam's certificates are electronic, and where their holders find them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Electronic {
    /// The exam's code or name.
    pub exam: String,
    /// The first year.
    pub since: i32,
    /// There is no paper to reissue; otherwise the electronic one is offered before 申请补证.
    pub only: bool,
    /// Where it is downloaded.
    pub url: String,
    /// What the holder is told.
    pub text: String,
}

impl Electronic {
    /// What is known of an exam's certificates of a year.
    pub fn find<'a>(all: &'a [Self], exam: &Exam, year: &str) -> Option<&'a Self> {
        let year = parse_year(year)?;
        let names = [comparison_key(&exam.code), comparison_key(&exam.name)];
        all.iter().find(|known| known.since <= year && names.contains(&comparison_key(&known.exam)))
    }
}
