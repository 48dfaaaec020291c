//! A form as a browser would fill it in and send it.

use reqwest::Method;
use reqwest::multipart::Part;
use scraper::ElementRef;
use url::Url;

use super::page::{select, selector};

/// A form of a page, with what a browser would send if nobody touched it: every hidden, read-only and free control.
#[derive(Clone)]
pub struct Form {
    pub method: Method,
    pub action: Url,
    pub multipart: bool,
    fields: Vec<(String, String)>,
    files: Vec<File>,
}

#[derive(Clone)]
struct File {
    name: String,
    filename: String,
    content_type: String,
    bytes: Vec<u8>,
}

impl Form {
    pub(super) fn read(form: ElementRef<'_>, page: &Url) -> Self {
        let mut read = Self {
            method: match form.attr("method") {
                Some(method) if method.eq_ignore_ascii_case("post") => Method::POST,
                _ => Method::GET,
            },
            action: page.join(form.attr("action").unwrap_or_default()).unwrap(),
            multipart: form.attr("enctype") == Some("multipart/form-data"),
            fields: Vec::new(),
            files: Vec::new(),
        };
        for control in form.select(&selector("input, select, textarea")) {
            let Some(name) = control.attr("name").filter(|_| control.attr("disabled").is_none()) else { continue };
            let value = control.attr("value").unwrap_or_default();
            match (control.value().name(), control.attr("type").unwrap_or("text")) {
                ("select", _) => read.fields.push((name.into(), chosen(control))),
                ("textarea", _) => read.fields.push((name.into(), control.text().collect())),
                (_, "submit" | "button" | "image" | "reset") => {}
                (_, "checkbox" | "radio") if control.attr("checked").is_none() => {}
                // A browser sends an empty, nameless file where none was chosen.
                (_, "file") => read.files.push(File {
                    name: name.into(),
                    filename: String::new(),
                    content_type: "application/octet-stream".into(),
                    bytes: Vec::new(),
                }),
                _ => read.fields.push((name.into(), value.into())),
            }
        }
        read
    }

    /// The value that would be sent; `None` where the form has no such control.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The names of all controls that would be sent, files apart.
    pub fn names(&self) -> Vec<&str> {
        self.fields.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Types into a control that is there.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        let field = self.fields.iter_mut().find(|(field, _)| field == name);
        let names = || format!("the form has no control {name}");
        value.clone_into(&mut field.unwrap_or_else(|| panic!("{}", names())).1);
        self
    }

    /// Types into several controls.
    #[must_use]
    pub fn fill(self, values: &[(&str, &str)]) -> Self {
        values.iter().fold(self, |form, (name, value)| form.set(name, value))
    }

    /// Sends a value that no page offers: what a tampering visitor does.
    #[must_use]
    pub fn force(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self.fields.push((name.into(), value.into()));
        self
    }

    /// Sends a field a second time.
    #[must_use]
    pub fn also(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// Leaves a field out.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self.files.retain(|file| file.name != name);
        self
    }

    /// Presses a button that has a name.
    #[must_use]
    pub fn press(self, name: &str, value: &str) -> Self {
        self.also(name, value)
    }

    /// Chooses a file in a control that is there.
    #[must_use]
    pub fn file(mut self, name: &str, filename: &str, bytes: &[u8]) -> Self {
        let file = self.files.iter_mut().find(|file| file.name == name);
        let file = file.unwrap_or_else(|| panic!("the form has no file control {name}"));
        filename.clone_into(&mut file.filename);
        "image/jpeg".clone_into(&mut file.content_type);
        bytes.clone_into(&mut file.bytes);
        self
    }

    /// Sends one more file under a control's name, as no browser would.
    #[must_use]
    pub fn one_more_file(mut self, name: &str, bytes: &[u8]) -> Self {
        let file = File {
            name: name.to_owned(),
            filename: "more.jpg".to_owned(),
            content_type: "image/jpeg".to_owned(),
            bytes: bytes.to_vec(),
        };
        self.files.push(file);
        self
    }

    /// Sends it to another place than the page says.
    #[must_use]
    pub fn to(mut self, path: &str) -> Self {
        self.action = self.action.join(path).unwrap();
        self
    }

    pub(super) fn encoded(&self) -> Vec<(String, String)> {
        self.fields.clone()
    }

    pub(super) fn parts(&self) -> reqwest::multipart::Form {
        let mut parts = reqwest::multipart::Form::new();
        for (name, value) in &self.fields {
            parts = parts.text(name.clone(), value.clone());
        }
        for file in &self.files {
            let part = Part::bytes(file.bytes.clone()).file_name(file.filename.clone());
            parts = parts.part(file.name.clone(), part.mime_str(&file.content_type).unwrap());
        }
        parts
    }
}

fn chosen(control: ElementRef<'_>) -> String {
    let options = select(control, "option");
    let option = options.iter().find(|option| option.attr("selected").is_some()).or_else(|| options.first());
    option.map(|option| option.attr("value").map_or_else(|| option.text().collect(), str::to_owned)).unwrap_or_default()
}
