//! Descriptions come as HTML; here they become plain text. Pure.

/// Letters of the longest character reference that is looked for.
const LONGEST_NAME: usize = 8;

/// Returns the text without its tags; paragraphs and breaks become lines.
pub(super) fn to_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let read = match rest.strip_prefix('<') {
            Some(tag) => {
                let (tag, behind) = tag.split_once('>').unwrap_or((tag, ""));
                text.push_str(break_of(tag));
                Some(behind)
            }
            None => character(rest).map(|(character, behind)| {
                text.push(character);
                behind
            }),
        };
        rest = read.unwrap_or_else(|| {
            text.push('&');
            &rest[1..]
        });
    }
    text.push_str(rest);
    text.trim().to_owned()
}

fn break_of(tag: &str) -> &'static str {
    match tag.split([' ', '/']).next() {
        Some("br") => "\n",
        Some("") if tag == "/p" => "\n\n",
        Some("") if tag == "/li" => "\n",
        _ => "",
    }
}

/// Returns the character of the reference at the beginning, and the rest of the text.
fn character(text: &str) -> Option<(char, &str)> {
    let (name, behind) = text.strip_prefix('&')?.split_once(';')?;
    if name.len() > LONGEST_NAME {
        return None;
    }
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let number = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
                None => number.parse(),
            };
            char::from_u32(number.ok()?)?
        }
    };
    Some((character, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_become_plain_text() {
        for (html, text) in [
            ("", ""),
            ("plain", "plain"),
            ("<p>hi</p>", "hi"),
            (
                "<p>one<br />two<br>three</p><p>four</p>",
                "one\ntwo\nthree\n\nfour",
            ),
            (
                r#"<p>see <a href="https://a.example/?b&amp;c" rel="me"><span class="invisible">https://</span>a.example</a></p>"#,
                "see https://a.example",
            ),
            (
                "I &lt;3 R&amp;D &#39;n&#x27; &quot;tea&quot;",
                "I <3 R&D 'n' \"tea\"",
            ),
            ("&amp;lt;script&amp;gt;", "&lt;script&gt;"),
            (
                "a & b &unknown; &#xffffffff; &",
                "a & b &unknown; &#xffffffff; &",
            ),
            ("cut <a href=", "cut"),
            ("é<b>ß</b>&#233;", "éßé"),
        ] {
            assert_eq!(to_text(html), text, "{html}");
        }
    }
}
