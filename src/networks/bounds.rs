//! Bounds of one response, whatever the network sends. What is too long is cut if the rest is still useful, and refused
//! or left out if it is not: a cut id would be another account's.

use crate::model::{Account, AccountId, Cursor, Handle, Page, Profile};
use crate::networks::{FOUND, Found, Limits, NetworkError, Resolved};

/// Bytes of a handle: a name and a host. An account with a longer one is left out.
const LONGEST_HANDLE: usize = 320;

/// Bytes of a cursor, which becomes part of a URL; servers accept about 8,000 of those. With a longer one the list is
/// broken off.
const LONGEST_CURSOR: usize = 4_096;

/// Bytes of a display name; the rest is cut.
const LONGEST_NAME: usize = 400;

/// Bytes of a description; the rest is cut.
const LONGEST_BIO: usize = 4_000;

/// Bytes of a picture's address; a longer one is dropped.
const LONGEST_PICTURE: usize = 2_000;

/// A response that can be brought within the bounds, or refused.
pub(super) trait Bounded: Sized {
    /// Returns the number of accounts in it, as it came.
    fn accounts(&self) -> usize;

    fn bounded(self, limits: &Limits) -> Result<Self, NetworkError>;
}

/// The health check finds one account.
impl Bounded for () {
    fn accounts(&self) -> usize {
        1
    }

    fn bounded(self, _limits: &Limits) -> Result<Self, NetworkError> {
        Ok(())
    }
}

impl Bounded for Page {
    fn accounts(&self) -> usize {
        let more = self.lost.saturating_add(self.wasted);
        let more = usize::try_from(more).unwrap_or(usize::MAX);
        self.accounts.len().saturating_add(more)
    }

    fn bounded(mut self, limits: &Limits) -> Result<Self, NetworkError> {
        let is_too_long = |next: &mut Cursor| next.0.len() > LONGEST_CURSOR;
        self.broken_off |= self.next.take_if(is_too_long).is_some();
        let count = self.accounts.len();
        self.accounts = self.accounts.bounded(limits)?;
        self.lost += (count - self.accounts.len()) as u64;
        self.profiles.truncate(limits.largest_page as usize);
        let profiles = self.profiles.into_iter();
        self.profiles = profiles
            .filter_map(|profile| profile.bounded(limits).ok())
            .collect();
        self.private.retain(|id| is_id(id, limits));
        Ok(self)
    }
}

impl Bounded for Vec<Account> {
    fn accounts(&self) -> usize {
        self.len()
    }

    fn bounded(mut self, limits: &Limits) -> Result<Self, NetworkError> {
        self.truncate(limits.largest_page as usize);
        self.retain(|account| is_named(&account.id, &account.handle, limits));
        Ok(self)
    }
}

impl Bounded for Resolved {
    fn accounts(&self) -> usize {
        1
    }

    fn bounded(self, limits: &Limits) -> Result<Self, NetworkError> {
        match self {
            Resolved::Account(Account { id, handle }) if !is_named(&id, &handle, limits) => {
                Err(unnamed())
            }
            Resolved::Account(account) => Ok(Resolved::Account(account)),
            Resolved::Profile(profile) => profile.bounded(limits).map(Resolved::Profile),
        }
    }
}

impl Bounded for Vec<Profile> {
    fn accounts(&self) -> usize {
        self.len()
    }

    fn bounded(self, limits: &Limits) -> Result<Self, NetworkError> {
        let count = self.len();
        if count > limits.profiles_at_once as usize {
            return Err(refused(format!("{count} profiles")));
        }
        // One of several is left out, like an unavailable one.
        let profiles = self.into_iter().map(|profile| profile.bounded(limits));
        profiles
            .filter(|profile| count == 1 || profile.is_ok())
            .collect()
    }
}

impl Bounded for Found {
    fn accounts(&self) -> usize {
        self.0.len()
    }

    fn bounded(self, limits: &Limits) -> Result<Self, NetworkError> {
        let found = self.0.into_iter().take(FOUND as usize);
        let found = found.filter_map(|profile| profile.bounded(limits).ok());
        Ok(Self(found.collect()))
    }
}

impl Bounded for Profile {
    fn accounts(&self) -> usize {
        1
    }

    fn bounded(mut self, limits: &Limits) -> Result<Self, NetworkError> {
        if !is_named(&self.id, &self.handle, limits) {
            return Err(unnamed());
        }
        cut(&mut self.name, LONGEST_NAME);
        cut(&mut self.bio, LONGEST_BIO);
        self.picture
            .take_if(|picture| picture.len() > LONGEST_PICTURE);
        Ok(self)
    }
}

/// Whether the lengths of an id and a handle are possible.
fn is_named(id: &AccountId, handle: &Handle, limits: &Limits) -> bool {
    is_id(id, limits) && handle.0.len() <= LONGEST_HANDLE
}

fn is_id(id: &AccountId, limits: &Limits) -> bool {
    (1..=limits.longest_id).contains(&id.as_str().len())
}

fn cut(text: &mut String, longest: usize) {
    text.truncate(text.floor_char_boundary(longest));
    // Values that are kept for long don't hold on to the memory of what was cut.
    text.shrink_to_fit();
}

fn unnamed() -> NetworkError {
    refused("an account whose id or handle is none".into())
}

fn refused(what: String) -> NetworkError {
    NetworkError::Unexpected(what)
}
