//! Cursors of lists: what ours contain, and how a server names the next page. Pure.

use std::fmt;

use url::Url;

use crate::model::Cursor;
use crate::networks::NetworkError;

/// Letters of a server's number of an account or a page; it becomes part of a URL.
const LONGEST_NUMBER: usize = 64;

/// A page of a list of an account that its server knows by a number; `1020382` is the first one, `1020382/7486869` a
/// later one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ListCursor {
    pub(super) account: String,
    pub(super) max_id: Option<String>,
}

/// A next page that can't be requested.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unusable;

impl ListCursor {
    pub(super) fn of(cursor: &Cursor) -> Result<Self, NetworkError> {
        let (account, max_id) = match cursor.0.split_once('/') {
            Some((account, max_id)) => (account, Some(max_id)),
            None => (cursor.0.as_str(), None),
        };
        if !is_number(account) || max_id.is_some_and(|max_id| !is_number(max_id)) {
            return Err(NetworkError::BadCursor);
        }
        Ok(Self {
            account: account.to_owned(),
            max_id: max_id.map(str::to_owned),
        })
    }

    pub(super) fn first(account: &str) -> Result<Self, NetworkError> {
        if !is_number(account) {
            let words = "an account without a number".to_owned();
            return Err(NetworkError::Unexpected(words));
        }
        Ok(Self {
            account: account.to_owned(),
            max_id: None,
        })
    }

    /// Returns the next page by the header `Link`; `Ok(None)` if this is the last one. Only the number is taken from
    /// the URL: no other server is contacted, whatever it says. It must be of the same server, or of this very list:
    /// servers behind proxies at times name themselves by an internal host.
    ///
    /// # Errors
    /// If there is a next page, but no valid number to request it with.
    pub(super) fn next(&self, link: Option<&str>, asked: &Url) -> Result<Option<Self>, Unusable> {
        let Some(address) = link.and_then(next_of) else {
            return Ok(None);
        };
        let url = asked.join(address).map_err(|_| Unusable)?;
        let is_of_list = url.domain() == asked.domain() || url.path() == asked.path();
        let mut query = url.query_pairs();
        let max_id = query.find_map(|(key, value)| (key == "max_id").then_some(value));
        match max_id {
            Some(max_id) if is_of_list && is_number(&max_id) => Ok(Some(Self {
                account: self.account.clone(),
                max_id: Some(max_id.into_owned()),
            })),
            _ => Err(Unusable),
        }
    }
}

impl fmt::Display for ListCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.account)?;
        match &self.max_id {
            Some(max_id) => write!(f, "/{max_id}"),
            None => Ok(()),
        }
    }
}

/// Numbers of some software contain letters.
fn is_number(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=LONGEST_NUMBER).contains(&text.len()) && text.chars().all(allowed)
}

/// Returns the URL with `rel="next"` (RFC 8288), which may have other relations as well, and any spaces.
fn next_of(header: &str) -> Option<&str> {
    header.split('<').find_map(|link| {
        let (address, parameters) = link.split_once('>')?;
        let mut parameters = parameters.split([';', ',']);
        let is_next = parameters.any(|parameter| {
            let Some((name, value)) = parameter.split_once('=') else {
                return false;
            };
            let mut relations = value.trim().trim_matches('"').split_ascii_whitespace();
            name.trim().eq_ignore_ascii_case("rel")
                && relations.any(|relation| relation.eq_ignore_ascii_case("next"))
        });
        is_next.then_some(address)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(link: &str) -> Result<Option<String>, Unusable> {
        let asked = "https://toot.example/api/v1/accounts/1020382/followers?limit=80";
        let asked = Url::parse(asked).expect("an address");
        let place = ListCursor::first("1020382").expect("a place");
        let next = place.next(Some(link), &asked)?;
        Ok(next.map(|place| place.to_string()))
    }

    #[test]
    fn the_next_page_is_taken_from_the_header() {
        let path = "/api/v1/accounts/1020382/followers?limit=80";
        let both = format!(
            "<https://toot.example{path}&since_id=8>; rel=\"prev\", <https://toot.example{path}&max_id=7486869>; rel=\"next\""
        );
        assert_eq!(next(&both), Ok(Some("1020382/7486869".into())));
        for (address, parameters) in [
            (
                format!("http://toot.example{path}&max_id=7486869"),
                "rel=next",
            ),
            (format!("{path}&max_id=7486869"), "rel=\"next\""),
            (
                "?max_id=7486869".to_owned(),
                "title=\"a\"; Rel = \"prefetch NEXT\"",
            ),
            (
                format!("http://localhost:4000{path}&max_id=7486869"),
                "rel=\"next\"",
            ),
            (
                format!("https://www.toot.example{path}&max_id=7486869"),
                "rel=\"next\"",
            ),
        ] {
            let link = format!("<{address}>;{parameters}");
            assert_eq!(next(&link), Ok(Some("1020382/7486869".into())), "{link}");
        }
        let letters = format!("<http://toot.example{path}&max_id=01H-x_9>;rel=next");
        assert_eq!(next(&letters), Ok(Some("1020382/01H-x_9".into())));
    }

    #[test]
    fn a_next_page_that_is_none_of_this_list_is_no_end() {
        let last =
            "<https://toot.example/x?since_id=8>; rel=\"prev\", </style.css>; rel=\"preload\"";
        for end in [last, "", "next", "<>", "<<>>;;,,", "<https://toot.example"] {
            assert_eq!(next(end), Ok(None), "{end:?}");
        }
        let long = "9".repeat(65);
        for address in [
            "https://127.0.0.1/?max_id=1",
            "https://kiln.example/?max_id=1",
            "https://toot.example/?since_id=1",
            "https://toot.example/?page=2",
            "https://toot.example/?max_id=..%2F..",
            &format!("https://toot.example/?max_id={long}"),
            "https://",
        ] {
            let odd = next(&format!("<{address}>; rel=\"next\""));
            assert_eq!(odd, Err(Unusable), "{address}");
        }
    }

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_nothing_else_is_one() {
        for written in ["1020382", "1020382/7486869", "01HXYZ/a-b_c"] {
            let place = ListCursor::of(&Cursor(written.into())).expect("a place");
            assert_eq!(place.to_string(), written);
        }
        for odd in [
            "",
            "/",
            "1/",
            "/1",
            "1/2/3",
            "no cursor of yours",
            "..",
            "1?x",
        ] {
            let error = ListCursor::of(&Cursor(odd.into())).expect_err("no place");
            assert_eq!(error, NetworkError::BadCursor, "{odd:?}");
        }
    }
}
