//! Format codes (ECMA-376, part 1, 18.8.31), as far as they affect whole numbers and texts.

mod section;

use std::str::Chars;

pub(super) use section::{Section, has_literal};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A digit, or where there is none a zero, or nothing.
    Digit {
        zero: bool,
    },
    /// All digits.
    General,
    Text,
    Literal(char),
    /// Groups thousands; after the last digit it divides by a thousand.
    Comma,
    /// A point, the stroke of a fraction, or an exponent.
    Behind,
    Condition,
    Unknown,
}

/// The sections of a code: for positive numbers, negative ones, zero, and text.
pub(super) fn sections(code: &str) -> Vec<Vec<Token>> {
    let mut characters = code.chars();
    let mut sections = vec![Vec::new()];
    while let Some(c) = characters.next() {
        if c == ';' {
            sections.push(Vec::new());
        } else if let Some(tokens) = sections.last_mut() {
            read(c, &mut characters, tokens);
        }
    }
    sections
}

fn read(c: char, characters: &mut Chars<'_>, tokens: &mut Vec<Token>) {
    let literals = |inside: String| inside.chars().map(Token::Literal).collect::<Vec<_>>();
    match c {
        '0' | '#' | '?' => tokens.push(Token::Digit { zero: c == '0' }),
        '"' => tokens.extend(literals(through(characters, '"'))),
        '\\' | '!' => tokens.extend(characters.next().map(Token::Literal)),
        // Space as wide as a character, or a character that fills the cell.
        '_' | '*' => _ = characters.next(),
        '[' => tokens.extend(bracket(&through(characters, ']'))),
        '@' => tokens.push(Token::Text),
        ',' => tokens.push(Token::Comma),
        '.' | '/' => tokens.push(Token::Behind),
        'E' | 'e' if characters.as_str().starts_with(['+', '-']) => {
            _ = characters.next();
            tokens.push(Token::Behind);
        }
        'G' | 'g' => tokens.push(general(characters)),
        ' ' | '-' | '+' | '(' | ')' | ':' | '$' | '^' | '&' | '\'' | '~' | '{' | '}' | '<' | '>' | '=' => {
            tokens.push(Token::Literal(c));
        }
        _ if !c.is_ascii() => tokens.push(Token::Literal(c)),
        _ => tokens.push(Token::Unknown),
    }
}

fn through(characters: &mut Chars<'_>, end: char) -> String {
    characters.by_ref().take_while(|c| *c != end).collect()
}

fn general(characters: &mut Chars<'_>) -> Token {
    // The second is what a Chinese Excel shows, and some programs write into files.
    const RESTS: [&str; 2] = ["eneral", "/通用格式"];
    let text = characters.as_str();
    let is_here = |rest: &&str| text.get(..rest.len()).is_some_and(|here| here.eq_ignore_ascii_case(rest));
    let Some(rest) = RESTS.into_iter().find(is_here) else { return Token::Unknown };
    *characters = text[rest.len()..].chars();
    Token::General
}

/// A colour, a language, a currency, a condition; or an unknown way of writing numbers.
fn bracket(inside: &str) -> Vec<Token> {
    const COLOURS: &str = "black blue cyan green magenta red white yellow color \
                           黑色 蓝色 青色 绿色 洋红 洋红色 红色 白色 黄色 蓝绿色 颜色";
    let colour = inside.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ').to_lowercase();
    if let Some(currency) = inside.strip_prefix('$') {
        currency.chars().take_while(|c| *c != '-').map(Token::Literal).collect()
    } else if inside.starts_with(['<', '>', '=']) {
        vec![Token::Condition]
    } else if COLOURS.split(' ').any(|known| known == colour) {
        Vec::new()
    } else {
        vec![Token::Unknown]
    }
}
