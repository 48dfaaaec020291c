//! Whoever has signed in by an account: the portal keeps the registration of everybody else.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::sync::Arc;

use super::SignedIn;
use crate::app::App;
use crate::domain::linking::Way;
use crate::ids::AccountId;
use crate::web::kit::error::WebError;

#[derive(Debug)]
pub(crate) struct ByAccount {
    pub(crate) visitor: SignedIn,
    /// The account that they came by.
    pub(crate) account: AccountId,
}

impl FromRequestParts<Arc<App>> for ByAccount {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, WebError> {
        let visitor = SignedIn::from_request_parts(parts, app).await?;
        match visitor.way {
            Way::Account(account) => Ok(Self { visitor, account }),
            Way::Portal(_) => Err(WebError::NotFound),
        }
    }
}
