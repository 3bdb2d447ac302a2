//! Slow servers, slow on purpose or not: only a few requests to them are in flight at a time, so that other requests go
//! on meanwhile.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::model::PersonId;

/// A response later than this makes a domain slow ...
const SLOW: Duration = Duration::from_secs(2);

/// ... for this long.
const SLOW_FOR: Duration = Duration::from_secs(600);

/// Requests to slow domains in flight for one person.
const AT_ONCE: usize = 2;

/// The expected duration of such a request.
const TAKES: Duration = Duration::from_secs(10);

/// The slow domains, and the requests to them.
#[derive(Clone, Default)]
pub(super) struct SlowHosts(Arc<Mutex<SlowState>>);

#[derive(Default)]
struct SlowState {
    /// Until when, in the clock's elapsed time.
    domains: BTreeMap<String, Duration>,
    askers: BTreeMap<Option<PersonId>, AskerSlots>,
}

#[derive(Default)]
struct AskerSlots {
    at_work: usize,
    /// The promised permits are taken until then.
    promised: Duration,
}

/// A permit for a slow domain, given back when it is dropped.
pub(super) struct SlowPermit {
    slow: SlowHosts,
    by: Option<PersonId>,
}

impl SlowHosts {
    /// Returns a permit to contact a domain; `None` if it is not slow.
    ///
    /// # Errors
    /// When there is a permit again. It is reserved for this caller.
    pub(super) fn permit(
        &self,
        domain: &str,
        by: Option<PersonId>,
        now: Duration,
    ) -> Result<Option<SlowPermit>, Duration> {
        let mut state = self.state();
        if state.domains.get(domain).is_none_or(|until| *until <= now) {
            return Ok(None);
        }
        let asker = state.askers.entry(by).or_default();
        if asker.at_work >= AT_ONCE {
            asker.promised = asker.promised.max(now) + TAKES / AT_ONCE as u32;
            return Err(asker.promised);
        }
        asker.at_work += 1;
        let slow = self.clone();
        Ok(Some(SlowPermit { slow, by }))
    }

    /// Notes how long a domain took.
    pub(super) fn note(&self, domain: &str, took: Duration, now: Duration) {
        if took <= SLOW {
            return;
        }
        let mut state = self.state();
        state.domains.retain(|_, until| *until > now);
        state.domains.insert(domain.to_owned(), now + SLOW_FOR);
    }

    fn state(&self) -> MutexGuard<'_, SlowState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for SlowPermit {
    fn drop(&mut self) {
        let mut state = self.slow.state();
        if let Some(asker) = state.askers.get_mut(&self.by) {
            asker.at_work -= 1;
            if asker.at_work == 0 {
                state.askers.remove(&self.by);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn slow_servers_have_a_few_places_for_each_person() {
        let slow = SlowHosts::default();
        let (ann, bob) = (Some(PersonId(1)), Some(PersonId(2)));
        let place = |by| slow.permit("a.example", by, 20 * SECOND);
        assert!(matches!(place(ann), Ok(None)), "nobody knows it yet");
        slow.note("a.example", 19 * SECOND, 20 * SECOND);
        let places = [place(ann), place(ann)];
        assert!(places.iter().all(|place| matches!(place, Ok(Some(_)))));
        assert_eq!(place(ann).err(), Some(25 * SECOND));
        assert_eq!(place(ann).err(), Some(30 * SECOND), "one after the other");
        assert!(
            matches!(place(bob), Ok(Some(_))),
            "he has places of his own"
        );
        let other = slow.permit("b.example", ann, 20 * SECOND);
        assert!(matches!(other, Ok(None)), "others wait for nothing");
        drop(places);
        assert!(matches!(place(ann), Ok(Some(_))));
        let later = slow.permit("a.example", ann, 21 * SECOND + SLOW_FOR);
        assert!(matches!(later, Ok(None)), "it may have become faster");
    }
}
