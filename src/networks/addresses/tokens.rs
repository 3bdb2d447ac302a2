//! A message split into words, each with the network that a neighbouring word names, as in "GitHub: @a, @b" or "@a on
//! x". Pure.

use crate::locales;
use crate::networks::addresses::aliases::kind_called;
use crate::networks::{HandleMatch, KINDS, Kind};

/// Signs besides letters and digits that a handle or a link may contain. Any other sign separates words: quotes,
/// brackets, emoji, the marks of bold text.
const INSIDE: [char; 20] = [
    '@', '.', '_', '-', '~', ':', '/', '?', '#', '&', '=', '%', '+', '$', '!', '\\', '\'', '’',
    '[', ']',
];

/// Signs that may surround a word and are no part of it.
const AROUND: [char; 7] = ['\'', '’', '~', '!', '?', '[', ']'];

/// A word that may be an account.
#[derive(Clone, Copy)]
pub(super) struct Token<'a> {
    pub(super) word: &'a str,
    /// Its position among the items that commas and line breaks separate.
    pub(super) item: usize,
    line: usize,
    /// The network that neighbouring words assign it to.
    pub(super) of: Option<&'static Kind>,
    /// The network that it names.
    network: Option<&'static Kind>,
    /// It ends with a colon, and so may be the heading of other words.
    heads: bool,
    /// It is a word such as "on", between an account and its network.
    is_on: bool,
    /// It has an `@`, or the only other words next to it name its network.
    is_meant: bool,
    /// It only names the network of other words.
    is_spent: bool,
}

/// Returns the words of a plain text that may be accounts.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut all = Vec::new();
    let items = text.split('\n').enumerate();
    let items = items.flat_map(|(line, text)| text.split([',', ';']).map(move |it| (line, it)));
    for (item, (line, text)) in items.enumerate() {
        let mut tokens: Vec<Token<'_>> = text
            .split(is_apart)
            .flat_map(|part| words(part).map(move |word| Token::new(word, part, (line, item))))
            .collect();
        let mut others = tokens.iter().filter(|it| it.network.is_none() && !it.is_on);
        let is_alone = others.next().is_some() && others.next().is_none();
        for token in &mut tokens {
            let is_plain = token.network.is_none() && !token.is_on;
            token.is_meant |= is_plain && is_alone;
        }
        all.append(&mut tokens);
    }
    assign(&mut all);
    all.retain(|token| !token.is_spent);
    all
}

/// Assigns words to the networks that their neighbours name. A word that names a network and has no account next to it
/// may itself be the name of an account.
fn assign(tokens: &mut [Token<'_>]) {
    for place in 0..tokens.len() {
        let (before, rest) = tokens.split_at_mut(place);
        let Some((name, after)) = rest.split_first_mut() else {
            return;
        };
        let Some(kind) = name.network else {
            continue;
        };
        let beside = |token: &&mut Token<'_>| token.item == name.item;
        let is_on = before
            .last()
            .is_some_and(|it| it.item == name.item && it.is_on);
        let is_heading = name.heads && after.first().is_some_and(|it| it.line != name.line);
        let goes_before = after
            .first_mut()
            .filter(beside)
            .is_some_and(|it| it.is_meant);
        if !is_on && (goes_before || is_heading) {
            let line = name.line;
            let told = after.iter_mut().take_while(|it| it.network.is_none());
            let told = told.take_while(|it| is_heading || it.line == line);
            give(told, kind);
            name.is_spent = true;
            continue;
        }
        let (accounts, on) = before.split_at_mut(before.len() - usize::from(is_on));
        let goes_behind = accounts.last().is_some_and(|it| {
            it.item == name.item && it.is_meant && (is_on || it.word.starts_with('@'))
        });
        if goes_behind {
            let line = name.line;
            let told = accounts.iter_mut().rev();
            let told = told.take_while(|it| it.network.is_none() && it.line == line);
            give(told, kind);
            on.iter_mut().for_each(|it| it.is_spent = true);
            name.is_spent = true;
        }
    }
}

fn give<'a: 'b, 'b>(tokens: impl Iterator<Item = &'b mut Token<'a>>, kind: &'static Kind) {
    for token in tokens.filter(|it| it.is_meant && it.of.is_none()) {
        token.of = Some(kind);
    }
}

impl<'a> Token<'a> {
    fn new(word: &'a str, part: &str, (line, item): (usize, usize)) -> Self {
        let is_marked = word.starts_with('@');
        Self {
            word,
            item,
            line,
            of: None,
            network: Some(word).filter(|_| !is_marked).and_then(network),
            heads: part.ends_with(':'),
            is_on: locales::is_on(word),
            is_meant: is_marked,
            is_spent: false,
        }
    }
}

/// Returns the network that a word names, by what people call it or by its site.
fn network(word: &str) -> Option<&'static Kind> {
    let is_site = |kind: &&Kind| (kind.read)(word) == HandleMatch::NoAccount;
    let site = || KINDS.iter().find(is_site).filter(|_| !word.contains('/'));
    kind_called(word).or_else(site)
}

