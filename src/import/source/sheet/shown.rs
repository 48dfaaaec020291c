//! What a cell shows, where its format adds to its value: `000000`, `"ZJ"0000`, `000-0000`, `General"号"`, `"ZJ"@`.

mod code;

use code::{Section, Token, has_literal, sections};

/// Numbers beyond it are not exact.
pub(super) const EXACT: f64 = 1e15;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Format {
    positive: Section,
    negative: Section,
    zero: Section,
    /// The format of texts, where it adds to them.
    text: Option<Vec<Token>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// Its digits, however they are grouped.
    Digits,
    More(String),
    /// More than the digits, or something else, which is not known.
    Unclear,
}

impl Format {
    /// Parses a format code. A conditional format is read only where it shows the digits under every condition.
    pub(super) fn of(code: &str) -> Self {
        let mut numbers = sections(code);
        let text = numbers.pop_if(|last| last.contains(&Token::Text));
        let adds = text.as_ref().is_some_and(|text| has_literal(text));
        let is_conditional = numbers.iter().flatten().any(|token| *token == Token::Condition);
        let numbers: Vec<Section> = numbers.into_iter().map(Section::of_number).collect();
        let is_unclear = is_conditional && numbers.iter().any(|section| *section != Section::Plain);
        let section = |at: usize| match numbers.get(at).or(numbers.first()) {
            // Formats of texts apply to numbers too, if there is no other.
            None if adds => Section::Unclear,
            _ if is_unclear => Section::Unclear,
            section => section.cloned().unwrap_or(Section::Plain),
        };
        let is_simple = |token: &Token| matches!(token, Token::Text | Token::Literal(_));
        let text = text.filter(|text| adds && text.iter().all(is_simple));
        Self { positive: section(0), negative: section(1), zero: section(2), text }
    }

    /// How a number is shown.
    pub(super) fn number(&self, number: f64) -> Shown {
        let section = match number {
            0.0 => &self.zero,
            ..0.0 => &self.negative,
            _ => &self.positive,
        };
        match section {
            Section::Plain => Shown::Digits,
            // The writing code reports that digits are lost.
            _ if number.abs() >= EXACT => Shown::Digits,
            Section::Tokens(tokens) if number.fract() == 0.0 && number >= 0.0 => {
                Shown::More(compose(tokens, &number.to_string()))
            }
            _ => Shown::Unclear,
        }
    }

    /// How a text is shown, where that is more than the text.
    pub(super) fn text(&self, text: &str) -> Option<String> {
        let tokens = self.text.as_ref()?;
        let shown = tokens.iter().fold(String::new(), |mut shown, token| {
            match token {
                Token::Literal(c) => shown.push(*c),
                _ => shown.push_str(text),
            }
            shown
        });
        Some(shown)
    }
}

