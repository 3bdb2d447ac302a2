//! The shelf of languages: all that a person reads, and how numbers and times are written. Pure; knows
//! nothing of Telegram but that a message is HTML. To add one: add two files, and a line in `LOCALES`.
//!
//! Whatever comes from outside goes through `argument`, where it is cleaned (see `printable`) and
//! escaped: once, and nowhere else.

mod argument;
mod english;
mod keywords;
mod labels;
mod methods;
mod number;
mod plain;
mod printable;
mod russian;
mod texts;

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::model::{Depth, Every, Preferences};
use keywords::Keywords;
use number::Marks;

pub use argument::{About, Ago, Bytes, Count, Day, Link, Markup, Percent, Size, Who, Whole};
pub use keywords::{
    Aside, aside, asks_whom, depth, ends_with_another_rhythm, every, is_between, is_depth,
    is_everything, is_key, is_on, network, takes_back, without_opening, without_thanks,
};
pub use plain::plain;
pub use printable::{flat, only_joins, printable};

/// Every language; the first is spoken to whom no other is known of.
static LOCALES: LazyLock<[Locale; 2]> = LazyLock::new(|| {
    [
        Locale::new::<english::English>(),
        Locale::new::<russian::Russian>(),
    ]
});

/// Letters of a month's name that stand for it.
const SHORTEST_MONTH: usize = 3;

/// What a file of the shelf holds.
trait Language {
    /// Its two letters.
    const CODE: &'static str;
    /// What people call it: first who speaks it, then others.
    const NAMES: &'static [&'static str];
    /// Its texts, in Fluent's syntax.
    const TEXTS: &'static str;
    /// How it writes numbers.
    const MARKS: Marks;
    /// What people write for how deep to go, in the order of depths, and for how often.
    const DEPTHS: Keywords<Depth>;
    const EVERY: Keywords<Every>;
    /// What they call networks by, where it is not the network's own name.
    const NETWORKS: Keywords<&'static str>;
    /// What they write between an account and its network.
    const ON: &'static [&'static str];
    /// What they call a key by.
    const KEY: &'static [&'static str];
    /// What they write between accounts that are to be compared.
    const BETWEEN: &'static [&'static str];
    /// What they write for all that there is.
    const EVERYTHING: &'static [&'static str];
    /// What they write to take something back.
    const TAKING_BACK: &'static [&'static str];
    /// What they write for how often, that nobody can have.
    const OTHER_RHYTHMS: &'static [&'static str];
    /// What they say that names no account.
    const ASIDES: Keywords<Aside>;
    /// What months are called, in all cases in which they may stand in a date.
    const MONTHS: &'static [&'static str];
    /// What spreadsheets call what is so, and what is not.
    const TRUTHS: &'static [&'static str];
}

/// One language, with a method for each text.
pub struct Locale {
    code: &'static str,
    names: &'static [&'static str],
    marks: Marks,
    depths: Keywords<Depth>,
    every: Keywords<Every>,
    networks: Keywords<&'static str>,
    on: &'static [&'static str],
    key: &'static [&'static str],
    between: &'static [&'static str],
    everything: &'static [&'static str],
    taking_back: &'static [&'static str],
    other_rhythms: &'static [&'static str],
    asides: Keywords<Aside>,
    months: &'static [&'static str],
    truths: &'static [&'static str],
    source: &'static str,
    bundle: FluentBundle<FluentResource>,
}

/// Where a text is shown, which decides what has to be escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// A message.
    Html,
    /// A button, a menu, the answer to a pressed button.
    Plain,
}

pub fn all() -> impl Iterator<Item = &'static Locale> {
    LOCALES.iter()
}

/// Whether a word is a month's name in any language, or the beginning of one that is long enough to stand for it.
pub fn is_month(word: &str) -> bool {
    let is_long = word.chars().count() >= SHORTEST_MONTH;
    let mut months = all().flat_map(|locale| locale.months);
    is_long && months.any(|month| month.starts_with(word))
}

/// Whether spreadsheets of any language take a word for what is so, or for what is not.
pub fn is_truth(word: &str) -> bool {
    all().any(|locale| locale.truths.contains(&word))
}

