//! Makes names from outside harmless to the line around them. Pure.

use unicode_segmentation::UnicodeSegmentation;

/// Characters of a name in a message; longer ones are cut. Counted before escaping.
const LONGEST: usize = 48;

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
        .filter(|c| !c.is_control() && !is_ignorable(*c))
        .collect();
    let words: Vec<&str> = seen
        .split(' ')
        .filter(|word| !word.chars().all(is_joiner))
        .collect();
    words.join(" ")
}

/// Returns [`single_line`] text, cut to the length of a line, and isolated if it runs right to left.
pub fn printable(text: &str) -> String {
    let text = cut(&single_line(text));
    if text.chars().any(is_right_to_left) {
        return format!("{LEFT_TO_RIGHT}{text}{LEFT_TO_RIGHT}");
    }
    text
}

/// Cuts between letters as people see them, not between a letter and its accent.
fn cut(text: &str) -> String {
    let text: String = text.graphemes(true).map(without_pile).collect();
    if text.chars().count() <= LONGEST {
        return text;
    }
    let mut kept = String::new();
    let mut room = LONGEST - 1;
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

/// Whether a character is white space, including line breaks, and letters that are drawn as nothing.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}'
        )
}

/// Whether Unicode ignores a character by default, including marks of direction, except joiners.
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character is a joiner: needed for Persian and for emoji; on their own they are invisible.
pub fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

/// Whether a character is in one of Unicode's blocks for right-to-left scripts.
fn is_right_to_left(c: char) -> bool {
    matches!(c,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
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
    fn a_name_from_right_to_left_leaves_its_neighbours_where_they_are() {
        assert_eq!(printable("\u{202e}שלום"), "\u{200e}שלום\u{200e}");
        assert_eq!(printable("عربى 7"), "\u{200e}عربى 7\u{200e}");
    }
}
