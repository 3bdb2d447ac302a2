//! Which words are given names, in many languages. Pure.

use std::sync::LazyLock;

/// In lower case, ascending by their bytes.
static GIVEN_NAMES: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("given_names.txt").lines().collect());

/// Shorter words are rarely meant as names.
const SHORTEST: usize = 3;

/// Whether a word in lower case is a given name.
pub(super) fn is_given_name(word: &str) -> bool {
    word.len() >= SHORTEST && GIVEN_NAMES.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order() {
        assert!(GIVEN_NAMES.is_sorted());
        assert!(is_given_name("anna") && !is_given_name("bakery"));
    }
}
