//! Invented people and what old systems hold of them, written as the import writes it.

use buzheng::db::schema::{
    exam_combinations, exams, import_batches, legacy_accounts, legacy_applications, legacy_certificates, legacy_photos,
};
use buzheng::domain::document::Number;
use buzheng::ids::{AccountId, CertificateId, LegacyApplicationId};
use buzheng::vault::{LookUp, Purpose, Vault};
use chrono::Utc;
use diesel::prelude::*;
use md5::{Digest, Md5};
use std::path::Path;

/// A person of the simulated portal.
#[derive(Debug)]
pub struct Citizen {
    pub persona: &'static str,
    pub name: &'static str,
    pub number: &'static str,
}

pub const CESHI: Citizen = Citizen { persona: "ceshi", name: "测试", number: "110101199003071233" };
pub const SHIWUWEI: Citizen = Citizen { persona: "shiwuwei", name: "石五维", number: "110101196905120010" };
pub const JIANDIAN: Citizen =
    Citizen { persona: "jiandian", name: "阿依古丽·买买提", number: "650102198807152263" };
pub const GAIMING: Citizen = Citizen { persona: "gaiming", name: "李改明", number: "370102197508203313" };
pub const XINREN: Citizen = Citizen { persona: "xinren", name: "辛仁", number: "370203199511116625" };

impl Citizen {
    /// A further person, with a number of their own. Different `n` (0 to 999) are different people.
    pub fn invented(n: u32, name: &'static str) -> Self {
        let number = with_check_digit(&format!("37010219800101{n:03}"));
        let persona = format!("renwu{n}");
        Self { persona: persona.leak(), name, number: number.leak() }
    }

    /// The same person's number as it was before 1999.
    pub fn number_of_15_digits(&self) -> String {
        format!("{}{}", &self.number[..6], &self.number[8..17])
    }

    /// Another portal account.
    pub fn at(&self, persona: &'static str) -> Self {
        Self { persona, ..*self }
    }

    /// The same number under another name.
    pub fn named(&self, name: &'static str) -> Self {
        Self { name, ..*self }
    }
}

/// 17 digits and their check digit.
pub fn with_check_digit(digits: &str) -> String {
    let check = buzheng::domain::document::check_digit(digits).expect("17 digits");
    format!("{digits}{check}")
}

const BATCH: &str = "test";

