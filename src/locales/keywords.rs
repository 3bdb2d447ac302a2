//! Keywords in messages, besides accounts: how deep and how often, at the end of a message; which network; separators
//! between accounts, words for all of them, and for taking something back. In any language, whichever is set.

use crate::locales::all;
use crate::model::{Depth, Every};

/// What a text without an account says, in ascending importance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aside {
    Greeting,
    Thanks,
    Please,
    Yes,
    No,
    /// One of the other keywords.
    Word,
    Stop,
    Depth(Depth),
}

/// Separators of a message's sentences.
const BETWEEN_SENTENCES: [char; 6] = [',', ';', '!', '?', '…', '\n'];

/// A language's words for something, in lower case with single spaces; the first is used in its texts.
pub(super) type Keywords<T> = &'static [(T, &'static [&'static str])];

/// Splits off the depth that a text ends with; `None` if it ends with none.
pub fn depth(text: &str) -> Option<(&str, Depth)> {
    all().find_map(|locale| at_the_end(text, locale.depths))
}

/// Splits off the frequency that a text ends with; `None` if it ends with none.
pub fn every(text: &str) -> Option<(&str, Every)> {
    all().find_map(|locale| at_the_end(text, locale.every))
}

/// Whether a text ends with a frequency that is not offered.
pub fn ends_with_another_rhythm(text: &str) -> bool {
    let rhythms = all().flat_map(|locale| locale.other_rhythms);
    let mut rhythms = rhythms.map(|words| before(text, words));
    rhythms.any(|accounts| accounts.is_some())
}

/// Returns what a text says; `None` if it may name an account.
pub fn aside(text: &str) -> Option<Aside> {
    let sentences = text.split(BETWEEN_SENTENCES).filter(|it| is_said(it));
    let asides: Option<Vec<Aside>> = sentences.map(meant).collect();
    asides?.into_iter().max()
}

/// Returns a text without the greetings and the like before its first account.
pub fn without_opening(mut text: &str) -> &str {
    let is_opening = |sentence: &str| meant(sentence).is_some_and(|it| it <= Aside::No);
    while let Some((sentence, rest)) = text.split_once(BETWEEN_SENTENCES) {
        if is_said(sentence) && !is_opening(sentence) {
            break;
        }
        text = rest;
    }
    text
}

/// Returns a text without the thanks and the like at its end; on their own they may be an account's name.
pub fn without_thanks(mut text: &str) -> &str {
    let asides = all().flat_map(|locale| locale.asides);
    let is_polite = |aside| matches!(aside, Aside::Thanks | Aside::Please | Aside::Yes);
    let polite = asides.filter(|(aside, _)| is_polite(*aside));
    let polite: Vec<&str> = polite.flat_map(|(_, called)| *called).copied().collect();
    let rest = |text| polite.iter().filter_map(move |words| before(text, words));
    while let Some(rest) = rest(text).min_by_key(|rest| rest.len()) {
        text = rest;
    }
    text
}

/// Returns what a sentence of keywords means; `None` if it has other words. An `@` turns any word into an account.
fn meant(sentence: &str) -> Option<Aside> {
    let words = sentence.split_whitespace().map(str::to_lowercase);
    let words: Vec<String> = words.collect();
    let words = words.join(" ");
    let words = words.trim_matches(is_around);
    let is = |called: &&str| *called == words;
    all()
        .find_map(|locale| {
            let depth = locale
                .depths
                .iter()
                .find(|(_, called)| called.iter().any(&is));
            let aside = locale
                .asides
                .iter()
                .find(|(_, called)| called.iter().any(&is));
            let mut every = locale.every.iter().flat_map(|(_, called)| *called);
            let mut others = [locale.other_rhythms, locale.everything, locale.taking_back]
                .into_iter()
                .flatten();
            let is_word = every.any(&is) || others.any(&is);
            let depth = depth.map(|(depth, _)| Aside::Depth(*depth));
            depth
                .or(aside.map(|(aside, _)| *aside))
                .or(is_word.then_some(Aside::Word))
        })
        .or_else(|| courtesy(words))
}

/// Returns what a sentence says that begins with a greeting or thanks, if nothing but stop words follows.
fn courtesy(sentence: &str) -> Option<Aside> {
    let is_said = |words: &&str| {
        let rest = sentence.strip_prefix(*words);
        let rest = rest.filter(|rest| rest.starts_with(' '));
        rest.is_some_and(|rest| rest.split_whitespace().all(is_around_an_account))
    };
    let mut said = all().flat_map(|locale| locale.asides);
    let (aside, _) = said.find(|(aside, called)| {
        matches!(aside, Aside::Greeting | Aside::Thanks) && called.iter().any(is_said)
    })?;
    Some(*aside)
}

fn is_around_an_account(word: &str) -> bool {
    let bare = word.trim_matches(is_around);
    bare.is_empty() || is_stop_word(bare)
}

/// Whether a word belongs to the sentence around an account rather than being one's name.
pub fn is_stop_word(word: &str) -> bool {
    let word = word.to_lowercase();
    all().any(|locale| locale.stop_words.contains(&word.as_str()))
}

/// Whether a character next to a word is not part of it.
fn is_around(c: char) -> bool {
    !c.is_alphanumeric() && !matches!(c, '@' | '/' | '_' | '-' | ':')
}

fn is_said(sentence: &str) -> bool {
    sentence.contains(char::is_alphanumeric)
}

/// Returns the name of the network that a word means.
pub fn network(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    let mut networks = all().flat_map(|locale| locale.networks);
    let (name, _) = networks.find(|(_, called)| called.contains(&word.as_str()))?;
    Some(name)
}

/// Whether a word may connect an account and its network.
pub fn is_on(word: &str) -> bool {
    let word = word.to_lowercase();
    all().any(|locale| locale.on.contains(&word.as_str()))
}

/// Whether a word means a key.
pub fn is_key(word: &str) -> bool {
    let word = word.to_lowercase();
    all().any(|locale| locale.key.contains(&word.as_str()))
}

/// Whether a word only separates accounts to be compared.
pub fn is_between(word: &str) -> bool {
    let word = word.to_lowercase();
    all().any(|locale| locale.between.contains(&word.as_str()))
}

/// Whether a message of the bot, as displayed, asks for an account.
pub fn asks_whom(message: &str) -> bool {
    let is_it = |question: String| question.replace("<code>", "").replace("</code>", "") == message;
    all().any(|locale| is_it(locale.find_whom()))
}

/// Whether a word means everything.
pub fn is_everything(word: &str) -> bool {
    let word = word.to_lowercase();
    all().any(|locale| locale.everything.contains(&word.as_str()))
}

/// Whether a word takes back what was given or started.
pub fn takes_back(word: &str) -> bool {
    let word = word.to_lowercase();
    all().any(|locale| locale.taking_back.contains(&word.as_str()))
}

/// Whether a word is a depth.
pub fn is_depth(word: &str) -> bool {
    let word = word.to_lowercase();
    let mut depths = all().flat_map(|locale| locale.depths);
    depths.any(|(_, called)| called.contains(&word.as_str()))
}

fn at_the_end<T: Copy>(text: &str, words: Keywords<T>) -> Option<(&str, T)> {
    let mut all = words
        .iter()
        .flat_map(|(meant, called)| called.iter().map(move |words| (*meant, words)));
    all.find_map(|(meant, words)| Some((before(text, words)?, meant)))
}

/// Returns what is before these words, if a text ends with them and contains more.
fn before<'a>(text: &'a str, words: &str) -> Option<&'a str> {
    let mut words = words.rsplit(' ');
    let rest = words.try_fold(text, |text, expected| {
        let text = text.trim_end_matches(is_around);
        let (rest, word) = text.rsplit_once(char::is_whitespace)?;
        let word = word.trim_start_matches(is_around);
        (word.to_lowercase() == expected).then_some(rest)
    })?;
    is_said(rest).then(|| rest.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_words_for_all_there_is() {
        for locale in all() {
            let depths: Vec<Depth> = locale.depths.iter().map(|(depth, _)| *depth).collect();
            assert_eq!(depths, Depth::ALL, "{locale:?}");
            let every: Vec<Every> = locale.every.iter().map(|(every, _)| *every).collect();
            assert_eq!(every, [Every::Week, Every::Month], "{locale:?}");
        }
        for depth in Depth::ALL {
            let text = format!("@nasa {depth}");
            assert_eq!(
                super::depth(&text),
                Some(("@nasa", depth)),
                "as settings say it"
            );
        }
    }

    #[test]
    fn what_a_depth_is_called_in_texts_is_understood() {
        for locale in all() {
            let called = [
                (Depth::Quick, locale.depth_quick()),
                (Depth::Normal, locale.depth_normal()),
                (Depth::Deep, locale.depth_deep()),
                (Depth::Settled, locale.depth_settled()),
                (Depth::Full, locale.depth_full()),
            ];
            for (meant, name) in called {
                let text = format!("@nasa {name}");
                assert_eq!(depth(&text), Some(("@nasa", meant)), "{text}");
            }
        }
    }

    #[test]
    fn help_names_the_words_that_are_understood() {
        for locale in all() {
            let taking_back = locale.taking_back.first().expect("a word");
            assert!(locale.source().contains(&format!(" {taking_back}</code>")));
            for (_, words) in locale.depths {
                let first = words.first().expect("a word");
                let named = [format!(" {first}</code>"), format!("<code>{first}</code>")];
                let source = locale.source();
                assert!(named.iter().any(|it| source.contains(it)), "{first}");
            }
        }
    }

    #[test]
    fn what_names_no_account_says_something_else() {
        let table = [
            ("thanks", Aside::Thanks),
            ("Thank  you!", Aside::Thanks),
            ("спасибо 🙏", Aside::Thanks),
            ("hello", Aside::Greeting),
            ("Hello how are you?", Aside::Greeting),
            ("hey there bot!", Aside::Greeting),
            ("good morning to you", Aside::Greeting),
            ("Привет, как дела?", Aside::Greeting),
            ("thanks a lot for your help", Aside::Thanks),
            ("спасибо вам огромное", Aside::Thanks),
            ("please", Aside::Please),
            ("Добрый день.", Aside::Greeting),
            ("yes", Aside::Yes),
            ("OK, thanks!", Aside::Yes),
            ("no thanks", Aside::No),
            ("Нет, спасибо", Aside::No),
            ("stop, please", Aside::Stop),
            ("стоп", Aside::Stop),
            ("Quick!", Aside::Depth(Depth::Quick)),
            ("ok, до ясности", Aside::Depth(Depth::Settled)),
            ("weekly", Aside::Word),
            ("каждый день", Aside::Word),
            ("all", Aside::Word),
        ];
        assert_eq!(
            table.map(|(text, _)| aside(text)),
            table.map(|(_, it)| Some(it))
        );
        for account in [
            "@thanks",
            "ig:ok",
            "_ok_",
            "nasa",
            "thanks, nasa",
            "hello nasa",
            "please find accounts",
            "",
            "🚀",
            "on",
        ] {
            assert_eq!(aside(account), None, "{account:?}");
        }
    }

    #[test]
    fn manners_are_passed_over_before_and_behind_the_accounts_alone() {
        for (text, accounts) in [
            ("Hello!! nasa, thanks", "nasa,"),
            ("Ok, thanks, @nasa please", "@nasa"),
            ("Добрый день! nasa, большое спасибо!", "nasa,"),
            ("nasa, hello, esa", "nasa, hello, esa"),
            ("nasa, thanks, esa", "nasa, thanks, esa"),
            ("nasa, hello", "nasa, hello"),
            ("hello, @thanks", "@thanks"),
            ("please", "please"),
        ] {
            let text = without_thanks(without_opening(text));
            assert_eq!(text.trim(), accounts);
        }
    }

    #[test]
    fn the_last_words_say_how_deep_and_how_often() {
        assert_eq!(depth("nasa Быстро"), Some(("nasa", Depth::Quick)));
        assert_eq!(
            depth("@nasa @esa\nдо  ясности "),
            Some(("@nasa @esa", Depth::Settled)),
        );
        assert_eq!(depth("@nasa целиком"), Some(("@nasa", Depth::Full)));
        assert_eq!(every("nasa каждый месяц"), Some(("nasa", Every::Month)));
        assert_eq!(every("nasa раз в неделю"), Some(("nasa", Every::Week)));
        assert_eq!(every("nasa weekly"), Some(("nasa", Every::Week)));
        for (text, rest) in [
            ("@nasa deep!", "@nasa"),
            ("@nasa, quick.", "@nasa,"),
            ("@nasa «глубоко» 🙏", "@nasa"),
            ("@nasa до ясности…", "@nasa"),
        ] {
            assert_eq!(depth(text).map(|(rest, _)| rest), Some(rest), "{text}");
        }
        for alone in [
            "@nasa @deep",
            "🚀 deep",
            "быстро",
            "до ясности",
            "deep",
            "",
            "ясности",
            "@nasa ясности",
        ] {
            assert_eq!(depth(alone), None, "{alone:?}");
        }
        for alone in ["каждую неделю", "еженедельно", "nasa неделю"] {
            assert_eq!(every(alone), None, "{alone:?}");
        }
    }
}
