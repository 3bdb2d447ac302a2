//! A message taken apart: its words, and the network that the words beside one name, as in "GitHub: @a, @b" or
//! "@a on x". Pure.

use crate::locales;
use crate::networks::addresses::aliases::kind_called;
use crate::networks::{HandleMatch, KINDS, Kind};

/// What may stand inside of a handle or a link beside letters and digits. Whatever else somebody puts around one
/// parts it from its neighbours: quotes, brackets, pictures, the marks that make a text bold.
const INSIDE: [char; 20] = [
    '@', '.', '_', '-', '~', ':', '/', '?', '#', '&', '=', '%', '+', '$', '!', '\\', '\'', '’',
    '[', ']',
];

/// What may stand at the edges of a word, and is no part of it.
const AROUND: [char; 7] = ['\'', '’', '~', '!', '?', '[', ']'];

/// Something that may be an account.
#[derive(Clone, Copy)]
pub(super) struct Token<'a> {
    pub(super) word: &'a str,
    /// Where it stands among the items that commas and line breaks part.
    pub(super) item: usize,
    line: usize,
    /// The network that it is said of.
    pub(super) of: Option<&'static Kind>,
    /// What it is the name of.
    network: Option<&'static Kind>,
    /// It stands before other words as what they are about.
    heads: bool,
    /// It may only stand between an account and its network.
    is_on: bool,
    /// It has an `@`, or nothing is beside it but what names its network.
    is_meant: bool,
    /// It names the network of others.
    is_spent: bool,
}

/// The words of a plain text that may be accounts.
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

/// Finds out which words are said of which network. One that names a network and has no account beside it may be
/// an account's own name.
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

/// The network that a word names: as people call it, or by its site.
fn network(word: &str) -> Option<&'static Kind> {
    let is_site = |kind: &&Kind| (kind.read)(word) == HandleMatch::NoAccount;
    let site = || KINDS.iter().find(is_site).filter(|_| !word.contains('/'));
    kind_called(word).or_else(site)
}

/// What may be accounts in what stands between blanks: one, or several that stand so close that only their `@` show
/// where they begin. A handle ends where a handle can't go on.
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

/// A handle from its `@` on, where nothing but marks stand before that: `.@nasa`, `_@nasa_`.
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

/// Accents that stand behind their letters are part of them, and so is a letter that was lost on the way.
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
            // An account may be called like a network.
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
