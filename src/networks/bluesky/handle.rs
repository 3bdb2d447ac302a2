//! What a word of a message means to Bluesky: a link to a profile, a DID, a handle, or none of these. Pure.
//!
//! Handles are domain names (bluesky-social/atproto, packages/syntax/src/handle.ts), DIDs are of the methods plc and
//! web (did.ts in the same folder).

use crate::model::Handle;
use crate::networks::HandleMatch;
use crate::networks::link::WebLink;

const HOSTS: [&str; 3] = ["bsky.app", "staging.bsky.app", "main.bsky.dev"];

/// The domain of handles without their own domain.
const HOME: &str = ".bsky.social";

/// Top-level domains that no handle may have.
const NOT_TO_BE_HAD: [&str; 8] = [
    "local",
    "arpa",
    "invalid",
    "localhost",
    "internal",
    "example",
    "alt",
    "onion",
];

const LONGEST_HANDLE: usize = 253;
const LONGEST_LABEL: usize = 63;
const LONGEST_DID: usize = 256;

/// Letters of a name under [`HOME`].
const LETTERS_OF_NAME: std::ops::RangeInclusive<usize> = 3..=18;

/// A DID, a link to a profile in any of its forms, or a name.
pub(super) fn read(word: &str) -> HandleMatch {
    if let Some(rest) = word.strip_prefix("at://") {
        let actor = rest.split('/').next().unwrap_or_default();
        return actor_of(actor).map_or(HandleMatch::NoAccount, HandleMatch::Link);
    }
    if word.starts_with("did:") {
        return did(word).map_or(HandleMatch::Other, HandleMatch::Link);
    }
    if let Some(link) = WebLink::to(&HOSTS, word) {
        let actor = match link.parts().as_slice() {
            ["profile", actor, ..] => actor_of(actor.trim_start_matches('@')),
            _ => None,
        };
        return actor.map_or(HandleMatch::NoAccount, HandleMatch::Link);
    }
    if let Some(actor) = elsewhere(word) {
        return HandleMatch::Link(actor);
    }
    let name = word.strip_prefix('@').unwrap_or(word).to_ascii_lowercase();
    match handle(&name) {
        Some(handle) if name.ends_with(HOME) => HandleMatch::Link(handle),
        Some(handle) if is_public_domain(&name) => HandleMatch::Name(handle),
        Some(handle) => HandleMatch::Unusual(handle),
        None if LETTERS_OF_NAME.contains(&name.len()) && is_label(&name) => {
            HandleMatch::Name(Handle(name + HOME))
        }
        None => HandleMatch::Other,
    }
}

/// Returns the account that a link outside the app leads to: a name under [`HOME`] is also a web address, and other
/// apps have the app's paths.
fn elsewhere(word: &str) -> Option<Handle> {
    let link = WebLink::read(word)?;
    let is_own = |handle: &Handle| handle.0.ends_with(HOME) || handle.0.starts_with("did:");
    match link.parts().as_slice() {
        [] => handle(&link.host).filter(is_own),
        ["profile", actor, ..] => actor_of(actor.trim_start_matches('@')).filter(is_own),
        _ => None,
    }
}

fn actor_of(actor: &str) -> Option<Handle> {
    match actor.starts_with("did:") {
        true => did(actor),
        false => handle(&actor.to_ascii_lowercase()),
    }
}

/// Returns a domain name of at least two labels as a handle.
fn handle(name: &str) -> Option<Handle> {
    let labels: Vec<&str> = name.split('.').collect();
    let last = labels.last()?;
    let fits = labels.len() >= 2
        && name.len() <= LONGEST_HANDLE
        && labels.iter().all(|label| is_label(label))
        && last.starts_with(|c: char| c.is_ascii_lowercase())
        && !NOT_TO_BE_HAD.contains(last);
    fits.then(|| Handle(name.to_owned()))
}

fn is_label(label: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=LONGEST_LABEL).contains(&label.len())
        && label.chars().all(allowed)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn did(text: &str) -> Option<Handle> {
    let (method, id) = text.strip_prefix("did:")?.split_once(':')?;
    let is_plc = |c: char| c.is_ascii_lowercase() || ('2'..='7').contains(&c);
    let fits = match method {
        "plc" => id.len() == 24 && id.chars().all(is_plc),
        // Only DIDs of whole hosts are supported.
        "web" => handle(id).is_some(),
        _ => false,
    };
    (fits && text.len() <= LONGEST_DID).then(|| Handle(text.to_owned()))
}

/// Whether the name is under a public suffix, where anyone can register names. Without this check every name with a dot
/// could be a handle.
fn is_public_domain(name: &str) -> bool {
    addr::parse_domain_name(name).is_ok_and(|name| name.has_known_suffix())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_an_account_is_understood() {
        let did = "did:plc:z72i7hdynmk6r22z27h6tvur";
        for (word, handle) in [
            ("https://bsky.app/profile/jay.bsky.team", "jay.bsky.team"),
            ("bsky.app/profile/Jay.bsky.team/post/3k", "jay.bsky.team"),
            ("https://staging.bsky.app/profile/@a.b.com", "a.b.com"),
            (&format!("https://bsky.app/profile/{did}"), did),
            (
                "https://bsky.app/profile/did%3Aplc%3Az72i7hdynmk6r22z27h6tvur",
                did,
            ),
            (did, did),
            ("did:web:example.com", "did:web:example.com"),
            ("at://jay.bsky.team/app.bsky.feed.post/3k", "jay.bsky.team"),
            (&format!("at://{did}"), did),
            ("@Anna.bsky.social", "anna.bsky.social"),
            ("anna.bsky.social", "anna.bsky.social"),
            ("https://anna.bsky.social", "anna.bsky.social"),
            ("https://Anna.bsky.social/?a=b", "anna.bsky.social"),
            (
                "https://deer.social/profile/anna.bsky.social",
                "anna.bsky.social",
            ),
            (
                &format!("https://blacksky.community/profile/{did}/post/3k"),
                did,
            ),
        ] {
            assert_eq!(
                read(word),
                HandleMatch::Link(Handle(handle.into())),
                "{word}"
            );
        }
        for (word, handle) in [
            ("jay.bsky.team", "jay.bsky.team"),
            ("@nytimes.com", "nytimes.com"),
            ("@nasa", "nasa.bsky.social"),
            ("bbc-news", "bbc-news.bsky.social"),
        ] {
            assert_eq!(
                read(word),
                HandleMatch::Name(Handle(handle.into())),
                "{word}"
            );
        }
        for word in ["cairn.and.ridge", "user1.test"] {
            assert_eq!(
                read(word),
                HandleMatch::Unusual(Handle(word.into())),
                "{word}"
            );
        }
        for word in [
            "https://bsky.app/",
            "https://bsky.app/search",
            "at://",
            "at://a_b",
        ] {
            assert_eq!(read(word), HandleMatch::NoAccount, "{word}");
        }
        for word in [
            "a_b.com",
            "handle.invalid",
            "-a.com",
            "a..com",
            "a.1",
            "did:plc:short",
            "did:key:z6Mk",
            "did:web:a:",
            "did:web:example.com:anna",
            "did:web:localhost%3A3000",
            "did:web:example.com.",
            "no",
            "",
            "@",
            "https://bsky.app.evil.example/profile/a.com",
            "https://bsky.social",
            "https://bsky.social/about",
            "https://jay.bsky.team",
            "https://anna.bsky.social.evil.example",
            "naïve.com",
        ] {
            assert_eq!(read(word), HandleMatch::Other, "{word}");
        }
    }
}
