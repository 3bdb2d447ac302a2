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

/// What follows a name in English if something belongs to it.
const POSSESSIVES: [&str; 2] = ["'s", "’s"];

/// A word that may be an account.
#[derive(Clone, Copy)]
pub(super) struct Token<'a> {
    pub(super) word: &'a str,
    /// Its position among the items that commas and line breaks separate.
    pub(super) item: usize,
    /// Its position among those that words such as "and" separate, too.
    pub(super) section: usize,
    line: usize,
    /// The network that neighbouring words assign it to.
    pub(super) of: Option<&'static Kind>,
    /// The network that it names.
    network: Option<&'static Kind>,
    /// It ends with a colon, and so may be the heading of other words.
    heads: bool,
    /// It is a word such as "on", between an account and its network.
    is_on: bool,
    /// It is a word such as "and", between accounts.
    pub(super) is_between: bool,
    /// It belongs to the sentence around an account, and would hardly be meant as one.
    pub(super) is_filler: bool,
    /// It looks like an account, or no other word next to it can be one.
    is_meant: bool,
    /// It only names the network of other words.
    is_spent: bool,
}

/// Returns the words of a plain text that may be accounts.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let (mut all, mut section) = (Vec::new(), 0);
    let items = text.split('\n').enumerate();
    let items = items.flat_map(|(line, text)| text.split([',', ';']).map(move |it| (line, it)));
    for (item, (line, text)) in items.enumerate() {
        let mut tokens = Vec::new();
        for part in text.split(is_apart) {
            if is_between(part) {
                mean_the_only_one(&mut tokens, section);
                section += 1;
            }
            let new = |word| Token::new(word, part, (line, item, section));
            tokens.extend(words(part).map(new));
        }
        mean_the_only_one(&mut tokens, section);
        section += 1;
        all.append(&mut tokens);
    }
    assign(&mut all);
    all.retain(|token| !token.is_spent);
    all
}

/// Notes which word of a section is meant as an account if its network is named: the only one that can be.
fn mean_the_only_one(tokens: &mut [Token<'_>], section: usize) {
    let is_plain = |it: &Token<'_>| {
        it.section == section && it.network.is_none() && !it.is_on && !it.is_between
    };
    let is_other = |it: &Token<'_>| is_plain(it) && !it.is_filler;
    let only = |is_it: &dyn Fn(&Token<'_>) -> bool| {
        let mut places = tokens.iter().enumerate().filter(|(_, it)| is_it(it));
        let (place, _) = places.next()?;
        places.next().is_none().then_some(place)
    };
    if let Some(place) = only(&is_plain).or_else(|| only(&is_other))
        && let Some(token) = tokens.get_mut(place)
    {
        token.is_meant = true;
    }
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
        let item = name.item;
        let is_on = before.last().is_some_and(|it| it.item == item && it.is_on);
        let is_heading = name.heads && after.first().is_some_and(|it| it.line != name.line);
        let mut next = after.iter().take_while(|it| it.item == item);
        let goes_before = next
            .find(|it| it.is_meant || !it.is_filler)
            .is_some_and(|it| it.is_meant);
        let (accounts, on) = before.split_at_mut(before.len() - usize::from(is_on));
        let mut last = accounts.iter().rev().take_while(|it| it.item == item);
        let last = match is_on {
            true => last.find(|it| !it.is_filler),
            false => last.next(),
        };
        let goes_behind = last.is_some_and(|it| {
            // A single letter is more likely part of a name: "space x".
            let is_said = is_on || it.word.starts_with('@') || name.word.chars().nth(1).is_some();
            it.is_meant && !it.is_filler && is_said
        });
        let line = name.line;
        if (goes_before || is_heading) && !(is_on && goes_behind) {
            let told = after.iter_mut().take_while(|it| it.network.is_none());
            give(told.take_while(|it| is_heading || it.line == line), kind);
        } else if goes_behind {
            let told = accounts.iter_mut().rev();
            give(
                told.take_while(|it| it.network.is_none() && it.line == line),
                kind,
            );
        } else {
            // "On Instagram" alone says where, and nothing else.
            name.is_filler |= is_on;
            continue;
        }
        on.iter_mut().for_each(|it| it.is_spent = true);
        name.is_spent = true;
    }
}

fn give<'a: 'b, 'b>(tokens: impl Iterator<Item = &'b mut Token<'a>>, kind: &'static Kind) {
    for token in tokens.filter(|it| it.is_meant && it.of.is_none()) {
        token.of = Some(kind);
    }
}

impl<'a> Token<'a> {
    fn new(word: &'a str, part: &str, (line, item, section): (usize, usize, usize)) -> Self {
        let is_marked = word.starts_with('@');
        let (is_on, is_between) = (locales::is_on(word), is_between(part));
        // No network has letters of other scripts in its names.
        let can_be_a_name = word.is_ascii() && !word.bytes().all(|byte| byte.is_ascii_digit());
        let is_said = is_on || is_between || locales::is_stop_word(word) || !can_be_a_name;
        Self {
            word,
            item,
            section,
            line,
            of: None,
            network: Some(word).filter(|_| !is_marked).and_then(network),
            heads: part.ends_with(':'),
            is_on,
            is_between,
            is_filler: is_said && !is_marked,
            is_meant: is_marked || looks_like_a_handle(word),
            is_spent: false,
        }
    }
}

/// Whether no ordinary word is written like this: with an underscore, a dot or a digit among its letters. What begins
/// with a digit is more likely a number: "10k", "2nd".
pub fn looks_like_a_handle(word: &str) -> bool {
    let has = |what: fn(char) -> bool| word.contains(what);
    let is_number = word.starts_with(|c: char| c.is_ascii_digit());
    let is_odd = has(|c| c.is_ascii_digit()) || word.trim_matches('.').contains('.');
    word.is_ascii()
        && !locales::is_stop_word(word)
        && has(|c| c.is_ascii_alphabetic())
        && (word.contains('_') || (is_odd && !is_number))
}

/// Whether a part without blanks only separates accounts. "With" may also be followed by a network in some languages.
fn is_between(part: &str) -> bool {
    locales::is_between(part) && !locales::is_on(part)
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
        .map(|word| {
            POSSESSIVES
                .iter()
                .find_map(|of| word.strip_suffix(of))
                .unwrap_or(word)
        })
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
        let table: [(&str, &[(&str, &str)]); 30] = [
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
            ("nasa bluesky", &[("nasa", "bluesky")]),
            ("nasa в блюскае", &[("nasa", "bluesky")]),
            (
                "nasa on x and esa on github",
                &[("nasa", "x"), ("and", ""), ("esa", "github")],
            ),
            (
                "like porto_roastery on x",
                &[("like", ""), ("porto_roastery", "x")],
            ),
            ("github like", &[("like", "github")]),
            ("like github", &[("like", ""), ("github", "")]),
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
