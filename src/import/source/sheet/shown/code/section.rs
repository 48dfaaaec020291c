//! What one section of a format shows of a number.

use super::Token;

/// How one section of a format shows a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::import::source::sheet::shown) enum Section {
    Plain,
    Tokens(Vec<Token>),
    Unclear,
}

pub(in crate::import::source::sheet::shown) fn has_literal(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| matches!(token, Token::Literal(c) if !c.is_whitespace()))
}

impl Section {
    /// Whole numbers keep their digits behind points and between commas, but other text between those cannot be placed.
    pub(in crate::import::source::sheet::shown) fn of_number(tokens: Vec<Token>) -> Self {
        let has = |wanted: Token| tokens.contains(&wanted);
        let is_digit = |token: &Token| matches!(token, Token::Digit { .. });
        let (last_digit, last_comma) =
            (tokens.iter().rposition(is_digit), tokens.iter().rposition(|token| *token == Token::Comma));
        let whole = tokens.iter().take_while(|token| **token != Token::Behind);
        let zeros = whole.filter(|token| **token == Token::Digit { zero: true }).count();
        let adds = has_literal(&tokens) || zeros > 1;
        let (is_general, has_digits) = (has(Token::General), last_digit.is_some());
        let is_mixed = is_general && has_digits;
        let is_placed = (is_general || has_digits) && !has(Token::Comma) && !has(Token::Behind);
        if has(Token::Unknown) || has(Token::Text) || last_comma > last_digit || is_mixed || (adds && !is_placed) {
            Self::Unclear
        } else if adds {
            Self::Tokens(tokens)
        } else {
            Self::Plain
        }
    }
}
