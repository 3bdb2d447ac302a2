//! What a message means: which accounts of which networks its words name.

use crate::model::{Handle, NetworkName};
use crate::networks::{Networks, Word};

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
/// they stand; a plain word counts when it stands alone or in a list with commas or line breaks.
pub fn addresses(networks: &Networks, text: &str) -> Result<Vec<Address>, Mistake> {
    let clean: String = text.chars().filter(|c| !is_invisible(*c)).collect();
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
    word.trim_matches(|c: char| {
        matches!(
            c,
            '<' | '>' | '(' | ')' | '"' | '\'' | '«' | '»' | '“' | '”'
        )
    })
    .trim_end_matches(['.', ':', '!', '?', ')'])
}

/// Zero-width and direction marks, which copied text brings along unseen.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\0')
}
