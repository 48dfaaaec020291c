//! Recovery codes: each good once in place of a one-time code.

use super::otp::{base32, from_base32};

/// Bytes of one: 80 bits, which nobody guesses in however many tries.
const LENGTH: usize = 10;

/// How many somebody is given.
pub(super) const GIVEN: usize = 10;

/// Sixteen letters and digits.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// How many somebody is given.
    pub const GIVEN: usize = GIVEN;
    /// Random bytes that one is made of.
    pub const BYTES: usize = LENGTH;

    pub fn new(random: [u8; LENGTH]) -> Self {
        Self(base32(&random))
    }

    /// As it is typed: blanks, hyphens and capitals do not count, and digits that the alphabet lacks are the letters they look like.
    pub fn typed(text: &str) -> Option<Self> {
        let letters = text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| match c.to_ascii_uppercase() {
            '0' => 'O',
            '1' => 'I',
            '8' => 'B',
            other => other,
        });
        let code: String = letters.take(17).collect();
        (code.len() == 16 && from_base32(&code).is_some()).then_some(Self(code))
    }

    /// As it is compared.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is shown: in groups of four.
    pub fn shown(&self) -> String {
        let letters: Vec<char> = self.0.chars().collect();
        letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
    }
}

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecoveryCode").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_was_copied() {
        let code = RecoveryCode::new([0, 68, 50, 20, 199, 66, 84, 182, 53, 207]);
        assert_eq!(code.shown(), "ABCD-EFGH-IJKL-MNOP");
        for typed in ["ABCD-EFGH-IJKL-MNOP", " abcd efgh ijkl mnop ", "ABCDEFGHIJKLMNOP", "A8CD-EFGH-1JKL-MN0P"] {
            let read = RecoveryCode::typed(typed).unwrap();
            assert_eq!(read.as_str().len(), 16, "{typed}");
        }
        assert_eq!(RecoveryCode::typed("a8cd-efgh-1jkl-mn0p"), RecoveryCode::typed("ABCD-EFGH-IJKL-MNOP"));
        for odd in [
            "",
            "123456",
            "ABCD-EFGH-IJKL-MNO",
            "ABCD-EFGH-IJKL-MNOPQ",
            "ABCD-EFGH-IJKL-MN9P",
            "编号编号",
            &"A".repeat(9999),
        ] {
            assert_eq!(RecoveryCode::typed(odd), None, "{odd:?}");
        }
    }
}
