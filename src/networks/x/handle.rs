//! What a word of a message means to X: a link to an account or to something it posted, a name, or none of these. Pure.

use url::form_urlencoded;

use crate::model::Handle;
use crate::networks::HandleMatch;
use crate::networks::link::WebLink;

const HOSTS: [&str; 2] = ["x.com", "twitter.com"];

/// The beginning of the app's own links to accounts.
const OF_APP: &str = "twitter://user?";

/// Paths of the site, which are no account's name.
const NOT_ACCOUNTS: [&str; 20] = [
    "about",
    "account",
    "compose",
    "download",
    "explore",
    "hashtag",
    "home",
    "i",
    "intent",
    "jobs",
    "login",
    "logout",
    "messages",
    "notifications",
    "privacy",
    "search",
    "settings",
    "share",
    "signup",
    "tos",
];

const LONGEST: usize = 15;

/// A link to an account or to what it has posted, an invitation to follow it, or a name.
pub(super) fn read(word: &str) -> HandleMatch {
    let lower = word.to_ascii_lowercase();
    let name = if let Some(query) = lower.strip_prefix(OF_APP) {
        screen_name(query)
    } else if let Some(link) = WebLink::to(&HOSTS, &lower) {
        match link.parts().as_slice() {
            ["intent", "user" | "follow"] => screen_name(&link.query),
            [name, ..] => handle(name.trim_start_matches('@')),
            // Links of the site's first years.
            [] => link.fragment.strip_prefix("!/").and_then(|path| {
                let name = path.split(['/', '?']).next().unwrap_or_default();
                handle(name.trim_start_matches('@'))
            }),
        }
    } else {
        let name = lower.strip_prefix('@').unwrap_or(&lower);
        return handle(name).map_or(HandleMatch::Other, HandleMatch::Name);
    };
    name.map_or(HandleMatch::NoAccount, HandleMatch::Link)
}

/// Returns the account that a query names. One given by number can't be looked up like a typed name.
fn screen_name(query: &str) -> Option<Handle> {
    let query = query.split('#').next().unwrap_or_default();
    let mut query = form_urlencoded::parse(query.as_bytes());
    let (_, name) = query.find(|(key, _)| key == "screen_name")?;
    handle(name.trim_start_matches('@'))
}

/// Returns a valid name: `A-Z a-z 0-9 _`, 1 to 15 of them; case does not matter. Paths of the site are no names.
fn handle(name: &str) -> Option<Handle> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let fits = (1..=LONGEST).contains(&name.len()) && name.chars().all(allowed);
    let lower = name.to_ascii_lowercase();
    let is_place = NOT_ACCOUNTS.contains(&lower.as_str());
    (fits && !is_place).then_some(Handle(lower))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_an_account_is_understood() {
        for word in [
            "https://x.com/cairn_ridge",
            "https://x.com/Cairn_Ridge?s=21&t=abc",
            "x.com/cairn_ridge/",
            "https://www.x.com/@cairn_ridge",
            "https://twitter.com/CAIRN_RIDGE",
            "https://mobile.twitter.com/cairn_ridge/status/20",
            "twitter.com/cairn_ridge/followers",
            "https://x.com/cairn%5Fridge#m",
            "https://twitter.com/intent/user?screen_name=Cairn_Ridge",
            "https://x.com/intent/follow?ref=a&screen_name=%40cairn_ridge#b",
            "twitter://user?screen_name=cairn_ridge",
            "https://twitter.com/#!/Cairn_Ridge",
            "http://www.twitter.com/#!/@cairn_ridge/status/20",
        ] {
            let handle = Handle("cairn_ridge".into());
            assert_eq!(read(word), HandleMatch::Link(handle), "{word}");
        }
        let longest = "a".repeat(LONGEST);
        for (word, handle) in [
            ("@Cairn_Ridge", "cairn_ridge"),
            ("_", "_"),
            ("7", "7"),
            ("x", "x"),
            (&longest, &longest),
        ] {
            assert_eq!(
                read(word),
                HandleMatch::Name(Handle(handle.into())),
                "{word}"
            );
        }
        for word in [
            "https://x.com/",
            "x.com",
            "https://twitter.com/#!/search/cairns",
            "https://twitter.com/#cairn_ridge",
            "https://x.com/home",
            "https://x.com/i/user/12",
            "https://x.com/i/lists/12",
            "https://twitter.com/hashtag/cairns",
            "https://twitter.com/search?q=%40cairn_ridge",
            "https://twitter.com/intent/user?user_id=12",
            "https://twitter.com/intent/tweet?screen_name=cairn_ridge",
            "https://twitter.com/intent",
            "https://x.com/cairn.ridge",
            "twitter://user?id=12",
            "twitter://user?screen_name=",
        ] {
            assert_eq!(read(word), HandleMatch::NoAccount, "{word}");
        }
        for word in [
            "cairn.ridge",
            "cairn-ridge",
            &"a".repeat(LONGEST + 1),
            "home",
            "@i",
            "",
            "@",
            "@@a",
            "naïve",
            "https://x.com.evil.example/cairn_ridge",
            "https://x.com@evil.example/cairn_ridge",
            "https://netflix.com/cairn_ridge",
            "https://api.x.com/2/users/12",
            "twitter://timeline",
            "ftp://x.com/cairn_ridge",
        ] {
            assert_eq!(read(word), HandleMatch::Other, "{word}");
        }
    }
}
