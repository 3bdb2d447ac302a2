//! Makes names from outside harmless to the line around them. Pure.

use unicode_segmentation::UnicodeSegmentation;

use crate::characters::{is_blank, is_ignorable, is_right_to_left};

/// Characters of a name in a message; longer ones are cut. Counted before escaping.
const LONGEST: usize = 48;

/// Characters of a bio in a message.
const LONGEST_BIO: usize = 200;

/// Characters of one letter with all its marks. The longest emoji have ten; more would pile up into the lines above and
/// below.
const LONGEST_LETTER: usize = 12;

/// The left-to-right mark: invisible, and ends the effect of a right-to-left name on the text around it.
const LEFT_TO_RIGHT: char = '\u{200e}';

/// Returns the text on one line, without characters that are invisible or change its direction.
pub fn single_line(text: &str) -> String {
    let seen: String = text
        .chars()
        .map(|c| if is_blank(c) { ' ' } else { c })
        .filter(|c| is_joiner(*c) || !c.is_control() && !is_ignorable(*c))
        .collect();
    let words: Vec<&str> = seen
        .split(' ')
        .filter(|word| !word.chars().all(is_joiner))
        .collect();
    words.join(" ")
}

/// Returns [`single_line`] text, cut to the length of a line, and isolated if it runs right to left.
pub fn printable(text: &str) -> String {
    isolated(cut(&single_line(text), LONGEST))
}

/// Returns the same with room for some sentences; if there are more, it ends with a whole word.
pub fn bio(text: &str) -> String {
    let text = single_line(text);
    let short = cut(&text, LONGEST_BIO);
    let is_cut = text.chars().count() > LONGEST_BIO;
    let words = short.rsplit_once(' ').filter(|_| is_cut);
    isolated(match words {
        Some((words, _)) => format!("{}…", words.trim_end_matches(['.', ',', ' '])),
        None => short,
    })
}

fn isolated(text: String) -> String {
    if text.chars().any(is_right_to_left) {
        return format!("{LEFT_TO_RIGHT}{text}{LEFT_TO_RIGHT}");
    }
    text
}

/// Cuts between letters as people see them, not between a letter and its accent.
fn cut(text: &str, longest: usize) -> String {
    let text: String = text.graphemes(true).map(without_pile).collect();
    if text.chars().count() <= longest {
        return text;
    }
    let mut kept = String::new();
    let mut room = longest - 1;
    for letter in text.graphemes(true) {
        let length = letter.chars().count();
        if length > room {
            break;
        }
        room -= length;
        kept.push_str(letter);
    }
    kept.push('…');
    kept
}

fn without_pile(letter: &str) -> &str {
    let alone = letter.chars().next().map_or(0, char::len_utf8);
    let piled = letter.chars().count() > LONGEST_LETTER;
    let split = letter.split_at_checked(alone).filter(|_| piled);
    split.map_or(letter, |(alone, _marks)| alone)
}

/// Whether a character is a joiner: needed for Persian and for emoji; on their own they are invisible.
pub fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_can_not_break_the_line() {
        assert_eq!(printable("  a\n\u{202e}b\t\u{0}c\u{2028}d "), "a b c d");
        assert_eq!(printable(&"ж".repeat(100)).chars().count(), LONGEST);
        assert_eq!(printable("\u{200d}\u{3164} \u{200c}\u{fe0f}"), "");
        let family = "\u{1f468}\u{200d}\u{1f469}";
        assert_eq!(printable(family), family);
    }

    #[test]
    fn names_are_cut_between_letters_and_piled_up_marks_are_taken_off() {
        let accented = "e\u{301}".repeat(40);
        assert_eq!(printable(&accented), "e\u{301}".repeat(23) + "…");
        let piled = format!("a{}b", "\u{335}".repeat(10_000));
        assert_eq!(printable(&piled), "ab");
    }

    #[test]
    fn a_long_bio_ends_with_a_whole_word() {
        assert_eq!(bio("A bakery\nin Bergen…"), "A bakery in Bergen…");
        let long = bio(&"bread, ".repeat(40));
        assert!(long.ends_with("bread…"), "{long}");
        assert!(long.chars().count() <= LONGEST_BIO, "{long}");
        assert_eq!(bio(&"x".repeat(500)).chars().count(), LONGEST_BIO);
    }

    #[test]
    fn a_name_from_right_to_left_leaves_its_neighbours_where_they_are() {
        assert_eq!(printable("\u{202e}שלום"), "\u{200e}שלום\u{200e}");
        assert_eq!(printable("عربى 7"), "\u{200e}عربى 7\u{200e}");
    }
}
