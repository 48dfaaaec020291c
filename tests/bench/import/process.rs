//! Programs that are measured from outside.

use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How often the memory is looked at. The kernel keeps the high-water mark, so only what is taken last of all can be missed.
const LOOK: Duration = Duration::from_millis(5);

/// A program that ended well.
pub(crate) struct Ended {
    pub(crate) output: String,
    pub(crate) took: Duration,
    /// High-water mark of the resident memory.
    pub(crate) peak_kib: u64,
}

/// Runs a program to its end. Panics unless it ends with 0.
pub(crate) fn run(command: &mut Command) -> Ended {
    let program = command.get_program().display().to_string();
    let began = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    let mut stdout = child.stdout.take().unwrap();
    let reader = thread::spawn(move || {
        let mut output = String::new();
        stdout.read_to_string(&mut output).unwrap();
        output
    });
    let mut peak_kib = 0;
    let status = loop {
        peak_kib = peak_kib.max(high_water(child.id()));
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => thread::sleep(LOOK),
        }
    };
    let took = began.elapsed();
    let output = reader.join().unwrap();
    assert!(status.success(), "{program} ended with {status}\n{output}");
    Ended { output, took, peak_kib }
}

/// In KiB; 0 for a program that has ended.
fn high_water(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.trim().strip_suffix(" kB")?.trim().parse().ok()).unwrap_or(0)
}
