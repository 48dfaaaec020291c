//! Matching of folded names with placeholders.

use super::fold::Token;

/// Whether some text matches both names; dots count only where a placeholder needs a character to match.
///
/// Dynamic programming over both, so that a hostile run of placeholders costs at most the product of the lengths.
pub(super) fn agree(a: &[Token], b: &[Token]) -> bool {
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
