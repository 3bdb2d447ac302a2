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
    let is_there_already = matches!(outcome, Outcome::Delivered { made_at: Some(_) });
    analysis.outcome = Some(outcome);
    tx.write(&rows::analysis(id), &analysis)?;
    settle_count(tx, &analysis)?;
    match (&analysis.order, delivered && !analysis.compared) {
        // The list takes the place of the bubble.
        (None, true) => {
            if is_there_already && has_been_sent(tx, &analysis)? {
                send_list(tx, &analysis, None)?;
            } else {
                send_result(tx, &analysis, None)?;
            }
            say(tx, analysis.chat, Say::Bubble(id))?;
        }
        (Some(order), true) => {
            say(tx, analysis.chat, Say::Bubble(id))?;
            show_order(tx, &analysis, order)?;
        }
        // A result that was there already is told by the comparison alone.
        (_, false) if delivered && analysis.bubble.is_none() => {}
        (_, false) => say(tx, analysis.chat, Say::Bubble(id))?,
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
    send_list(tx, analysis, place)
}

/// Queues the ranked list alone, for a person who has seen the picture.
pub(crate) fn send_list(
    tx: &mut Transaction<'_>,
    analysis: &Analysis,
    place: Option<Place>,
) -> Result<(), StoreError> {
    say_at(tx, analysis.chat, place, Say::Results(analysis.id))
}

/// Whether the person has got the same result in this chat before.
fn has_been_sent(tx: &Transaction<'_>, analysis: &Analysis) -> Result<bool, StoreError> {
    for (_, id) in tx.first(&rows::all_of_person(analysis.person), rows::OF_PERSON)? {
        let other = tx.read(&rows::analysis(id))?;
        let is_same = |other: &Analysis| {
            let delivered = matches!(other.outcome, Some(Outcome::Delivered { .. }));
            delivered
                && other.id != analysis.id
                && other.chat == analysis.chat
                && other.crawl == analysis.crawl
                && !other.compared
        };
        if other.as_ref().is_some_and(is_same) {
            return Ok(true);
        }
    }
    Ok(false)
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
