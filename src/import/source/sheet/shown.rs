//! What a cell shows of a number, where its format adds to the digits: `000000`, `"ZJ"0000`, `000-0000`.

/// No number beyond it is exact.
const EXACT: f64 = 1e15;

/// A number format that shows more than the number's own digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Token>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    /// A digit, or where there is none a zero, or nothing.
    Digit {
        zero: bool,
    },
    Literal(char),
}

impl Pattern {
    /// Reads a format code; `None` for dates, fractions, percentages and whatever shows the digits alone.
    pub(super) fn of(code: &str) -> Option<Self> {
        let (mut tokens, mut characters) = (Vec::new(), code.chars());
        while let Some(c) = characters.next() {
            match c {
                // Behind it are the formats of negative numbers, zero and text.
                ';' => break,
                '0' => tokens.push(Token::Digit { zero: true }),
                '#' | '?' => tokens.push(Token::Digit { zero: false }),
                '"' => tokens.extend(characters.by_ref().take_while(|c| *c != '"').map(Token::Literal)),
                '\\' | '!' => tokens.extend(characters.next().map(Token::Literal)),
                // Room as wide as a character, a character that fills the cell, a colour or a language.
                '_' | '*' => drop(characters.next()),
                // A condition says which of several formats it is.
                '[' => {
                    let inside: String = characters.by_ref().take_while(|c| *c != ']').collect();
                    if inside.starts_with(['<', '>', '=']) {
                        return None;
                    }
                }
                ' ' | '-' | '+' | '(' | ')' => tokens.push(Token::Literal(c)),
                _ if !c.is_ascii() => tokens.push(Token::Literal(c)),
                _ => return None,
            }
        }
        let zeros = tokens.iter().filter(|token| matches!(token, Token::Digit { zero: true })).count();
        let digits = tokens.iter().filter(|token| matches!(token, Token::Digit { .. })).count();
        let says_more = tokens.iter().any(|token| matches!(token, Token::Literal(c) if !c.is_whitespace()));
        (zeros > 1 || (digits > 0 && says_more)).then_some(Self(tokens))
    }

    /// The number as it is shown; `None` for one that is no whole one.
    pub(super) fn show(&self, number: f64) -> Option<String> {
        if number.fract() != 0.0 || !(0.0..EXACT).contains(&number) {
            return None;
        }
        let digits = number.to_string();
        let mut places = self.0.iter().filter(|token| matches!(token, Token::Digit { .. })).count();
        let (mut rest, mut shown, mut begun) = (digits.as_str(), String::new(), false);
        for token in &self.0 {
            match token {
                Token::Literal(c) => shown.push(*c),
                Token::Digit { zero } => {
                    if rest.len() >= places {
                        // The first place takes all that the others have no room for.
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
            }
        }
        Some(shown.trim().to_owned())
    }
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
            ("\"ZJ\"0000", 42.0, "ZJ0042"),
            ("\\A0", 5.0, "A5"),
            ("\"第\"0\"号\"", 12.0, "第12号"),
            ("000-0000", 1234.0, "000-1234"),
            ("0000\\-0000", 53_112_345.0, "5311-2345"),
            ("##00", 3.0, "03"),
            ("(000) 0000", 53_112_345.0, "(5311) 2345"),
        ] {
            let pattern = Pattern::of(code);
            assert_eq!(pattern.and_then(|pattern| pattern.show(number)).as_deref(), Some(shown), "{code}");
        }
    }

    #[test]
    fn other_formats_show_the_number_or_are_not_for_whole_ones() {
        for code in [
            "",
            "General",
            "0",
            "0_ ",
            "#",
            "#,##0",
            "0.00",
            "0%",
            "@",
            "yyyy-mm-dd",
            "00:00",
            "# ?/?",
            "0E+00",
            "0 ;[红色]-0",
            "_ 0",
        ] {
            assert_eq!(Pattern::of(code), None, "{code}");
        }
        let pattern = Pattern::of("000000");
        for number in [1.5, -3.0, 1e15, f64::NAN, f64::INFINITY] {
            assert_eq!(pattern.as_ref().and_then(|pattern| pattern.show(number)), None, "{number}");
        }
    }
}
