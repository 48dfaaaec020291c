//! Person names: fold key, comparison, masking. `LINKING.md`, "fold key" and "name relation".

mod agree;
mod fold;
mod private_use;

use agree::agree;
use fold::Folded;

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

#[cfg(test)]
mod tests;
