//! A web address as a person wrote it, taken apart. Pure.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode};
use percent_encoding::{percent_decode_str, utf8_percent_encode};
use url::Url;

/// Prefixes of hosts that lead to the same site.
const BEFORE_HOSTS: [&str; 3] = ["www.", "mobile.", "m."];

/// What is escaped in a path segment. A server may give an account any name: the link leads to that account's page all
/// the same, and nowhere else.
const NOT_IN_A_PART: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b':')
    .remove(b'@');

/// The target of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WebLink {
    /// In lower case, without `www.` and the like.
    pub(super) host: String,
    /// The decoded segments of the path, without empty ones.
    pub(super) path: Vec<String>,
    /// What follows `?`, and what follows `#`, as written.
    pub(super) query: String,
    pub(super) fragment: String,
}

impl WebLink {
    /// Reads a link to one of these hosts, with or without `https://`.
    pub(super) fn to(hosts: &[&str], word: &str) -> Option<WebLink> {
        let link = match word.split_once("://") {
            Some(_) => WebLink::read(word)?,
            None => {
                let host = word.split(['/', '?', '#']).next()?.to_ascii_lowercase();
                let is_known = hosts.contains(&bare(&host));
                is_known.then(|| WebLink::read(&format!("https://{word}")))??
            }
        };
        hosts.contains(&link.host.as_str()).then_some(link)
    }

    /// Reads any web link.
    pub(super) fn read(word: &str) -> Option<WebLink> {
        let url = Url::parse(word).ok()?;
        if !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        let path = url.path_segments()?.filter(|part| !part.is_empty());
        let decoded = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
        Some(WebLink {
            host: bare(url.host_str()?).to_owned(),
            path: path.map(decoded).collect(),
            query: url.query().unwrap_or_default().to_owned(),
            fragment: url.fragment().unwrap_or_default().to_owned(),
        })
    }

    /// Returns the path for pattern matching.
    pub(super) fn parts(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }
}

/// Returns a handle as one segment of a path.
pub(super) fn path_segment(handle: &str) -> PercentEncode<'_> {
    utf8_percent_encode(handle, NOT_IN_A_PART)
}

fn bare(host: &str) -> &str {
    let mut before = BEFORE_HOSTS.iter();
    before
        .find_map(|before| host.strip_prefix(before))
        .unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_one_part_of_a_path_whatever_is_in_it() {
        for (handle, expected) in [
            ("jay.bsky.team", "jay.bsky.team"),
            (
                "did:plc:z72i7hdynmk6r22z27h6tvur",
                "did:plc:z72i7hdynmk6r22z27h6tvur",
            ),
            ("../../../etc/passwd", "..%2F..%2F..%2Fetc%2Fpasswd"),
            ("a?b#c", "a%3Fb%23c"),
            ("a\n\u{202e}b", "a%0A%E2%80%AEb"),
            ("\"><b>", "%22%3E%3Cb%3E"),
        ] {
            assert_eq!(path_segment(handle).to_string(), expected, "{handle:?}");
        }
    }
}
