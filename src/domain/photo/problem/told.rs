//! Everything that is wrong with a photo, in one go.

use super::{FileKind, PhotoProblem, kilobytes_down, kilobytes_up};

/// The sentences for a file that is refused. What would be mended by itself is told in short: nobody shall work at it in vain.
pub fn refused(flaws: &[PhotoProblem]) -> String {
    let mut told: Vec<String> =
        flaws.iter().filter(|flaw| flaw.in_short().is_none()).map(ToString::to_string).collect();
    let short = mended(flaws);
    if !short.is_empty() {
        told.push(format!("{short}也不符合要求，换照片后系统会自动调整"));
    }
    told.join("；")
}

/// What was measured of the rules that the studio and the server keep for the citizen; empty where none of them was broken.
pub fn mended(flaws: &[PhotoProblem]) -> String {
    flaws.iter().filter_map(PhotoProblem::in_short).collect::<Vec<_>>().join("、")
}

impl PhotoProblem {
    /// What was measured, where cutting and encoding anew mends it.
    fn in_short(&self) -> Option<String> {
        Some(match self {
            Self::TooLarge { bytes } => format!("文件大小 {}", kilobytes_up(*bytes)),
            Self::TooSmall { bytes } => format!("文件大小 {}", kilobytes_down(*bytes)),
            Self::NotJpeg { kind: FileKind::Png } => "PNG 格式".to_owned(),
            Self::Orientation(orientation) => format!("画面{}", orientation.words().trim_end_matches('的')),
            Self::Dimensions { width, height } => format!("像素 {width}×{height}"),
            Self::Trailing { .. } => "文件结尾之后的其他内容".to_owned(),
            _ => return None,
        })
    }
}
