//! The staff of the demo: everybody knows their passwords and secrets. Never part of a release build.

use super::enrol::draw_codes;
use super::factor::code_lookup;
use crate::app::tx::Tx;
use crate::app::{App, AppError};
use crate::db::staff::{self, Chosen, Member, NewStaff};
use crate::domain::staff::otp::{OtpDigest, from_base32};
use crate::domain::staff::{Grant, Role, Roles, UserName};
use crate::ids::StaffId;
use crate::vault::{Purpose, hash_password};

const PASSWORD: &str = "Demo-review-2026";
const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

const STAFF: [(&str, Role, &str); 6] = [
    ("jinan", Role::CityReviewer, "济南市"),
    ("sheng", Role::ProvinceReviewer, ""),
    ("heshi", Role::TaskReviewer, ""),
    ("dayin", Role::Printer, ""),
    ("guanli", Role::Administrator, ""),
    ("duli", Role::Auditor, ""),
];

impl App {
    /// Adds those of the demo's staff who are not there, ready to sign in.
    pub async fn add_demo_staff(&self) -> Result<(), AppError> {
        let hash = self.hashing(|| hash_password(PASSWORD)).await?;
        self.act(self.now(), move |tx| STAFF.into_iter().try_for_each(|one| add(tx, one, &hash))).await
    }
}

fn add(tx: &mut Tx<'_>, (name, role, city): (&str, Role, &str), hash: &str) -> Result<(), AppError> {
    let user_name = UserName::parse(name).ok_or(AppError::NotFound)?;
    if Member::named(tx.conn, &user_name)?.is_some() {
        return Ok(());
    }
    let id = StaffId::generate();
    let roles = Roles::of([Grant { role, city: city.to_owned() }]);
    staff::insert(tx.conn, &NewStaff { id, user_name, roles, own_number_sealed: None }, tx.now)?;
    let secret = from_base32(SECRET).ok_or(AppError::NotFound)?;
    let code_lookups: Vec<_> = draw_codes().iter().map(|code| code_lookup(tx.vault, id, code)).collect();
    let chosen = Chosen {
        password_wrapped: hash,
        otp_secret_sealed: &tx.vault.seal(Purpose::OtpSecret, &secret),
        otp_algorithm: OtpDigest::Sha1,
        step: 0,
        code_lookups: &code_lookups,
    };
    Ok(staff::enrol(tx.conn, id, &chosen, tx.now)?)
}
