//! The error summary on top of a form.

use serde::Serialize;

use super::{FormField, Link, PhotoField};

#[derive(Debug, Clone, Serialize)]
pub struct ErrorItem {
    /// The id of the field to go to; `None` where the error belongs to no field.
    pub field: Option<String>,
    pub message: String,
    /// A way on, such as to the application that is already open.
    pub link: Option<Link>,
}

impl ErrorItem {
    /// An error that belongs to no field.
    pub fn general(message: impl Into<String>, link: Option<Link>) -> Self {
        Self { field: None, message: message.into(), link }
    }
}

/// The error summary of these fields, in the page's order.
pub fn error_items(fields: &[FormField], photo: Option<&PhotoField>) -> Vec<ErrorItem> {
    let of_fields = fields.iter().filter_map(|field| Some((field.id.clone(), field.error.clone()?)));
    let of_photo = photo.and_then(|photo| Some(("photo".to_owned(), photo.error.clone()?)));
    of_fields.chain(of_photo).map(|(field, message)| ErrorItem { field: Some(field), message, link: None }).collect()
}
