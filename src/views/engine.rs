//! The template engine, with the templates that are in the binary.

use serde::Serialize;
use std::sync::{PoisonError, RwLock};
use tera::{Context, Tera};

use super::{Access, Files, MailLetter, Portal, RenderedMail, Site, View, assets};

/// Why a page could not be made. Either is a fault of this program, never of a visitor.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// The built-in templates do not fit together; found at start.
    #[error("the built-in templates are broken")]
    Build(#[source] tera::Error),
    /// The built-in template of that name is not UTF-8; found at start.
    #[error("the built-in template {0} is not UTF-8")]
    Encoding(String),
    /// A page's data and its template do not fit together.
    #[error("page {template} could not be rendered")]
    Render {
        template: &'static str,
        #[source]
        source: tera::Error,
    },
}

/// Built once at start.
#[derive(Debug)]
pub struct Views {
    pub(super) tera: Tera,
    /// The paragraphs of the 公告 of the first pages.
    announcement: RwLock<Vec<String>>,
}

impl Views {
    /// Compiles every template. `access`, `portal`, `site` and the addresses of the static files are the same on every page.
    pub fn new(access: Access, portal: &Portal, site: &Site) -> Result<Self, ViewError> {
        let mut tera = Tera::new();
        tera.add_raw_templates(template_sources()?).map_err(ViewError::Build)?;
        let context = tera.global_context();
        context.insert("access", &access);
        context.insert("portal", portal);
        context.insert("site", site);
        context.insert("assets", &assets::Urls::new());
        Ok(Self { tera, announcement: RwLock::default() })
    }

    /// Puts these paragraphs in the place of the 公告 that the first pages show; whether they differ.
    pub fn set_announcement(&self, paragraphs: Vec<String>) -> bool {
        let mut announcement = self.announcement.write().unwrap_or_else(PoisonError::into_inner);
        let differs = *announcement != paragraphs;
        *announcement = paragraphs;
        differs
    }

    /// A page's data, with what may change while the service runs.
    pub(super) fn context(&self, page: &impl Serialize) -> tera::TeraResult<Context> {
        let mut context = Context::from_serialize(page)?;
        let announcement = self.announcement.read().unwrap_or_else(PoisonError::into_inner);
        context.insert("announcement", &*announcement);
        Ok(context)
    }

    pub fn render<V: View>(&self, view: &V) -> Result<String, ViewError> {
        let failed = |source| ViewError::Render { template: V::TEMPLATE, source };
        let context = self.context(view).map_err(failed)?;
        self.tera.render(V::TEMPLATE, &context).map_err(failed)
    }

    pub fn render_mail(&self, letter: &MailLetter) -> Result<RenderedMail, ViewError> {
        let render = |template| {
            let failed = |source| ViewError::Render { template, source };
            let context = Context::from_serialize(letter).map_err(failed)?;
            self.tera.render(template, &context).map_err(failed)
        };
        Ok(RenderedMail {
            subject: letter.title.clone(),
            text: render(MailLetter::TEXT)?,
            html: render(MailLetter::HTML)?,
        })
    }
}

pub(super) fn template_sources() -> Result<Vec<(String, String)>, ViewError> {
    Files::iter()
        .filter(|name| name.ends_with(".html") || name.as_ref() == MailLetter::TEXT)
        .map(|name| {
            let bytes = Files::get(&name).map(|file| file.data.into_owned()).unwrap_or_default();
            let text = String::from_utf8(bytes).map_err(|_| ViewError::Encoding(name.to_string()))?;
            Ok((name.into_owned(), text))
        })
        .collect()
}
