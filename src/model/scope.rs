//! What a message of the bot's shows, as far as its buttons can change it. Pure.
//!
//! Whoever builds a client of their own can press any button under any message. So a button is obeyed only where the
//! message shows what the button speaks of.

use serde::{Deserialize, Serialize};

use crate::model::{AnalysisId, PersonId, Press};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The list of an analysis.
    List(AnalysisId),
    /// The link to it.
    Share(AnalysisId),
    /// Which of a person's searches to stop.
    Searches(PersonId),
    /// All searches of the chat.
    Together,
    /// What a person has watched.
    Watches(PersonId),
    /// What a person has found.
    History(PersonId),
    /// The question that this person was asked.
    LanguageOf(PersonId),
    NetworkOf(PersonId),
    Forget(PersonId),
    Language,
    Network,
    /// The bot, for those who run it.
    Operation,
}

impl Press {
    /// What a message has to show for this button to be obeyed there; `None` for a button that stands below messages of
    /// several kinds, which [`Self::analysis`] tells of most.
    pub fn scope(&self) -> Option<Scope> {
        match self {
            Press::List(id, ..) | Press::Complete(id, _) => Some(Scope::List(*id)),
            Press::Unshare(id) => Some(Scope::Share(*id)),
            Press::CancelAll => Some(Scope::Together),
            Press::CancelAllOf(person) => Some(Scope::Searches(*person)),
            Press::EndWatch(person, _) => Some(Scope::Watches(*person)),
            Press::History(person, _) => Some(Scope::History(*person)),
            Press::LanguageOf(person, _) => Some(Scope::LanguageOf(*person)),
            Press::NetworkOf(person, _) => Some(Scope::NetworkOf(*person)),
            Press::Forget(person) => Some(Scope::Forget(*person)),
            Press::Language(_) => Some(Scope::Language),
            Press::Network(_) => Some(Scope::Network),
            Press::Operate(_) => Some(Scope::Operation),
            Press::Cancel(_)
            | Press::Refresh(_)
            | Press::Enough(_)
            | Press::Deeper(..)
            | Press::Start(..)
            | Press::Elsewhere(..)
            | Press::About(..)
            | Press::Analyse(..)
            | Press::File(..)
            | Press::Result(_)
            | Press::Share(_)
            | Press::Unwatch(_) => None,
        }
    }

    /// The analysis that this button speaks of.
    pub fn analysis(&self) -> Option<AnalysisId> {
        match self {
            Press::Cancel(id)
            | Press::Refresh(id)
            | Press::Enough(id)
            | Press::Deeper(id, _)
            | Press::Start(id, _)
            | Press::Elsewhere(id, _)
            | Press::List(id, ..)
            | Press::Complete(id, _)
            | Press::About(id, _)
            | Press::Analyse(id, _)
            | Press::File(id, ..)
            | Press::Result(id)
            | Press::Share(id)
            | Press::Unshare(id) => Some(*id),
            Press::CancelAll
            | Press::CancelAllOf(_)
            | Press::EndWatch(..)
            | Press::Unwatch(_)
            | Press::History(..)
            | Press::Forget(_)
            | Press::LanguageOf(..)
            | Press::NetworkOf(..)
            | Press::Language(_)
            | Press::Network(_)
            | Press::Operate(_) => None,
        }
    }
}
