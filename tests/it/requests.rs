//! Requests for analyses, for tests without the bot.

use lookalike::model::{By, ChatId, Depth, Handle, NetworkName, NewAnalysis, PersonId};

/// Returns a request of a person in their private chat, for a network that is free.
pub(crate) fn new_analysis(network: &NetworkName, person: u64, handle: &str) -> NewAnalysis {
    NewAnalysis {
        person: PersonId(person),
        chat: ChatId(person as i64),
        question: None,
        topic: None,
        network: network.clone(),
        handle: Handle(handle.into()),
        by: By::Handle,
        others: Vec::new(),
        agreed: true,
        charged: false,
        priority: 1,
        depth: Depth::Normal,
        order: None,
        refresh: false,
        as_is: false,
        quota: None,
    }
}
