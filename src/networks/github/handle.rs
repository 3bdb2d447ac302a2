//! What a word of a message means to GitHub: a link to an account or to something it owns, a name, or none of these.
//! Pure.

use crate::model::Handle;
use crate::networks::HandleMatch;
use crate::networks::link::WebLink;

const HOSTS: [&str; 2] = ["github.com", "gist.github.com"];

/// Paths of the site that an account's name follows.
const BEFORE_NAMES: [&str; 4] = ["orgs", "users", "sponsors", "stars"];

/// Paths of the site, which are no account's name.
const NOT_ACCOUNTS: [&str; 43] = [
    "about",
    "account",
    "apps",
    "codespaces",
    "collections",
    "contact",
    "customer-stories",
    "dashboard",
    "discover",
    "enterprise",
    "enterprises",
    "events",
    "explore",
    "features",
    "issues",
    "join",
    "login",
    "logout",
    "marketplace",
    "new",
    "newsroom",
    "notifications",
    "open-source",
    "organizations",
    "orgs",
    "premium-support",
    "pricing",
    "pulls",
    "readme",
    "resources",
    "search",
    "security",
    "sessions",
    "settings",
    "signup",
    "site",
    "solutions",
    "sponsors",
    "starred",
    "stars",
    "topics",
    "trending",
    "users",
];

const LONGEST: usize = 39;

/// A link to an account, to what it owns or what it has written, or a name.
pub(super) fn read(word: &str) -> HandleMatch {
    let lower = word.to_ascii_lowercase();
    let Some(link) = WebLink::to(&HOSTS, &lower) else {
        let name = lower.strip_prefix('@').unwrap_or(&lower);
        return match handle(name) {
            Some(handle) if name.contains('_') || is_old(name) => HandleMatch::Unusual(handle),
            Some(handle) => HandleMatch::Name(handle),
            None => HandleMatch::Other,
        };
    };
    let name = match link.parts().as_slice() {
        [place, name, ..] if BEFORE_NAMES.contains(place) => handle(name),
        [name, ..] => handle(name),
        [] => None,
    };
    name.map_or(HandleMatch::NoAccount, HandleMatch::Link)
}

/// Returns a valid name: `A-Z a-z 0-9 -`, at most 39 of them; case does not matter. Those managed by a company end with
/// `_` and its short name.
fn handle(name: &str) -> Option<Handle> {
    let (own, company) = match name.split_once('_') {
        Some((own, company)) => (own, Some(company)),
        None => (name, None),
    };
    let is_inside = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let is_own = own.chars().all(is_inside) && own.contains(|c: char| c.is_ascii_alphanumeric());
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric());
    let fits = name.len() <= LONGEST && is_own && company.is_none_or(is_part);
    let is_place = NOT_ACCOUNTS.contains(&name);
    (fits && !is_place).then(|| Handle(name.to_owned()))
}

/// Whether a name has a `-` at an end or two in a row: no longer given out, but some accounts have one.
fn is_old(name: &str) -> bool {
    name.starts_with('-') || name.ends_with('-') || name.contains("--")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_an_account_is_understood() {
        for word in [
            "https://github.com/octo-anna",
            "https://www.github.com/Octo-Anna/",
            "github.com/octo-anna/cairns/issues/7?q=is%3Aopen",
            "https://github.com/octo-anna?tab=followers",
            "https://gist.github.com/octo-anna/0123456789abcdef",
            "gist.github.com/octo-anna",
            "https://github.com/orgs/octo-anna/followers",
            "https://github.com/users/octo-anna/projects/1",
            "https://github.com/sponsors/octo-anna",
        ] {
            assert_eq!(
                read(word),
                HandleMatch::Link(Handle("octo-anna".into())),
                "{word}"
            );
        }
        for name in ["link-", "gil--", "-jerry-", "0----0"] {
            let old = Handle(name.into());
            let link = format!("https://github.com/{name}");
            assert_eq!(read(&link), HandleMatch::Link(old.clone()), "{link}");
            assert_eq!(
                read(&format!("@{name}")),
                HandleMatch::Unusual(old),
                "{name}"
            );
        }
        let managed = Handle("anna_octo".into());
        assert_eq!(
            read("github.com/Anna_octo"),
            HandleMatch::Link(managed.clone())
        );
        assert_eq!(read("@anna_octo"), HandleMatch::Unusual(managed));
        let longest = "a".repeat(LONGEST);
        for (word, handle) in [
            ("@Octo-Anna", "octo-anna"),
            ("octoanna", "octoanna"),
            ("a-b-c", "a-b-c"),
            ("7", "7"),
            (&longest, &longest),
        ] {
            assert_eq!(
                read(word),
                HandleMatch::Name(Handle(handle.into())),
                "{word}"
            );
        }
        for word in [
            "https://github.com/",
            "github.com",
            "https://github.com/topics/rust",
            "https://github.com/sponsors",
            "https://github.com/orgs",
            "https://github.com/trending?since=weekly",
            "https://gist.github.com/discover",
            "https://github.com/solutions/industry",
            "https://github.com/--",
        ] {
            assert_eq!(read(word), HandleMatch::NoAccount, "{word}");
        }
        for word in [
            "-",
            "--",
            "anna_",
            "_anna",
            "anna_octo_two",
            "octo.anna",
            &"a".repeat(LONGEST + 1),
            "",
            "@",
            "naïve",
            "https://github.com.evil.example/anna",
            "https://example.com/anna",
            "https://api.github.com/users/anna",
        ] {
            assert_eq!(read(word), HandleMatch::Other, "{word}");
        }
    }
}