/// What is spoken to somebody whose language is not known.
pub fn default() -> &'static Locale {
    let [first, ..] = &*LOCALES;
    first
}

/// The language that is spoken in a chat: what was chosen there, or else what Telegram tells of who writes,
/// as far as it is on the shelf. One that is close to another is not that other.
pub fn of(preferences: &Preferences) -> &'static Locale {
    let codes = [&preferences.language, &preferences.telegram_language];
    let mut spoken = codes.into_iter().flatten().filter_map(|code| by_code(code));
    spoken.next().unwrap_or_else(default)
}

/// A language by a code such as `pt-BR`; where it is spoken does not matter.
fn by_code(code: &str) -> Option<&'static Locale> {
    let language = code.split(['-', '_']).next().unwrap_or_default();
    all().find(|locale| locale.code.eq_ignore_ascii_case(language))
}

/// A language as people write it, by a name or its code.
pub fn called(word: &str) -> Option<&'static Locale> {
    let word = word.trim().to_lowercase();
    let is_called = |locale: &&Locale| locale.names.iter().any(|name| name.to_lowercase() == word);
    all().find(is_called).or_else(|| by_code(&word))
}

impl Locale {
    fn new<L: Language>() -> Self {
        let id: LanguageIdentifier = L::CODE.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // Telegram shows the marks as boxes on some systems, and handles are copied with them.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(|value, _| match value {
            FluentValue::Number(number) => Some(L::MARKS.number(number.value)),
            _ => None,
        }));
        // A damaged entry is left out; a test makes sure that there is none.
        let resource =
            FluentResource::try_new(L::TEXTS.to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
        Self {
            code: L::CODE,
            names: L::NAMES,
            marks: L::MARKS,
            depths: L::DEPTHS,
            every: L::EVERY,
            networks: L::NETWORKS,
            on: L::ON,
            key: L::KEY,
            between: L::BETWEEN,
            everything: L::EVERYTHING,
            taking_back: L::TAKING_BACK,
            other_rhythms: L::OTHER_RHYTHMS,
            asides: L::ASIDES,
            months: L::MONTHS,
            truths: L::TRUTHS,
            source: L::TEXTS,
            bundle,
        }
    }

    /// The language's two letters.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// What stands before a fraction.
    pub fn decimal(&self) -> char {
        self.marks.decimal
    }

    /// What those call it who speak it.
    pub fn own_name(&self) -> &'static str {
        self.names.first().copied().unwrap_or(self.code)
    }

    /// What people write for a depth.
    pub fn depth_word(&self, depth: Depth) -> &'static str {
        let mut depths = self.depths.iter();
        let called = depths.find(|(named, _)| *named == depth);
        let first = called.and_then(|(_, words)| words.first());
        first.copied().unwrap_or(depth.as_str())
    }

    /// Its file as it was written.
    pub fn source(&self) -> &'static str {
        self.source
    }

    fn text(&self, key: &str, arguments: FluentArgs<'_>) -> String {
        self.render(key, &arguments).0
    }

    /// A text as far as it can be had, and what is wrong with it.
    fn render(&self, key: &str, arguments: &FluentArgs<'_>) -> (String, Vec<FluentError>) {
        let mut errors = Vec::new();
        let pattern = self
            .bundle
            .get_message(key)
            .and_then(|message| message.value());
        let text = match pattern {
            Some(pattern) => self
                .bundle
                .format_pattern(pattern, Some(arguments), &mut errors)
                .into_owned(),
            None => key.to_owned(),
        };
        (text, errors)
    }
}

