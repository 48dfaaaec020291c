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

    /// What is kept of a form whose session has ended; `None` where there is no page to come back to.
    fn unsent(_app: &App, _late: Late) -> impl Future<Output = Result<Option<Unsent>, WebError>> + Send {
        async { Ok(None) }
    }
}

/// A form whose session has ended. Its CSRF token was that session's.
#[derive(Debug)]
pub(crate) struct Late {
    pub(crate) former: Former,
    /// Where it was posted.
    pub(crate) path: String,
    pub(crate) form: Form,
}
