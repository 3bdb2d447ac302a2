//! What a message means: the accounts that its words name, and on which networks.

mod aliases;
#[cfg(test)]
mod tests;
mod tokens;

use crate::locales;
use crate::model::{Handle, NetworkName};
use crate::networks::link::WebLink;
use crate::networks::{HandleMatch, KINDS, Kind, Networks};

use aliases::{named, prefixed};
use tokens::{Token, tokens};

pub use aliases::{kind_called, prefixed_account, profile_page};
pub use tokens::looks_like_a_handle;

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
    /// Several plain words of which it is unclear which is meant. Here they are as handles.
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

/// Returns the accounts that a message names, each once, in their order. Links, words with `@` and words that look like
/// a handle count anywhere. Plain words count if they are the whole message, as a single one or in a list, or if one is
/// left without the stop words around it. Names that are possible on several networks are taken for the preferred one's,
/// if it is among them.
pub fn addresses(
    networks: &Networks,
    preferred: Option<&NetworkName>,
    text: &str,
) -> Result<Vec<Address>, Mistake> {
    let plain: String = locales::plain(text).chars().take(LONGEST).collect();
    let tokens = tokens(&plain);
    let (mut certain, mut words, mut mistake, mut is_marked) = (vec![], vec![], None, false);
    for token in &tokens {
        let mut name = None;
        match read(networks, preferred, token) {
            TokenMeaning::Account(address) => {
                is_marked = true;
                push(&mut certain, address);
            }
            TokenMeaning::Name(address) => {
                if looks_like_a_handle(token.word) {
                    push(&mut certain, address.clone());
                }
                name = Some(address);
            }
            TokenMeaning::Mistake(found) => mistake = Some(found),
            TokenMeaning::Other => {}
        }
        words.push((token, name));
    }
    if !is_marked
        && mistake.is_none()
        && let Some(list) = list(&words)
    {
        return Ok(list);
    }
    // Beside a link that leads nowhere, a word that only looks like a handle may be a part of that.
    if let Some(mistake) = mistake.filter(|_| !is_marked) {
        return Err(mistake);
    }
    if !certain.is_empty() {
        return Ok(certain);
    }
    words.retain(|(token, _)| !token.is_filler);
    let found = accounts(&words);
    match found.as_slice() {
        [] => Err(Mistake::NoHandle),
        [_] => Ok(found),
        _ => Err(Mistake::Words(
            found.into_iter().map(|address| address.handle).collect(),
        )),
    }
}

/// A word, and the account that it may name.
type Word<'a> = (&'a Token<'a>, Option<Address>);

/// Returns the accounts of a list. If commas or line breaks separate all its words, each of them is a name; if words
/// such as "and" do, too, stop words may stand before the first name and after the last. `None` if it is no list.
fn list(words: &[Word<'_>]) -> Option<Vec<Address>> {
    let is_filler = |(token, _): &Word<'_>| token.is_filler;
    let is_list = |words: &[&Word<'_>], place: fn(&Token<'_>) -> usize| {
        let mut pairs = words.iter().zip(words.iter().skip(1));
        words.iter().all(|(_, name)| name.is_some())
            && pairs.all(|((one, _), (next, _))| place(one) != place(next))
    };
    let all: Vec<&Word<'_>> = words.iter().collect();
    if !all.is_empty() && is_list(&all, |token| token.item) {
        return Some(accounts(words));
    }
    let first = words.iter().position(|word| !is_filler(word))?;
    let last = words.iter().rposition(|word| !is_filler(word))?;
    let mut names = words.get(first..=last)?.to_vec();
    names.retain(|(token, _)| !token.is_between);
    let all: Vec<&Word<'_>> = names.iter().collect();
    let is_it = is_list(&all, |token| token.section) && !names.iter().any(is_filler);
    is_it.then(|| accounts(&names))
}

fn accounts(words: &[Word<'_>]) -> Vec<Address> {
    let mut accounts = Vec::new();
    for address in words.iter().filter_map(|(_, name)| name.as_ref()) {
        push(&mut accounts, address.clone());
    }
    accounts
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
