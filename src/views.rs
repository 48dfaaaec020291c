//! Pages: one struct per template, each holding display-ready plain data.
//!
//! A struct says what its page needs; the template says how it looks. Templates decide nothing: what is locked, who may
//! apply and why not is decided in `domain` and arrives here as words.

mod application_list;
mod application_show;
pub mod assets;
mod chrome;
mod continuity_show;
mod error_show;
mod field;
mod help_show;
mod import_report;
mod landing_show;
mod link_show;
mod login_ahead;
mod login_failed;
mod login_refused;
mod login_review;
mod login_tried;
mod reissue_done;
mod reissue_form;
mod reissue_select;
mod signed_out;
mod words;

#[cfg(test)]
mod checker;
#[cfg(test)]
mod tests;

use rust_embed::Embed;
use serde::Serialize;
use tera::{Context, Tera};

pub use application_list::{ApplicationList, ApplicationRow};
pub use application_show::{ApplicationShow, Conflict};
pub use chrome::{Chrome, Link, Menu, Portal, Status, SummaryRow, User};
pub use continuity_show::{AccountLine, CarriedAccount, CarriedSystem, ContinuityShow, FrozenAccount};
pub use error_show::ErrorShow;
pub use field::{Choice, ErrorItem, FieldKind, FormField, KeptPhoto, PhotoField, error_items};
pub use help_show::HelpShow;
pub use import_report::{
    Bar, FindingRow, ForecastPart, ForecastRow, ImportReport, SourceFindings, SourceRow, StoredRow,
};
pub use landing_show::{LandingShow, login_url, query_value};
pub use link_show::{LinkShow, OfferedAccount, TaskRow};
pub use login_ahead::LoginAhead;
pub use login_failed::{LoginFailed, LoginFailure};
pub use login_refused::{LoginRefused, RefusedReason};
pub use login_review::LoginReview;
pub use login_tried::LoginTried;
pub use reissue_done::ReissueDone;
pub use reissue_form::ReissueForm;
pub use reissue_select::{CertificateRow, NotEligible, ReissueSelect, SelectedExam};
pub use signed_out::{PortalEnd, SignedOut};

/// A page: the data of one template.
pub trait View: Serialize {
    /// The template's file name under `templates/`; always `.html`, because only such names are escaped.
    const TEMPLATE: &'static str;

    /// Invented pages that together reach every branch of the template.
    #[cfg(test)]
    fn samples() -> Vec<Self>
    where
        Self: Sized;
}

/// Templates and static files are inside the binary: a data centre's server gets one file.
#[derive(Embed)]
#[folder = "templates/"]
struct Files;

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
        /// The template's file name.
        template: &'static str,
        #[source]
        source: tera::Error,
    },
}

/// The template engine, built once at start.
#[derive(Debug)]
pub struct Views {
    tera: Tera,
}

impl Views {
    /// Compiles every template. `portal` and the addresses of the static files are the same on every page.
    pub fn new(portal: &Portal) -> Result<Self, ViewError> {
        let mut tera = Tera::new();
        tera.add_raw_templates(template_sources()?).map_err(ViewError::Build)?;
        let context = tera.global_context();
        context.insert("portal", portal);
        context.insert("assets", &assets::Urls::new());
        Ok(Self { tera })
    }

    /// The page as HTML.
    pub fn render<V: View>(&self, view: &V) -> Result<String, ViewError> {
        let failed = |source| ViewError::Render { template: V::TEMPLATE, source };
        let context = Context::from_serialize(view).map_err(failed)?;
        self.tera.render(V::TEMPLATE, &context).map_err(failed)
    }
}

/// Name and text of every template.
fn template_sources() -> Result<Vec<(String, String)>, ViewError> {
    Files::iter()
        .filter(|name| name.ends_with(".html"))
        .map(|name| {
            let bytes = Files::get(&name).map(|file| file.data.into_owned()).unwrap_or_default();
            let text = String::from_utf8(bytes).map_err(|_| ViewError::Encoding(name.to_string()))?;
            Ok((name.into_owned(), text))
        })
        .collect()
}
