//! Splits a text into runs of one font and direction each, in visual order (UAX #9).
//!
//! A text whose first letter is right-to-left runs from right to left as a whole, as in a chat. The renderer orders the
//! letters within a run, and mirrors brackets.

use unicode_bidi::{Level, ParagraphBidiInfo};
use unicode_segmentation::UnicodeSegmentation;

use crate::card::face::Face;
use crate::card::fonts::{Fonts, Weight};

/// An invisible mark. The renderer takes any text to begin on the left, but not what is between two of these.
const RIGHT_TO_LEFT: char = '\u{200f}';

pub(super) struct Run<'a> {
    pub(super) face: &'a Face,
    pub(super) text: String,
}

/// Returns the runs from left to right. Letters without a font are left out.
pub(super) fn runs<'a>(fonts: &'a Fonts, text: &str, weight: Weight) -> Vec<Run<'a>> {
    if text.is_empty() {
        return Vec::new();
    }
    let (levels, parts) = ParagraphBidiInfo::new(text, None).visual_runs(0..text.len());
    let runs = parts.into_iter().flat_map(|part| {
        let leftwards = levels.get(part.start).is_some_and(Level::is_rtl);
        let mut runs = by_font(fonts, text.get(part).unwrap_or_default(), weight);
        if leftwards {
            runs.reverse();
            for run in &mut runs {
                run.text = format!("{RIGHT_TO_LEFT}{}{RIGHT_TO_LEFT}", run.text);
            }
        }
        runs
    });
    runs.collect()
}

/// Returns the width of a text at a size of 1.
pub(super) fn width(fonts: &Fonts, text: &str, weight: Weight) -> f32 {
    let runs = runs(fonts, text, weight);
    runs.iter().map(|run| run.face.width(&run.text)).sum()
}

impl Run<'_> {
    /// Whether the next word, and what is before it, are set in the same font.
    fn goes_on(&self, face: &Face, between: &str) -> bool {
        self.face.id() == face.id() && between.chars().all(|c| face.covers(c))
    }
}

/// Returns the runs in the order of reading.
fn by_font<'a>(fonts: &'a Fonts, text: &str, weight: Weight) -> Vec<Run<'a>> {
    let mut runs: Vec<Run<'a>> = Vec::new();
    // Spaces and punctuation join the run of the next letter, which is not known yet.
    let mut between = String::new();
    for letter in text.graphemes(true) {
        let Some(face) = fonts.face(letter, weight) else {
            continue;
        };
        if !letter.starts_with(char::is_alphanumeric) {
            between.push_str(letter);
            continue;
        }
        match runs.last_mut().filter(|run| run.goes_on(face, &between)) {
            Some(run) => {
                run.text.push_str(&between);
                run.text.push_str(letter);
            }
            None => {
                outside_words(&mut runs, fonts, &between, weight);
                add(&mut runs, face, letter);
            }
        }
        between.clear();
    }
    outside_words(&mut runs, fonts, &between, weight);
    runs
}

fn outside_words<'a>(runs: &mut Vec<Run<'a>>, fonts: &'a Fonts, letters: &str, weight: Weight) {
    for letter in letters.graphemes(true) {
        if let Some(face) = fonts.face(letter, weight) {
            add(runs, face, letter);
        }
    }
}

fn add<'a>(runs: &mut Vec<Run<'a>>, face: &'a Face, letter: &str) {
    match runs.last_mut().filter(|run| run.face.id() == face.id()) {
        Some(run) => run.text.push_str(letter),
        None => runs.push(Run {
            face,
            text: letter.to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<(&str, String)> {
        let runs = runs(Fonts::bundled(), text, Weight::Bold);
        let seen = |text: String| text.replace(RIGHT_TO_LEFT, "");
        let parts = runs
            .into_iter()
            .map(|run| (run.face.name(), seen(run.text)));
        parts.collect()
    }

    #[test]
    fn a_text_of_two_scripts_is_set_in_two_fonts() {
        let parts_of = |text| {
            let parts = parts(text);
            parts
                .into_iter()
                .map(|(font, part)| format!("{font}: {part}"))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            parts_of("Nadi نادي!"),
            ["bold: Nadi ", "arabic: نادي", "bold: !"]
        );
        assert_eq!(parts_of("한a"), ["bold: a"]);
        assert_eq!(parts_of("नमस्ते दुनिया"), ["devanagari: नमस्ते दुनिया"]);
        assert!(parts_of("").is_empty());
    }

    #[test]
    fn a_text_that_begins_on_the_right_ends_on_the_left() {
        let line = |text| {
            let parts = parts(text).into_iter().map(|(_, part)| part);
            parts.collect::<Vec<_>>()
        };
        assert_eq!(line("שלום Yossi Cohen…"), ["…", "Yossi Cohen", " ", "שלום"]);
        assert_eq!(line("(שלום) א"), ["א", ") ", "שלום", "("]);
    }

    #[test]
    fn words_numbers_and_brackets_stand_where_unicode_puts_them() {
        let line = |text| parts(text).into_iter().map(|(_, part)| part).collect();
        for (text, expected) in [
            // Words from right to left within a line from left to right.
            ("by שלום (עולם)", vec!["by ", ")", "עולם", " (", "שלום"]),
            ("by שלום, עולם!", vec!["by ", "עולם", ", ", "שלום", "!"]),
            // And the other way round.
            ("ab (cd) שלום", vec!["ab (cd) ", "שלום"]),
            ("א ab (cd) ב", vec!["ב", " ", "ab (cd)", " ", "א"]),
            ("א (ab) ב", vec!["ב", ") ", "ab", " (", "א"]),
            // Numbers keep their signs.
            ("שלום 5%", vec!["5%", " ", "שלום"]),
            ("שלום $5 12:30", vec!["12:30", " ", "$5", " ", "שלום"]),
            ("عربى ٣٤ 7", vec!["7", " ", "٣٤", " ", "عربى"]),
            ("7 עברית", vec!["עברית", " ", "7"]),
        ] {
            let line: Vec<String> = line(text);
            assert_eq!(line, expected, "{text}");
        }
    }

    #[test]
    fn wider_letters_are_wider() {
        let width = |text| width(Fonts::bundled(), text, Weight::Regular);
        assert!(width("WWW") > 2.0 * width("iii"));
        assert_eq!(width("e\u{301}"), width("e"), "an accent takes no room");
        assert!(width("AV") < width("A") + width("V"));
        assert!(width("للل") < 3.0 * width("ل"), "letters that are joined");
        assert_eq!(width(""), 0.0);
    }
}
