//! What an uploaded file is, if it is no JPEG.

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
