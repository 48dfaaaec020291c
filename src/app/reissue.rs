//! 补证申请: which certificates may be reissued, and what the form of step 2 holds.

mod attempt;
mod form;
mod open;
mod same;
mod submit;

use serde::{Deserialize, Serialize};

use super::dossier::{AllApplications, Dossier};
use super::tx::Tx;
use super::{App, AppError};
use crate::db::applications::Application;
use crate::db::exams;
use crate::db::legacy::Certificate;
use crate::domain::certificate::{Electronic, Eligibility};
use crate::domain::exam::{Exam, sort_by_pinyin};
use crate::domain::form::text::comparison_key;
use crate::domain::policy::Policy;
use crate::ids::{CertificateId, PersonId};

pub(super) use attempt::Measure;
pub use attempt::{Outcome, Photo, Refusal, Refused, Sent};
pub use form::Form;
pub(super) use form::{catalogue, identity, registered, with_resident_number};
use open::Judge;
pub(super) use open::open_applications;
pub(super) use same::{becomes_of, is_about};
pub use submit::Submission;
pub(super) use submit::new_application;

/// What an application is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// A registered certificate: 申请补证.
    Certificate(CertificateId),
    /// An exam, by code or name: 填写补证申请.
    Exam(String),
}

/// One certificate with the answer whether it may be reissued.
pub struct JudgedCertificate {
    pub certificate: Certificate,
    /// 可申请 or not.
    pub eligibility: Eligibility,
    /// The open application that stands in the way.
    pub open: Option<String>,
    /// The electronic certificate of equal force, where the exam has such.
    pub electronic: Option<Electronic>,
}

pub struct Step1 {
    /// Every exam of the catalogue, and those of the person's certificates that it lacks, by pinyin.
    pub exams: Vec<Exam>,
    pub chosen: Option<Exam>,
    /// The person's certificates of the chosen exam, or of all exams where none is chosen; newest year first.
    pub certificates: Vec<JudgedCertificate>,
    /// A record under another name exists.
    pub other_name_record: bool,
}

impl App {
    /// Every exam of the catalogue.
    pub async fn exams(&self) -> Result<Vec<Exam>, AppError> {
        self.read(all_exams).await
    }

    /// The exams, and the person's certificates.
    pub async fn step1(&self, person: PersonId, exam: Option<String>) -> Result<Step1, AppError> {
        let policy = self.policy.clone();
        self.read(move |tx| step1(tx, person, exam.as_deref(), &policy)).await
    }
}

fn all_exams(tx: &mut Tx<'_>) -> Result<Vec<Exam>, AppError> {
    Ok(exams::all(tx.conn)?.into_iter().map(|(code, name)| Exam { code, name }).collect())
}

fn step1(tx: &mut Tx<'_>, person: PersonId, wanted: Option<&str>, policy: &Policy) -> Result<Step1, AppError> {
    let (dossier, certificates) = Dossier::with_certificates(tx, person)?;
    let mut exams = all_exams(tx)?;
    for certificate in &certificates.shown {
        if !exams.iter().any(|exam| exam.code == certificate.exam_code) {
            exams.push(Exam { code: certificate.exam_code.clone(), name: certificate.exam_name.clone() });
        }
    }
    sort_by_pinyin(&mut exams);
    let chosen = wanted.and_then(|wanted| find(&exams, wanted)).cloned();
    let accounts = dossier.accounts(tx)?;
    let old = dossier.applications(tx, &accounts)?;
    let other_name_record = certificates.has_unclear || old.has_unclear;
    let all = AllApplications::of(Application::of_person(tx.conn, person)?, old.shown);
    let open = open_applications(tx.vault, person, &all);
    let is_listed = |row: &Certificate| chosen.as_ref().is_none_or(|exam| exam.code == row.exam_code);
    let listed = certificates.shown.into_iter().filter(is_listed);
    let judge = Judge { vault: tx.vault, person, open: &open, policy };
    let certificates = listed.map(|row| judge.judge(row)).collect();
    Ok(Step1 { exams, chosen, certificates, other_name_record })
}

/// By code, or else by name, in any width and case.
fn find<'a>(exams: &'a [Exam], wanted: &str) -> Option<&'a Exam> {
    let wanted = comparison_key(wanted);
    let by = |key: fn(&Exam) -> &str| exams.iter().find(|exam| comparison_key(key(exam)) == wanted);
    by(|exam| &exam.code).or_else(|| by(|exam| &exam.name))
}
