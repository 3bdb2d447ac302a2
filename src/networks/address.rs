//! What a message means: which accounts of which networks its words name.

use crate::model::{Handle, NetworkName};
use crate::networks::{Networks, Word};

/// Characters of a text that are looked at: Telegram's longest message.
const LONGEST: usize = 4_096;

/// An account as somebody wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub network: NetworkName,
    pub handle: Handle,
}

/// Why a message names no account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// There is nothing in it that could be an account.
    NoHandle,
    /// A link that leads to something else than an account; quoted.
    NotAnAccount(String),
    /// Several plain words: they could be handles or a sentence. Here they are as handles.
    Words(Vec<Handle>),
}

/// The accounts that a message names, each once, in its order. Links and words with `@` count wherever
/// they stand; plain words count when there is nothing else:
/// one alone, or several in a list with commas or line breaks.
pub fn addresses(networks: &Networks, text: &str) -> Result<Vec<Address>, Mistake> {
    let seen = text.chars().filter(|c| !is_invisible(*c));
    let clean: String = seen.take(LONGEST).collect();
    let words: Vec<&str> = clean
        .split(|c: char| c.is_whitespace() || c == ',' || c == ';')
        .map(trim)
        .filter(|word| !word.is_empty())
        .collect();
    let mut marked = Vec::new();
    let mut names = Vec::new();
    let mut not_an_account = None;
    for word in &words {
        match read(networks, word) {
            (network, Word::Link(handle)) => push(&mut marked, network, handle),
            (network, Word::Name(handle)) if word.starts_with('@') => {
                push(&mut marked, network, handle)
            }
            (network, Word::Name(handle)) => push(&mut names, network, handle),
            (_, Word::NoAccount) => not_an_account = Some((*word).to_owned()),
            (_, Word::Other) => {}
        }
    }
    if !marked.is_empty() {
        return Ok(marked);
    }
    if let Some(word) = not_an_account {
        return Err(Mistake::NotAnAccount(word));
    }
    let items = clean
        .split([',', ';', '\n'])
        .map(str::trim)
        .filter(|item| !item.is_empty());
    let is_list = items.clone().count() >= 1
        && items
            .clone()
            .all(|item| !item.contains(char::is_whitespace));
    let all_are_names = !names.is_empty()
        && words
            .iter()
            .all(|word| matches!(read(networks, word).1, Word::Name(_)));
    match (all_are_names, is_list) {
        (true, true) => Ok(names),
        (true, false) => Err(Mistake::Words(
            names.into_iter().map(|address| address.handle).collect(),
        )),
        (false, _) => Err(Mistake::NoHandle),
    }
}

/// The first network that makes something of a word.
fn read(networks: &Networks, word: &str) -> (NetworkName, Word) {
    let readings = networks
        .iter()
        .map(|entry| (entry.network.name(), entry.network.read(word)));
    let mut readings = readings.filter(|(_, word)| *word != Word::Other);
    readings
        .next()
        .unwrap_or((NetworkName::new(""), Word::Other))
}

fn push(addresses: &mut Vec<Address>, network: NetworkName, handle: Handle) {
    let address = Address { network, handle };
    if !addresses.contains(&address) {
        addresses.push(address);
    }
}

/// Strips what people put around a handle.
fn trim(word: &str) -> &str {
    let is_around = |c: char| {
        matches!(
            c,
            '<' | '>' | '(' | ')' | '"' | '\'' | '«' | '»' | '“' | '”'
        )
    };
    // A sentence can end behind a quotation mark or before it.
    word.trim_start_matches(is_around)
        .trim_end_matches(|c: char| is_around(c) || matches!(c, '.' | ':' | '!' | '?'))
}

/// Zero-width and direction marks, which copied text brings along unseen.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\0')
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
            url: "http://127.0.0.1:9/v1".into(),
            token: "token".into(),
            rate: "1/s".parse().expect("a rate"),
            min_cool_down: Duration::from_secs(1),
            max_cool_down: Duration::from_secs(9),
            timeout: Duration::from_secs(1),
        };
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
        let settings = BTreeMap::from([(NetworkName::new("instagram"), settings)]);
        open(&settings, &clock).expect("opens")
    }

    fn handles(text: &str) -> Result<Vec<String>, Mistake> {
        let addresses = addresses(&networks(), text)?;
        assert!(
            addresses
                .iter()
                .all(|it| it.network.as_str() == "instagram")
        );
        Ok(addresses.into_iter().map(|it| it.handle.0).collect())
    }

    #[tokio::test]
    async fn a_message_names_accounts_in_every_way_people_write_them() {
        let table: [(&str, &[&str]); 24] = [
            ("@nasa", &["nasa"]),
            ("nasa", &["nasa"]),
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
            ("\u{200b}@na\u{200d}sa\u{feff}", &["nasa"]),
            ("\u{202a}nasa\u{202c}", &["nasa"]),
            ("@nasa 🚀", &["nasa"]),
            // A link to a post beside an account: the account is what is meant.
            ("@nasa https://www.instagram.com/p/C1/", &["nasa"]),
            ("nasa.", &["nasa"]),
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
            ("it costs 5 €", Mistake::NoHandle),
            ("me@example.com", Mistake::NoHandle),
            ("https://example.com/nasa", Mistake::NoHandle),
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
            let _ = addresses(&networks, &text);
        }
        for text in [
            "a".repeat(10_000),
            "@ ".repeat(5_000),
            "https://".repeat(1_250),
        ] {
            assert!(addresses(&networks, &text).is_err(), "{:.20}…", text);
        }
    }
}
