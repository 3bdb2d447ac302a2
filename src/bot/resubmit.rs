//! Submits a search once more.

use crate::bot::progress;
use crate::bot::sender::Sender;
use crate::bot::view::View;
use crate::context::Context;
use crate::ledger::Change;
use crate::model::{Analysis, Depth, NewAnalysis, Say, WantedOrder};
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
    let submit = Change::Submit(NewAnalysis {
        person: sender.person,
        chat: analysis.chat,
        question: analysis.question,
        topic: analysis.topic,
        network: analysis.network,
        handle: analysis.handle,
        others: analysis.others,
        priority: sender.priority,
        depth,
        order,
        // The button states the cost.
        agreed: true,
        charged,
        refresh,
        quota: sender.quota(cx),
    });
    Ok([submit].into_iter().chain(old_message).collect())
}
