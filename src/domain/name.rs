//! Person names: fold key, comparison, masking. `LINKING.md`, "fold key" and "name relation".

mod private_use;

use super::text;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Equal as stored, trimmed.
    Same,
    /// Not equal as stored, but their fold keys are.
    Folded,
    /// A placeholder is in the place of a character, and the rest agrees.
    Unclear,
    /// Anything else, including an empty name.
    Different,
}

/// Compares two names as stored.
pub fn relation(a: &str, b: &str) -> Relation {
    let (folded_a, folded_b) = (Folded::new(a), Folded::new(b));
    if folded_a.is_empty() || folded_b.is_empty() {
        return Relation::Different;
    }
    if folded_a.has_placeholder() || folded_b.has_placeholder() {
        let agree = agree(&folded_a.0, &folded_b.0);
        return if agree { Relation::Unclear } else { Relation::Different };
    }
    if a.trim() == b.trim() {
        Relation::Same
    } else if folded_a.key() == folded_b.key() {
        Relation::Folded
    } else {
        Relation::Different
    }
}

/// The fold key, for matching only; the name is stored and shown as given. `?` is the placeholder in a key.
pub fn fold_key(name: &str) -> String {
    Folded::new(name).key()
}

/// Whether a character of the name was lost: a placeholder, or a private-use code point of no known meaning.
pub fn has_placeholder(name: &str) -> bool {
    Folded::new(name).has_placeholder()
}

/// Whether the name is empty after folding; such a name equals no other.
pub fn is_empty(name: &str) -> bool {
    Folded::new(name).is_empty()
}

/// The name as a page may show it to someone who has not proven to be its holder: `张*`, `阿*****提`.
pub fn mask(name: &str) -> String {
    let characters: Vec<char> = name.trim().chars().collect();
    let last = characters.len().saturating_sub(1);
    characters
        .iter()
        .enumerate()
        .map(|(at, c)| if (at == 0 && last > 0) || (at == last && last > 1) { *c } else { '*' })
        .collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    Letter(char),
    /// A dot between the parts of a name: not part of the key, but a placeholder may stand for it.
    Dot,
    /// Matches exactly one character; a run of placeholders is one `One` and one `More`.
    One,
    /// Matches any number of characters.
    More,
}

struct Folded(Vec<Token>);

impl Folded {
    fn new(name: &str) -> Self {
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

    fn key(&self) -> String {
        self.0
            .iter()
            .filter_map(|token| match token {
                Token::Letter(c) => Some(*c),
                Token::One => Some('?'),
                Token::Dot | Token::More => None,
            })
            .collect()
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|token| *token == Token::Dot)
    }

    fn has_placeholder(&self) -> bool {
        self.0.contains(&Token::One)
    }
}

/// Whether some text matches both names; dots count only where a placeholder needs a character to match.
///
/// Dynamic programming over both, so that a hostile run of placeholders costs at most the product of the lengths.
fn agree(a: &[Token], b: &[Token]) -> bool {
    let width = b.len() + 1;
    let mut fits = vec![false; (a.len() + 1) * width];
    for i in (0..=a.len()).rev() {
        for j in (0..=b.len()).rev() {
            let rest = |di: usize, dj: usize| fits[(i + di) * width + j + dj];
            fits[i * width + j] = match (a.get(i), b.get(j)) {
                (None, None) => true,
                (Some(Token::Dot | Token::More), None) => rest(1, 0),
                (None, Some(Token::Dot | Token::More)) => rest(0, 1),
                (None, Some(_)) | (Some(_), None) => false,
                (Some(x), Some(y)) => {
                    let skip_left = matches!(x, Token::Dot | Token::More) && rest(1, 0);
                    let skip_right = matches!(y, Token::Dot | Token::More) && rest(0, 1);
                    let more_takes = (*x == Token::More && rest(0, 1)) || (*y == Token::More && rest(1, 0));
                    let both = match (x, y) {
                        (Token::Letter(x), Token::Letter(y)) => x == y && rest(1, 1),
                        (Token::One, Token::Letter(_) | Token::Dot | Token::One)
                        | (Token::Letter(_) | Token::Dot, Token::One) => rest(1, 1),
                        _ => false,
                    };
                    skip_left || skip_right || more_takes || both
                }
            };
        }
    }
    fits[0]
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

#[cfg(test)]
mod tests;
