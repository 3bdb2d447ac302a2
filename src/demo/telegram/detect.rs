//! Detects what Telegram marks in plain text by itself: commands, mentions, hashtags, URLs. Close to Telegram's own
//! rules, but rare top-level domains, phone numbers and e-mail addresses are left out.

use crate::demo::telegram::formatted_text::{MessageEntity, utf16_length};

/// Top-level domains that make a bare `name.domain` a URL.
const DOMAINS: [&str; 28] = [
    "ai", "app", "art", "blog", "cloud", "co", "com", "de", "dev", "edu", "es", "eu", "fr", "gov",
    "info", "io", "it", "me", "net", "online", "org", "ru", "social", "tv", "uk", "us", "xyz",
    "zone",
];

/// Returns the entities of a text, in order, never overlapping.
pub(super) fn entities(text: &str) -> Vec<MessageEntity> {
    let mut found = Vec::new();
    let mut before = None;
    let mut at = 0;
    let mut units = 0;
    while let Some(rest) = text.get(at..)
        && let Some(c) = rest.chars().next()
    {
        let step = match starts_here(rest, before) {
            Some((kind, bytes)) => {
                let covered = rest.get(..bytes).unwrap_or_default();
                found.push(MessageEntity::new(kind, units, utf16_length(covered)));
                bytes
            }
            None => c.len_utf8(),
        };
        let passed = rest.get(..step).unwrap_or(rest);
        before = passed.chars().next_back();
        units += utf16_length(passed);
        at += step;
    }
    found
}

/// Returns the entity that starts at the beginning of the text, and its length in bytes.
fn starts_here(rest: &str, before: Option<char>) -> Option<(&'static str, usize)> {
    let inside_word = before.is_some_and(is_word);
    match rest.chars().next()? {
        '/' if !inside_word && !matches!(before, Some('/' | '<' | '>')) => {
            command(rest).map(|bytes| ("bot_command", bytes))
        }
        '@' if !inside_word => {
            let name = ascii_word(rest.get(1..)?);
            (4..=32).contains(&name).then_some(("mention", name + 1))
        }
        '#' if !inside_word => {
            let tag: usize = rest
                .chars()
                .skip(1)
                .take_while(|c| is_word(*c))
                .map(char::len_utf8)
                .sum();
            (tag > 0).then_some(("hashtag", tag + 1))
        }
        c if is_word(c) && !inside_word && !matches!(before, Some('@' | '.' | '-' | '/')) => {
            url(rest).map(|bytes| ("url", bytes))
        }
        _ => None,
    }
}

fn command(rest: &str) -> Option<usize> {
    let name = ascii_word(rest.get(1..)?);
    if !(1..=64).contains(&name) {
        return None;
    }
    let end = name + 1;
    let addressee = rest.get(end..)?.strip_prefix('@').map_or(0, ascii_word);
    if addressee >= 3 {
        return Some(end + 1 + addressee);
    }
    // "/usr/bin" is a path.
    let next = rest.get(end..)?.chars().next();
    (!next.is_some_and(|c| c == '/' || is_word(c))).then_some(end)
}

fn url(rest: &str) -> Option<usize> {
    let token = rest.split(char::is_whitespace).next()?;
    let lower = token.to_ascii_lowercase();
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|scheme| lower.starts_with(scheme))
        .map_or(0, str::len);
    let host = lower
        .get(scheme..)?
        .split(['/', '?', '#', ':', ',', ';', ')'])
        .next()?
        .trim_end_matches(['.', '!']);
    let (name, ending) = host.rsplit_once('.')?;
    let plausible = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
        && (scheme > 0 || DOMAINS.contains(&ending));
    let end = token.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '"', '\'']);
    plausible.then_some(end.len())
}

fn ascii_word(text: &str) -> usize {
    text.bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        .count()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&'static str, String)> {
        let units: Vec<u16> = text.encode_utf16().collect();
        entities(text)
            .into_iter()
            .map(|entity| {
                (
                    entity.kind,
                    String::from_utf16(&units[entity.offset..entity.end()]).unwrap(),
                )
            })
            .collect()
    }

    #[test]
    fn commands_mentions_and_tags_are_found() {
        assert_eq!(
            found("/like@lookalike_bot @alice 🎨 #art"),
            [
                ("bot_command", "/like@lookalike_bot".to_owned()),
                ("mention", "@alice".to_owned()),
                ("hashtag", "#art".to_owned()),
            ]
        );
        assert_eq!(found("/usr/bin and 1/2 and a@bcde.f and @abc"), []);
    }

    #[test]
    fn addresses_are_found() {
        assert_eq!(
            found("(https://example.org/a?b=c), alice.bsky.social!"),
            [
                ("url", "https://example.org/a?b=c".to_owned()),
                ("url", "alice.bsky.social".to_owned()),
            ]
        );
        assert_eq!(found("e.g. 3.5 or end.Next one"), []);
    }

    #[test]
    fn a_mention_ends_at_the_dot() {
        assert_eq!(
            found("@alice.bsky.social"),
            [("mention", "@alice".to_owned())]
        );
    }
}
