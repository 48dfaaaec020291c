//! Why a picture is refused as evidence: the rule, and what was measured.

use super::super::photo::{Coding, FileKind, PhotoProblem};

/// The first rule that a file breaks. `Display` is the sentence for the citizen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceProblem {
    #[error("证明图片是空文件，请重新选择文件")]
    Empty,
    #[error("证明图片不能超过 6MB，您上传的是 {}。可以对图片截屏，上传截屏的图片", megabytes_up(*bytes))]
    TooLarge { bytes: usize },
    #[error("证明图片应为 JPG 或 PNG 格式，您上传的是{}。可以拍照或截屏后上传图片", kind.words())]
    Kind { kind: FileKind },
    #[error("证明图片不能超过 2500 万像素，您上传的是 {width}×{height} 像素。可以对图片截屏，上传截屏的图片")]
    Pixels { width: u32, height: u32 },
    #[error("证明图片应为普通的 JPG 或 PNG，您上传的是{}。可以对图片截屏，上传截屏的图片", .0.words())]
    Unsupported(Coding),
    #[error("证明图片应为一幅静止的图片，您上传的是动态 PNG。可以对图片截屏，上传截屏的图片")]
    Animated,
    #[error("证明图片文件不完整，缺少结尾部分，请重新选择文件上传")]
    Truncated,
    #[error(
        "证明图片应只含一幅图片，您上传的文件在图片结尾之后还有 {bytes} 字节其他内容{}。可以对图片截屏，上传截屏的图片",
        kind.map_or(String::new(), |kind| format!("（{}）", kind.words().trim_start()))
    )]
    Trailing { bytes: usize, kind: Option<FileKind> },
    /// The damaged part is for the log; a citizen cannot act on it.
    #[error("证明图片文件已损坏，无法读取。可以对图片截屏，上传截屏的图片")]
    Damaged(&'static str),
}

impl EvidenceProblem {
    /// A stable code, for logs and counters.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge { .. } => "too_large",
            Self::Kind { .. } => "kind",
            Self::Pixels { .. } => "pixels",
            Self::Unsupported(_) => "unsupported",
            Self::Animated => "animated",
            Self::Truncated => "truncated",
            Self::Trailing { .. } => "trailing",
            Self::Damaged(_) => "damaged",
        }
    }
}

/// The walk over a JPEG is shared with the photo; the photo's size rules do not apply here.
impl From<PhotoProblem> for EvidenceProblem {
    fn from(problem: PhotoProblem) -> Self {
        match problem {
            PhotoProblem::Empty => Self::Empty,
            PhotoProblem::TooLarge { bytes } => Self::TooLarge { bytes },
            PhotoProblem::NotJpeg { kind } => Self::Kind { kind },
            PhotoProblem::Dimensions { width: 0, .. } | PhotoProblem::Dimensions { height: 0, .. } => {
                Self::Damaged("no pixels")
            }
            PhotoProblem::Dimensions { width, height } | PhotoProblem::TooManyPixels { width, height } => {
                Self::Pixels { width, height }
            }
            PhotoProblem::Unsupported(coding) => Self::Unsupported(coding),
            PhotoProblem::Truncated => Self::Truncated,
            PhotoProblem::Trailing { bytes, kind } => Self::Trailing { bytes, kind },
            PhotoProblem::Damaged(part) => Self::Damaged(part),
            PhotoProblem::TooSmall { .. }
            | PhotoProblem::TooFewPixels { .. }
            | PhotoProblem::NoQuality
            | PhotoProblem::Orientation(_)
            | PhotoProblem::Background { .. } => Self::Damaged("not a rule of evidence"),
        }
    }
}

/// One decimal, rounded up: a file over 6 MB never reads as "6.0MB".
fn megabytes_up(bytes: usize) -> String {
    let tenths = bytes.saturating_mul(10).div_ceil(1024 * 1024);
    format!("{}.{}MB", tenths / 10, tenths % 10)
}
