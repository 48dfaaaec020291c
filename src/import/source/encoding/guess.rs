//! Detecting the encoding of a file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use super::Encoding;

/// The bytes that are read for detection.
const SAMPLE: u64 = 4 * 1024 * 1024;

pub(super) fn guess(file: &mut File) -> io::Result<Encoding> {
    file.seek(SeekFrom::Start(0))?;
    let mut sample = Vec::new();
    file.take(SAMPLE).read_to_end(&mut sample)?;
    if has_zeros_at(0, &sample) { Err(is_utf16be()) } else { Ok(guess_bytes(&sample)) }
}

/// A table in UTF-16 has commas and digits of which one byte is zero, always in the same place: the second, or in UTF-16BE the first.
fn has_zeros_at(offset: usize, sample: &[u8]) -> bool {
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    zeros(offset) * 10 > sample.len() / 2 && zeros(1 - offset) == 0
}

/// Text in GB18030 is almost never valid UTF-8. Lines are counted instead of testing the whole sample: one damaged row is no evidence about
/// the file.
pub(super) fn guess_bytes(sample: &[u8]) -> Encoding {
    if has_zeros_at(1, sample) {
        return Encoding::Utf16Le;
    }
    let (mut utf8, mut other) = (0_u64, 0_u64);
    for line in sample.split(|byte| *byte == b'\n').filter(|line| !line.is_ascii()) {
        if std::str::from_utf8(line).is_ok() { utf8 += 1 } else { other += 1 }
    }
    if utf8 >= other { Encoding::Utf8 } else { Encoding::Gb18030 }
}

pub(super) fn read_up_to(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Not supported; such a file can be saved in another encoding.
pub(super) fn is_utf16be() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "文件是 UTF-16BE 编码，请另存为 UTF-8")
}
