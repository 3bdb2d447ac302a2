//! Submits a search once more.

use crate::bot::progress;
use crate::bot::sender::Sender;
use crate::bot::view::View;
use crate::context::Context;
use crate::ledger::Change;
use crate::model::{Analysis, Depth, Handle, NetworkName, NewAnalysis, Say, WantedOrder};
use crate::stores::StoreError;

/// Submits the same search again. The old progress message loses its buttons, since the new one has its own.
pub(super) fn resubmit(
    cx: &Context,
    sender: &Sender,
    analysis: Analysis,
    (depth, order): (Depth, Option<WantedOrder>),
    refresh: bool,
) -> Result<Vec<Change>, StoreError> {
    let before = progress::current(sender.locale, &View::of(cx, analysis.clone())?);
    let old_message = (!before.buttons.is_empty()).then(|| sender.send(Say::Bubble(analysis.id)));
    let charged = cx.networks.charges(&analysis.network);
    let is_own = analysis.person == sender.person;
    let submit = Change::Submit(NewAnalysis {
        person: sender.person,
        chat: analysis.chat,
        question: match is_own {
            true => analysis.question,
            false => Some(sender.message),
        },
        topic: analysis.topic,
        network: analysis.network,
        handle: analysis.handle,
        by: analysis.by,
        others: analysis.others,
        priority: sender.priority,
        depth,
        order,
        // The button states the cost to the person whose search it was.
        agreed: is_own || !charged,
        charged,
        refresh,
        as_is: false,
        quota: sender.quota(cx),
    });
    Ok([submit].into_iter().chain(old_message).collect())
}

/// Returns the depth of an account's existing result, or `at_least`: a repeated search must not be shallower.
pub(super) fn as_deep(
    cx: &Context,
    (network, handle): (&NetworkName, &Handle),
    at_least: Depth,
) -> Result<Depth, StoreError> {
    let known = cx.ledger.crawl_named(network, handle)?;
    let there = known.and_then(|known| known.depth_to_repeat());
    Ok(there.map_or(at_least, |there| there.max(at_least)))
}
