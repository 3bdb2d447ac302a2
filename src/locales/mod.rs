//! The shelf of languages: all texts for people, and how numbers and times are written. Pure; the only thing it knows
//! about Telegram is that messages are HTML. To add one: add two files, and a line in `LOCALES`.
//!
//! Everything from outside passes through `argument`, where it is cleaned (see `printable`) and escaped: once,
//! and nowhere else.

mod argument;
mod english;
mod headlines;
mod keywords;
mod kinds;
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

pub use argument::{
    About, Ago, Bio, Bytes, Count, Day, Link, Markup, Moment, Percent, Size, Who, Whole,
};
pub use keywords::{
    Aside, aside, asks_whom, depth, ends_with_another_rhythm, every, is_between, is_depth,
    is_everything, is_key, is_on, is_stop_word, network, takes_back, without_opening,
    without_thanks,
};
pub use plain::plain;
pub use printable::{bio, is_joiner, printable, single_line};

/// Every language; the first is used if no other is known.
static LOCALES: LazyLock<[Locale; 2]> = LazyLock::new(|| {
    [
        Locale::new::<english::English>(),
        Locale::new::<russian::Russian>(),
    ]
});

/// Letters that are enough to abbreviate a month.
const SHORTEST_MONTH: usize = 3;

/// What each language defines.
trait Language {
    /// Its two-letter code.
    const CODE: &'static str;
    /// Its names: first its own, then those in other languages.
    const NAMES: &'static [&'static str];
    /// Its texts, in Fluent's syntax.
    const TEXTS: &'static str;
    /// How it writes numbers.
    const MARKS: Marks;
    /// Its words for depths, in their order, and for frequencies.
    const DEPTHS: Keywords<Depth>;
    const EVERY: Keywords<Every>;
    /// Its words for networks, other than their own names.
    const NETWORKS: Keywords<&'static str>;
    /// Its words between an account and its network.
    const ON: &'static [&'static str];
    /// Its words that sentences about accounts consist of; where there are others, they name none.
    const STOP_WORDS: &'static [&'static str];
    /// Its words for a key.
    const KEY: &'static [&'static str];
    /// Its words between accounts to be compared.
    const BETWEEN: &'static [&'static str];
    /// Its words for everything.
    const EVERYTHING: &'static [&'static str];
    /// Its words for taking something back.
    const TAKING_BACK: &'static [&'static str];
    /// Its words for frequencies that are not offered.
    const OTHER_RHYTHMS: &'static [&'static str];
    /// What people say without naming an account.
    const ASIDES: Keywords<Aside>;
    /// The names of months, in all cases that occur in dates.
    const MONTHS: &'static [&'static str];
    /// What spreadsheets call true and false.
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
    stop_words: &'static [&'static str],
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

/// Whether a word is a month's name in any language, or a long enough abbreviation of one.
pub fn is_month(word: &str) -> bool {
    let is_long = word.chars().count() >= SHORTEST_MONTH;
    let mut months = all().flat_map(|locale| locale.months);
    is_long && months.any(|month| month.starts_with(word))
}

/// Whether spreadsheets in any language read a word as true or false.
pub fn is_truth(word: &str) -> bool {
    all().any(|locale| locale.truths.contains(&word))
}

/// Returns the language for people whose own is unknown.
pub fn default() -> &'static Locale {
    let [first, ..] = &*LOCALES;
    first
}

/// Returns the language of a chat: the one that was chosen there, or else the one that Telegram reports, if it is
/// available. A closely related language is not a substitute.
pub fn of(preferences: &Preferences) -> &'static Locale {
    let codes = [&preferences.language, &preferences.telegram_language];
    let mut spoken = codes.into_iter().flatten().filter_map(|code| by_code(code));
    spoken.next().unwrap_or_else(default)
}

/// Finds a language by a code such as `pt-BR`; the region does not matter.
fn by_code(code: &str) -> Option<&'static Locale> {
    let language = code.split(['-', '_']).next().unwrap_or_default();
    all().find(|locale| locale.code.eq_ignore_ascii_case(language))
}

/// Finds a language by a name or its code.
pub fn called(word: &str) -> Option<&'static Locale> {
    let word = word.trim().to_lowercase();
    let is_called = |locale: &&Locale| locale.names.iter().any(|name| name.to_lowercase() == word);
    all().find(is_called).or_else(|| by_code(&word))
}

impl Locale {
    fn new<L: Language>() -> Self {
        let id: LanguageIdentifier = L::CODE.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // Some systems show these marks as boxes, and they get copied along with handles.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(|value, _| match value {
            FluentValue::Number(number) => Some(L::MARKS.number(number.value)),
            _ => None,
        }));
        // A damaged entry is left out; a test ensures that there is none.
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
            stop_words: L::STOP_WORDS,
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

    /// Returns the language's two-letter code.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Returns the decimal separator.
    pub fn decimal(&self) -> char {
        self.marks.decimal
    }

    /// Returns the language's own name for itself.
    pub fn own_name(&self) -> &'static str {
        self.names.first().copied().unwrap_or(self.code)
    }

    /// Returns the first keyword for a depth.
    pub fn depth_word(&self, depth: Depth) -> &'static str {
        let mut depths = self.depths.iter();
        let called = depths.find(|(named, _)| *named == depth);
        let first = called.and_then(|(_, words)| words.first());
        first.copied().unwrap_or(depth.as_str())
    }

    /// Returns its Fluent file.
    pub fn source(&self) -> &'static str {
        self.source
    }

    fn text(&self, key: &str, arguments: FluentArgs<'_>) -> String {
        self.render(key, &arguments).0
    }

    /// Returns a text as far as it can be rendered, and its errors.
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
        let counted = |count| locale.about_followers(Count(count));
        assert_eq!(counted(0), "0 followers");
        assert_eq!(counted(1), "1 follower");
        assert_eq!(counted(12_345), "12,345 followers");
        assert_eq!(counted(1_234_567), "1.2M followers");
        assert_eq!(counted(2_000_000), "2M followers");
        assert_eq!(locale.time_left(minutes(0)), "About 1 s left");
        assert_eq!(locale.time_left(minutes(40)), "About 40 min left");
        assert_eq!(locale.time_left(minutes(130)), "About 2 h 10 min left");
        assert_eq!(locale.time_left(minutes(120)), "About 2 h left");
        assert_eq!(locale.time_left(minutes(3_000)), "About 2 days 2 h left");
        let age = |length| locale.as_of(Ago(length));
        assert!(age(minutes(0)).contains("looked just now."));
        assert!(age(minutes(61)).contains("1 hour ago."));
        assert!(age(minutes(3 * 1_440)).contains("3 days ago."));
    }
}
