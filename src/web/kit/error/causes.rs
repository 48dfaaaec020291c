//! What failures of the lower layers mean for the visitor.

use super::WebError;
use crate::app::AppError;
use crate::db::DbError;
use crate::store::StoreError;
use crate::views::ViewError;

impl From<AppError> for WebError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::NotFound => Self::NotFound,
            AppError::View(error) => error.into(),
            AppError::Busy => Self::Crowded,
            AppError::Db(error) => error.into(),
            AppError::Store(error) => error.into(),
        }
    }
}

impl From<DbError> for WebError {
    fn from(error: DbError) -> Self {
        if error.is_outage() { Self::Unavailable(Box::new(error)) } else { Self::Internal(Box::new(error)) }
    }
}

impl From<StoreError> for WebError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Redis(_) | StoreError::Forgetful => Self::Unavailable(Box::new(error)),
            StoreError::Vault(_) => Self::Internal(Box::new(error)),
        }
    }
}

impl From<ViewError> for WebError {
    fn from(error: ViewError) -> Self {
        Self::Internal(Box::new(error))
    }
}
