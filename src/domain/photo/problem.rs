//! Why a photo is refused: the rule, and what was measured.

mod coding;
mod file_kind;
mod told;

use super::exif::Orientation;
use super::{HEIGHT, WIDTH};
pub use coding::Coding;
pub use file_kind::FileKind;
pub use told::{mended, refused};

/// A rule that a file breaks. `Display` is the sentence for the citizen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhotoProblem {
    #[error("照片文件是空的，请重新选择文件")]
    Empty,
    #[error("照片文件大小应在 10KB 至 30KB 之间，您上传的是 {}，请压缩后重新上传", kilobytes_up(*bytes))]
    TooLarge { bytes: usize },
    #[error("照片文件大小应在 10KB 至 30KB 之间，您上传的是 {}，请提高图片质量后重新上传", kilobytes_down(*bytes))]
    TooSmall { bytes: usize },
    #[error("照片应为 JPG 或 JPEG 格式，您上传的是{}，{}", kind.words(), instead(*kind))]
    NotJpeg { kind: FileKind },
    /// For a picture that looks upright only after rotation: rotating it here would re-encode it.
    #[error(
        "照片带有旋转信息（EXIF 方向 {}）：看图时会自动转正，但文件中的画面是{}，不能用于证书打印。\
         请用图片软件打开照片，转正后另存为 {WIDTH}×{HEIGHT} 像素的 JPG，再重新上传",
        .0.number(),
        .0.words()
    )]
    Orientation(Orientation),
    #[error("照片像素应为 {WIDTH}×{HEIGHT}，您上传的是 {width}×{height}")]
    Dimensions { width: u32, height: u32 },
    /// More than [`super::MAX_PIXELS`].
    #[error("照片不能超过 2500 万像素，您上传的是 {width}×{height}，请在手机相机设置中选较低的分辨率重新拍照")]
    TooManyPixels { width: u32, height: u32 },
    /// The middle part would have to be enlarged more than twice.
    #[error("照片太小，放大后会模糊：您上传的是 {width}×{height}，请换一张更大的照片")]
    TooFewPixels { width: u32, height: u32 },
    /// No JPEG quality gives a file of the right size: a blank picture, or noise.
    #[error("照片无法调整到 10KB 至 30KB 之间，画面可能是空白的，请用手机重新拍照")]
    NoQuality,
    #[error("{}", .0.sentence())]
    Unsupported(Coding),
    #[error("照片文件不完整，缺少结尾部分，请重新导出或重新上传")]
    Truncated,
    #[error(
        "照片文件结尾之后还有 {bytes} 字节其他内容{}，请用图片软件另存为普通 JPG 后重新上传",
        kind.map_or(String::new(), |kind| format!("（{}）", kind.words().trim_start()))
    )]
    Trailing { bytes: usize, kind: Option<FileKind> },
    /// The damaged part is for the log; a citizen cannot act on it.
    #[error("照片文件已损坏，无法读取，请用图片软件另存为普通 JPG 后重新上传")]
    Damaged(&'static str),
    #[error(
        "照片底色看起来{}，应为白色，请在白墙前重新拍照（白色部分约占 {white_percent}%，其余约为 RGB({},{},{})）",
        colour_word(*colour), colour.0, colour.1, colour.2
    )]
    Background { white_percent: u8, colour: (u8, u8, u8) },
}

impl PhotoProblem {
    /// A stable code, for logs and counters.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge { .. } => "too_large",
            Self::TooSmall { .. } => "too_small",
            Self::NotJpeg { .. } => "not_jpeg",
            Self::Orientation(_) => "orientation",
            Self::Dimensions { .. } | Self::TooManyPixels { .. } => "dimensions",
            Self::TooFewPixels { .. } => "too_few_pixels",
            Self::NoQuality => "no_quality",
            Self::Unsupported(_) => "unsupported",
            Self::Truncated => "truncated",
            Self::Trailing { .. } => "trailing",
            Self::Damaged(_) => "damaged",
            Self::Background { .. } => "background",
        }
    }
}

/// What to do about a file that is no JPEG.
const fn instead(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Heif => "苹果手机请在“设置 → 相机 → 格式”中选“兼容性最佳”，然后重新拍照",
        _ => "请用手机重新拍照，或转换格式后重新上传",
    }
}

/// One decimal, rounded up: a file over 30 KB never reads as "30.0KB".
fn kilobytes_up(bytes: usize) -> String {
    tenths((bytes.saturating_mul(10)).div_ceil(1024))
}

/// One decimal, rounded down: a file under 10 KB never reads as "10.0KB".
fn kilobytes_down(bytes: usize) -> String {
    tenths(bytes.saturating_mul(10) / 1024)
}

fn tenths(tenths: usize) -> String {
    format!("{}.{}KB", tenths / 10, tenths % 10)
}

/// A plain word for a colour that is not white.
fn colour_word((red, green, blue): (u8, u8, u8)) -> &'static str {
    let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
    if most - least < 16 {
        return if most < 64 { "黑色" } else { "灰色" };
    }
    match (red == most, green == most, blue == most) {
        (true, true, _) => "偏黄",
        (_, _, true) => "偏蓝",
        (_, true, _) => "偏绿",
        _ => "偏红",
    }
}
