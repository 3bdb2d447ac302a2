//! What a word of a message means to Mastodon: a handle with or without its server, a link to an account on any server,
//! or none of these. Pure.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

use crate::model::Handle;
use crate::networks::HandleMatch;
use crate::networks::link::path_segment;
use crate::networks::ssrf_guard::is_public_name;

/// Sites whose links look the same, and networks that have their own clients.
const NOT_SERVERS: [&str; 23] = [
    "threads.net",
    "threads.com",
    "tiktok.com",
    "youtube.com",
    "youtu.be",
    "medium.com",
    "substack.com",
    "t.me",
    "telegram.me",
    "facebook.com",
    "linkedin.com",
    "vk.com",
    "twitter.com",
    "x.com",
    "instagram.com",
    "instagr.am",
    "ig.me",
    "bsky.app",
    "bsky.social",
    "bsky.brid.gy",
    "github.com",
    "gitlab.com",
    "pinterest.com",
];

/// The server that a handle without one is looked for on: the project's own; and the length of its longest names.
const USUAL_HOST: &str = "mastodon.social";
const LONGEST_THERE: usize = 30;

/// Letters of a name; Mastodon allows at most 30, other software more.
const LONGEST_NAME: usize = 64;

/// A handle with its server, or a link in any of its forms; a name alone if Mastodon is meant.
pub(super) fn read(word: &str) -> HandleMatch {
    if let Some(name) = word.strip_prefix("acct:") {
        return handle(name).map_or(HandleMatch::Other, HandleMatch::Link);
    }
    if word.contains('/') {
        return linked(word).map_or(HandleMatch::Other, HandleMatch::Link);
    }
    let name = word.strip_prefix('@').unwrap_or(word);
    match (handle(name), local(name)) {
        (Some(handle), _) => HandleMatch::Name(handle),
        (None, Some(handle)) => HandleMatch::Bare(handle),
        (None, None) => HandleMatch::Other,
    }
}

pub(super) fn link(handle: &Handle) -> String {
    let (user, at) = handle.0.split_once('@').unwrap_or((&handle.0, USUAL_HOST));
    // A server name that is not valid is no place to lead people to: such a link leads nowhere.
    let host = host(at).unwrap_or_else(|| utf8_percent_encode(at, NON_ALPHANUMERIC).to_string());
    format!("https://{host}/@{}", path_segment(user))
}

/// Returns a name in lower case, by which its server knows the account.
pub(super) fn user(name: &str) -> Option<String> {
    let is_inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let is_edge = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let fits = (1..=LONGEST_NAME).contains(&name.len())
        && name.chars().all(is_inside)
        && name.starts_with(is_edge)
        && name.ends_with(is_edge);
    fits.then(|| name.to_ascii_lowercase())
}

/// Returns the name of a server in lower case, as URLs write it; internationalised ones too.
pub(super) fn host(name: &str) -> Option<String> {
    let url = Url::parse(&format!("https://{name}/")).ok()?;
    let host = url.domain()?;
    let is_plain = url.port().is_none() && url.username().is_empty() && url.path() == "/";
    (is_plain && is_public_name(host)).then(|| host.to_owned())
}

/// Reads `user@host`.
fn handle(name: &str) -> Option<Handle> {
    let (name, at) = name.split_once('@')?;
    let (user, host) = (user(name)?, host(at)?);
    (!is_elsewhere(&host)).then(|| Handle(format!("{user}@{host}")))
}

/// Reads `user` alone, as [`USUAL_HOST`] gives names: letters, digits and `_` (mastodon/mastodon,
/// app/models/account.rs).
fn local(name: &str) -> Option<Handle> {
    let is_given = |user: &String| user.len() <= LONGEST_THERE && !user.contains(['.', '-']);
    let user = user(name).filter(is_given)?;
    Some(Handle(format!("{user}@{USUAL_HOST}")))
}

