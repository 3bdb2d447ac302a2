//! What Unicode says about single characters. Pure.

use icu_properties::props::{
    BidiClass, BinaryProperty, DefaultIgnorableCodePoint, EnumeratedProperty,
};

/// Whether a character is white space, including line breaks, or a letter that is drawn as nothing.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}'
        )
}

/// Whether a character is invisible by default: joiners, variation selectors, marks of direction and of annotations.
pub fn is_ignorable(c: char) -> bool {
    DefaultIgnorableCodePoint::for_char(c) || matches!(c, '\u{fff9}'..='\u{fffb}')
}

/// Whether a character is a letter or a digit of a right-to-left script.
pub fn is_right_to_left(c: char) -> bool {
    matches!(
        BidiClass::for_char(c),
        BidiClass::RightToLeft | BidiClass::ArabicLetter | BidiClass::ArabicNumber
    )
}
