//! What people type, for every network: whatever it is, it is read without harm, and the link that is shown for an
//! account means that account again.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use lookalike::clock::{Clock, SystemClock};
use lookalike::model::{Handle, NetworkName};
use lookalike::networks::{
    Address, HandleMatch, KINDS, Kind, NetworkSettings, Networks, addresses, open, probe_handle,
};
use proptest::collection::vec;
use proptest::prelude::prop_assert_eq;
use proptest::prop_oneof;
use proptest::sample::select;
use proptest::strategy::Strategy;

use crate::hostile::mutated::letter;
use crate::hostile::try_on;

/// Prefixes of names in links of every kind, or of networks.
const FRONTS: [&str; 20] = [
    "",
    "@",
    "https://www.instagram.com/",
    "instagram.com/stories/",
    "ig.me/m/",
    "instagram://user?username=",
    "https://bsky.app/profile/",
    "staging.bsky.app/profile/@",
    "at://",
    "did:web:",
    "https://github.com/",
    "github.com/orgs/",
    "gist.github.com/",
    "https://x.com/",
    "mobile.twitter.com/@",
    "https://twitter.com/intent/user?screen_name=",
    "twitter://user?screen_name=",
    "https://",
    "https://mastodon.social/@",
    "http://127.0.0.1/@",
];

/// Their suffixes.
const TAILS: [&str; 14] = [
    "",
    "/",
    ".com",
    ".bsky.social",
    "@mastodon.social",
    "/status/1",
    "?s=21&t=a",
    "#a",
    ".",
    ":",
    "%",
    "%2Fa",
    "_octo",
    "-",
];

/// Paths of the sites, and what else can be in the place of a name.
const PLACES: [&str; 9] = [
    "p", "i", "home", "about", "stories", "orgs", "intent", "..", "xn--a",
];

/// What else links and handles consist of, and what they can't contain.
const PIECES: [&str; 24] = [
    "@",
    ".",
    "_",
    "-",
    "/",
    ":",
    "//",
    "%",
    "%40",
    "%00",
    "?",
    "#",
    "&",
    "=",
    "[",
    "]",
    "\\",
    " ",
    ",",
    "did:plc:",
    "screen_name=",
    "👩\u{200d}🚀",
    "İ",
    "\u{fffd}",
];

/// Handles that each kind must find among this many words, for the test to be meaningful.
const WORDS: u32 = 20_000;
const ENOUGH: u32 = 200;

#[test]
fn accounts_are_found_in_words_on_every_network() {
    for kind in &KINDS {
        assert!(
            probe_handle(&NetworkName::new(kind.name)).is_some(),
            "{}",
            kind.title
        );
    }
}

#[tokio::test]
async fn what_is_shown_of_an_account_means_that_account_again() {
    let networks = networks();
    let found = RefCell::new(BTreeMap::new());
    try_on(WORDS, "words", &word(), |word| {
        for kind in &KINDS {
            let Some(handle) = named(kind, &word) else {
                continue;
            };
            *found.borrow_mut().entry(kind.name).or_insert(0) += 1;
            let link = (kind.link)(&handle);
            prop_assert_eq!(
                (kind.read)(&link),
                HandleMatch::Link(handle.clone()),
                "{}",
                link
            );
            let again = named(kind, &written(&handle));
            prop_assert_eq!(again.as_ref(), Some(&handle), "{}", written(&handle));

            let address = Address {
                network: NetworkName::new(kind.name),
                handle,
                others: Vec::new(),
            };
            let prefixed = kind.prefixes.iter();
            let prefixed = prefixed.map(|prefix| format!("{prefix}:{}", address.handle));
            for shown in prefixed.chain([link]) {
                let read = addresses(&networks, None, &shown);
                prop_assert_eq!(read, Ok(vec![address.clone()]), "{}", shown);
            }
        }
        Ok(())
    });
    let found = found.into_inner();
    for kind in &KINDS {
        let count = found.get(kind.name).copied().unwrap_or_default();
        assert!(count > ENOUGH, "{}: {count} handles", kind.name);
    }
}

/// The account that a word names, if the kind finds one in it.
fn named(kind: &Kind, word: &str) -> Option<Handle> {
    match (kind.read)(word) {
        HandleMatch::Link(handle)
        | HandleMatch::Name(handle)
        | HandleMatch::Unusual(handle)
        | HandleMatch::Bare(handle) => Some(handle),
        HandleMatch::NoAccount | HandleMatch::Other => None,
    }
}

/// A handle as people write it. Bluesky's DIDs are ids in place of one, and have no `@`.
fn written(handle: &Handle) -> String {
    match handle.0.starts_with("did:") {
        true => handle.to_string(),
        false => format!("@{handle}"),
    }
}

/// Mostly something like an account; sometimes anything.
fn word() -> impl Strategy<Value = String> {
    let parts = (select(&FRONTS[..]), name(), select(&TAILS[..]));
    let account = parts.prop_map(|(front, name, tail)| format!("{front}{name}{tail}"));
    let piece = prop_oneof![
        2 => select(&PIECES[..]).prop_map(str::to_owned),
        2 => select(&FRONTS[..]).prop_map(str::to_owned),
        1 => select(&TAILS[..]).prop_map(str::to_owned),
        1 => letter().prop_map(String::from),
        1 => name(),
    ];
    let anything = vec(piece, 0..12).prop_map(|pieces| pieces.concat());
    prop_oneof![2 => account, 1 => anything]
}

/// A name by the grammar of some network, or nearly so.
fn name() -> impl Strategy<Value = String> {
    let of = |letters: &'static [u8], lengths: std::ops::Range<usize>| {
        vec(select(letters), lengths).prop_map(|name| name.into_iter().map(char::from).collect())
    };
    let domain = (
        of(b"abcZ09-", 1..12),
        select(&["com", "co.uk", "team", "test", "invalid"][..]),
    );
    let identifier = of(b"abcdefghijklmnopqrstuvwxyz234567", 24..25);
    prop_oneof![
        4 => of(b"abzABZ09", 1..20),
        2 => of(b"abcdZ09.", 1..34),
        2 => of(b"abcdZ09_", 1..18),
        2 => of(b"abcdZ09-", 1..42),
        1 => of(b"aZ0._-", 1..300),
        3 => domain.prop_map(|(label, suffix): (String, &str)| format!("{label}.{suffix}")),
        1 => identifier.prop_map(|id: String| format!("did:plc:{id}")),
        1 => select(&PLACES[..]).prop_map(str::to_owned),
    ]
}

/// All networks.
fn networks() -> Networks {
    let settings = KINDS.iter().map(|kind| {
        let settings = NetworkSettings {
            api: kind.apis[0].name,
            url: "http://127.0.0.1:9".into(),
            token: "token".into(),
            rate: "1/s".parse().unwrap(),
            min_cool_down: Duration::from_secs(1),
            max_cool_down: Duration::from_secs(1),
            timeout: Duration::from_secs(1),
            price: None,
            servers: None,
        };
        (NetworkName::new(kind.name), settings)
    });
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    open(&settings.collect(), &clock).unwrap()
}
