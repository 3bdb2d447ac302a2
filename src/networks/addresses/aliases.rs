//! What people call a network, and the account that a word names on a given one. Pure.

use crate::locales;
use crate::model::{Handle, NetworkName};
use crate::networks::{HandleMatch, KINDS, Kind};

/// The network that people call so, in any language.
pub fn kind_called(word: &str) -> Option<&'static Kind> {
    let word = word.to_lowercase();
    let word = locales::network(&word).unwrap_or(&word);
    KINDS.iter().find(|kind| kind.prefixes.contains(&word))
}

/// The page of the account that a link leads to, on whatever network.
pub fn profile_page(link: &str) -> Option<String> {
    KINDS.iter().find_map(|kind| match (kind.read)(link) {
        HandleMatch::Link(handle) => Some((kind.link)(&handle)),
        _ => None,
    })
}

/// An account with its network before it, such as `ig:nasa`, whether that is switched on or not.
pub fn prefixed_account(word: &str) -> Option<(NetworkName, Handle)> {
    let (kind, handle) = prefixed(word.trim())?;
    Some((NetworkName::new(kind.name), handle?))
}

/// The network that stands before a word, and the account that the rest names there, if it does.
pub(super) fn prefixed(word: &str) -> Option<(&'static Kind, Option<Handle>)> {
    // `instagram://…` is a link of its own, though `instagram:` is a prefix.
    let (prefix, name) = word
        .split_once(':')
        .filter(|(_, name)| !name.starts_with("//"))?;
    let kind = kind_called(prefix)?;
    Some((kind, named(kind, name)))
}

/// The account of one network that a word names, if that is where it is meant.
pub(super) fn named(kind: &Kind, word: &str) -> Option<Handle> {
    let read = |word: &str| match (kind.read)(word) {
        HandleMatch::Link(handle)
        | HandleMatch::Name(handle)
        | HandleMatch::Unusual(handle)
        | HandleMatch::Bare(handle) => Some(handle),
        HandleMatch::NoAccount | HandleMatch::Other => None,
    };
    // Some accounts are called like the site: `bsky:bsky.app` names one, and `bsky.app` alone none.
    read(word).or_else(|| read(&format!("@{word}")))
}
