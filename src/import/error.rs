//! The errors of an import.

use super::manifest::ManifestError;
use super::rejected::ListError;
use crate::db::DbError;
use crate::vault::VaultError;

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    #[error("另一个导入正在运行；请等它结束后再试")]
    Busy,
    #[error("数据库连接失败：{0}；请检查 database.url，并运行 buzheng doctor")]
    Connect(#[from] diesel::ConnectionError),
    #[error("数据库操作失败；已提交的部分保留，排除故障后再次运行同一命令即可继续")]
    Database(#[from] DbError),
    #[error("读取 {file} 时出错：{error}；已提交的部分保留，排除故障后再次运行同一命令即可继续")]
    Read { file: String, error: std::io::Error },
    #[error(
        "{file} 两遍读到的内容不同：它在读取期间被改动，或者查询的次序不固定（请加 ORDER BY）；已提交的部分保留，排除原因后再次运行同一命令，该数据源会从头核对"
    )]
    Changed { file: String },
    #[error("无法写入临时文件：{0}；请检查临时文件夹（环境变量 TMPDIR，默认 /tmp）是否可写、空间是否足够")]
    Scratch(std::io::Error),
    #[error(transparent)]
    List(#[from] ListError),
    #[error("无法封存数据")]
    Vault(#[from] VaultError),
}

impl From<diesel::result::Error> for ImportError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}
