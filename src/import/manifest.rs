//! The manifest: which files of which old systems make one batch. All problems are reported together.

pub mod mysql;
mod read;
mod source;

use std::path::{Path, PathBuf};

pub use mysql::Mysql;
pub use source::Source;

/// A consistent manifest. A run checks whether its files exist.
#[derive(Clone, Debug)]
pub struct Manifest {
    pub batch: String,
    /// The manifest's folder.
    pub folder: PathBuf,
    pub sources: Vec<Source>,
}

/// The rule for a batch's name, which names files such as `<batch>.rejected.csv`.
pub const BATCH_RULE: &str = "只能由字母、数字、汉字和 - _ . 组成，不以点开头，最长 64 字";

/// Whether a text is a valid batch name.
pub fn is_batch_name(name: &str) -> bool {
    let fits = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    fits && !name.is_empty() && !name.starts_with('.') && name.chars().count() <= 64
}

/// Why a manifest cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("导入清单 {} 不能使用：\n{}", path.display(), problems.iter().map(|problem| format!("  - {problem}")).collect::<Vec<_>>().join("\n"))]
pub struct ManifestError {
    pub path: PathBuf,
    pub problems: Vec<String>,
}

/// A larger file is not a manifest.
const MAX_BYTES: u64 = 1024 * 1024;

impl Manifest {
    pub fn read(path: &Path) -> Result<Self, ManifestError> {
        let fail = |problem: String| ManifestError { path: path.to_owned(), problems: vec![problem] };
        let size = std::fs::metadata(path).map_err(|error| fail(unreadable(&error)))?.len();
        if size > MAX_BYTES {
            return Err(fail(format!("文件有 {size} 字节，超过 1 MiB；请确认 --manifest 指向的是清单而不是数据文件")));
        }
        let text = std::fs::read_to_string(path).map_err(|error| fail(unreadable(&error)))?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        read::parse(&text, folder).map_err(|problems| ManifestError { path: path.to_owned(), problems })
    }
}

fn unreadable(error: &std::io::Error) -> String {
    format!("无法读取（{error}）；请检查路径和权限，文件须为 UTF-8 编码的 TOML")
}

#[cfg(test)]
mod tests;