fn compose(tokens: &[Token], digits: &str) -> String {
    let mut places = tokens.iter().filter(|token| matches!(token, Token::Digit { .. })).count();
    let (mut rest, mut shown, mut begun) = (digits, String::new(), false);
    for token in tokens {
        match token {
            Token::Literal(c) => shown.push(*c),
            Token::General | Token::Text => shown.push_str(digits),
            Token::Digit { zero } => {
                if rest.len() >= places {
                    // The first placeholder takes all digits that the others have no room for.
                    let (here, behind) = rest.split_at(rest.len() + 1 - places);
                    shown.push_str(here);
                    rest = behind;
                    begun = true;
                } else if *zero || begun {
                    shown.push('0');
                    begun = true;
                }
                places -= 1;
            }
            Token::Comma | Token::Behind | Token::Condition | Token::Unknown => {}
        }
    }
    shown.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_what_the_format_makes_of_the_digits() {
        for (code, number, shown) in [
            ("000000", 123.0, "000123"),
            ("000000", 1_234_567.0, "1234567"),
            ("000000", 0.0, "000000"),
            ("00000;-00000;0", 42.0, "00042"),
            ("[$-804]000000_ ", 7.0, "000007"),
            ("[Red]000000", 7.0, "000007"),
            ("[Color 12]000000", 7.0, "000007"),
            ("[$ZJ-804]0", 7.0, "ZJ7"),
            ("\"ZJ\"0000", 42.0, "ZJ0042"),
            ("\\A0", 5.0, "A5"),
            ("\"第\"0\"号\"", 12.0, "第12号"),
            ("第0号", 12.0, "第12号"),
            ("000-0000", 1234.0, "000-1234"),
            ("0000\\-0000", 53_112_345.0, "5311-2345"),
            ("##00", 3.0, "03"),
            ("(000) 0000", 53_112_345.0, "(5311) 2345"),
            ("00:00", 1234.0, "12:34"),
            ("\"ZJ\"General", 42.0, "ZJ42"),
            ("General\"号\"", 12.0, "12号"),
            ("G/通用格式\"号\"", 12.0, "12号"),
            ("\"第\"GENERAL\"号\";\"x\"", 12.0, "第12号"),
            ("General\";\"", 1.0, "1;"),
            ("000000;@", 1.0, "000001"),
            ("\"ZJ\"0;;;\"ZJ\"@", 1.0, "ZJ1"),
        ] {
            assert_eq!(Format::of(code).number(number), Shown::More(shown.to_owned()), "{code}");
        }
    }

    #[test]
    fn digits_that_are_only_grouped_are_digits() {
        for code in [
            "",
            "General",
            "G/通用格式",
            "general",
            "0",
            "0_ ",
            "#",
            "#,##0",
            "#,##0.00",
            "0.00",
            "@",
            "# ?/?",
            "0E+00",
            "0 ;[红色]-0",
            "_ 0",
            "_ * #,##0_ ;_ * -#,##0_ ;_ * \"-\"_ ;_ @_ ",
            "[红色][<0]0;0",
            "[>100]General;0",
            "General;-General;;@",
            "0;@",
            ";;;",
        ] {
            assert_eq!(Format::of(code).number(12.0), Shown::Digits, "{code}");
        }
        for code in ["00000;-00000;0", "\"ZJ\"0;\"x\"0;0"] {
            assert_eq!(Format::of(code).number(0.0), Shown::Digits, "{code}");
        }
        for number in [1e15, 1.1e17, -1e15, f64::INFINITY] {
            assert_eq!(Format::of("000000").number(number), Shown::Digits, "{number}: told as a lost number");
        }
    }

    #[test]
    fn what_cannot_be_told_is_said_so() {
        for code in [
            "[<1000]0000;0",
            "[<=9999999]###-####;(###) ###-####",
            "[=1]\"甲\";[=2]\"乙\";General",
            "0;[>5]\"x\"0",
            "[DBNum1][$-804]General",
            "[DBNum2]0",
            "[h]:mm",
            "yyyy-mm-dd",
            "\"ZJ\"#,##0",
            "[$¥-804]#,##0.00",
            "0000.00",
            "0,000",
            "0%",
            "0,",
            "0.0,,",
            "\"x\"",
            "\"ZJ\"@",
            "@\"x\"",
            "General0",
            "ABC0",
        ] {
            assert_eq!(Format::of(code).number(12.0), Shown::Unclear, "{code}");
        }
        for number in [1.5, -3.0, f64::NAN] {
            assert_eq!(Format::of("000000").number(number), Shown::Unclear, "{number}");
        }
    }

    #[test]
    fn texts_are_shown_with_what_the_format_adds_to_them() {
        for (code, shown) in [
            ("\"ZJ\"@", Some("ZJ007")),
            ("@\"号\"", Some("007号")),
            ("General;General;General;\\A@", Some("A007")),
            ("0;@\"x\"", Some("007x")),
            ("@", None),
            ("General", None),
            ("\"ZJ\"0000", None),
            ("0;0;0;_ @_ ", None),
            ("0\"x\"@", None),
        ] {
            assert_eq!(Format::of(code).text("007").as_deref(), shown, "{code}");
        }
    }
}