/// The bytes of a photo of `tests/fixtures/photos_of_other_programs`.
pub fn of_another_program(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/photos_of_other_programs").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The bytes of a photo of `tests/fixtures/photos`.
pub fn photo(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/photos").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The bytes of a picture of `tests/fixtures/phone_photos`.
pub fn phone_photo(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/phone_photos").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A row of an old system.
pub trait Legacy {
    /// What the row is found by.
    type Id;

    /// Writes the row.
    fn write(self, conn: &mut PgConnection, vault: &Vault) -> Self::Id;
}

/// A setter for each named field.
macro_rules! setters {
    ($($name:ident),*) => {$(
        #[must_use]
        pub fn $name(mut self, value: &str) -> Self {
            value.clone_into(&mut self.$name);
            self
        }
    )*};
}

fn number_lookup(vault: &Vault, number: &str) -> Option<Vec<u8>> {
    let number = Number::new(number, None);
    number.unreadable().is_none().then(|| vault.look_up(LookUp::Number, &[number.canonical()]))
}

/// An account of an old system.
pub struct Account {
    system: String,
    key: String,
    number: String,
    name: String,
    email: String,
    registered_at: String,
    password: Option<String>,
}

impl Account {
    pub fn of(citizen: &Citizen, system: &str, key: &str) -> Self {
        Self {
            system: system.into(),
            key: key.into(),
            number: citizen.number.into(),
            name: citizen.name.into(),
            email: "someone@example.org".into(),
            registered_at: "2011-03-04 08:09:10".into(),
            password: None,
        }
    }

    setters!(number, name, email, registered_at);

    /// As an old system of the simple kind kept it: MD5.
    #[must_use]
    pub fn password(mut self, password: &str) -> Self {
        self.password = Some(hex::encode(Md5::digest(password)));
        self
    }
}

impl Legacy for Account {
    type Id = AccountId;

    fn write(self, conn: &mut PgConnection, vault: &Vault) -> AccountId {
        use legacy_accounts as t;
        let id = AccountId::generate();
        let now = Utc::now();
        let raw = vec![("编号", self.key.as_str()), ("身份证号", &self.number), ("姓名", &self.name)];
        diesel::insert_into(t::table)
            .values((
                t::id.eq(id),
                t::system.eq(&self.system),
                t::key.eq(&self.key),
                t::number_lookup.eq(number_lookup(vault, &self.number)),
                t::number_sealed.eq(vault.seal_text(Purpose::Number, &self.number)),
                t::name_sealed.eq(vault.seal_text(Purpose::Name, &self.name)),
                t::email_sealed.eq(vault.seal_text(Purpose::Email, &self.email)),
                t::registered_at.eq(&self.registered_at),
                t::password_scheme.eq(self.password.as_ref().map(|_| "md5")),
                t::password_sealed.eq(self.password.as_ref().map(|hash| vault.seal_text(Purpose::PasswordHash, hash))),
                t::content_digest.eq(vault.look_up(LookUp::Content, &[&self.key, &self.number, &self.name])),
                t::raw_sealed.eq(vault.seal_json(Purpose::RawRow, &raw).unwrap()),
                t::batch.eq(BATCH),
                t::imported_at.eq(now),
            ))
            .execute(conn)
            .unwrap();
        id
    }
}

/// A certificate: 造价 `year`, 已领取 in 济南市.
#[derive(Clone)]
#[allow(clippy::struct_field_names)] // 证书管理号 is certificate_number everywhere
pub struct Certificate {
    system: String,
    exam_code: String,
    exam_name: String,
    year: String,
    level: String,
    specialty: String,
    number: String,
    name: String,
    certificate_number: String,
    approval_date: String,
    city: String,
    status: String,
}

impl Certificate {
    pub fn of(citizen: &Citizen, year: i32) -> Self {
        Self {
            system: "reissue".into(),
            exam_code: "ZJ".into(),
            exam_name: "造价".into(),
            year: year.to_string(),
            level: "造价工程师".into(),
            specialty: "土建".into(),
            number: citizen.number.into(),
            name: citizen.name.into(),
            certificate_number: "16039686".into(),
            approval_date: String::new(),
            city: "济南市".into(),
            status: "collected".into(),
        }
    }

    setters!(year, level, specialty, number, name, certificate_number, approval_date, city, status, system);

    #[must_use]
    pub fn exam(mut self, code: &str, name: &str) -> Self {
        (self.exam_code, self.exam_name) = (code.into(), name.into());
        self
    }
}

impl Legacy for Certificate {
    type Id = CertificateId;

    fn write(self, conn: &mut PgConnection, vault: &Vault) -> CertificateId {
        use legacy_certificates as t;
        let id = CertificateId::generate();
        diesel::insert_into(t::table)
            .values((
                (
                    t::id.eq(id),
                    t::system.eq(self.system),
                    t::key.eq(id.to_string()),
                    t::exam_code.eq(self.exam_code),
                    t::exam_name.eq(self.exam_name),
                    t::year.eq(self.year),
                    t::level.eq(self.level),
                    t::specialty.eq(self.specialty),
                ),
                (
                    t::number_lookup.eq(number_lookup(vault, &self.number)),
                    t::number_sealed.eq(vault.seal_text(Purpose::Number, &self.number)),
                    t::name_sealed.eq(vault.seal_text(Purpose::Name, &self.name)),
                    t::certificate_number.eq(self.certificate_number),
                    t::approval_date.eq(self.approval_date),
                    t::city.eq(self.city),
                    t::status.eq(self.status),
                    t::content_digest.eq(vault.look_up(LookUp::Content, &[&id.to_string()])),
                ),
                (
                    t::raw_sealed.eq(vault.seal_json(Purpose::RawRow, &[self.number, self.name]).unwrap()),
                    t::batch.eq(BATCH),
                    t::imported_at.eq(Utc::now()),
                ),
            ))
            .execute(conn)
            .unwrap();
        id
    }
}

/// An old application: 计算机应用能力考试 2012 `123456789` 等待审核.
#[derive(Clone)]
pub struct Application {
    system: String,
    key: String,
    account_key: Option<String>,
    exam_code: String,
    exam_name: String,
    year: String,
    level: String,
    specialty: String,
    number: String,
    name: String,
    certificate_number: String,
    approval_date: String,
    city: String,
    contact: String,
    status: String,
    feedback: String,
    submitted_at: String,
}

impl Application {
    pub fn of(citizen: &Citizen, system: &str, account_key: &str) -> Self {
        Self { account_key: Some(account_key.into()), system: system.into(), ..Self::without_account(citizen) }
    }

    pub fn without_account(citizen: &Citizen) -> Self {
        Self {
            system: "reissue".into(),
            key: uuid::Uuid::new_v4().simple().to_string(),
            account_key: None,
            exam_code: "JSJ".into(),
            exam_name: "计算机应用能力考试".into(),
            year: "2012".into(),
            level: "中级".into(),
            specialty: "Word 2003中文字处理".into(),
            number: citizen.number.into(),
            name: citizen.name.into(),
            certificate_number: "123456789".into(),
            approval_date: "20121125".into(),
            city: "青岛市".into(),
            contact: "13912340001".into(),
            status: "pending".into(),
            feedback: String::new(),
            submitted_at: "2013-05-06 10:00:00".into(),
        }
    }

    setters!(
        key,
        year,
        level,
        specialty,
        number,
        name,
        certificate_number,
        approval_date,
        city,
        contact,
        status,
        feedback,
        submitted_at
    );

    #[must_use]
    pub fn exam(mut self, code: &str, name: &str) -> Self {
        (self.exam_code, self.exam_name) = (code.into(), name.into());
        self
    }
}

impl Legacy for Application {
    type Id = LegacyApplicationId;

    fn write(self, conn: &mut PgConnection, vault: &Vault) -> LegacyApplicationId {
        use legacy_applications as t;
        let id = LegacyApplicationId::generate();
        diesel::insert_into(t::table)
            .values((
                (
                    t::id.eq(id),
                    t::system.eq(self.system),
                    t::key.eq(&self.key),
                    t::account_key.eq(self.account_key),
                    t::exam_code.eq(self.exam_code),
                    t::exam_name.eq(self.exam_name),
                    t::year.eq(self.year),
                    t::level.eq(self.level),
                    t::specialty.eq(self.specialty),
                ),
                (
                    t::number_lookup.eq(number_lookup(vault, &self.number)),
                    t::number_sealed.eq(vault.seal_text(Purpose::Number, &self.number)),
                    t::name_sealed.eq(vault.seal_text(Purpose::Name, &self.name)),
                    t::certificate_number.eq(self.certificate_number),
                    t::approval_date.eq(self.approval_date),
                    t::city.eq(self.city),
                    t::contact_sealed.eq(vault.seal_text(Purpose::Contact, &self.contact)),
                    t::status.eq(self.status),
                    t::feedback.eq(self.feedback),
                    t::submitted_at.eq(self.submitted_at),
                ),
                (
                    t::content_digest.eq(vault.look_up(LookUp::Content, &[&self.key])),
                    t::raw_sealed.eq(vault.seal_json(Purpose::RawRow, &[self.number, self.name]).unwrap()),
                    t::batch.eq(BATCH),
                    t::imported_at.eq(Utc::now()),
                ),
            ))
            .execute(conn)
            .unwrap();
        id
    }
}

/// The photo of an old application.
pub struct Photo {
    pub system: &'static str,
    pub application_key: &'static str,
    pub bytes: Vec<u8>,
}

impl Legacy for Photo {
    type Id = ();

    fn write(self, conn: &mut PgConnection, vault: &Vault) {
        use legacy_photos as t;
        diesel::insert_into(t::table)
            .values((
                t::system.eq(self.system),
                t::application_key.eq(self.application_key),
                t::photo_sealed.eq(vault.seal(Purpose::Photo, &self.bytes)),
                t::content_digest.eq(vault.look_up(LookUp::Content, &[self.application_key])),
                t::batch.eq(BATCH),
                t::imported_at.eq(Utc::now()),
            ))
            .execute(conn)
            .unwrap();
    }
}

type Subjects = &'static [(&'static str, &'static str)];

/// A small catalogue: 造价 2010-2024, 计算机应用能力考试 2005-2014, 执业药师 2015-2020.
pub(super) fn write_catalogue(conn: &mut PgConnection) {
    diesel::insert_into(import_batches::table)
        .values((import_batches::name.eq(BATCH), import_batches::started_at.eq(Utc::now())))
        .execute(conn)
        .unwrap();
    let all: [(&str, &str, std::ops::RangeInclusive<i32>, Subjects); 3] = [
        ("ZJ", "造价", 2010..=2024, &[("造价工程师", "土建"), ("造价工程师", "安装")]),
        (
            "JSJ",
            "计算机应用能力考试",
            2005..=2014,
            &[("中级", "Word 2003中文字处理"), ("初级", "中文Windows XP操作系统")],
        ),
        ("YS", "执业药师", 2015..=2020, &[("执业药师", "中药"), ("执业药师", "西药")]),
    ];
    for (code, name, years, subjects) in all {
        diesel::insert_into(exams::table).values((exams::code.eq(code), exams::name.eq(name))).execute(conn).unwrap();
        let rows: Vec<_> = years
            .flat_map(|year| {
                subjects.iter().map(move |(level, specialty)| {
                    use exam_combinations as t;
                    (
                        t::exam_code.eq(code),
                        t::name.eq(name),
                        t::year.eq(year),
                        t::level.eq(*level),
                        t::specialty.eq(*specialty),
                        t::batch.eq(BATCH),
                    )
                })
            })
            .collect();
        diesel::insert_into(exam_combinations::table).values(&rows).execute(conn).unwrap();
    }
}
