//! Folding of names, for matching only.

use super::private_use;
use crate::domain::text;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    Letter(char),
    /// A dot between the parts of a name: not part of the key, but a placeholder may stand for it.
    Dot,
    /// Matches exactly one character; a run of placeholders is one `One` and one `More`.
    One,
    /// Matches any number of characters.
    More,
}

pub(super) struct Folded(pub(super) Vec<Token>);

impl Folded {
    pub(super) fn new(name: &str) -> Self {
        let mut tokens: Vec<Token> = Vec::with_capacity(name.len());
        for c in name.chars() {
            let c = private_use::assigned(c).unwrap_or(c);
            if text::is_placeholder(c) || private_use::is_private(c) {
                if tokens.last() != Some(&Token::More) {
                    tokens.extend([Token::One, Token::More]);
                }
                continue;
            }
            // Before the change of width: U+FF0E and U+FF65 are dots too.
            if is_dot(c) {
                tokens.push(Token::Dot);
                continue;
            }
            let c = text::to_half_width(c);
            if text::is_blank(c) || is_variation_selector(c) {
                continue;
            }
            if is_latin(c) {
                tokens.extend(c.to_uppercase().map(Token::Letter));
            } else {
                tokens.push(Token::Letter(c));
            }
        }
        Self(tokens)
    }

    pub(super) fn key(&self) -> String {
        self.0
            .iter()
            .filter_map(|token| match token {
                Token::Letter(c) => Some(*c),
                Token::One => Some('?'),
                Token::Dot | Token::More => None,
            })
            .collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|token| *token == Token::Dot)
    }

    pub(super) fn has_placeholder(&self) -> bool {
        self.0.contains(&Token::One)
    }
}

fn is_dot(c: char) -> bool {
    matches!(
        c,
        '\u{b7}'
            | '\u{2022}'
            | '\u{2027}'
            | '\u{30fb}'
            | '\u{ff65}'
            | '\u{22c5}'
            | '\u{2219}'
            | '\u{387}'
            | '\u{ff0e}'
            | '.'
            | '\u{25cf}'
            | '\u{fe52}'
    )
}

fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}
