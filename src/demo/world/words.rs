//! What invented accounts write about themselves: as people do, or as companies do, some in Russian, and some so that
//! nobody can tell. Chosen by the account's id, so that everything else about the world stays as it is.

use std::sync::LazyLock;

use crate::demo::pseudorandom;
use crate::demo::world::WorldAccount;
use crate::kind::AccountKind;

/// Of so many accounts one is Russian, and one says only what it is about.
const RUSSIAN: u64 = 7;
const VAGUE: u64 = 5;

/// The salts of independent choices.
const SPEAKS: u64 = 1;
const BIO: u64 = 2;
const NAME: u64 = 3;
const LAST_NAME: u64 = 4;

/// Kinds of words with the words themselves.
static WORDS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let lines = include_str!("words.txt").lines();
    lines.filter_map(|line| line.split_once(": ")).collect()
});

/// What the account is about, and where it is.
pub(super) struct Theme<'a> {
    /// The kind of its words: `person`, `organisation`, `venue` or `famous`.
    pub(super) words: &'static str,
    pub(super) about: &'a str,
    pub(super) city: &'a str,
}

/// Gives an account a bio, or leaves its vague one; and to some a Russian name. Returns the handle that would go with
/// that, without anything to tell it from others.
pub(super) fn describe(account: &mut WorldAccount, theme: &Theme<'_>) -> Option<String> {
    let is_person = matches!(theme.words, "person" | "famous");
    account.kind = Some(match is_person {
        true => AccountKind::Person,
        false => AccountKind::Organisation,
    });
    let id = account.id;
    let speaks = pseudorandom::mix(&[id, SPEAKS]);
    if speaks.is_multiple_of(VAGUE) {
        return None;
    }
    if !speaks.is_multiple_of(RUSSIAN) {
        let bio = one_of(theme.words, id, BIO);
        let bio = bio.replace("{About}", &capitalized(theme.about));
        account.bio = bio
            .replace("{about}", theme.about)
            .replace("{city}", theme.city);
        return None;
    }
    let named = |kind, salt| one_of(kind, id, salt).split_once(' ').unwrap_or_default();
    let (handle, name, bio) = match is_person {
        true => {
            let (one, first) = named("russian first name", NAME);
            let (two, last) = named("russian last name", LAST_NAME);
            let name = format!("{first} {last}");
            (format!("{one}.{two}"), name, "russian person")
        }
        false => {
            let (handle, name) = named("russian company", NAME);
            let city = theme.city.to_lowercase();
            let handle = format!("{handle}.{city}");
            (handle, name.to_owned(), "russian organisation")
        }
    };
    account.name = name;
    account.bio = one_of(bio, id, BIO).to_owned();
    Some(handle)
}

fn one_of(kind: &str, id: u64, salt: u64) -> &'static str {
    let all = || WORDS.iter().filter(move |(of, _)| *of == kind);
    let place = pseudorandom::mix(&[id, salt]) % all().count().max(1) as u64;
    all().nth(place as usize).map_or("", |(_, words)| *words)
}

pub(super) fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
