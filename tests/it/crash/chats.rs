//! What people asked for between kills, and what they got.

use std::collections::BTreeMap;

use lookalike::demo::is_list;
use lookalike::demo::telegram::{Message, Person};

use crate::harness::Harness;

/// What a person asks the bot for.
#[derive(Clone, Debug)]
pub(super) enum ChatRequest {
    List(String),
    /// Searches, and cancels at once.
    Cancelled(String),
    Help,
}

impl ChatRequest {
    pub(super) fn send(&self, harness: &Harness, person: &Person) {
        match self {
            ChatRequest::List(handle) => {
                harness.telegram.says(person, &format!("@{handle}"));
            }
            ChatRequest::Cancelled(handle) => {
                harness.telegram.says(person, &format!("@{handle}"));
                harness.telegram.says(person, "/cancel");
            }
            ChatRequest::Help => {
                harness.telegram.says(person, "/help");
            }
        }
    }

    /// Returns whether everything has come.
    pub(super) fn is_served(&self, messages: &[Message]) -> bool {
        let kinds = kinds(messages);
        let has = |kind: &str| kinds.contains_key(kind);
        match self {
            ChatRequest::List(handle) => messages.iter().any(|message| is_list(message, handle)),
            ChatRequest::Cancelled(_) => has("answer") && (has("cancelled") || has("list")),
            ChatRequest::Help => has("help"),
        }
    }
}

/// Returns how many messages of the bot repeat an earlier one.
pub(super) fn repeated(messages: &[Message]) -> usize {
    let kinds = kinds(messages);
    // Only one of two bubbles is edited, or gives way to the list.
    let bubbles: usize = ["bubble", "cancelled"]
        .iter()
        .filter_map(|kind| kinds.get(kind))
        .sum();
    let expected = usize::from(!kinds.contains_key("list"));
    let others = kinds
        .iter()
        .filter(|(kind, _)| ["picture", "list", "help", "answer"].contains(kind));
    let others: usize = others.map(|(_, count)| count - 1).sum();
    bubbles.saturating_sub(expected) + others
}

/// Counts the bot's messages by kind.
fn kinds(messages: &[Message]) -> BTreeMap<&'static str, usize> {
    let mut kinds = BTreeMap::new();
    for message in messages.iter().filter(|message| message.from_bot) {
        let text = message.text.as_str();
        let kind = match text {
            _ if message.photo.is_some() => "picture",
            _ if text.starts_with("Accounts like") => "list",
            _ if text.starts_with("Send me one or more accounts on Instagram") => "help",
            _ if text.starts_with("Stopped") || text.starts_with("You have no search") => "answer",
            _ if text.ends_with("cancelled.") => "cancelled",
            _ => "bubble",
        };
        *kinds.entry(kind).or_default() += 1;
    }
    kinds
}
