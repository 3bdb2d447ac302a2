//! What is being asked for at this moment, so that two crawls never spend a request on the same thing
//! at the same time. Nobody waits for what somebody else's key is asking for: that key may be slow, or paused. In
//! memory only: after a crash nothing is being asked for, and that is right.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::model::{AccountId, NetworkName, PersonId, Relation};

/// What can be asked about an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    Profile,
    /// Whom it follows, or who follows it.
    List(Relation),
}

/// Whose own key asks, if it is not the shared one, and what for.
type Question = (Option<PersonId>, About, NetworkName, AccountId);

/// All that is being asked for.
#[derive(Clone, Debug, Default)]
pub struct Asking {
    questions: Arc<Mutex<BTreeSet<Question>>>,
}

/// What one task asks for. Others can't ask for it until this is dropped; that is to be after its facts
/// are saved, so that the next one finds them.
#[derive(Debug)]
pub struct Claims {
    asking: Asking,
    key_of: Option<PersonId>,
    own: Mutex<Vec<Question>>,
}

impl Asking {
    /// The claims of one task: none yet. `key_of` is whose own key it goes by.
    pub fn claims(&self, key_of: Option<PersonId>) -> Claims {
        Claims {
            asking: self.clone(),
            key_of,
            own: Mutex::default(),
        }
    }

    fn questions(&self) -> MutexGuard<'_, BTreeSet<Question>> {
        self.questions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Claims {
    /// Claims all of these or none; says whether they were free.
    pub fn claim(&self, about: About, network: &NetworkName, ids: &[AccountId]) -> bool {
        let wanted: Vec<Question> = ids
            .iter()
            .map(|id| (self.key_of, about, network.clone(), id.clone()))
            .collect();
        let mut questions = self.asking.questions();
        if wanted.iter().any(|question| questions.contains(question)) {
            return false;
        }
        questions.extend(wanted.iter().cloned());
        self.own
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(wanted);
        true
    }
}

impl Drop for Claims {
    fn drop(&mut self) {
        let mut questions = self.asking.questions();
        for question in self
            .own
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .drain(..)
        {
            questions.remove(&question);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_asks_for_what_another_is_asking_for() {
        let (asking, network) = (Asking::default(), NetworkName::new("instagram"));
        let [ann, bob] = ["ann", "bob"].map(AccountId::new);
        let first = asking.claims(None);
        assert!(first.claim(
            About::List(Relation::Following),
            &network,
            std::slice::from_ref(&ann)
        ));
        let second = asking.claims(None);
        assert!(!second.claim(
            About::List(Relation::Following),
            &network,
            &[bob.clone(), ann.clone()]
        ));
        assert!(
            second.claim(About::Profile, &network, std::slice::from_ref(&ann)),
            "that is something else"
        );
        assert!(
            second.claim(About::List(Relation::Following), &network, &[bob]),
            "the refused claim took nothing"
        );
        drop(first);
        assert!(
            second.claim(About::List(Relation::Following), &network, &[ann]),
            "it is free again"
        );
    }

    #[test]
    fn nobody_waits_for_somebody_elses_key() {
        let (asking, network) = (Asking::default(), NetworkName::new("github"));
        let (list, bob) = (About::List(Relation::Following), [AccountId::new("bob")]);
        let (shared, own) = (asking.claims(None), asking.claims(Some(PersonId(1))));
        assert!(shared.claim(list, &network, &bob));
        assert!(own.claim(list, &network, &bob));
        let anothers = asking.claims(Some(PersonId(1)));
        assert!(!anothers.claim(list, &network, &bob), "it is the same key");
    }
}
