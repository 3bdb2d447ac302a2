//! The drawable part of an outside text: one line, no tricks of direction, only characters that the fonts have.

use unicode_segmentation::UnicodeSegmentation;

use crate::card::characters::{is_blank, is_ignorable, normalised};
use crate::card::fonts::Fonts;

/// Characters of a text that are considered. No line of a card has room for more.
const LONGEST: usize = 400;

/// Characters of one letter with its marks; more would pile up into the rows above and below. Indic scripts encode
/// whole syllables as one, without piling up ...
const LONGEST_LETTER: usize = 12;

/// ... while European ones need two accents at most.
const LONGEST_EUROPEAN_LETTER: usize = 3;

/// The end of the European scripts.
const EUROPE_ENDS: char = '\u{590}';

/// Returns the drawable text. Drops symbols and emoji that the fonts lack, and whole words with letters that they lack.
pub(super) fn legible(fonts: &Fonts, text: &str) -> String {
    let text: String = text
        .chars()
        .take(LONGEST)
        .map(|c| if is_blank(c) { ' ' } else { normalised(c) })
        .filter(|c| !c.is_control() && !is_ignorable(*c))
        .collect();
    let words = text.split(' ').filter_map(|word| legible_word(fonts, word));
    let words: Vec<String> = words.collect();
    words.join(" ")
}

/// Returns the name without remains of dropped words; `None` if nothing else is left.
pub(super) fn legible_name(fonts: &Fonts, name: &str) -> Option<String> {
    let name = legible(fonts, name);
    let words: Vec<&str> = name.split(' ').collect();
    let says_something = |word: &&str| word.chars().any(char::is_alphanumeric);
    let first = words.iter().position(says_something)?;
    let last = words.iter().rposition(says_something)?;
    Some(words.get(first..=last)?.join(" "))
}

/// Returns the letter for an account without a picture.
pub fn initial(name: &str) -> Option<String> {
    let letter = name
        .graphemes(true)
        .find(|letter| letter.chars().any(char::is_alphanumeric))?;
    Some(letter.to_uppercase())
}

fn legible_word(fonts: &Fonts, word: &str) -> Option<String> {
    let lacks = |c: char| c.is_alphanumeric() && !fonts.cover(c.encode_utf8(&mut [0; 4]));
    if word.chars().any(lacks) {
        return None;
    }
    let letters = word
        .graphemes(true)
        .map(without_pile)
        .filter_map(|letter| with_its_accents(fonts, letter));
    let word: String = letters.collect();
    Some(word).filter(|word| !word.is_empty())
}

/// Removes accents of another script, or without a font.
fn with_its_accents<'a>(fonts: &Fonts, letter: &'a str) -> Option<&'a str> {
    let alone = letter.chars().next().map_or(0, char::len_utf8);
    [Some(letter), letter.get(..alone)]
        .into_iter()
        .flatten()
        .find(|letter| fonts.cover(letter))
}

fn without_pile(letter: &str) -> &str {
    let alone = letter.chars().next();
    let longest = match alone {
        Some(c) if c < EUROPE_ENDS => LONGEST_EUROPEAN_LETTER,
        _ => LONGEST_LETTER,
    };
    let piled = letter.chars().count() > longest;
    let split = letter
        .split_at_checked(alone.map_or(0, char::len_utf8))
        .filter(|_| piled);
    split.map_or(letter, |(alone, _marks)| alone)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Option<String> {
        legible_name(Fonts::bundled(), text)
    }

    #[test]
    fn nothing_that_turns_or_breaks_a_line_is_left() {
        let text = legible(
            Fonts::bundled(),
            " a\n\u{202e}b\u{200f}\t\u{0}c\u{2028}\u{feff}d\u{fffe} ",
        );
        assert_eq!(text, "a b c d");
        let piled = format!("Z{}a", "\u{335}".repeat(1_000));
        assert_eq!(
            name(&piled),
            Some("Z".to_owned()),
            "what is too long is not read"
        );
        assert_eq!(
            name(&format!("Z{}a", "\u{335}".repeat(9))),
            Some("Za".to_owned())
        );
    }

    #[test]
    fn emoji_and_words_in_scripts_that_are_not_covered_are_dropped() {
        let left = |text| name(text).unwrap_or_default();
        assert_eq!(left("NASA 🚀✨"), "NASA");
        assert_eq!(left("👩‍🚀 Anna 🇺🇦 Ш"), "Anna Ш");
        assert_eq!(left("Hayao (宮崎駿)"), "Hayao");
        assert_eq!(left("宮崎 | Hayao |"), "Hayao");
        assert_eq!(left("Rock & Roll!"), "Rock & Roll!");
        assert_eq!(name("宮崎駿"), None);
        assert_eq!(name("🎨🎨 ·"), None);
        assert_eq!(name(""), None);
    }

    #[test]
    fn letters_in_fancy_dress_are_plain() {
        assert_eq!(name("𝓙𝓪𝓷𝓮 𝐃𝐎𝐄 𝟚𝟘"), Some("Jane DOE 20".to_owned()));
        assert_eq!(name("ＮＡＳＡ"), Some("NASA".to_owned()));
    }

    #[test]
    fn an_initial_is_the_first_letter_and_large() {
        assert_eq!(initial("«ёлка»"), Some("Ё".to_owned()));
        assert_eq!(initial("@7up"), Some("7".to_owned()));
        assert_eq!(initial("@_"), None);
    }
}
