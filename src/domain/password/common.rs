//! Passwords that are tried first.
//!
//! `common.txt` holds those of Django's list (`django/contrib/auth/common-passwords.txt.gz` of 5.2, compiled by Royce Williams) that the
//! other rules would let pass: 6 to 30 characters with letters and digits, in lower case and sorted. What people here choose besides is a surname or
//! a word of love with a run of digits.

/// One a line, sorted by bytes.
const COMMON: &str = include_str!("common.txt");

/// The commonest surnames (公安部《二〇二一年全国姓名报告》) in pinyin, and words that stand for one.
const WORDS: [&str; 44] = [
    "wang", "li", "zhang", "liu", "chen", "yang", "huang", "zhao", "wu", "zhou", "xu", "sun", "ma", "zhu", "hu", "guo",
    "he", "lin", "gao", "luo", "zheng", "liang", "xie", "song", "tang", "han", "feng", "deng", "cao", "peng", "zeng",
    "xiao", "tian", "dong", "pan", "yuan", "cai", "jiang", "woaini", "woaiwo", "mima", "caonima", "a", "aa",
];

const RUNS: [&str; 18] = [
    "123",
    "1234",
    "12345",
    "123456",
    "1234567",
    "12345678",
    "123456789",
    "111111",
    "000000",
    "520",
    "521",
    "1314",
    "5201314",
    "5211314",
    "666666",
    "888888",
    "888",
    "123123",
];

/// Whether a password in lower case is among them.
pub(in crate::domain) fn is_common(plain: &str) -> bool {
    is_listed(plain) || is_word_with_run(plain)
}

fn is_listed(plain: &str) -> bool {
    // A binary search over the bytes: each step goes back to the beginning of its line.
    let (mut low, mut high) = (0, COMMON.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        let begin = COMMON[..middle].rfind('\n').map_or(0, |at| at + 1);
        let end = COMMON[begin..].find('\n').map_or(COMMON.len(), |at| begin + at);
        match COMMON[begin..end].cmp(plain) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = end + 1,
            std::cmp::Ordering::Greater => high = begin,
        }
    }
    false
}

fn is_word_with_run(plain: &str) -> bool {
    let joins = |word: &str, rest: &str| word.len() < plain.len() && WORDS.contains(&word) && RUNS.contains(&rest);
    let at = |cut: usize| (plain.get(..cut), plain.get(cut..));
    (1..plain.len()).any(|cut| match at(cut) {
        (Some(first), Some(rest)) => joins(first, rest) || joins(rest, first),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_each_of_it_is_found() {
        let lines: Vec<&str> = COMMON.lines().collect();
        assert!(lines.len() > 8000 && lines.is_sorted());
        assert!(lines.iter().all(|line| is_listed(line)));
    }

    #[test]
    fn nothing_beside_it_is_found() {
        for plain in ["", "\n", "0", "zzzzzzzz9", "abc1234567x9", "abc123\n", "~~~~~9a"] {
            assert!(!is_listed(plain), "{plain:?}");
        }
    }
}
