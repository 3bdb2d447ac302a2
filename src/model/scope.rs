//! What a message of the bot's shows, as far as its buttons can change it. Pure.
//!
//! Whoever builds a client of his own can press any button under any message. So a button that changes the
//! message below which it stands is obeyed only where that message shows what the button speaks of.

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
    Language,
    Network,
    /// The bot, for those who run it.
    Operation,
}

impl Press {
    /// What a message has to show for this button to change it; `None` for a button that leaves the message as
    /// it is.
    pub fn scope(&self) -> Option<Scope> {
        match self {
            Press::List(id, ..) => Some(Scope::List(*id)),
            Press::Unshare(id) => Some(Scope::Share(*id)),
            Press::CancelAll => Some(Scope::Together),
            Press::CancelAllOf(person) => Some(Scope::Searches(*person)),
            Press::EndWatch(person, _) => Some(Scope::Watches(*person)),
            Press::History(person, _) => Some(Scope::History(*person)),
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
            | Press::Unwatch(_)
            | Press::Forget(_) => None,
        }
    }
}
