//! What an account is: as an operator, its network or its own words say; or else a guess.

use crate::characters::{is_blank, is_ignorable};
use crate::kind::{AccountKind, Guess, Words, own_words};
use crate::model::{KindTeller, Similar, ToldKind};

/// What an account is, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownKind {
    pub kind: AccountKind,
    /// From 0 to 1; 1 if it is said.
    pub probability: f64,
    pub why: Why,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    Told(KindTeller),
    /// The account's own words.
    Says(&'static str),
    /// The words that decided a guess, the weightiest first.
    Guessed(Vec<String>),
}

impl Similar {
    /// Returns what it is; `None` if that is unclear.
    pub fn kind(&self) -> Option<AccountKind> {
        let said = || own_words(self.words()).map(|(kind, _)| kind);
        let guessed = || self.guess().map(|guess| guess.kind);
        let told = self.told_kind.map(|told| told.kind);
        told.or_else(said).or_else(guessed)
    }

    /// Returns what it is, and why; `None` if that is unclear.
    pub fn known_kind(&self) -> Option<KnownKind> {
        let certain = |kind, why| KnownKind {
            kind,
            probability: 1.0,
            why,
        };
        if let Some(ToldKind { kind, by }) = self.told_kind {
            return Some(certain(kind, Why::Told(by)));
        }
        if let Some((kind, words)) = own_words(self.words()) {
            return Some(certain(kind, Why::Says(words)));
        }
        self.guess().map(|guess| KnownKind {
            kind: guess.kind,
            probability: guess.probability,
            why: Why::Guessed(guess.because(self.words())),
        })
    }

    /// Returns a guess that is sure enough to be shown; without letters that anybody sees, nothing is.
    fn guess(&self) -> Option<Guess> {
        let mut seen = self.name.chars().chain(self.bio.chars());
        let has_letters = seen.any(|c| c.is_alphabetic() && !is_blank(c) && !is_ignorable(c));
        has_letters.then(|| Guess::sure(self.words())).flatten()
    }

    fn words(&self) -> Words<'_> {
        Words {
            name: &self.name,
            handle: &self.handle.0,
            bio: &self.bio,
        }
    }
}

impl Why {
    /// Returns the words that files have for it.
    pub fn words(&self) -> Vec<String> {
        match self {
            Self::Told(KindTeller::Network) => vec!["network".to_owned()],
            Self::Told(KindTeller::Operator) => vec!["operator".to_owned()],
            Self::Says(words) => vec![(*words).to_owned()],
            Self::Guessed(words) => words.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::example;

    fn bakery() -> Similar {
        Similar {
            name: "Harbour Bakery Ltd".to_owned(),
            bio: "The official account. Visit our shop.".to_owned(),
            ..example::row("harbourbakery")
        }
    }

    #[test]
    fn who_knows_has_the_right_of_way_before_a_guess() {
        let guessed = bakery().known_kind().expect("a guess");
        assert_eq!(guessed.kind, AccountKind::Organisation);
        assert!(guessed.probability < 1.0, "{guessed:?}");
        let says = Similar {
            bio: "The official fan page. Visit our shop.".to_owned(),
            ..bakery()
        };
        assert_eq!(says.kind(), Some(AccountKind::FanPage));
        let told = Similar {
            told_kind: Some(ToldKind {
                kind: AccountKind::Person,
                by: KindTeller::Network,
            }),
            ..says
        };
        let known = told.known_kind().expect("it is told");
        assert_eq!((known.kind, known.probability), (AccountKind::Person, 1.0));
        assert_eq!(known.why, Why::Told(KindTeller::Network));
    }

    #[test]
    fn the_kind_alone_is_the_same_as_with_its_reasons() {
        let empty = Similar {
            name: String::new(),
            ..example::row("42")
        };
        for row in [bakery(), empty] {
            assert_eq!(row.kind(), row.known_kind().map(|known| known.kind));
        }
    }
}
