//! Requests in flight, so that two crawls never request the same thing at the same time. A request with someone's own
//! key blocks nobody else: that key may be slow, or paused. In memory only: after a crash nothing is in flight.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::model::{AccountId, NetworkName, PersonId, Relation};

/// What can be requested about an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RequestKind {
    Profile,
    /// The accounts it follows, or its followers.
    List(Relation),
}

/// Whose own key pays, `None` for the shared one, and what is requested.
type RequestKey = (Option<PersonId>, RequestKind, NetworkName, AccountId);

/// All requests in flight.
#[derive(Clone, Debug, Default)]
pub struct InFlight {
    requests: Arc<Mutex<BTreeSet<RequestKey>>>,
}

/// What one task has claimed. Others can't request it until this is dropped, which must be after its facts are saved,
/// so that the next one finds them.
#[derive(Debug)]
pub struct Claims {
    in_flight: InFlight,
    key_of: Option<PersonId>,
    own: Mutex<Vec<RequestKey>>,
}

impl InFlight {
    /// Returns empty claims for one task. `key_of` is whose own key it uses.
    pub fn claims(&self, key_of: Option<PersonId>) -> Claims {
        Claims {
            in_flight: self.clone(),
            key_of,
            own: Mutex::default(),
        }
    }

    fn requests(&self) -> MutexGuard<'_, BTreeSet<RequestKey>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Claims {
    /// Claims all of these or none. Returns whether they were free.
    pub fn claim(&self, about: RequestKind, network: &NetworkName, ids: &[AccountId]) -> bool {
        let wanted: Vec<RequestKey> = ids
            .iter()
            .map(|id| (self.key_of, about, network.clone(), id.clone()))
            .collect();
        let mut requests = self.in_flight.requests();
        if wanted.iter().any(|request| requests.contains(request)) {
            return false;
        }
        requests.extend(wanted.iter().cloned());
        self.own
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(wanted);
        true
    }
}

impl Drop for Claims {
    fn drop(&mut self) {
        let mut requests = self.in_flight.requests();
        for request in self
            .own
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .drain(..)
        {
            requests.remove(&request);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_asks_for_what_another_is_asking_for() {
        let (in_flight, network) = (InFlight::default(), NetworkName::new("instagram"));
        let [ann, bob] = ["ann", "bob"].map(AccountId::new);
        let first = in_flight.claims(None);
        assert!(first.claim(
            RequestKind::List(Relation::Following),
            &network,
            std::slice::from_ref(&ann)
        ));
        let second = in_flight.claims(None);
        assert!(!second.claim(
            RequestKind::List(Relation::Following),
            &network,
            &[bob.clone(), ann.clone()]
        ));
        assert!(
            second.claim(RequestKind::Profile, &network, std::slice::from_ref(&ann)),
            "that is something else"
        );
        assert!(
            second.claim(RequestKind::List(Relation::Following), &network, &[bob]),
            "the refused claim took nothing"
        );
        drop(first);
        assert!(
            second.claim(RequestKind::List(Relation::Following), &network, &[ann]),
            "it is free again"
        );
    }

    #[test]
    fn nobody_waits_for_somebody_elses_key() {
        let (in_flight, network) = (InFlight::default(), NetworkName::new("github"));
        let (list, bob) = (
            RequestKind::List(Relation::Following),
            [AccountId::new("bob")],
        );
        let (shared, own) = (in_flight.claims(None), in_flight.claims(Some(PersonId(1))));
        assert!(shared.claim(list, &network, &bob));
        assert!(own.claim(list, &network, &bob));
        let anothers = in_flight.claims(Some(PersonId(1)));
        assert!(!anothers.claim(list, &network, &bob), "it is the same key");
    }
}