fn linked(word: &str) -> Option<Handle> {
    let (scheme, rest) = word.split_once("://").unwrap_or(("https", word));
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return None;
    }
    let path = rest.split(['?', '#']).next()?;
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let host = parts.next()?;
    let decoded = |part| percent_decode_str(part).decode_utf8_lossy().into_owned();
    let parts: Vec<String> = parts.map(decoded).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let name = match parts.as_slice() {
        ["web" | "deck", name, ..] | [name, ..] if name.starts_with('@') => {
            name.strip_prefix('@')?
        }
        ["users", name, ..] => name,
        _ => return None,
    };
    let found = match name.contains('@') {
        true => handle(name)?,
        false => handle(&format!("{name}@{host}"))?,
    };
    // The link is to the site that it names, whichever account it shows.
    let site = self::host(host)?;
    (!is_elsewhere(&site)).then_some(found)
}

fn is_elsewhere(host: &str) -> bool {
    NOT_SERVERS.iter().any(|site| {
        host.strip_suffix(site)
            .is_some_and(|before| before.is_empty() || before.ends_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_an_account_is_understood() {
        let anna = || Handle("anna@toot.example".into());
        for word in [
            "https://toot.example/@anna",
            "https://toot.example/@Anna/110000000000000001",
            "http://TOOT.example/@anna?x=1#y",
            "toot.example/@anna",
            "https://toot.example/%40anna",
            "https://toot.example/users/anna",
            "https://toot.example/users/anna/followers",
            "https://toot.example/web/@anna",
            "https://toot.example/deck/@anna",
            "https://kiln.example/@anna@toot.example",
            "https://kiln.example/web/@anna@toot.example",
            "acct:anna@toot.example",
        ] {
            assert_eq!(read(word), HandleMatch::Link(anna()), "{word}");
        }
        for word in [
            "@anna@toot.example",
            "anna@toot.example",
            "@ANNA@Toot.Example",
        ] {
            assert_eq!(read(word), HandleMatch::Name(anna()), "{word}");
        }
        for (word, handle) in [
            ("a.b-c_d@x.co", "a.b-c_d@x.co"),
            ("_@x.co", "_@x.co"),
            ("anna@münchen.social", "anna@xn--mnchen-3ya.social"),
        ] {
            assert_eq!(
                read(word),
                HandleMatch::Name(Handle(handle.into())),
                "{word}"
            );
        }
        for (word, user) in [("anna", "anna"), ("@Anna_1", "anna_1")] {
            let there = Handle(format!("{user}@mastodon.social"));
            assert_eq!(read(word), HandleMatch::Bare(there), "{word}");
        }
        for word in [
            "",
            "@",
            "@@",
            "anna@",
            "@toot.example",
            "anna@localhost",
            "anna@printer.local",
            "anna@127.0.0.1",
            "anna@2130706433",
            "anna@[::1]",
            "anna@toot.example:8443",
            "anna@toot.example@kiln.example",
            ".anna@toot.example",
            "an na@toot.example",
            "anna@x.com",
            "anna@instagram.com",
            "https://toot.example/",
            "https://toot.example/anna",
            "https://toot.example/about/@anna",
            "https://toot.example:8443/@anna",
            "https://anna:secret@toot.example/@anna",
            "https://127.0.0.1/@anna",
            "https://[::1]/@anna",
            "https://localhost/@anna",
            "ftp://toot.example/@anna",
            "https://www.threads.net/@anna",
            "https://www.tiktok.com/@anna",
            "https://www.youtube.com/@anna",
            "https://medium.com/@anna",
            "https://anna.substack.com/@anna",
            "https://t.me/@anna",
            "https://x.com/@anna",
            "https://threads.net/@anna@toot.example",
            "either/or",
            "did:plc:z72i7hdynmk6r22z27h6tvur",
        ] {
            assert_eq!(read(word), HandleMatch::Other, "{word}");
        }
    }

    #[test]
    fn a_link_leads_to_the_account_at_its_server() {
        let handle = Handle("anna@toot.example".into());
        assert_eq!(link(&handle), "https://toot.example/@anna");
        assert_eq!(read(&link(&handle)), HandleMatch::Link(handle));
        for (handle, link_to) in [
            (
                "a/../../b@toot.example",
                "https://toot.example/@a%2F..%2F..%2Fb",
            ),
            ("a@toot.example/b", "https://toot%2Eexample%2Fb/@a"),
            ("a@b:c@toot.example", "https://b%3Ac%40toot%2Eexample/@a"),
        ] {
            assert_eq!(link(&Handle(handle.into())), link_to);
        }
    }
}
