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
mod tests;
