//! The digits as one recording, spoken one after the other with pauses of different lengths.

use super::DIGITS;

/// Samples of a second, of 8 bits each.
const RATE: u32 = 8000;
const SILENCE: u8 = 0x80;
const HEADER: usize = 44;

/// See `speech/README.md`.
const SPOKEN: [&[u8]; 10] = [
    include_bytes!("speech/0.wav"),
    include_bytes!("speech/1.wav"),
    include_bytes!("speech/2.wav"),
    include_bytes!("speech/3.wav"),
    include_bytes!("speech/4.wav"),
    include_bytes!("speech/5.wav"),
    include_bytes!("speech/6.wav"),
    include_bytes!("speech/7.wav"),
    include_bytes!("speech/8.wav"),
    include_bytes!("speech/9.wav"),
];

pub(super) fn speak(digits: [u8; DIGITS], chance: &[u8]) -> Vec<u8> {
    let mut samples = Vec::new();
    for (place, digit) in digits.into_iter().enumerate() {
        // 0.3 to 0.81 seconds: long enough to type a digit, and another one each time.
        let pause = 2400 + usize::from(chance[place]) * 16;
        samples.resize(samples.len() + pause, SILENCE);
        samples.extend(spoken(digit));
    }
    samples.resize(samples.len() + 2400, SILENCE);
    wav(&samples)
}

/// The samples of one digit.
pub(super) fn spoken(digit: u8) -> &'static [u8] {
    let file = SPOKEN[usize::from(digit)];
    let length = u32::from_le_bytes([file[40], file[41], file[42], file[43]]) as usize;
    // A block of an odd length is followed by one byte that is no sample.
    &file[HEADER..HEADER + length]
}

/// RIFF with one block of PCM, mono.
fn wav(samples: &[u8]) -> Vec<u8> {
    let length = u32::try_from(samples.len()).unwrap_or(u32::MAX);
    let mut file = Vec::with_capacity(HEADER + samples.len());
    file.extend(b"RIFF");
    file.extend((length + 36).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    // PCM, one channel.
    file.extend([1, 0, 1, 0]);
    file.extend(RATE.to_le_bytes());
    // Bytes of a second, of a sample, bits of a sample.
    file.extend(RATE.to_le_bytes());
    file.extend([1, 0, 8, 0]);
    file.extend(b"data");
    file.extend(length.to_le_bytes());
    file.extend(samples);
    file
}
