//! What a message means: the accounts that its words name, and on which networks.

mod aliases;
mod tokens;

use crate::locales;
use crate::model::{Handle, NetworkName};
use crate::networks::link::WebLink;
use crate::networks::{HandleMatch, KINDS, Kind, Networks};

use aliases::{named, prefixed};
use tokens::{Token, tokens};

pub use aliases::{kind_called, prefixed_account, profile_page};

/// Characters of a text that are looked at: Telegram's longest message.
const LONGEST: usize = 4_096;

/// An account as a person wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub network: NetworkName,
    pub handle: Handle,
    /// What a plain name would be on other networks that are switched on.
    pub others: Vec<(NetworkName, Handle)>,
}

/// Why a message names no account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// Nothing in it could be an account.
    NoHandle,
    /// A link to something other than an account; quoted.
    NotAnAccount(String),
    /// A link to another site; its host.
    Elsewhere(String),
    /// An account of a network that is switched off; the network's title.
    SwitchedOff(&'static str),
    /// Several plain words: they could be handles or a sentence. Here they are as handles.
    Words(Vec<Handle>),
}

/// The meaning of one word.
enum TokenMeaning {
    /// Certainly meant as an account.
    Account(Address),
    /// Could be one.
    Name(Address),
    Mistake(Mistake),
    Other,
}

/// Returns the accounts that a message names, each once, in their order. Links and words with `@` count anywhere; plain
/// words count only if there is nothing else: a single one, or several in a list with commas or line breaks. Names that
/// are possible on several networks are taken for the preferred one's, if it is among them.
pub fn addresses(
    networks: &Networks,
    preferred: Option<&NetworkName>,
    text: &str,
) -> Result<Vec<Address>, Mistake> {
    let plain: String = locales::plain(text).chars().take(LONGEST).collect();
    let tokens = tokens(&plain);
    let (mut marked, mut names, mut mistake, mut all_are_names) = (vec![], vec![], None, true);
    for token in &tokens {
        let reading = read(networks, preferred, token);
        all_are_names &= matches!(reading, TokenMeaning::Name(_));
        match reading {
            TokenMeaning::Account(address) => push(&mut marked, address),
            TokenMeaning::Name(address) => push(&mut names, address),
            TokenMeaning::Mistake(found) => mistake = Some(found),
            TokenMeaning::Other => {}
        }
    }
    if !marked.is_empty() {
        return Ok(marked);
    }
    if let Some(mistake) = mistake {
        return Err(mistake);
    }
    let mut pairs = tokens.iter().zip(tokens.iter().skip(1));
    let is_list = pairs.all(|(one, next)| one.item != next.item);
    match (all_are_names && !names.is_empty(), is_list) {
        (true, true) => Ok(names),
        (true, false) => Err(Mistake::Words(
            names.into_iter().map(|address| address.handle).collect(),
        )),
        (false, _) => Err(Mistake::NoHandle),
    }
}

fn read(networks: &Networks, preferred: Option<&NetworkName>, token: &Token<'_>) -> TokenMeaning {
    let word = token.word;
    let on = |(kind, handle): (&'static Kind, Option<Handle>)| match handle {
        Some(handle) => certain(networks, kind, handle),
        None => TokenMeaning::Mistake(Mistake::NotAnAccount(word.to_owned())),
    };
    if let Some(prefixed) = prefixed(word) {
        return on(prefixed);
    }
    let link = KINDS.iter().find_map(|kind| match (kind.read)(word) {
        HandleMatch::Link(handle) => Some((kind, Some(handle))),
        HandleMatch::NoAccount => Some((kind, None)),
        _ => None,
    });
    if let Some(read) = link.or_else(|| token.of.map(|kind| (kind, named(kind, word)))) {
        return on(read);
    }
    let (mut names, mut unusual) = (Vec::new(), Vec::new());
    for kind in &KINDS {
        let name = NetworkName::new(kind.name);
        let kind_called = |handle| (name.clone(), handle);
        let (is_on, is_first) = (networks.get(&name).is_some(), preferred == Some(&name));
        match (kind.read)(word) {
            HandleMatch::Name(handle) if is_on => names.push(kind_called(handle)),
            HandleMatch::Bare(handle) if is_on && is_first => names.push(kind_called(handle)),
            HandleMatch::Unusual(handle) | HandleMatch::Bare(handle) if is_on => {
                unusual.push(kind_called(handle))
            }
            _ => {}
        }
    }
    if let Some(link) = WebLink::read(word) {
        return TokenMeaning::Mistake(Mistake::Elsewhere(link.host));
    }
    let is_marked = word.starts_with('@');
    if let (true, Some((kind, host))) = (names.is_empty(), at_a_site(word)) {
        return match kind {
            Some((kind, handle)) => certain(networks, kind, handle),
            None if is_marked => {
                TokenMeaning::Mistake(match KINDS.iter().find(|it| names_one(it, word)) {
                    Some(kind) => Mistake::SwitchedOff(kind.title),
                    None => Mistake::Elsewhere(host),
                })
            }
            None => TokenMeaning::Other,
        };
    }
    let mut found = match names.is_empty() && is_marked {
        true => unusual,
        false => names,
    };
    // The sort is stable: the others keep their order.
    found.sort_by_key(|(network, _)| Some(network) != preferred);
    let mut found = found.into_iter();
    match found.next() {
        Some((network, handle)) => {
            let address = Address {
                network,
                handle,
                others: found.collect(),
            };
            match is_marked {
                true => TokenMeaning::Account(address),
                false => TokenMeaning::Name(address),
            }
        }
        None => TokenMeaning::Other,
    }
}

