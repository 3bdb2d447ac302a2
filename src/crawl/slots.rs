//! Concurrency limits of one queue: one pool of slots per API key plus one for the shared key, so that people with
//! their own key never wait for others. Within a pool, nobody may hold more than half of what the others leave. So a
//! newcomer always finds a slot, however long the others' requests take; and as tasks end, this converges to equal
//! shares for all, and one more that is free.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::ledger::ReadyCrawl;
use crate::model::PersonId;

/// Whose task it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Holder {
    key_of: Option<PersonId>,
    asker: Option<PersonId>,
}

pub(super) struct Slots {
    for_each_key: usize,
    held: Arc<Mutex<HashMap<Holder, usize>>>,
    freed: Arc<Notify>,
}

/// A slot for one task; freed when dropped.
pub(super) struct Slot {
    holder: Holder,
    held: Arc<Mutex<HashMap<Holder, usize>>>,
    freed: Arc<Notify>,
}

impl From<&ReadyCrawl> for Holder {
    fn from(ready: &ReadyCrawl) -> Self {
        Self {
            key_of: ready.key_of,
            asker: ready.asker,
        }
    }
}

impl Slots {
    pub(super) fn new(for_each_key: usize) -> Self {
        Self {
            for_each_key,
            held: Arc::default(),
            freed: Arc::default(),
        }
    }

    /// Takes a slot.
    pub(super) fn take(&self, holder: Holder) -> Slot {
        *lock(&self.held).entry(holder).or_default() += 1;
        Slot {
            holder,
            held: self.held.clone(),
            freed: self.freed.clone(),
        }
    }

    /// Whether `holder` may take one more slot: within half of what the others leave, or the last free one.
    pub(super) fn has_room(&self, holder: Holder) -> bool {
        let held = lock(&self.held);
        let by_key = held
            .iter()
            .filter(|(other, _)| other.key_of == holder.key_of);
        let all: usize = by_key.map(|(_, held)| held).sum();
        let own = held.get(&holder).copied().unwrap_or_default();
        let left_by_others = self.for_each_key.saturating_sub(all - own);
        own < (left_by_others / 2).max(left_by_others.min(1))
    }

    /// Notifies when a slot is freed.
    pub(super) fn freed(&self) -> Arc<Notify> {
        self.freed.clone()
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut held = lock(&self.held);
        if let Some(own) = held.get_mut(&self.holder) {
            *own -= 1;
            if *own == 0 {
                held.remove(&self.holder);
            }
        }
        drop(held);
        self.freed.notify_one();
    }
}

fn lock(held: &Mutex<HashMap<Holder, usize>>) -> MutexGuard<'_, HashMap<Holder, usize>> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(key_of: Option<u64>, asker: u64) -> Holder {
        Holder {
            key_of: key_of.map(PersonId),
            asker: Some(PersonId(asker)),
        }
    }

    /// Takes as many slots as one person gets.
    fn fill(slots: &Slots, asker: u64) -> Vec<Slot> {
        let asker = holder(None, asker);
        let has_room = |_: &usize| slots.has_room(asker);
        let taken = (0..99).take_while(has_room).map(|_| slots.take(asker));
        taken.collect()
    }

    #[test]
    fn each_key_has_room_of_its_own() {
        let slots = Slots::new(1);
        let slot = slots.take(holder(None, 2));
        assert!(!slots.has_room(holder(None, 3)));
        assert!(slots.has_room(holder(Some(1), 1)));
        drop(slot);
        assert!(slots.has_room(holder(None, 3)));
        assert!(lock(&slots.held).is_empty(), "only what is in use is kept");
    }

    #[test]
    fn who_comes_next_finds_room_and_in_the_end_all_have_as_much() {
        let slots = Slots::new(16);
        let mut held: Vec<Vec<Slot>> = (1..=3).map(|asker| fill(&slots, asker)).collect();
        let taken = |held: &[Vec<Slot>]| held.iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(taken(&held), [8, 4, 2]);
        for _ in 0..20 {
            for (own, asker) in held.iter_mut().zip(1..) {
                own.pop();
                own.extend(fill(&slots, asker));
            }
        }
        assert_eq!(taken(&held), [4, 4, 4]);
    }
}
