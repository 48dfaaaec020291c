//! The migration tool's engine: source → transform → write → report.
//!
//! [`check`] and [`run`] share one pipeline; a check neither seals nor writes, so that both reach the same counts. Every source is streamed
//! twice: once for its keys, once to import it, in chunks that each commit together with the source's progress. An interrupted run is run
//! again, and resumes behind its last chunk.

pub mod compare;
mod engine;
mod entity;
mod error;
pub mod finding;
pub mod forecast;
mod ground;
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

pub use error::ImportError;
pub use ground::{Ground, Options, Outcome};

use manifest::Manifest;

/// How many connections an import takes at most: one for each core that compares, one that writes, one to spare.
pub fn connections() -> u32 {
    std::thread::available_parallelism().map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(u32::MAX - 2)) + 2
}

/// Reads and checks everything, writes nothing to the database, and reports the counts that [`run`] would reach.
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
        // Sources that were not read have no differences.
        list = if refused.is_empty() { differences.finish()? } else { None };
    }
    let sources = report.sources.into_iter().zip(details);
    let sources = sources.map(|(source, details)| verify::VerifiedSource { source, details }).collect();
    Ok(verify::Verification { report: verify::Verified { batch: report.batch, sources }, refused, list })
}
