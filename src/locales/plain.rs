//! Normalises what people type. Pure.

use crate::characters::{is_blank, is_ignorable};

/// The distance between full-width characters, which Chinese, Japanese and Korean keyboards write, and the usual ones.
const FULL_WIDTH: u32 = 0xfee0;

/// Returns a text with the usual punctuation and spaces, and without invisible characters. Plain text stays as it is.
pub fn plain(text: &str) -> String {
    text.chars().filter_map(plainly).collect()
}

fn plainly(c: char) -> Option<char> {
    match c {
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        // Commas of other scripts.
        '、' | '､' | '﹑' | '﹐' | '،' => Some(','),
        '؛' | '﹔' => Some(';'),
        '﹫' => Some('@'),
        '！'..='～' => char::from_u32(u32::from(c) - FULL_WIDTH),
        _ if is_blank(c) => Some(' '),
        _ => Some(c).filter(|c| !c.is_control() && !is_ignorable(*c)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_the_same_is_read_the_same() {
        for (typed, expected) in [
            ("＠nasa，＠esa；ｊａｘａ", "@nasa,@esa;jaxa"),
            ("／ｆｉｎｄ　nasa", "/find nasa"),
            ("@a、@b", "@a,@b"),
            ("/find\u{a0}@nasa\u{3164}deep", "/find @nasa deep"),
            ("@a\r\n@b\u{2028}@c", "@a\n\n@b\n@c"),
            ("\u{200b}@na\u{200d}s\u{ad}a\u{feff}\0\u{fe0f}", "@nasa"),
            ("Привет, мир", "Привет, мир"),
        ] {
            let read = plain(typed);
            assert_eq!(read, expected, "{typed:?}");
            assert_eq!(plain(&read), read);
        }
    }
}
