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
    /// Whether it is about an exam's certificates of a year.
    pub fn covers(&self, exam: &Exam, year: &str) -> bool {
        self.is_of(exam) && parse_year(year).is_some_and(|year| self.since <= year)
    }

    /// Whether it is about an exam.
    pub fn is_of(&self, exam: &Exam) -> bool {
        let named = comparison_key(&self.exam);
        [&exam.code, &exam.name].into_iter().any(|name| comparison_key(name) == named)
    }

    /// What the holder is told: the province's sentence, or one of ours.
    pub fn sentence(&self) -> &str {
        match (self.text.trim(), self.only) {
            ("", true) => "该证书只发放电子证书，没有纸质证书可补办。请到电子证书的发放网站下载、打印。",
            ("", false) => "该证书有电子证书，与纸质证书具有同等效力，可随时下载、打印。",
            (text, _) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn electronic(exam: &str) -> Electronic {
        Electronic { exam: exam.into(), since: 2021, only: false, url: String::new(), text: String::new() }
    }

    #[test]
    fn it_is_about_one_exam_by_code_or_name_from_its_first_year_on() {
        let exam = Exam { code: "ZJ".into(), name: "造价".into() };
        for (named, year, covers) in [
            ("ZJ", "2021", true),
            ("ｚｊ", "2024", true),
            ("造价", "2021", true),
            ("ZJ", "2020", false),
            ("ZJ", "", false),
            ("ZJ", "二〇二一", false),
            ("监理", "2021", false),
        ] {
            assert_eq!(electronic(named).covers(&exam, year), covers, "{named} {year}");
        }
    }

    #[test]
    fn the_provinces_sentence_takes_the_place_of_ours() {
        assert!(electronic("ZJ").sentence().contains("同等效力"));
        assert!(Electronic { only: true, ..electronic("ZJ") }.sentence().contains("没有纸质证书"));
        assert_eq!(Electronic { text: "请登录下载。".into(), ..electronic("ZJ") }.sentence(), "请登录下载。");
    }
}
