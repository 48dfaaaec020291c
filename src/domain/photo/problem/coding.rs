//! JPEG codings that certificate printing does not support.

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
    /// What a citizen can do about it; the coding's name would not help.
    pub(super) const fn sentence(self) -> &'static str {
        match self {
            Self::Cmyk => "这张照片是印刷格式，请用手机重新拍照",
            _ => "这张照片的存储格式特殊，无法用于证书打印，请用手机重新拍照",
        }
    }

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
