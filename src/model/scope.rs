//! What a message of the bot shows, and so which of its buttons are valid. Pure.
//!
//! With a modified client, anyone can press any button on any message. So a button is only obeyed on a message that
//! shows what it refers to.

use serde::{Deserialize, Serialize};

use crate::model::{AnalysisId, ComparedControl, ComparisonId, PersonId, Press};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The list of an analysis.
    List(AnalysisId),
    /// The link to its result.
    Share(AnalysisId),
    /// A comparison, and the link to it.
    Comparison(ComparisonId),
    SharedComparison(ComparisonId),
    /// The choice of a person's searches to cancel.
    Searches(PersonId),
    /// All searches of the chat.
    Together,
    /// A person's watches.
    Watches(PersonId),
    /// A person's results.
    History(PersonId),
    /// The question that this person was asked.
    Language(PersonId),
    Network(PersonId),
    Forget(PersonId),
    /// The operators' view of the bot.
    Operation,
}

impl Press {
    /// Returns what a message must show for this button to be obeyed; `None` for buttons on messages of several kinds,
    /// most of which have an [`Self::analysis`].
    pub fn scope(&self) -> Option<Scope> {
        match self {
            Press::List(id, ..) | Press::Complete(id, _) => Some(Scope::List(*id)),
            Press::Unshare(id) => Some(Scope::Share(*id)),
            // It is below a person's results.
            Press::Compared(_, ComparedControl::Again) => None,
            Press::Compared(id, ComparedControl::Unshare) => Some(Scope::SharedComparison(*id)),
            Press::Compared(id, _) => Some(Scope::Comparison(*id)),
            Press::CancelAll => Some(Scope::Together),
            Press::CancelAllOf(person) => Some(Scope::Searches(*person)),
            Press::EndWatch(person, _) | Press::ChangeWatch(person, ..) => {
                Some(Scope::Watches(*person))
            }
            Press::History(person, _) => Some(Scope::History(*person)),
            Press::Language(person, _) => Some(Scope::Language(*person)),
            Press::Network(person, _) => Some(Scope::Network(*person)),
            Press::Forget(person) => Some(Scope::Forget(*person)),
            Press::Operate(_) => Some(Scope::Operation),
            Press::Cancel(_)
            | Press::Refresh(_)
            | Press::Enough(_)
            | Press::Deeper(..)
            | Press::Start(..)
            | Press::Elsewhere(..)
            | Press::Guess(..)
            | Press::ByName(_)
            | Press::About(..)
            | Press::Analyse(..)
            | Press::File(..)
            | Press::Details(_)
            | Press::Result(_)
            | Press::Picture(_)
            | Press::Watch(_)
            | Press::CompareWith(_)
            | Press::Compare(..)
            | Press::Search(..)
            | Press::Share(_) => None,
        }
    }

    /// Returns the analysis that this button refers to.
    pub fn analysis(&self) -> Option<AnalysisId> {
        match self {
            Press::Cancel(id)
            | Press::Refresh(id)
            | Press::Enough(id)
            | Press::Deeper(id, _)
            | Press::Start(id, _)
            | Press::Elsewhere(id, _)
            | Press::Guess(id, _)
            | Press::ByName(id)
            | Press::List(id, ..)
            | Press::Complete(id, _)
            | Press::About(id, _)
            | Press::Analyse(id, _)
            | Press::File(id, ..)
            | Press::Details(id)
            | Press::Result(id)
            | Press::Picture(id)
            | Press::Watch(id)
            | Press::CompareWith(id)
            | Press::Compare(id, _)
            | Press::Share(id)
            | Press::Unshare(id) => Some(*id),
            Press::CancelAll
            | Press::CancelAllOf(_)
            | Press::EndWatch(..)
            | Press::ChangeWatch(..)
            | Press::History(..)
            | Press::Compared(..)
            | Press::Search(..)
            | Press::Forget(_)
            | Press::Language(..)
            | Press::Network(..)
            | Press::Operate(_) => None,
        }
    }
}