/// Returns the possible accounts in a part without blanks: one, or several that only their `@` separates. A handle ends
/// at the first sign that handles can't contain.
fn words(part: &str) -> impl Iterator<Item = &str> {
    let part = part.trim_start_matches(AROUND).trim_end_matches(AROUND);
    let part = part.trim_end_matches(|c| AROUND.contains(&c) || matches!(c, '.' | ':'));
    let part = from_its_mark(part);
    let is_marked = part.starts_with('@');
    let ends = move |c: char| is_marked && !(is_letter(c) || matches!(c, '@' | '.' | '_' | '-'));
    part.split(ends)
        .filter(move |word| !is_marked || word.starts_with('@'))
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| word.contains(|c: char| c.is_alphanumeric() || c == '_'))
}

/// Returns a handle from its `@` on if there are only signs in front of it: `.@nasa`, `_@nasa_`.
fn from_its_mark(part: &str) -> &str {
    let marks = part.split('@').next().unwrap_or_default();
    let rest = part.strip_prefix(marks).unwrap_or_default();
    // A path is the rest of a link.
    let is_more = |c: char| c.is_alphanumeric() || c == '/';
    match marks.contains(is_more) || rest.is_empty() {
        true => part,
        false if marks.contains('_') => rest.trim_end_matches('_'),
        false => rest,
    }
}

fn is_apart(c: char) -> bool {
    !is_letter(c) && !INSIDE.contains(&c)
}

/// Combining accents belong to their letters, and so does the replacement character.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36f}' | '\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(&str, &str)> {
        let tokens = tokens(text).into_iter();
        tokens
            .map(|it| (it.word, it.of.map_or("", |kind| kind.name)))
            .collect()
    }

    #[test]
    fn a_network_is_named_before_an_account_or_behind_it() {
        let table: [(&str, &[(&str, &str)]); 24] = [
            ("Twitter: @nasa", &[("@nasa", "x")]),
            ("x: @nasa", &[("@nasa", "x")]),
            ("Bluesky @nasa", &[("@nasa", "bluesky")]),
            ("GitHub: @a, @b", &[("@a", "github"), ("@b", "github")]),
            ("instagram: nasa", &[("nasa", "instagram")]),
            ("Instagram - nasa", &[("nasa", "instagram")]),
            ("**GitHub**: torvalds", &[("torvalds", "github")]),
            ("твиттер @nasa", &[("@nasa", "x")]),
            ("@nasa в блюскае", &[("@nasa", "bluesky")]),
            ("@nasa on github", &[("@nasa", "github")]),
            ("nasa on github", &[("nasa", "github")]),
            ("@nasa (Twitter)", &[("@nasa", "x")]),
            ("@a and @b on x", &[("@a", "x"), ("and", ""), ("@b", "x")]),
            (
                "Twitter: @a\nInstagram: @b\n@c",
                &[("@a", "x"), ("@b", "instagram"), ("@c", "")],
            ),
            ("GitHub:\na\n@b", &[("a", "github"), ("@b", "github")]),
            ("@a on x, @b on github", &[("@a", "x"), ("@b", "github")]),
            ("twitter.com @nasa", &[("@nasa", "x")]),
            // An account may have the name of a network.
            ("github", &[("github", "")]),
            ("@github", &[("@github", "")]),
            (
                "nasa, github, x",
                &[("nasa", ""), ("github", ""), ("x", "")],
            ),
            ("@nasa, github", &[("@nasa", ""), ("github", "")]),
            ("space x", &[("space", ""), ("x", "")]),
            (
                "github is great",
                &[("github", ""), ("is", ""), ("great", "")],
            ),
            ("@nasa\ngithub", &[("@nasa", ""), ("github", "")]),
        ];
        for (text, expected) in table {
            assert_eq!(read(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_stands_around_a_handle_is_not_part_of_it() {
        let words = |text| -> Vec<&str> { tokens(text).iter().map(|it| it.word).collect() };
        for text in [
            "@nasa…",
            "@nasa's",
            "@nasa’s",
            "*@nasa*",
            "**@nasa**",
            "`@nasa`",
            "«@nasa»",
            "@nasa🚀",
            "🚀@nasa",
            "(@nasa)",
            "[@nasa]",
            "@nasa—",
            "\"@nasa\".",
            "~~@nasa~~",
            "|@nasa|",
            "„@nasa“",
            "@nasa !!",
            "<@nasa>",
            "@nasa/",
            "@nasa:",
            "・@nasa",
            "❤️@nasa❤️",
            ".@nasa",
            "-@nasa",
            "_@nasa_",
        ] {
            assert_eq!(words(text), ["@nasa"], "{text:?}");
        }
        assert_eq!(
            words("@nasa/@esa@toot.example"),
            ["@nasa", "@esa@toot.example"]
        );
        assert_eq!(
            words("[nasa](https://x.com/nasa)"),
            ["nasa", "https://x.com/nasa"]
        );
        assert_eq!(words("@nai\u{308}ve @naïve"), ["@nai\u{308}ve", "@naïve"]);
        assert_eq!(words("… 🚀 - !"), [""; 0]);
    }
}
