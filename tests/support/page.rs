//! An answer, and what a person or a program reads from it.

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use scraper::{ElementRef, Html, Selector};
use std::collections::BTreeMap;
use url::Url;

use super::form::Form;

/// An answer of the service or of the portal.
#[derive(Clone)]
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// What was asked for.
    pub url: Url,
    pub bytes: Vec<u8>,
}

/// An element with its attributes and its text.
#[derive(Debug)]
pub struct Row {
    pub attributes: BTreeMap<String, String>,
    pub text: String,
    /// The text of its cells, where it is a table's row.
    pub cells: Vec<String>,
    /// Where the links in it lead.
    pub links: Vec<String>,
}

impl Row {
    /// An attribute that must be there.
    pub fn attr(&self, name: &str) -> &str {
        self.attributes.get(name).unwrap_or_else(|| panic!("no attribute {name} on {self:?}"))
    }
}

impl Page {
    /// The body as text.
    pub fn html(&self) -> String {
        String::from_utf8(self.bytes.clone()).expect("a page in UTF-8")
    }

    /// A header as text; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().expect("a header in ASCII")).unwrap_or_default()
    }

    /// Asserts the status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{} {}\n{}", self.url, self.header("location"), self.summary());
        self
    }

    /// The place that a 303 leads to.
    #[track_caller]
    pub fn location(&self) -> Url {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}\n{}", self.url, self.summary());
        self.url.join(self.header("location")).expect("a place that browsers understand")
    }

    /// The place that a 303 leads to, as written.
    #[track_caller]
    pub fn leads_to(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}\n{}", self.url, self.summary());
        self.header("location")
    }

    /// The one element's text; panics where there is none.
    #[track_caller]
    pub fn text(&self, css: &str) -> String {
        let all = self.texts(css);
        all.into_iter().next().unwrap_or_else(|| panic!("no {css} on {}\n{}", self.url, self.summary()))
    }

    /// Where a locked field's value comes from, by the words that describe its input.
    #[track_caller]
    pub fn source_of(&self, field: &str) -> String {
        let described = self.attr(&format!("input[name={field}][readonly]"), "aria-describedby");
        self.text(&format!("#{}", described.unwrap_or_else(|| panic!("{field} is not locked or has no source"))))
    }

    /// The text of every such element.
    pub fn texts(&self, css: &str) -> Vec<String> {
        let html = Html::parse_document(&self.html());
        html.select(&selector(css)).map(text_of).collect()
    }

    /// How many such elements there are.
    pub fn count(&self, css: &str) -> usize {
        self.texts(css).len()
    }

    /// Whether there is such an element.
    pub fn has(&self, css: &str) -> bool {
        self.count(css) > 0
    }

    /// An attribute of the first such element.
    pub fn attr(&self, css: &str, name: &str) -> Option<String> {
        self.rows(css).first().and_then(|row| row.attributes.get(name).cloned())
    }

    /// Every such element.
    pub fn rows(&self, css: &str) -> Vec<Row> {
        let html = Html::parse_document(&self.html());
        html.select(&selector(css)).map(row_of).collect()
    }

    /// The whole page as a person reads it.
    pub fn words(&self) -> String {
        self.texts("body").join(" ")
    }

    /// Asserts that the page says this.
    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        assert!(self.words().contains(words), "{} does not say “{words}”:\n{}", self.url, self.summary());
        self
    }

    /// Asserts that nothing of the answer, markup and headers included, holds this.
    #[track_caller]
    pub fn never_holds(&self, word: &str) -> &Self {
        assert!(!self.html().contains(word), "{} holds {word:?}", self.url);
        assert!(!format!("{:?}", self.headers).contains(word), "a header of {} holds {word:?}", self.url);
        self
    }

    /// A form; panics where there is none.
    #[track_caller]
    pub fn form(&self, css: &str) -> Form {
        let html = Html::parse_document(&self.html());
        let form = html.select(&selector(css)).next();
        Form::read(form.unwrap_or_else(|| panic!("no {css} on {}\n{}", self.url, self.summary())), &self.url)
    }

    /// The form of step 2 or of 申请信息维护.
    #[track_caller]
    pub fn main_form(&self) -> Form {
        self.form("main form[enctype='multipart/form-data']")
    }

    /// The session's form token.
    #[track_caller]
    pub fn csrf_token(&self) -> String {
        self.attr("input[name=csrf_token]", "value").unwrap_or_else(|| panic!("no csrf_token on {}", self.url))
    }

    /// What stands in a control now: typed, chosen or locked.
    #[track_caller]
    pub fn value(&self, name: &str) -> String {
        let form = self.main_form();
        form.get(name).unwrap_or_else(|| panic!("no control {name} on {}", self.url)).to_owned()
    }

    /// The names of the locked controls.
    pub fn locked(&self) -> Vec<String> {
        self.rows("main form input[readonly]").iter().map(|row| row.attr("name").to_owned()).collect()
    }

    /// The error summary: (field, message); the field is empty for what concerns no single one.
    pub fn errors(&self) -> Vec<(String, String)> {
        let of = |row: Row| {
            let field = row.links.iter().find_map(|link| link.strip_prefix('#')).unwrap_or_default();
            (field.to_owned(), row.text)
        };
        self.rows("#error-summary li").into_iter().map(of).collect()
    }

    /// The message at one field.
    #[track_caller]
    pub fn error_at(&self, field: &str) -> String {
        self.text(&format!("#{field}-error"))
    }

    /// The person that this page is shown to.
    pub fn user(&self) -> Option<String> {
        self.attr("body", "data-user")
    }

    pub(super) fn is_html(&self) -> bool {
        self.header("content-type").starts_with("text/html") && self.header("content-encoding").is_empty()
    }

    /// For the message of a failed test.
    pub fn summary(&self) -> String {
        let words: String = if self.is_html() { self.texts("main").join(" ") } else { self.lossy() };
        words.chars().take(1500).collect()
    }

    fn lossy(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

pub(super) fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap_or_else(|error| panic!("{css}: {error}"))
}

pub(super) fn select<'a>(within: ElementRef<'a>, css: &str) -> Vec<ElementRef<'a>> {
    within.select(&selector(css)).collect()
}

fn row_of(element: ElementRef<'_>) -> Row {
    let attributes = element.value().attrs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let links = select(element, "a[href]").iter().filter_map(|link| link.attr("href").map(str::to_owned)).collect();
    let cells = select(element, "th, td").into_iter().map(text_of).collect();
    Row { attributes, text: text_of(element), cells, links }
}

fn text_of(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}
