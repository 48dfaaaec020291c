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
