//! What a word of a message means to Instagram: a link to a profile, a handle, or none of these. Pure.

use url::form_urlencoded;

use crate::model::Handle;
use crate::networks::HandleMatch;
use crate::networks::link::WebLink;

const HOSTS: [&str; 3] = ["instagram.com", "instagr.am", "ig.me"];

/// Paths of the site, which are no account's name.
const NOT_ACCOUNTS: [&str; 25] = [
    "p",
    "reel",
    "reels",
    "tv",
    "explore",
    "popular",
    "channel",
    "ar",
    "accounts",
    "direct",
    "directory",
    "about",
    "legal",
    "developer",
    "api",
    "graphql",
    "oauth",
    "emails",
    "web",
    "share",
    "s",
    "challenge",
    "stories",
    "_u",
    "n",
];

/// A profile link in any of its forms, the app's own scheme, or a name.
pub(super) fn read(word: &str) -> HandleMatch {
    let lower = word.to_ascii_lowercase();
    if let Some(query) = lower.strip_prefix("instagram://user?") {
        let mut query = form_urlencoded::parse(query.as_bytes());
        let username = query.find(|(key, _)| key == "username");
        let handle = username.and_then(|(_, name)| handle(&name));
        return handle.map_or(HandleMatch::NoAccount, HandleMatch::Link);
    }
    let Some(link) = WebLink::to(&HOSTS, &lower) else {
        let name = lower.strip_prefix('@').unwrap_or(&lower);
        return handle(name).map_or(HandleMatch::Other, HandleMatch::Name);
    };
    let name = match (link.host.as_str(), link.parts().as_slice()) {
        (_, ["stories", "highlights", ..]) => None,
        ("ig.me", ["m", name, ..]) | (_, ["_u" | "n" | "stories", name, ..]) => Some(*name),
        ("ig.me", _) => None,
        // Logged-out visitors are redirected there from every profile.
        (_, ["accounts", "login", ..]) => return behind_login(&link),
        (_, [name, ..]) => Some(*name),
        _ => None,
    };
    let handle = name.and_then(|name| handle(name.trim_start_matches('@')));
    handle.map_or(HandleMatch::NoAccount, HandleMatch::Link)
}

/// The profile that the login page leads on to.
fn behind_login(link: &WebLink) -> HandleMatch {
    let mut query = form_urlencoded::parse(link.query.as_bytes());
    let next = query.find(|(key, _)| key == "next");
    let next = next.map(|(_, path)| path.trim_matches('/').to_owned());
    // Deeper paths are mostly pages of the site.
    let handle = next.and_then(|name| handle(&name));
    handle.map_or(HandleMatch::NoAccount, HandleMatch::Link)
}

/// Returns a valid handle: `A-Z a-z 0-9 . _`, 1 to 30 of them, no dot at an end and no two in a row; case does not
/// matter. Paths of the site are no handles.
fn handle(name: &str) -> Option<Handle> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '_';
    let fits = (1..=30).contains(&name.len()) && name.chars().all(allowed);
    let dots = name.starts_with('.') || name.ends_with('.') || name.contains("..");
    let is_place = NOT_ACCOUNTS.contains(&name.to_ascii_lowercase().as_str());
    (fits && !dots && !is_place).then(|| Handle(name.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_an_account_is_understood() {
        for word in [
            "https://www.instagram.com/nasa/?igsh=x",
            "instagram.com/NASA",
            "http://m.instagram.com/@nasa/reel/C1",
            "https://instagr.am/_u/nasa",
            "https://www.instagram.com/stories/nasa/123/",
            "https://ig.me/m/nasa",
            "https://www.instagram.com/n/nasa/?utm_source=email",
            "https://www.instagram.com/accounts/login/?next=%2Fnasa%2F",
            "instagram://user?username=nasa",
        ] {
            assert_eq!(
                read(word),
                HandleMatch::Link(Handle("nasa".into())),
                "{word}"
            );
        }
        for word in ["@nasa", "nasa", "NASA"] {
            assert_eq!(
                read(word),
                HandleMatch::Name(Handle("nasa".into())),
                "{word}"
            );
        }
        for word in [
            "https://www.instagram.com/p/C1/",
            "https://instagram.com/",
            "instagram://user?id=1",
            "instagram.com/stories/",
            "https://www.instagram.com/popular/space-photos/",
            "https://www.instagram.com/channel/AbaXyz/",
            "https://www.instagram.com/ar/1234/",
            "https://www.instagram.com/n/",
            "https://www.instagram.com/accounts/login/?next=%2Fp%2FC1%2F",
            "https://www.instagram.com/accounts/login/",
        ] {
            assert_eq!(read(word), HandleMatch::NoAccount, "{word}");
        }
        for word in [
            "https://example.com/nasa",
            "https://instagram.com.evil.example/nasa",
            "a..b",
            ".a",
            "naïve",
            "",
            "@",
            "ftp://instagram.com/nasa",
        ] {
            assert_eq!(read(word), HandleMatch::Other, "{word}");
        }
    }
}
