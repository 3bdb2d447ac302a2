//! The vocabulary of Telegram's HTML: its tags, their attributes, its character references. Pure tables; the grammar is
//! in `html`.

/// The tags that Telegram knows.
pub(super) const TAGS: [&str; 16] = [
    "a",
    "b",
    "strong",
    "i",
    "em",
    "s",
    "strike",
    "del",
    "u",
    "ins",
    "tg-spoiler",
    "tg-emoji",
    "span",
    "pre",
    "code",
    "blockquote",
];

/// Returns the value of an attribute if it means something to Telegram.
pub(super) fn meaning(tag: &str, name: &str, value: &str) -> Option<String> {
    match (tag, name) {
        ("a", "href") | ("tg-emoji", "emoji-id") => Some(value.to_owned()),
        ("code", "class") => value.strip_prefix("language-").map(str::to_owned),
        ("span", "class") => (value == "tg-spoiler").then(|| "spoiler".to_owned()),
        ("blockquote", "expandable") => Some(String::new()),
        _ => None,
    }
}

/// Whether Telegram would make a link of it.
pub(super) fn is_link(url: &str) -> bool {
    let known = ["http://", "https://", "tg://", "mailto:", "tel:"];
    let lower = url.to_lowercase();
    !url.contains(char::is_whitespace)
        && known.iter().any(|scheme| {
            lower
                .strip_prefix(scheme)
                .is_some_and(|rest| !rest.is_empty())
        })
}

/// Returns the character that the reference at the start of the text stands for, and the reference's length in bytes.
pub(super) fn decode(text: &str) -> Option<(char, usize)> {
    let (name, _) = text.strip_prefix('&')?.split_once(';')?;
    let c = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?).filter(|c| *c != '\0')?
        }
    };
    Some((c, name.len() + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_named_or_numbered() {
        assert_eq!(decode("&lt;b"), Some(('<', 4)));
        assert_eq!(decode("&#128512;"), Some(('😀', 9)));
        assert_eq!(decode("&#x1F600;"), Some(('😀', 9)));
        for unknown in ["&nbsp;", "&", "&;", "&#0;", "&#xD800;", "& lt;", "&lt"] {
            assert_eq!(decode(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn links_have_a_scheme() {
        assert!(is_link("https://example.org") && is_link("tg://user?id=1"));
        assert!(!is_link("example") && !is_link("https://") && !is_link("https://a b"));
    }
}
