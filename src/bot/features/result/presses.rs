//! The buttons below a list.

use crate::bot::reply::PressReply;
use crate::bot::resubmit::resubmit;
use crate::bot::sender::Sender;
use crate::bot::view::{can_complete, ranking, title};
use crate::context::Context;
use crate::ledger::Change;
use crate::model::{Analysis, Control, Depth, FileKind, ListView, MeasureName, Say, WantedOrder};
use crate::networks::Address;
use crate::stores::StoreError;

/// Shows the list in another way.
pub(crate) fn list_changed(
    sender: &Sender,
    analysis: &Analysis,
    control: Control,
    shown: ListView,
) -> PressReply {
    let locale = sender.locale;
    let say = Say::Listed {
        analysis: analysis.id,
        message: sender.message,
        shown,
    };
    let text = match control {
        Control::Measure => locale.measure(shown.measure),
        _ => String::new(),
    };
    (vec![sender.send(say)], text)
}

/// Shows one account of the list.
pub(crate) fn about(sender: &Sender, analysis: &Analysis, place: u16) -> PressReply {
    let say = Say::About {
        analysis: analysis.id,
        place,
    };
    (vec![sender.send(say)], String::new())
}

/// Starts a search for one account of the list.
pub(crate) fn analyse(
    cx: &Context,
    sender: &Sender,
    analysis: &Analysis,
    place: u16,
) -> Result<PressReply, StoreError> {
    let crawl = cx.ledger.crawl_of(analysis)?;
    let ranking = crawl
        .map(|crawl| ranking(cx, &crawl))
        .transpose()?
        .flatten();
    let rows = ranking.map_or_else(Vec::new, |ranking| ranking.rows);
    let Some(row) = rows.into_iter().nth(usize::from(place)) else {
        return Ok((Vec::new(), sender.locale.answer_gone()));
    };
    let network = title(&analysis.network);
    let text = sender.locale.answer_elsewhere(&row.handle.0, &network);
    let address = Address {
        network: analysis.network.clone(),
        handle: row.handle,
        others: Vec::new(),
    };
    let search = sender.submit(cx, address, cx.settings.depth, false);
    Ok((vec![search], text))
}

/// Sends the whole list as a file.
pub(crate) fn file(
    sender: &Sender,
    analysis: &Analysis,
    kind: FileKind,
    measure: MeasureName,
) -> PressReply {
    let say = Say::File {
        analysis: analysis.id,
        kind,
        measure,
    };
    (vec![sender.send(say)], sender.locale.answer_file())
}

/// Has the profiles fetched that a list lacks in an order.
pub(crate) fn complete(
    cx: &Context,
    sender: &Sender,
    analysis: Analysis,
    shown: ListView,
) -> Result<PressReply, StoreError> {
    let locale = sender.locale;
    let Some(crawl) = cx.ledger.crawl_of(&analysis)? else {
        return Ok((Vec::new(), locale.answer_gone()));
    };
    let order = WantedOrder {
        measure: shown.measure,
        read: crawl.reached.as_ref().map_or(0, |reached| reached.read),
        message: sender.message,
        shown,
    };
    let is_at_it = |other: &Analysis| {
        let wanted = other.order.as_ref();
        let is_same =
            |it: &WantedOrder| (&it.measure, it.message) == (&order.measure, order.message);
        other.chat == sender.chat && wanted.is_some_and(is_same)
    };
    if sender.running(cx)?.iter().any(is_at_it) {
        return Ok((Vec::new(), locale.answer_completing()));
    }
    if !can_complete(cx, &crawl, order.measure)? {
        // It has been done meanwhile, or the list is not the latest any more.
        return Ok(list_changed(sender, &analysis, Control::Measure, shown));
    }
    let question = Some(sender.message);
    let depth = crawl.depth_reached().unwrap_or(Depth::Quick);
    let analysis = Analysis {
        question,
        ..analysis
    };
    let changes = resubmit(cx, sender, analysis, (depth, Some(order)), false)?;
    Ok((changes, locale.answer_completing()))
}

/// Sends the result as a picture.
pub(crate) fn picture(sender: &Sender, analysis: &Analysis) -> PressReply {
    let say = Say::Picture(analysis.id);
    (vec![sender.send(say)], sender.locale.answer_file())
}

/// Sends a result again, in the chat where it was asked for.
pub(crate) fn send_again(sender: &Sender, analysis: &Analysis) -> PressReply {
    if analysis.chat != sender.chat {
        return (Vec::new(), sender.locale.answer_gone());
    }
    let send = Change::SendResult(analysis.id, sender.place());
    (vec![send], String::new())
}
