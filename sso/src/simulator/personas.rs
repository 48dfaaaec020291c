//! The people of the simulator. All are invented; the numbers carry correct check digits.

mod telling;

use serde_json::{Map, Value};

pub use telling::Telling;

/// One account at the simulated portal.
#[derive(Debug, Clone, PartialEq)]
pub struct Persona {
    /// The word the sign-in form sends.
    pub id: String,
    /// The portal's subject.
    pub subject: String,
    /// The name as the portal holds it.
    pub name: String,
    /// The number of the identity document.
    pub document_number: Option<String>,
    /// The portal's raw code for the kind of document.
    pub document_type: Option<String>,
    /// The portal's raw level code.
    pub level: Option<String>,
    /// `1` personal, `2` corporate.
    pub user_type: Option<String>,
    /// What the button says besides the name.
    pub note: String,
    /// Further fields of the portal's answer; entries here replace those made from the fields above.
    pub extra: Map<String, Value>,
}

impl Persona {
    /// A personal account with a resident ID at level 2; the subject is the id.
    pub fn citizen(id: &str, name: &str, document_number: &str) -> Self {
        Self {
            id: id.to_owned(),
            subject: id.to_owned(),
            name: name.to_owned(),
            document_number: Some(document_number.to_owned()),
            document_type: Some("1".to_owned()),
            level: Some("2".to_owned()),
            user_type: Some("1".to_owned()),
            note: String::new(),
            extra: Map::new(),
        }
    }

    /// Sets the button's note.
    #[must_use]
    pub fn with_note(mut self, note: &str) -> Self {
        note.clone_into(&mut self.note);
        self
    }

    /// User information under the names that provincial portals use.
    pub(super) fn claims(&self) -> Map<String, Value> {
        self.told(&Telling::default())
    }
}

/// The seven personas of the demonstration.
pub fn demo() -> Vec<Persona> {
    let mut company = Persona::citizen("faren", "山东测试有限公司", "91370100MA3TEXT004").with_note("法人账户");
    company.user_type = Some("2".to_owned());
    company.document_type = None;
    let mut unverified = Persona::citizen("dijibie", "狄吉别", "370602198204045514").with_note("未实名");
    unverified.level = Some("0".to_owned());
    vec![
        Persona::citizen("ceshi", "测试", "110101199003071233").with_note("两个旧系统都有账户"),
        Persona::citizen("shiwuwei", "石五维", "110101196905120010").with_note("旧账户为15位证件号码"),
        Persona::citizen("jiandian", "阿依古丽·买买提", "650102198807152263").with_note("姓名带间隔号"),
        Persona::citizen("gaiming", "李改明", "370102197508203313").with_note("旧账户为另一姓名"),
        Persona::citizen("xinren", "辛仁", "370203199511116625").with_note("旧系统没有数据"),
        company,
        unverified,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_resident_number_of_the_demo_carries_its_check_digit() {
        const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        for persona in demo().into_iter().filter(|persona| persona.id != "faren") {
            let number = persona.document_number.unwrap();
            let digits: Vec<u32> = number[..17].chars().map(|c| c.to_digit(10).unwrap()).collect();
            let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
            assert_eq!(number.as_bytes()[17], b"10X98765432"[sum as usize % 11], "{}", persona.id);
        }
    }
}
