//! Which accounts a page of a list shows, and the cursor of the next page, the same for all networks.

use std::sync::Arc;

use crate::demo::networks::fake_state::{AccountState, FakeState};
use crate::demo::networks::{ApiError, CursorFault, Endpoint, ParsedRequest};
use crate::demo::pseudorandom;
use crate::demo::world::World;

/// One page in this many is shorter than asked for, though more follow.
const SHORT_PAGES: u64 = 16;

pub(super) struct Paging {
    pub(super) world: Arc<World>,
    pub(super) seed: u64,
}

/// What a page shows.
pub(super) struct FakePage {
    /// Accounts by their index in the world.
    pub(super) accounts: Vec<u32>,
    /// The cursor of the next page.
    pub(super) next: Option<String>,
    /// Pseudorandom, and the same whenever the page is requested.
    pub(super) number: u64,
}

impl Paging {
    /// Returns a page of the requested list; removed accounts are left out.
    pub(super) fn page(
        &self,
        parsed: &ParsedRequest,
        index: u32,
        state: &FakeState,
    ) -> Result<FakePage, ApiError> {
        let list = match parsed.endpoint {
            Endpoint::Following => self.world.following(index),
            _ => self.world.followers(index),
        };
        if !parsed.known_cursor || parsed.start > list.len() {
            return Err(ApiError::BadCursor);
        }
        if parsed.start > 0 && state.has_cursor_fault(parsed, CursorFault::Refused) {
            return Err(ApiError::BadCursor);
        }
        let number = self.number_of(parsed, parsed.start);
        let mut end = list.len().min(parsed.start + parsed.count);
        let more = end < list.len();
        if more && parsed.count > 1 && number.is_multiple_of(SHORT_PAGES) {
            end -= 1 + (number >> 32) as usize % (parsed.count - 1);
        }
        let account_states = state.account_states();
        let is_there = |index: &&u32| {
            let account = self.world.account(**index);
            !matches!(
                account_states.get(&account.id),
                Some(AccountState::Removed | AccountState::Suspended)
            )
        };
        let accounts = list.get(parsed.start..end).unwrap_or_default().iter();
        let next = match more {
            true => Some(end),
            false => state
                .has_cursor_fault(parsed, CursorFault::Cycle)
                .then_some(0),
        };
        Ok(FakePage {
            accounts: accounts.filter(is_there).copied().collect(),
            next: next.map(|start| self.cursor(parsed, start)),
            number,
        })
    }

    /// Finds the position in the list that the request's cursor stands for; `inner` takes our part out of the cursor.
    pub(super) fn locate(
        &self,
        parsed: &mut ParsedRequest,
        state: &FakeState,
        inner: impl FnOnce(&str) -> Option<&str>,
    ) {
        if parsed.cursor.is_empty() {
            return;
        }
        let start = inner(&parsed.cursor).and_then(|inner| self.position_of(parsed, inner));
        parsed.known_cursor = start.is_some();
        parsed.start = start.unwrap_or_default();
        if start.is_none() {
            state.add_violation(format!("{parsed}: no cursor of this list"));
        }
    }

    /// Returns the position in a list that a cursor stands for; `None` if it is not one of that list.
    pub(super) fn position_of(&self, parsed: &ParsedRequest, cursor: &str) -> Option<usize> {
        let (check, covered) = cursor.split_at_checked(8)?;
        let check = u64::from_str_radix(check, 16).ok()?;
        let covered = u64::from_str_radix(covered, 16).ok()?;
        let start =
            usize::try_from(covered ^ (pseudorandom::mix(&[self.seed, check]) >> 32)).ok()?;
        (self.cursor(parsed, start) == cursor).then_some(start)
    }

    /// Returns an opaque cursor that is valid for its own list alone.
    pub(super) fn cursor(&self, parsed: &ParsedRequest, start: usize) -> String {
        let check = self.number_of(parsed, start) >> 32;
        let covered = start as u64 ^ (pseudorandom::mix(&[self.seed, check]) >> 32);
        format!("{check:08X}{covered:08x}")
    }

    fn number_of(&self, parsed: &ParsedRequest, start: usize) -> u64 {
        let direction = u64::from(parsed.endpoint == Endpoint::Following);
        let subject = pseudorandom::of_text(&parsed.subject);
        pseudorandom::mix(&[self.seed, subject, direction, start as u64])
    }
}
