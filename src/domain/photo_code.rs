//! The typed code that brings a phone to a photo slot, and the two words by which its owner knows that both screens belong together.

/// Without I, L, O and U, which are misread.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LETTERS: u32 = 8;
const LENGTH: usize = LETTERS as usize;
const BITS: u32 = 5;

/// Things that everybody knows, of two characters each, no two alike by sound or sight.
const WORDS: [&str; 32] = [
    "苹果", "月亮", "火车", "白云", "小河", "雨伞", "钢琴", "金鱼", "石桥", "茶壶", "风筝", "蜡烛", "葡萄", "老虎",
    "雪山", "灯塔", "蝴蝶", "剪刀", "熊猫", "竹子", "轮船", "面包", "钥匙", "青蛙", "书包", "太阳", "西瓜", "孔雀",
    "扇子", "荷花", "骆驼", "银杏",
];

/// Eight characters: 40 bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoCode(String);

impl PhotoCode {
    /// Of random bits; the lowest 40 count.
    pub fn of(random: u64) -> Self {
        let letter = |place: u32| {
            let low = random >> (place * BITS) & (ALPHABET.len() as u64 - 1);
            usize::try_from(low).map_or('0', |index| char::from(ALPHABET[index]))
        };
        Self((0..LETTERS).map(letter).collect())
    }

    /// As a person types it: either case, any width, with spaces and dashes, O for 0, I and L for 1.
    pub fn parse(typed: &str) -> Option<Self> {
        let plain =
            typed.chars().filter(|letter| !letter.is_whitespace() && !"-－—–".contains(*letter)).take(LENGTH + 1);
        let code: Option<String> = plain.map(canonical).collect();
        code.filter(|code| code.len() == LENGTH).map(Self)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// In two groups, as it is shown.
    pub fn grouped(&self) -> String {
        let (first, second) = self.0.split_at(LENGTH / 2);
        format!("{first} {second}")
    }
}

fn canonical(letter: char) -> Option<char> {
    let half = match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0)?,
        _ => letter,
    };
    let upper = match half.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().map(|known| char::from(*known)).find(|known| *known == upper)
}

/// Two different words of random bits.
pub fn words(random: u64) -> String {
    let count = WORDS.len() as u64;
    let first = random % count;
    let second = (first + 1 + (random / count) % (count - 1)) % count;
    let word = |index: u64| usize::try_from(index).map_or("", |index| WORDS[index]);
    format!("{} {}", word(first), word(second))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = PhotoCode::of(0x12_3456_789a);
        assert_eq!(code.as_str().len(), 8);
        let shown = code.grouped();
        let wide: String = shown
            .chars()
            .map(|c| if c == ' ' { '　' } else { char::from_u32(u32::from(c) + 0xfee0).unwrap() })
            .collect();
        for typed in [shown.clone(), shown.to_lowercase(), shown.replace(' ', "-"), format!(" {shown}\n"), wide] {
            assert_eq!(PhotoCode::parse(&typed), Some(code.clone()), "{typed}");
        }
        assert_eq!(PhotoCode::parse("oOiI lL00"), PhotoCode::parse("00111100"));
        for wrong in ["", "1234567", "123456789", "1234567U", "1234567中", "1234 567\0", "*"] {
            assert_eq!(PhotoCode::parse(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_code_reads_as_itself_and_words_differ(random: u64) {
            let code = PhotoCode::of(random);
            prop_assert_eq!(PhotoCode::parse(&code.grouped()), Some(code));
            let words = words(random);
            let (first, second) = words.split_once(' ').unwrap();
            prop_assert_ne!(first, second);
        }

        #[test]
        fn nothing_breaks_it(typed: String) {
            PhotoCode::parse(&typed);
        }
    }
}
