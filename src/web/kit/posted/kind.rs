//! The forms of pages: what each may hold, and what becomes of one that comes too late.

use super::file::FileField;
use super::form::Form;
use crate::app::App;
use crate::app::unsent::Unsent;
use crate::session::Former;
use crate::web::kit::error::WebError;

pub(crate) trait Kind {
    /// Without a file a form is `application/x-www-form-urlencoded`, and holds no control character.
    const FILE: Option<FileField>;

    /// What was typed into a form, and what stands in it for pictures that are kept: nothing is decoded, and neither Redis nor the database is asked.
    /// `None` where there is no page to come back to.
    fn typed(_sent: &Sent<'_>) -> Option<Unsent> {
        None
    }

    /// What is kept of a form whose session has ended: what was typed, and the picture that came with it.
    fn unsent(_app: &App, late: Late) -> impl Future<Output = Result<Option<Unsent>, WebError>> + Send {
        async move { Ok(Self::typed(&late.sent())) }
    }
}

/// A form as a session of its person sent it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent<'a> {
    /// Of the session that handed the form out.
    pub(crate) csrf_token: &'a str,
    /// Where it was posted.
    pub(crate) path: &'a str,
    pub(crate) form: &'a Form,
}

/// A form whose session has ended. Its CSRF token was that session's.
#[derive(Debug)]
pub(crate) struct Late {
    pub(crate) former: Former,
    /// Where it was posted.
    pub(crate) path: String,
    pub(crate) form: Form,
}

impl Late {
    pub(crate) fn sent(&self) -> Sent<'_> {
        Sent { csrf_token: &self.former.csrf_token, path: &self.path, form: &self.form }
    }
}