impl PartialEq for Locale {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for Locale {}

impl std::fmt::Debug for Locale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_language_has_exactly_the_texts_that_are_asked_for() {
        for locale in all() {
            let parsed = FluentResource::try_new(locale.source.to_owned());
            assert!(parsed.is_ok(), "{}", locale.code());
            let written: BTreeSet<&str> = locale
                .source
                .lines()
                .filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic()))
                .filter_map(|line| Some(line.split_once('=')?.0.trim()))
                .collect();
            let asked = texts::KEYS.iter().chain(labels::KEYS);
            let asked: BTreeSet<&str> = asked.copied().collect();
            assert_eq!(written, asked, "{}", locale.code());
        }
    }

    #[test]
    fn every_text_renders_without_an_error() {
        for locale in all() {
            let samples = texts::samples(locale).into_iter();
            for (key, (text, errors)) in samples.chain(labels::samples(locale)) {
                assert!(errors.is_empty(), "{key} of {}: {errors:?}", locale.code());
                assert!(
                    !text.is_empty() && text != key,
                    "{key} of {}",
                    locale.code()
                );
            }
        }
    }

    #[test]
    fn a_chat_is_spoken_to_in_what_it_chose_or_else_in_what_telegram_tells() {
        let spoken = |chosen: Option<&str>, told: Option<&str>| {
            let preferences = Preferences {
                language: chosen.map(str::to_owned),
                telegram_language: told.map(str::to_owned),
                network: None,
            };
            of(&preferences).code()
        };
        assert_eq!(spoken(None, None), "en");
        assert_eq!(spoken(None, Some("ru")), "ru");
        assert_eq!(spoken(None, Some("ru-RU")), "ru");
        assert_eq!(spoken(Some("en"), Some("ru")), "en");
        assert_eq!(spoken(Some("ru"), Some("en")), "ru");
        assert_eq!(spoken(Some("a language of old"), Some("ru")), "ru");
        for other in ["pt-BR", "uk", "be", "kk", "rue", "", "-", "r"] {
            assert_eq!(spoken(None, Some(other)), "en", "{other:?}");
        }
    }

    #[test]
    fn a_language_is_called_by_its_name_or_its_code() {
        let code = |word| called(word).map(Locale::code);
        assert_eq!(code(" RU "), Some("ru"));
        assert_eq!(code("русский"), Some("ru"));
        assert_eq!(code("Russian"), Some("ru"));
        assert_eq!(code("английский"), Some("en"));
        assert_eq!(code("klingon"), None);
        assert_eq!(code(""), None);
    }

    #[test]
    fn what_comes_from_outside_is_escaped_in_messages_and_not_on_buttons() {
        let locale = default();
        let who = Who {
            handle: "a<b>&\"c",
            link: None,
        };
        assert_eq!(
            locale.looking_up(who, "A&B"),
            "Looking up @a&lt;b&gt;&amp;&quot;c on A&amp;B…"
        );
        assert_eq!(locale.button_cancel_one("a<b>&\"c"), "Cancel @a<b>&\"c");
    }

    #[test]
    fn numbers_and_times_read_as_people_write_them() {
        let locale = default();
        let minutes = |minutes: u64| std::time::Duration::from_secs(60 * minutes);
        let who = Who {
            handle: "a",
            link: None,
        };
        let counted = |count| locale.about_followed(who, Count(count));
        assert_eq!(counted(0), "<b>@a</b> · 0 followers");
        assert_eq!(counted(1), "<b>@a</b> · 1 follower");
        assert_eq!(counted(12_345), "<b>@a</b> · 12,345 followers");
        assert_eq!(counted(1_234_567), "<b>@a</b> · 1.2M followers");
        assert_eq!(counted(2_000_000), "<b>@a</b> · 2M followers");
        assert_eq!(locale.time_left(minutes(0)), "About 1 s left");
        assert_eq!(locale.time_left(minutes(40)), "About 40 min left");
        assert_eq!(locale.time_left(minutes(130)), "About 2 h 10 min left");
        assert_eq!(locale.time_left(minutes(120)), "About 2 h left");
        assert_eq!(locale.time_left(minutes(3_000)), "About 2 days 2 h left");
        let age = |length| locale.done_before(who, Ago(length), Whole(1), Whole(1), Whole(1));
        assert!(age(minutes(0)).contains("from just now:"));
        assert!(age(minutes(61)).contains("from 1 hour ago:"));
        assert!(age(minutes(3 * 1_440)).contains("from 3 days ago:"));
    }
}
