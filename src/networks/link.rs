//! An address on the web as somebody wrote it, taken apart. Pure.

use percent_encoding::percent_decode_str;
use url::Url;

/// What stands before the name of a site for its own reasons.
const BEFORE_HOSTS: [&str; 3] = ["www.", "mobile.", "m."];

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    /// In lower case, without `www.` and the like.
    pub(super) host: String,
    /// The parts of the path, as they are meant, without empty ones.
    pub(super) path: Vec<String>,
}

impl Link {
    /// Reads a link to one of these hosts, with `https://` or without.
    pub(super) fn to(hosts: &[&str], word: &str) -> Option<Link> {
        let link = match word.split_once("://") {
            Some(_) => Link::read(word)?,
            None => {
                let host = word.split(['/', '?', '#']).next()?.to_ascii_lowercase();
                let is_known = hosts.contains(&bare(&host));
                is_known.then(|| Link::read(&format!("https://{word}")))??
            }
        };
        hosts.contains(&link.host.as_str()).then_some(link)
    }

    /// Reads any link of the web.
    pub(super) fn read(word: &str) -> Option<Link> {
        let url = Url::parse(word).ok()?;
        if !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        let path = url.path_segments()?.filter(|part| !part.is_empty());
        let decoded = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
        Some(Link {
            host: bare(url.host_str()?).to_owned(),
            path: path.map(decoded).collect(),
        })
    }

    /// The path, to be matched against.
    pub(super) fn parts(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }
}

fn bare(host: &str) -> &str {
    let mut before = BEFORE_HOSTS.iter();
    before
        .find_map(|before| host.strip_prefix(before))
        .unwrap_or(host)
}
