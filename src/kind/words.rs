//! Words of a text. Pure.

/// Returns the words of a text, without marks around them.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_inside = |c: char| c.is_alphanumeric() || c == '\'' || c == '’';
    text.split(move |c| !is_inside(c))
        .filter(|word| !word.is_empty())
}

/// Whether a text has Cyrillic letters.
pub(super) fn is_cyrillic(text: &str) -> bool {
    text.chars().any(|c| ('\u{400}'..='\u{52f}').contains(&c))
}

pub(super) fn is_capitalised(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}

/// Returns the first letters of a word, `None` if it has no more.
pub(super) fn stem(word: &str, letters: usize) -> Option<&str> {
    let (end, _) = word.char_indices().nth(letters)?;
    word.get(..end)
}
