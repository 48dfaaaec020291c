//! `task show --attachment`: the pictures of a task, in new files.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::app::AppError;
use crate::app::linking::inspect::{self, Viewer};
use crate::cli::desk::{Desk, failed};
use crate::cli::failure::Failure;

/// All of them, or none. An existing file is never overwritten: it may be another's picture.
pub(super) fn write_attachments(desk: &Desk, task: i64, viewer: &Viewer, path: &Path) -> Result<(), Failure> {
    // The first file is made before anything is read: a name that cannot be one is no reason for an entry in the log.
    let mut made = vec![(new_file(path)?, path.to_owned())];
    let written = fill_attachments(desk, task, viewer, &mut made);
    if written.is_err() {
        for (_, path) in &made {
            std::fs::remove_file(path).map_err(|error| misplaced(path, error))?;
        }
    }
    written
}

fn fill_attachments(desk: &Desk, task: i64, viewer: &Viewer, made: &mut Vec<(File, PathBuf)>) -> Result<(), Failure> {
    let found = desk.act(|tx| inspect::attachments(tx, task, viewer));
    let pictures = found.map_err(|error| match error {
        AppError::NotFound => Failure::new(
            format_args!("task {task}"),
            "there is no such task, or nothing is attached to it",
            "`buzheng task show` tells whether something is.",
        ),
        other => failed(&other),
    })?;
    for number in 2..=pictures.len() {
        let path = numbered(&made[0].1, number);
        made.push((new_file(&path)?, path));
    }
    for ((file, path), (_, bytes)) in made.iter_mut().zip(&pictures) {
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|error| misplaced(path, error))?;
    }
    Ok(())
}

/// `a.jpg` becomes `a-2.jpg`.
fn numbered(path: &Path, number: usize) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

fn new_file(path: &Path) -> Result<File, Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| misplaced(path, error))
}

fn misplaced(path: &Path, error: std::io::Error) -> Failure {
    Failure::new(path.display(), error, "Name a new file in a folder of yours.")
}
