//! What accounts say of themselves, as in "a bot that ...", "fan account" or "parody". Nobody has labelled such accounts,
//! so these words are taken for it, and nothing is guessed. Pure.

use std::str::FromStr;
use std::sync::LazyLock;

use crate::kind::words::words;
use crate::kind::{AccountKind, Words};

/// Words before those of the table among which a denial is looked for.
const REACH: usize = 2;

struct Table {
    denials: Vec<&'static str>,
    /// What words mean, with a blank before and after them.
    phrases: Vec<(AccountKind, String)>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let (mut denials, mut phrases) = (Vec::new(), Vec::new());
    for line in include_str!("own_words.txt").lines() {
        match line.split_once(": ") {
            Some(("denial", word)) => denials.push(word),
            Some((kind, words)) => {
                let kind = kind.parse().ok();
                phrases.extend(kind.map(|kind| (kind, format!(" {words} "))));
            }
            None => {}
        }
    }
    Table { denials, phrases }
});

/// Returns what an account says it is, and its words for that; `None` if it does not say.
pub fn own_words(of: Words<'_>) -> Option<(AccountKind, &'static str)> {
    let mut text = String::with_capacity(of.name.len() + of.bio.len() + 2);
    for of in [of.name, of.bio] {
        text.push(' ');
        for word in words(of) {
            text.extend(word.chars().flat_map(char::to_lowercase));
            text.push(' ');
        }
        // What ends one does not go on in the other.
        text.push('|');
    }
    let says = |(_, phrase): &&(AccountKind, String)| {
        let mut places = text.match_indices(phrase.as_str());
        let is_denied = |place: usize| {
            let before = text.get(..place).unwrap_or_default().rsplit(' ');
            before.take(REACH).any(|word| TABLE.denials.contains(&word))
        };
        places.any(|(place, _)| !is_denied(place))
    };
    let found = TABLE.phrases.iter().find(says);
    found.map(|(kind, phrase)| (*kind, phrase.trim()))
}

impl FromStr for AccountKind {
    type Err = ();

    /// Reads what [`AccountKind::as_str`] writes.
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.as_str() == text).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(name: &str, bio: &str) -> Option<AccountKind> {
        let words = Words {
            name,
            handle: "",
            bio,
        };
        own_words(words).map(|(kind, _)| kind)
    }

    #[test]
    fn what_an_account_says_it_is_it_is() {
        for (bio, kind) in [
            ("I'm a bot that posts the tides. By @anna", AccountKind::Bot),
            (
                "Weird messages every minute. Bot by @anna",
                AccountKind::Bot,
            ),
            ("Just a FAN-ACCOUNT of the band", AccountKind::FanPage),
            ("It wasn't me (comedy/parody)", AccountKind::Parody),
            (
                "Football. Not affiliated with the club.",
                AccountKind::Unofficial,
            ),
            ("Memes daily!", AccountKind::Memes),
            ("Новостной канал города", AccountKind::News),
            ("Я бот, который считает шаги", AccountKind::Bot),
        ] {
            assert_eq!(says("", bio), Some(kind), "{bio}");
        }
        assert_eq!(says("Gandalf (Parody)", ""), Some(AccountKind::Parody));
    }

    #[test]
    fn who_speaks_of_bots_and_fans_or_denies_it_is_none() {
        for bio in [
            "This is not a bot account",
            "I build bots. Fan of Arsenal",
            "I'm not a bot that posts the tides",
            "News junkie, page turner",
            "Anti-parodyist",
            "",
        ] {
            assert_eq!(says("", bio), None, "{bio}");
        }
        assert_eq!(says("Big Fan", "account manager"), None);
    }

    #[test]
    fn every_line_of_the_table_is_understood() {
        let lines = include_str!("own_words.txt").lines();
        let count = lines.filter(|line| !line.starts_with('#')).count();
        assert_eq!(TABLE.phrases.len() + TABLE.denials.len(), count);
    }
}
