//! The outcome of an analysis, and the messages about it.

use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::ledger::outbox::{say, say_at};
use crate::ledger::people::promises::end_watches;
use crate::ledger::people::quota::settle_count;
use crate::ledger::requests::settle::settle;
use crate::model::{Analysis, AnalysisId, Crawl, Outcome, Place, Say, WantedOrder};
use crate::stores::StoreError;

/// Delivers the present ranking to an analysis.
pub(crate) fn deliver_ranking(
    tx: &mut Transaction<'_>,
    crawl: &mut Crawl,
    id: AnalysisId,
) -> Result<(), StoreError> {
    crawl.handed_over = true;
    conclude(tx, id, Outcome::Delivered { made_at: None })?;
    let analysis = tx.read(&rows::analysis(id))?;
    let tells_changes = |analysis: &Analysis| {
        crawl.replaces.is_some() && !analysis.compared && analysis.order.is_none()
    };
    match analysis.filter(tells_changes) {
        Some(analysis) => say(tx, analysis.chat, Say::Changes(id)),
        None => Ok(()),
    }
}

/// Ends an analysis and queues the messages about it.
pub(crate) fn conclude(
    tx: &mut Transaction<'_>,
    id: AnalysisId,
    outcome: Outcome,
) -> Result<(), StoreError> {
    let Some(mut analysis) = tx
        .read(&rows::analysis(id))?
        .filter(|analysis| analysis.outcome.is_none())
    else {
        return Ok(());
    };
    let delivered = matches!(outcome, Outcome::Delivered { .. });
    analysis.outcome = Some(outcome);
    tx.write(&rows::analysis(id), &analysis)?;
    settle_count(tx, &analysis)?;
    // A result that was there already is told by the comparison alone.
    if !(delivered && analysis.compared && analysis.bubble.is_none()) {
        say(tx, analysis.chat, Say::Bubble(id))?;
    }
    if delivered && !analysis.compared {
        match &analysis.order {
            Some(order) => show_order(tx, &analysis, order)?,
            None => send_result(tx, &analysis, None)?,
        }
    }
    end_watches(tx, &analysis)?;
    settle(tx, analysis.person)
}

/// Queues the picture and the ranked list: where they were asked for, or at another place of the chat.
pub(crate) fn send_result(
    tx: &mut Transaction<'_>,
    analysis: &Analysis,
    place: Option<Place>,
) -> Result<(), StoreError> {
    say_at(tx, analysis.chat, place, Say::Picture(analysis.id))?;
    say_at(tx, analysis.chat, place, Say::Results(analysis.id))
}

/// Queues that the message with the list shows it in the wanted order.
fn show_order(
    tx: &mut Transaction<'_>,
    analysis: &Analysis,
    order: &WantedOrder,
) -> Result<(), StoreError> {
    let listed = Say::Listed {
        analysis: analysis.id,
        message: order.message,
        shown: order.shown,
    };
    say(tx, analysis.chat, listed)
}
