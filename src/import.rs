//! The migration tool's engine: source → transform → write → report.
//!
//! [`check`] and [`run`] are one pipeline; a check stops short of sealing and writing, so that both reach the same counts. Every
//! source is read twice as a stream: once for its keys, once for good, in chunks that each commit together with how far the source
//! has come. A run that was interrupted is run again, and goes on behind its last chunk.

pub mod compare;
mod engine;
mod entity;
pub mod finding;
pub mod forecast;
pub mod kept;
pub mod kind;
mod lock;
pub mod manifest;
pub mod output;
pub mod rejected;
pub mod report;
pub mod rollback;
pub mod source;
pub mod story;
mod survey;
pub mod transform;
pub mod verify;

use chrono::{DateTime, Utc};
use indicatif::ProgressBar;
use secrecy::SecretString;
use std::path::{Path, PathBuf};

use crate::db::{Db, DbError};
use crate::vault::{Vault, VaultError};
use finding::Code;
use manifest::{Manifest, ManifestError};
use report::Report;

/// What an import works with.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    pub db: &'a Db,
    pub vault: &'a Vault,
    /// Of the same database: the lock of a run has a connection of its own.
    pub database_url: &'a SecretString,
    pub now: DateTime<Utc>,
}

/// What the administrator chose.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Blocking findings that shall not stop the run.
    pub accept: &'a [Code],
    /// Where the list of rejected rows goes.
    pub list_folder: Option<&'a Path>,
    /// Told of every byte read.
    pub progress: &'a ProgressBar,
}

/// How it ended.
#[derive(Debug)]
pub struct Outcome {
    pub report: Report,
    /// Blocking findings that nobody accepted; a run with any has written nothing.
    pub refused: Vec<Code>,
    pub rejected_list: Option<PathBuf>,
}

/// Why an import could not be done.
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
    List(#[from] rejected::ListError),
    #[error("无法封存数据")]
    Vault(#[from] VaultError),
}

impl From<diesel::result::Error> for ImportError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(DbError::Query(error))
    }
}

/// How many connections an import takes at most: one for each core that compares, one that writes, one to spare.
pub fn connections() -> u32 {
    std::thread::available_parallelism().map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(u32::MAX - 2)) + 2
}

/// Reads and judges everything, writes nothing to the database, and reports the counts that [`run`] would reach.
pub fn check(ground: Ground<'_>, manifest: &Manifest, options: Options<'_>) -> Result<Outcome, ImportError> {
    engine::Engine::new(ground, manifest, options, engine::Mode::Check)?.go()
}

/// Imports. One run at a time.
pub fn run(ground: Ground<'_>, manifest: &Manifest, options: Options<'_>) -> Result<Outcome, ImportError> {
    let lock = lock::ImportLock::take(ground.database_url)?;
    engine::Engine::new(ground, manifest, options, engine::Mode::Run(lock))?.go()
}

/// Reads the sources again and compares every row with what is stored, column by column. Writes nothing to the database.
pub fn verify(
    ground: Ground<'_>,
    manifest: &Manifest,
    options: Options<'_>,
) -> Result<verify::Verification, ImportError> {
    let lock = lock::ImportLock::take(ground.database_url)?;
    let list = verify::Differences::new(options.list_folder.unwrap_or(&manifest.folder), &manifest.batch);
    let verifier = engine::Verifier::new(lock, list, manifest.sources.len());
    let mut engine = engine::Engine::new(ground, manifest, options, engine::Mode::Verify(Box::new(verifier)))?;
    let Outcome { report, refused, .. } = engine.go()?;
    let (mut details, mut list) = (Vec::new(), None);
    if let Some(verifier) = engine.verified() {
        let engine::Verifier { details: found, list: differences, .. } = *verifier;
        details = found;
        // Of sources that were not read there is nothing to be said.
        list = if refused.is_empty() { differences.finish()? } else { None };
    }
    let sources = report.sources.into_iter().zip(details);
    let sources = sources.map(|(source, details)| verify::VerifiedSource { source, details }).collect();
    Ok(verify::Verification { report: verify::Verified { batch: report.batch, sources }, refused, list })
}
