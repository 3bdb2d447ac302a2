//! Single characters: which are invisible, and which stand for others.

/// Whether a character is white space, including line breaks, and letters that are drawn as nothing.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}'
        )
}

/// Whether Unicode ignores a character by default: marks of direction, joiners, variation selectors. Only the
/// non-joiner is kept, since Persian is spelled with it.
pub(super) fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}' | '\u{200d}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Replaces mathematical and full-width letters, which are popular in names, by plain ones. Other characters stay as
/// they are.
pub(super) fn normalised(c: char) -> char {
    let code = u32::from(c);
    let letter = |number: u32| match number % 52 {
        number @ 0..26 => u32::from('A') + number,
        number => u32::from('a') + number - 26,
    };
    let normalised = match code {
        0x1d400..=0x1d6a3 => letter(code - 0x1d400),
        0x1d7ce..=0x1d7ff => u32::from('0') + (code - 0x1d7ce) % 10,
        0xff01..=0xff5e => code - 0xff01 + u32::from('!'),
        0x24b6..=0x24cf => u32::from('A') + code - 0x24b6,
        0x24d0..=0x24e9 => u32::from('a') + code - 0x24d0,
        0x1f130..=0x1f149 => u32::from('A') + code - 0x1f130,
        0x1f150..=0x1f169 => u32::from('A') + code - 0x1f150,
        0x1f170..=0x1f189 => u32::from('A') + code - 0x1f170,
        _ => code,
    };
    char::from_u32(normalised).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alphabet_in_disguise_is_put_right_and_nothing_else_is_changed() {
        let plain_of = |text: &str| text.chars().map(normalised).collect::<String>();
        assert_eq!(plain_of("𝐀𝑧𝔹𝖟𝙰𝚣"), "AzBzAz");
        assert_eq!(plain_of("𝟎𝟡𝟿"), "099");
        assert_eq!(plain_of("！Ａｚ～ⒶⓩＺ"), "!Az~AzZ");
        assert_eq!(plain_of("🅰🅩🄰"), "AZA");
        assert_eq!(plain_of("Aя田 🎨é"), "Aя田 🎨é");
    }
}