fn names_one(kind: &Kind, word: &str) -> bool {
    matches!((kind.read)(word), HandleMatch::Name(_))
}

/// Returns the account that `user@host` means if the host is a site and no Mastodon server, and the host.
fn at_a_site(word: &str) -> Option<(Option<(&'static Kind, Handle)>, String)> {
    let (user, host) = word.trim_start_matches('@').split_once('@')?;
    let link = format!("https://{host}/{user}");
    let host = WebLink::read(&link)?.host;
    let account = KINDS.iter().find_map(|kind| match (kind.read)(&link) {
        HandleMatch::Link(handle) => Some((kind, handle)),
        _ => None,
    });
    Some((account, host)).filter(|(_, host)| host.contains('.'))
}

/// Returns an account that can only be meant on one network.
fn certain(networks: &Networks, kind: &'static Kind, handle: Handle) -> TokenMeaning {
    let network = NetworkName::new(kind.name);
    match networks.get(&network) {
        Some(_) => TokenMeaning::Account(Address {
            network,
            handle,
            others: Vec::new(),
        }),
        None => TokenMeaning::Mistake(Mistake::SwitchedOff(kind.title)),
    }
}

fn push(addresses: &mut Vec<Address>, address: Address) {
    let is_same =
        |other: &Address| (&other.network, &other.handle) == (&address.network, &address.handle);
    if !addresses.iter().any(is_same) {
        addresses.push(address);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::clock::{Clock, SystemClock};
    use crate::networks::{NetworkSettings, open};

    fn networks() -> Networks {
        let settings = NetworkSettings {
            api: "v1",
            url: "http://127.0.0.1:9/v1".into(),
            token: "token".into(),
            rate: "1/s".parse().expect("a rate"),
            min_cool_down: Duration::from_secs(1),
            max_cool_down: Duration::from_secs(9),
            timeout: Duration::from_secs(1),
            price: None,
        };
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
        let settings = BTreeMap::from([(NetworkName::new("instagram"), settings)]);
        open(&settings, &clock).expect("opens")
    }

    fn handles(text: &str) -> Result<Vec<String>, Mistake> {
        let addresses = addresses(&networks(), None, text)?;
        assert!(
            addresses
                .iter()
                .all(|it| it.network.as_str() == "instagram")
        );
        Ok(addresses.into_iter().map(|it| it.handle.0).collect())
    }

    #[tokio::test]
    async fn a_message_names_accounts_in_every_way_people_write_them() {
        let table: [(&str, &[&str]); 42] = [
            ("@nasa", &["nasa"]),
            ("nasa", &["nasa"]),
            ("ig:nasa", &["nasa"]),
            ("ig:instagram.com", &["instagram.com"]),
            ("it is Instagram:@nasa!", &["nasa"]),
            ("  NASA  ", &["nasa"]),
            ("nasa, spacex", &["nasa", "spacex"]),
            ("nasa,spacex", &["nasa", "spacex"]),
            ("nasa; spacex;", &["nasa", "spacex"]),
            ("nasa\nspacex", &["nasa", "spacex"]),
            ("nasa\r\nspacex\r\n", &["nasa", "spacex"]),
            ("nasa, NASA, @nasa", &["nasa"]),
            ("@nasa @esa", &["nasa", "esa"]),
            (
                "look at @nasa and https://www.instagram.com/esa/",
                &["nasa", "esa"],
            ),
            ("who is like @nasa?", &["nasa"]),
            ("(@nasa), \"@esa\".", &["nasa", "esa"]),
            ("«@nasa»!", &["nasa"]),
            ("<https://instagram.com/nasa>", &["nasa"]),
            ("https://www.instagram.com/nasa/?igsh=abc==", &["nasa"]),
            ("https://www.instagram.com/nasa.", &["nasa"]),
            ("instagram.com/nasa", &["nasa"]),
            ("instagram://user?username=nasa", &["nasa"]),
            ("\u{200b}@na\u{200d}sa\u{feff}", &["nasa"]),
            ("\u{202a}nasa\u{202c}", &["nasa"]),
            ("@nasa 🚀", &["nasa"]),
            // A link to a post next to an account: the account is meant.
            ("@nasa https://www.instagram.com/p/C1/", &["nasa"]),
            ("nasa.", &["nasa"]),
            ("nasa 🚀", &["nasa"]),
            ("＠nasa，＠esa", &["nasa", "esa"]),
            ("@nasa、@esa", &["nasa", "esa"]),
            ("@nasa…", &["nasa"]),
            ("@nasa’s", &["nasa"]),
            ("*@nasa*", &["nasa"]),
            ("`nasa`", &["nasa"]),
            ("@nasa🚀", &["nasa"]),
            ("@nasa/@esa", &["nasa", "esa"]),
            ("[NASA](https://instagram.com/nasa)", &["nasa"]),
            ("Instagram: nasa, esa", &["nasa", "esa"]),
            ("@nasa в инстаграме", &["nasa"]),
            ("инста:nasa", &["nasa"]),
            ("nasa@instagram.com", &["nasa"]),
            ("_n.a.s.a_", &["_n.a.s.a_"]),
        ];
        for (text, expected) in table {
            let expected: Vec<String> = expected.iter().map(|it| (*it).to_owned()).collect();
            assert_eq!(handles(text), Ok(expected), "{text:?}");
        }
    }

    #[tokio::test]
    async fn a_message_without_an_account_says_why() {
        let words = |words: &[&str]| {
            Mistake::Words(words.iter().map(|it| Handle((*it).to_owned())).collect())
        };
        let link = |link: &str| Mistake::NotAnAccount(link.into());
        let post = "https://www.instagram.com/p/C1/";
        let table = [
            ("hello how are you", words(&["hello", "how", "are", "you"])),
            (
                "hello, how are you?",
                words(&["hello", "how", "are", "you"]),
            ),
            ("nasa spacex nasa", words(&["nasa", "spacex"])),
            (post, link(post)),
            (
                "is it https://www.instagram.com/reel/C1/?",
                link("https://www.instagram.com/reel/C1/"),
            ),
            ("https://instagram.com/", link("https://instagram.com/")),
            ("", Mistake::NoHandle),
            (" \n\t ", Mistake::NoHandle),
            ("\u{200b}\u{feff}", Mistake::NoHandle),
            ("🚀", Mistake::NoHandle),
            ("🚀 🚀, 🚀", Mistake::NoHandle),
            (",;,", Mistake::NoHandle),
            ("@", Mistake::NoHandle),
            ("...", Mistake::NoHandle),
            ("it costs 5 €", words(&["it", "costs", "5"])),
            ("me@example.com", Mistake::NoHandle),
            (
                "https://example.com/nasa",
                Mistake::Elsewhere("example.com".into()),
            ),
            (
                "@nasa@threads.net",
                Mistake::Elsewhere("threads.net".into()),
            ),
            ("@anna@toot.example", Mistake::SwitchedOff("Mastodon")),
            ("@nasa@x.com", Mistake::SwitchedOff("X")),
            ("Twitter: @nasa", Mistake::SwitchedOff("X")),
            ("Bluesky @nasa", Mistake::SwitchedOff("Bluesky")),
            ("@nasa на гитхабе", Mistake::SwitchedOff("GitHub")),
            ("GitHub: @a.b", Mistake::NotAnAccount("@a.b".into())),
            (
                "https://instagram.com.evil.example/nasa",
                Mistake::Elsewhere("instagram.com.evil.example".into()),
            ),
            ("bsky:anna.bsky.social", Mistake::SwitchedOff("Bluesky")),
            (
                "https://bsky.app/profile/a.com",
                Mistake::SwitchedOff("Bluesky"),
            ),
            ("ig:naïve", Mistake::NotAnAccount("ig:naïve".into())),
            (
                "a_handle_that_is_longer_than_thirty_characters",
                Mistake::NoHandle,
            ),
        ];
        for (text, expected) in table {
            assert_eq!(handles(text), Err(expected), "{text:?}");
        }
    }

    #[tokio::test]
    async fn no_garbage_is_too_much() {
        let networks = networks();
        let pieces = [
            "@",
            "a",
            ".",
            "/",
            ":",
            "//",
            "http",
            "https://",
            "instagram.com",
            "ig.me/m/",
            "%",
            "%40",
            "?",
            "#",
            "[",
            "]",
            "é",
            "\u{202e}",
            "👩‍🚀",
            "\0",
            "\n",
            ",",
            " ",
            "\\",
            "..",
            "instagram://user?",
            "username=",
            "&",
            "=",
            "ß",
            "İ",
            "\u{fffd}",
        ];
        for seed in 0..200u64 {
            let mut state = seed;
            let mut text = String::new();
            while text.chars().count() < 10_000 / (1 + seed as usize % 40) {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                text.push_str(pieces[(state >> 33) as usize % pieces.len()]);
            }
            let _ = addresses(&networks, None, &text);
        }
        for text in [
            "a".repeat(10_000),
            "@ ".repeat(5_000),
            "https://".repeat(1_250),
        ] {
            assert!(addresses(&networks, None, &text).is_err(), "{:.20}…", text);
        }
    }
}
