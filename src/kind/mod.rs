//! Person or organisation: a guess from an account's own words, by logistic regression over hashed words, parts of words
//! and shapes. How it was trained and how often it is right: `README.md` beside this file.

mod bio;
mod feature;
mod features;
mod given_names;
mod handle;
mod hash;
mod name;
mod own_words;
mod reasons;
mod weights;
mod words;

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

pub use feature::{BUCKETS, Feature};
pub use features::features;
pub use own_words::own_words;
pub use weights::{Weights, odds, odds_to_probability};

/// A guess is shown from this probability on.
pub const SURE: f64 = 0.8;

/// What the guess is made from. Numbers of followers are left out: they would make organisations of all who are popular.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Words<'a> {
    pub name: &'a str,
    pub handle: &'a str,
    pub bio: &'a str,
}

/// What an account is. Only people and organisations are ever guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    Person,
    Organisation,
    Bot,
    FanPage,
    Parody,
    /// Made by others than those it is about; it may be a person or not.
    Unofficial,
    News,
    Memes,
}

/// A guess at what an account is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guess {
    pub kind: AccountKind,
    /// That it is this kind: from 0.5 to 1.
    pub probability: f64,
}

static TRAINED: LazyLock<Weights> =
    LazyLock::new(|| Weights::from_bytes(include_bytes!("weights.bin")));

impl AccountKind {
    pub const ALL: [Self; 8] = [
        Self::Person,
        Self::Organisation,
        Self::Bot,
        Self::FanPage,
        Self::Parody,
        Self::Unofficial,
        Self::News,
        Self::Memes,
    ];

    /// Returns its name in files, as serde writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organisation => "organisation",
            Self::Bot => "bot",
            Self::FanPage => "fan_page",
            Self::Parody => "parody",
            Self::Unofficial => "unofficial",
            Self::News => "news",
            Self::Memes => "memes",
        }
    }

    /// Returns the sign before its name in lists, if it has one.
    pub fn sign(self) -> Option<&'static str> {
        match self {
            Self::Person => Some("👤"),
            Self::Organisation | Self::News => Some("🏢"),
            Self::Bot => Some("🤖"),
            Self::FanPage | Self::Parody | Self::Unofficial | Self::Memes => None,
        }
    }
}

impl Guess {
    /// Returns the guess for an account.
    pub fn of(words: Words<'_>) -> Self {
        let organisation = TRAINED.probability(words);
        match organisation >= 0.5 {
            true => Self {
                kind: AccountKind::Organisation,
                probability: organisation,
            },
            false => Self {
                kind: AccountKind::Person,
                probability: 1.0 - organisation,
            },
        }
    }

    /// Returns the guess if it is sure enough to be shown.
    pub fn sure(words: Words<'_>) -> Option<Self> {
        Some(Self::of(words)).filter(|guess| guess.probability >= SURE)
    }

    /// Returns the words that decided, the weightiest first: at most three.
    pub fn because(self, words: Words<'_>) -> Vec<String> {
        reasons::because(&TRAINED, words, self.kind)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn guess(name: &str, handle: &str, bio: &str) -> Guess {
        Guess::of(Words { name, handle, bio })
    }

    #[test]
    fn people_and_organisations_are_told_apart_in_both_languages() {
        for (name, handle, bio) in [
            (
                "Anna Kowalska",
                "annakowalska",
                "Photographer, mum of two. I love my dog.",
            ),
            (
                "Jonas Weber",
                "jonas_weber",
                "I write about cities. Dad, runner.",
            ),
            ("Елена Смирнова", "elena.smirnova", ""),
            ("Сергей Иванов", "sergey_ivanov", "Люблю горы и кофе"),
        ] {
            let guess = guess(name, handle, bio);
            assert_eq!(guess.kind, AccountKind::Person, "{name}: {guess:?}");
        }
        for (name, handle, bio) in [
            (
                "Harbour Bakery Ltd",
                "harbourbakery",
                "Our shop is open daily. Visit us for fresh bread.",
            ),
            (
                "National Space Agency",
                "space_agency",
                "The official account of the agency",
            ),
            ("ООО Ромашка", "romashka", ""),
            ("Центральный банк", "centralbank", "Официальный канал"),
        ] {
            let guess = guess(name, handle, bio);
            assert_eq!(guess.kind, AccountKind::Organisation, "{name}: {guess:?}");
        }
    }

    #[test]
    fn the_words_that_decided_are_named() {
        let words = Words {
            name: "Harbour Bakery",
            handle: "harbourbakery",
            bio: "The official account. Visit our shop.",
        };
        let because = Guess::of(words).because(words);
        assert!((1..=3).contains(&because.len()), "{because:?}");
        assert!(because.contains(&"official".to_owned()), "{because:?}");
    }

    #[test]
    fn of_an_account_without_words_nothing_is_claimed() {
        assert_eq!(Guess::sure(Words::default()), None);
        let words = Words {
            handle: "42",
            ..Words::default()
        };
        assert_eq!(Guess::of(words).because(words), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn any_text_has_a_probability(name in ".*", handle in ".*", bio in ".*") {
            let words = Words { name: &name, handle: &handle, bio: &bio };
            let guess = Guess::of(words);
            prop_assert!((0.5..=1.0).contains(&guess.probability));
            prop_assert!(guess.because(words).len() <= 3);
        }
    }
}
