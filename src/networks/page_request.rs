//! How much of a list is requested at once: a page, and less if a page was too long a response to be read, so that
//! accounts with long profiles don't hide those after them, or if a page would cost more than planned.

use crate::model::{Cursor, Page};
use crate::networks::NetworkError;

/// In front of the size in our cursors; the networks' own don't begin with it.
const MARK: char = '~';

/// How many times smaller the next try is.
const SMALLER: u32 = 4;

/// How many times larger it is after a success.
const LARGER: u32 = 2;

/// A position in a list, and how many accounts are requested from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PageRequest {
    pub(super) size: u32,
    /// `None` at the beginning.
    pub(super) cursor: Option<Cursor>,
    /// The largest page.
    page: u32,
}

impl PageRequest {
    /// Reads a cursor of ours: one of the network's, with a size in front of it unless it is a whole page.
    pub(super) fn of(cursor: Option<&Cursor>, page: u32) -> Self {
        let marked = cursor.and_then(|cursor| {
            let (size, rest) = cursor.0.strip_prefix(MARK)?.split_once(MARK)?;
            Some((size.parse::<u32>().ok()?, rest))
        });
        let (size, cursor) = match marked {
            Some((size, "")) => (size, None),
            Some((size, rest)) => (size, Some(Cursor(rest.to_owned()))),
            None => (page, cursor.cloned()),
        };
        Self {
            size: size.clamp(1, page),
            cursor,
            page,
        }
    }

    /// Returns the page of the response, with our cursor for the next one. A page that was too large becomes an empty
    /// one before a smaller one at the same position; if a single account is too large, the list is broken off.
    ///
    /// # Errors
    /// Any other error of the response.
    pub(super) fn read(&self, page: Result<Page, NetworkError>) -> Result<Page, NetworkError> {
        match page {
            Err(NetworkError::TooLarge(_)) if self.size > 1 => Ok(Page {
                next: self.marked((self.size / SMALLER).max(1), self.cursor.clone()),
                wasted: self.size.into(),
                ..Page::default()
            }),
            Err(NetworkError::TooLarge(_)) => Ok(Page {
                broken_off: true,
                wasted: self.size.into(),
                ..Page::default()
            }),
            Ok(page) => Ok(Page {
                next: match page.next {
                    Some(next) => self.marked(self.size.saturating_mul(LARGER), Some(next)),
                    None => None,
                },
                ..page
            }),
            Err(error) => Err(error),
        }
    }

    /// Returns our cursor for the same position and at most this many accounts, but at least one.
    pub(super) fn capped(&self, most: u64) -> Option<Cursor> {
        let most = u32::try_from(most).unwrap_or(u32::MAX);
        self.marked(self.size.min(most).max(1), self.cursor.clone())
    }

    fn marked(&self, size: u32, cursor: Option<Cursor>) -> Option<Cursor> {
        if size >= self.page {
            return cursor;
        }
        let cursor = cursor.map_or_else(String::new, |cursor| cursor.0);
        Some(Cursor(format!("{MARK}{size}{MARK}{cursor}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(next: &str) -> Page {
        Page {
            next: Some(Cursor(next.into())),
            ..Page::default()
        }
    }

    #[test]
    fn what_is_too_large_is_asked_for_in_smaller_pieces_and_grows_again() {
        let too_large = || Err(NetworkError::TooLarge(1));
        let first = PageRequest::of(None, 80);
        assert_eq!((first.size, first.cursor.clone()), (80, None));
        let smaller = first.read(too_large()).expect("a page");
        assert_eq!(smaller.wasted, 80, "they may be charged for");
        let page_request = PageRequest::of(smaller.next.as_ref(), 80);
        assert_eq!((page_request.size, page_request.cursor.clone()), (20, None));
        let again = page_request.read(too_large()).expect("a page");
        assert_eq!(PageRequest::of(again.next.as_ref(), 80).size, 5);
        let behind = page_request.read(Ok(page("x"))).expect("a page");
        let page_request = PageRequest::of(behind.next.as_ref(), 80);
        assert_eq!(page_request.size, 40);
        assert_eq!(page_request.cursor, Some(Cursor("x".into())));
        let behind = page_request.read(Ok(page("y"))).expect("a page");
        assert_eq!(behind.next, Some(Cursor("y".into())), "a whole page again");
        let last = page_request.read(Ok(Page::default())).expect("a page");
        assert_eq!(last, Page::default());
    }

    #[test]
    fn no_more_is_asked_for_than_is_reckoned_with() {
        let cursor = Cursor("x".into());
        for (most, size) in [(0, 1), (7, 7), (80, 80), (1_000, 80)] {
            let smaller = PageRequest::of(Some(&cursor), 80).capped(most);
            let page_request = PageRequest::of(smaller.as_ref(), 80);
            assert_eq!(
                (page_request.size, page_request.cursor),
                (size, Some(cursor.clone()))
            );
        }
        let small = PageRequest::of(Some(&Cursor("~5~x".into())), 80).capped(40);
        assert_eq!(
            PageRequest::of(small.as_ref(), 80).size,
            5,
            "never more than it was"
        );
    }

    #[test]
    fn one_account_that_is_too_large_breaks_the_list_off() {
        let page_request = PageRequest::of(Some(&Cursor("~1~x".into())), 80);
        let page = page_request
            .read(Err(NetworkError::TooLarge(1)))
            .expect("a page");
        assert!(page.broken_off && page.next.is_none());
        let error = page_request.read(Err(NetworkError::NotFound));
        assert_eq!(error, Err(NetworkError::NotFound));
    }

    #[test]
    fn cursors_of_the_network_are_left_as_they_are() {
        for cursor in ["", "x", "~", "~x", "~x~y", "1795433230072__bafyrei"] {
            let cursor = Cursor(cursor.into());
            let page_request = PageRequest::of(Some(&cursor), 80);
            assert_eq!((page_request.size, page_request.cursor), (80, Some(cursor)));
        }
    }
}
