//! The photo's field: 考生照片.

use serde::Serialize;

/// 考生照片.
#[derive(Debug, Clone, Serialize)]
pub struct PhotoField {
    /// Demanded for the year that stands in the form now.
    pub required: bool,
    /// The last year whose certificates need a photo (`reissue.photo_required_through`).
    pub required_through: i32,
    pub error: Option<String>,
    /// A photo that keeps all rules and was handed in before.
    pub kept: Option<KeptPhoto>,
}

/// A photo that need not be chosen again.
#[derive(Debug, Clone, Serialize)]
pub struct KeptPhoto {
    /// Hidden field `photo_token`: finds a photo that came with a form refused for other reasons. `None` where the photo
    /// already belongs to the application.
    pub token: Option<String>,
    /// Where the photo can be looked at; `None` where it cannot yet.
    pub url: Option<String>,
}
