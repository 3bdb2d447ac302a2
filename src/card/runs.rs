//! Splits a text into runs of one font each, in visual order.
//!
//! A text whose first letter is right-to-left runs from right to left as a whole, as in a chat. The renderer orders the
//! letters within a run.

use unicode_segmentation::UnicodeSegmentation;

use crate::card::characters::{is_right_to_left, mirrored};
use crate::card::face::Face;
use crate::card::fonts::{Fonts, Weight};

pub(super) struct Run<'a> {
    pub(super) face: &'a Face,
    pub(super) text: String,
}

/// Returns the runs from left to right. Letters without a font are left out.
pub(super) fn runs<'a>(fonts: &'a Fonts, text: &str, weight: Weight) -> Vec<Run<'a>> {
    let first = text.chars().find(|c| c.is_alphabetic());
    let leftwards = first.is_some_and(is_right_to_left);
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
                outside_words(&mut runs, fonts, &between, weight, leftwards);
                add(&mut runs, face, letter, leftwards);
            }
        }
        between.clear();
    }
    outside_words(&mut runs, fonts, &between, weight, leftwards);
    if leftwards {
        runs.reverse();
    }
    runs
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

fn outside_words<'a>(
    runs: &mut Vec<Run<'a>>,
    fonts: &'a Fonts,
    letters: &str,
    weight: Weight,
    leftwards: bool,
) {
    for letter in letters.graphemes(true) {
        let letter = match letter.chars().next() {
            Some(c) if leftwards => mirrored(c).to_string(),
            _ => letter.to_owned(),
        };
        if let Some(face) = fonts.face(&letter, weight) {
            add(runs, face, &letter, leftwards);
        }
    }
}

/// Right-to-left text is ordered run by run, so its runs are not merged.
fn add<'a>(runs: &mut Vec<Run<'a>>, face: &'a Face, letter: &str, apart: bool) {
    let last = runs.last_mut().filter(|run| run.face.id() == face.id());
    match last.filter(|_| !apart) {
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
        let parts = runs.into_iter().map(|run| (run.face.name(), run.text));
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
        assert_eq!(line("(שלום) א"), ["א", " ", "(", "שלום", ")"]);
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
