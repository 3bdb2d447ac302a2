//! Room for the tasks of one queue that are at work at the same time: as much for each key as for everybody's,
//! so that who has a budget of their own never waits for others.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use crate::model::PersonId;

pub(super) struct Slots {
    for_each: usize,
    by_key: HashMap<Option<PersonId>, Arc<Semaphore>>,
    freed: Arc<Notify>,
}

/// Room for one task, given back when it is dropped.
pub(super) struct Slot {
    permit: Option<OwnedSemaphorePermit>,
    freed: Arc<Notify>,
}

impl Slots {
    pub(super) fn new(for_each: usize) -> Self {
        Self {
            for_each,
            by_key: HashMap::new(),
            freed: Arc::default(),
        }
    }

    /// Room for one more task that goes by this key, if there is any.
    pub(super) fn take(&mut self, key_of: Option<PersonId>) -> Option<Slot> {
        let for_each = self.for_each;
        let slots = self.by_key.entry(key_of);
        let slots = slots.or_insert_with(|| Arc::new(Semaphore::new(for_each)));
        let permit = slots.clone().try_acquire_owned().ok()?;
        Some(Slot {
            permit: Some(permit),
            freed: self.freed.clone(),
        })
    }

    pub(super) fn has_room(&self, key_of: Option<PersonId>) -> bool {
        let slots = self.by_key.get(&key_of);
        slots.is_none_or(|slots| slots.available_permits() > 0)
    }

    /// Rings when a task has given its room back.
    pub(super) fn freed(&self) -> Arc<Notify> {
        self.freed.clone()
    }

    /// Keys that nothing goes by at the moment need no place here.
    pub(super) fn tidy(&mut self) {
        let for_each = self.for_each;
        self.by_key
            .retain(|_, slots| slots.available_permits() < for_each);
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.permit.take();
        self.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_room_of_its_own() {
        let mut slots = Slots::new(1);
        let ann = Some(PersonId(1));
        let everybodys = slots.take(None);
        assert!(everybodys.is_some() && !slots.has_room(None));
        assert!(slots.has_room(ann) && slots.take(ann).is_some());
        slots.tidy();
        assert_eq!(slots.by_key.len(), 1, "only what is in use is kept");
        drop(everybodys);
        assert!(slots.has_room(None));
    }
}
