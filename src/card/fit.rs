//! Fits texts into the available room, by their width as drawn.

use unicode_segmentation::UnicodeSegmentation;

use crate::card::fonts::{Fonts, Weight};
use crate::card::runs::width;

/// The tolerance for rounding errors of widths.
const SLACK: f32 = 0.1;

/// Returns the text, or as much of it as fits followed by an ellipsis.
pub(super) fn fit(fonts: &Fonts, text: &str, weight: Weight, size: f32, room: f32) -> String {
    if fits(fonts, text, weight, size, room) {
        return text.to_owned();
    }
    let letters: Vec<&str> = text.graphemes(true).collect();
    let cut = |count: usize| {
        let kept: String = letters.iter().take(count).copied().collect();
        format!("{}…", kept.trim_end_matches(is_trailing))
    };
    let (mut least, mut most) = (0, letters.len());
    while least < most {
        let middle = (least + most).div_ceil(2);
        if fits(fonts, &cut(middle), weight, size, room) {
            least = middle;
        } else {
            most = middle - 1;
        }
    }
    cut(least)
}

/// Returns the largest of these sizes at which the text fits, or else the last.
pub(super) fn shrink(fonts: &Fonts, text: &str, weight: Weight, sizes: &[f32], room: f32) -> f32 {
    let fitting = sizes
        .iter()
        .find(|size| fits(fonts, text, weight, **size, room));
    fitting.or(sizes.last()).copied().unwrap_or_default()
}

/// Splits off as many words as fit on a line.
pub(super) fn split_line<'a>(
    fonts: &Fonts,
    text: &'a str,
    weight: Weight,
    size: f32,
    room: f32,
) -> Option<(&'a str, &'a str)> {
    let spaces = text.char_indices().rev().filter(|(_, c)| *c == ' ');
    spaces
        .filter_map(|(at, _)| Some((text.get(..at)?, text.get(at..)?.trim_start())))
        .find(|(first, _)| fits(fonts, first, weight, size, room))
}

/// Breaks a text into at most this many lines; the last one contains the rest, whether or not it fits.
pub(super) fn wrap<'a>(
    fonts: &Fonts,
    text: &'a str,
    weight: Weight,
    size: f32,
    room: f32,
    most: usize,
) -> Vec<&'a str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while lines.len() + 1 < most && !fits(fonts, rest, weight, size, room) {
        let Some((line, others)) = split_line(fonts, rest, weight, size, room) else {
            break;
        };
        lines.push(line);
        rest = others;
    }
    lines.push(rest);
    lines
}

/// Whether a character would look like part of the ellipsis after it.
fn is_trailing(c: char) -> bool {
    c.is_whitespace() || matches!(c, '.' | '_' | '-')
}

fn fits(fonts: &Fonts, text: &str, weight: Weight, size: f32, room: f32) -> bool {
    width(fonts, text, weight) * size <= room + SLACK
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, room: f32) -> String {
        fit(Fonts::bundled(), text, Weight::Regular, 10.0, room)
    }

    #[test]
    fn what_fits_is_left_alone_and_what_does_not_is_cut_by_its_width() {
        assert_eq!(cut("iiiiiiiiii", 100.0), "iiiiiiiiii");
        let wide = cut("WWWWWWWWWWWWWWWWWWWW", 100.0);
        assert!(wide.ends_with("W…") && wide.len() < 14, "{wide}");
        assert!(width(Fonts::bundled(), &wide, Weight::Regular) * 10.0 <= 100.0);
        assert_eq!(cut("anything", 0.0), "…");
    }

    #[test]
    fn a_letter_keeps_its_accents_and_no_space_stands_before_the_ellipsis() {
        let accented = cut(&"e\u{301}".repeat(100), 50.0);
        assert!(accented.ends_with("\u{301}…"));
        assert!(!cut("ab cd ef gh ij kl", 45.0).contains(" …"));
    }

    #[test]
    fn no_dot_of_a_handle_stands_before_the_ellipsis() {
        for mark in [".", "_", "-"] {
            let text = "i".repeat(12) + &mark.repeat(12) + &"W".repeat(12);
            let narrow = width(Fonts::bundled(), &"i".repeat(12), Weight::Regular) * 10.0;
            for more in 12..60 {
                let cut = cut(&text, narrow + more as f32);
                assert!(!cut.ends_with(&format!("{mark}…")), "{cut}");
            }
        }
    }

    #[test]
    fn lines_break_between_words_and_the_last_has_all_that_is_left() {
        let wrapped = |text, most| wrap(Fonts::bundled(), text, Weight::Regular, 10.0, 40.0, most);
        assert_eq!(wrapped("none", 3), ["none"]);
        assert_eq!(wrapped("none of these", 3), ["none of", "these"]);
        assert_eq!(
            wrapped("none of these here at all", 2),
            ["none of", "these here at all"]
        );
        assert_eq!(wrapped("nobodywhateverheorshedoes", 3).len(), 1);
        assert_eq!(wrapped("", 3), [""]);
    }

    #[test]
    fn a_heading_gets_smaller_before_it_is_cut() {
        let size = |text: &str| {
            shrink(
                Fonts::bundled(),
                text,
                Weight::Bold,
                &[50.0, 40.0, 30.0],
                300.0,
            )
        };
        assert_eq!(size("short"), 50.0);
        assert_eq!(size(&"long".repeat(30)), 30.0);
    }
}
