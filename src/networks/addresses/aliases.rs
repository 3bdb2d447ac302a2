//! The names that people use for a network, and the account that a word names on a given one. Pure.

use crate::locales;
use crate::model::{Handle, NetworkName};
use crate::networks::{HandleMatch, KINDS, Kind};

/// Returns the network that people call this, in any language.
pub fn kind_called(word: &str) -> Option<&'static Kind> {
    let word = word.to_lowercase();
    let word = locales::network(&word).unwrap_or(&word);
    KINDS.iter().find(|kind| kind.prefixes.contains(&word))
}

/// Returns the profile page of the account that a link leads to, on any network.
pub fn profile_page(link: &str) -> Option<String> {
    KINDS.iter().find_map(|kind| match (kind.read)(link) {
        HandleMatch::Link(handle) => Some((kind.link)(&handle)),
        _ => None,
    })
}

/// Returns an account with its network in front, such as `ig:nasa`, whether that network is switched on or not.
pub fn prefixed_account(word: &str) -> Option<(NetworkName, Handle)> {
    let (kind, handle) = prefixed(word.trim())?;
    Some((NetworkName::new(kind.name), handle?))
}

/// Returns the network in front of a word, and the account that the rest names there, if it does.
pub(super) fn prefixed(word: &str) -> Option<(&'static Kind, Option<Handle>)> {
    // `instagram://…` is a link of its own, though `instagram:` is a prefix.
    let (prefix, name) = word
        .split_once(':')
        .filter(|(_, name)| !name.starts_with("//"))?;
    let kind = kind_called(prefix)?;
    Some((kind, named(kind, name)))
}

/// Returns the account of one network that a word names, given that this network is meant.
pub(super) fn named(kind: &Kind, word: &str) -> Option<Handle> {
    let read = |word: &str| match (kind.read)(word) {
        HandleMatch::Link(handle)
        | HandleMatch::Name(handle)
        | HandleMatch::Unusual(handle)
        | HandleMatch::Bare(handle) => Some(handle),
        HandleMatch::NoAccount | HandleMatch::Other => None,
    };
    // Some accounts have the name of the site: `bsky:bsky.app` names one, and `bsky.app` alone none.
    read(word).or_else(|| read(&format!("@{word}")))
}
