//! Starts a comparison.

use crate::bot::sender::Sender;
use crate::context::Context;
use crate::ledger::Change;
use crate::model::{Depth, NewAnalysis, NewComparison};
use crate::networks::Address;

/// Returns the change that starts a comparison.
pub(super) fn start(
    cx: &Context,
    sender: &Sender,
    found: Vec<Address>,
    depth: Option<Depth>,
) -> Change {
    let depth = depth.unwrap_or(cx.settings.depth);
    let accounts = found.into_iter().map(|address| {
        // An account that does not exist is not looked for elsewhere: the networks must match.
        let address = Address {
            others: Vec::new(),
            ..address
        };
        sender.new_analysis(cx, address, depth, false)
    });
    let accounts: Vec<NewAnalysis> = accounts.collect();
    Change::Compare(NewComparison {
        person: sender.person,
        chat: sender.chat,
        question: sender.message,
        topic: sender.topic,
        accounts,
    })
}
