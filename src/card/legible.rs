//! The drawable part of an outside text: one line, no tricks of direction, only characters that the fonts have.

use std::iter::once;
use std::ops::RangeInclusive;

use icu_normalizer::ComposingNormalizerBorrowed;
use unicode_segmentation::UnicodeSegmentation;

use crate::card::fonts::Fonts;
use crate::characters::{is_blank, is_ignorable};

/// Characters of a text that are considered, also after each may have become several. No line of a card has room for
/// more.
const LONGEST: usize = 400;

/// Characters of one letter with its marks; more would pile up into the rows above and below. Indic scripts encode
/// whole syllables as one, without piling up ...
const LONGEST_LETTER: usize = 12;

/// ... while European ones need two accents at most.
const LONGEST_EUROPEAN_LETTER: usize = 3;

/// The end of the European scripts.
const EUROPE_ENDS: char = '\u{590}';

/// Persian is spelled with it, though it is invisible.
const NON_JOINER: char = '\u{200c}';

/// Is in the plain forms of fractions: `2⅓` would become `21⁄3`.
const FRACTION_SLASH: char = '\u{2044}';

/// The skin of the emoji before them. Fonts of one colour draw a square beside it.
const SKINS: RangeInclusive<char> = '\u{1f3fb}'..='\u{1f3ff}';

/// Plain letters for mathematical, full-width and circled ones, which are popular in names.
const PLAIN: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfkc();

/// Returns the drawable text. Drops symbols and emoji that the fonts lack, and whole words with letters that they lack.
pub(super) fn legible(fonts: &Fonts, text: &str) -> String {
    let text: String = text
        .chars()
        .take(LONGEST)
        .map(|c| if is_blank(c) { ' ' } else { c })
        .filter(|c| *c == NON_JOINER || !c.is_control() && !is_ignorable(*c))
        .filter(|c| !SKINS.contains(c))
        .flat_map(|c| undisguised(fonts, c))
        .take(LONGEST)
        .collect();
    let words = text.split(' ').filter_map(|word| legible_word(fonts, word));
    let words: Vec<String> = words.collect();
    words.join(" ")
}

/// Returns the name without remains of dropped words; `None` if nothing else is left.
pub(super) fn legible_name(fonts: &Fonts, name: &str) -> Option<String> {
    let name = legible(fonts, name);
    let words: Vec<&str> = name.split(' ').collect();
    // What only the machine's fonts have is a letter or an emoji.
    let says_something = |word: &&str| {
        word.chars()
            .any(|c| c.is_alphanumeric() || !bundles(fonts, c))
    };
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

/// Replaces a character that no bundled font has by its plain form, if these have that. What they have stays: plain
/// forms of `™`, `№` and `²` would read otherwise.
fn undisguised(fonts: &Fonts, c: char) -> Vec<char> {
    if bundles(fonts, c) {
        return vec![c];
    }
    let outlined = match c {
        // Unicode has plain forms for outlined circles and squares, not for filled ones.
        '\u{1f150}'..='\u{1f169}' => char::from_u32(u32::from(c) - 0x20),
        '\u{1f170}'..='\u{1f189}' => char::from_u32(u32::from(c) - 0x40),
        _ => None,
    };
    let plain: Vec<char> = PLAIN.normalize_iter(once(outlined.unwrap_or(c))).collect();
    let fits = |c: &char| bundles(fonts, *c) && *c != FRACTION_SLASH;
    match plain.iter().all(fits) {
        true => plain,
        false => vec![c],
    }
}

fn bundles(fonts: &Fonts, c: char) -> bool {
    fonts.bundle(c.encode_utf8(&mut [0; 4]))
}

fn covers(fonts: &Fonts, c: char) -> bool {
    fonts.cover(c.encode_utf8(&mut [0; 4]))
}

fn legible_word(fonts: &Fonts, word: &str) -> Option<String> {
    let lacks = |c: char| c.is_alphanumeric() && !covers(fonts, c);
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
        for (fancy, plain) in [
            ("𝓙𝓪𝓷ℯ 𝐃𝐎𝐄 𝟚𝟘", "Jane DOE 20"),
            ("ＮＡＳＡ（！～）Ａ", "NASA(!~)A"),
            ("ⒶⓩⒷ ① 🄰🅉 🅐🅩 🅰🆉", "AzB 1 AZ AZ AZ"),
            ("ﬁnal ⅩⅣ 𝝰𝝮 ᴬ", "final XIV αΩ A"),
        ] {
            assert_eq!(name(fancy), Some(plain.to_owned()));
        }
    }

    #[test]
    fn letters_that_are_no_disguise_stay() {
        for text in ["Acme™ №5 m² 2½ D´Or 1ª…a", "Aя é", "ﷺ"] {
            assert_eq!(name(text), Some(text.to_owned()));
        }
        assert_eq!(name("2⅓ a"), Some("a".to_owned()), "not 21⁄3");
        assert_eq!(name("Anna㊗"), Some("Anna".to_owned()), "not a lost word");
        let long = legible(Fonts::bundled(), &"⒇".repeat(LONGEST));
        assert_eq!(long.chars().count(), LONGEST);
    }

    #[test]
    fn an_initial_is_the_first_letter_and_large() {
        assert_eq!(initial("«ёлка»"), Some("Ё".to_owned()));
        assert_eq!(initial("@7up"), Some("7".to_owned()));
        assert_eq!(initial("@_"), None);
    }
}
