//! Why a photo is refused: the rule, and what was measured.

use super::exif::Orientation;
use super::{HEIGHT, WIDTH};

/// The first rule that a file breaks. `Display` is the sentence for the citizen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhotoProblem {
    #[error("照片文件是空的，请重新选择文件")]
    Empty,
    #[error("照片文件大小应在 10KB 至 30KB 之间，您上传的是 {}，请压缩后重新上传", kilobytes_up(*bytes))]
    TooLarge { bytes: usize },
    #[error("照片文件大小应在 10KB 至 30KB 之间，您上传的是 {}，请提高图片质量后重新上传", kilobytes_down(*bytes))]
    TooSmall { bytes: usize },
    #[error("照片应为 JPG 或 JPEG 格式，您上传的是{}，请转换格式后重新上传", kind.words())]
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
    Dimensions { width: u16, height: u16 },
    #[error("照片应为普通的 JPG（RGB 彩色），您上传的是{}，请用图片软件另存为普通 JPG 后重新上传", .0.words())]
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
        "照片背景应为白色，您上传的照片背景约为 RGB({},{},{})（{}），白色部分约占 {white_percent}%",
        colour.0, colour.1, colour.2, colour_word(*colour)
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
            Self::Dimensions { .. } => "dimensions",
            Self::Unsupported(_) => "unsupported",
            Self::Truncated => "truncated",
            Self::Trailing { .. } => "trailing",
            Self::Damaged(_) => "damaged",
            Self::Background { .. } => "background",
        }
    }
}

/// A JPEG coding that certificate printing does not support.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// Four components: CMYK or YCCK, for printing presses.
    Cmyk,
    /// Two, or more than four.
    Components(u8),
    /// Other than 8 bits a sample.
    Precision(u8),
    Arithmetic,
    Lossless,
    Hierarchical,
    /// More scans than any sane progressive file has.
    Scans(usize),
}

impl Coding {
    pub(in crate::domain) fn words(self) -> String {
        match self {
            Self::Cmyk => " CMYK 印刷色彩模式的 JPG".to_owned(),
            Self::Components(count) => format!("含 {count} 个颜色分量的 JPG"),
            Self::Precision(bits) => format!("每个颜色 {bits} 位的 JPG"),
            Self::Arithmetic => "采用算术编码的 JPG".to_owned(),
            Self::Lossless => "无损编码的 JPG".to_owned(),
            Self::Hierarchical => "分层编码的 JPG".to_owned(),
            Self::Scans(count) => format!("含 {count} 次以上扫描的 JPG"),
        }
    }
}

/// The type of a file, recognised by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Jpeg,
    Png,
    Gif,
    Bmp,
    WebP,
    Heif,
    Tiff,
    Pdf,
    Zip,
    Markup,
    Unknown,
}

impl FileKind {
    pub fn of(bytes: &[u8]) -> Self {
        const SIGNATURES: [(&[u8], FileKind); 11] = [
            (b"\xff\xd8", FileKind::Jpeg),
            (b"\x89PNG", FileKind::Png),
            (b"GIF8", FileKind::Gif),
            (b"BM", FileKind::Bmp),
            (b"II*\0", FileKind::Tiff),
            (b"MM\0*", FileKind::Tiff),
            (b"%PDF", FileKind::Pdf),
            (b"PK\x03\x04", FileKind::Zip),
            (b"PK\x05\x06", FileKind::Zip),
            (b"<", FileKind::Markup),
            (b"\xef\xbb\xbf<", FileKind::Markup),
        ];
        let text = bytes.trim_ascii_start();
        if let Some((_, kind)) =
            SIGNATURES.iter().find(|(sign, kind)| if *kind == Self::Markup { text } else { bytes }.starts_with(sign))
        {
            return *kind;
        }
        match (bytes.get(..4), bytes.get(4..8), bytes.get(8..12)) {
            (Some(b"RIFF"), _, Some(b"WEBP")) => Self::WebP,
            (_, Some(b"ftyp"), _) => Self::Heif,
            _ => Self::Unknown,
        }
    }

    pub(in crate::domain) const fn words(self) -> &'static str {
        match self {
            Self::Jpeg => "另一个 JPG 图片",
            Self::Png => " PNG 图片",
            Self::Gif => " GIF 图片",
            Self::Bmp => " BMP 图片",
            Self::WebP => " WebP 图片",
            Self::Heif => " HEIC 或 AVIF 图片",
            Self::Tiff => " TIFF 图片",
            Self::Pdf => " PDF 文件",
            Self::Zip => " ZIP 压缩文件或 Office 文档",
            Self::Markup => "网页文件",
            Self::Unknown => "其他格式的文件",
        }
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
