//! Consent by text: how deep a running search should go. It applies if there is only one search that can be meant; if
//! its cost is still in question, the text is the answer, like the button that says the same.

use crate::bot::progress;
use crate::bot::progress::buttons;
use crate::bot::reply::Handled;
use crate::bot::sender::Sender;
use crate::bot::view::{View, depth_name};
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::{About, Markup};
use crate::model::{Analysis, Cost, Depth, OutgoingId, Say};
use crate::networks::Address;
use crate::stores::StoreError;

/// Takes the sender's one search here to a depth, as if its account had been named.
pub(crate) fn go_deep(cx: &Context, sender: &Sender, depth: Depth) -> Handled {
    let locale = sender.locale;
    if let [only] = awaiting_consent(cx, sender)?.as_slice() {
        return Ok(match is_asked_in_chat(cx, only)? {
            true => agreed(sender, only, depth),
            false => vec![again(sender, only)],
        });
    }
    let mut here = here(cx, sender)?;
    let (Some(only), true) = (here.pop(), here.is_empty()) else {
        return Ok(vec![
            sender.reply(locale.depth_alone(locale.depth_word(depth))),
        ]);
    };
    let address = Address {
        network: only.network,
        handle: only.handle,
        others: only.others,
    };
    Ok(vec![sender.submit(cx, address, depth, false)])
}

/// A yes does not say how deep: asks again.
pub(crate) fn yes(cx: &Context, sender: &Sender) -> Handled {
    Ok(vec![match awaiting_consent(cx, sender)?.as_slice() {
        [only] => again(sender, only),
        _ => sender.reply(sender.locale.yes_or_no()),
    }])
}

/// Cancels the one search whose cost is in question, even if the question is not known to have been sent yet.
pub(crate) fn no(cx: &Context, sender: &Sender) -> Handled {
    Ok(match in_question(cx, sender)?.as_slice() {
        [only] => cancelled(sender, only),
        _ => vec![sender.reply(sender.locale.yes_or_no())],
    })
}

/// Agrees to the cost of a depth, as stated on its button; if no button offers it, asks again.
fn agreed(sender: &Sender, view: &View, depth: Depth) -> Vec<Change> {
    let locale = sender.locale;
    let mut offers = view.quote.iter().flat_map(|quote| quote.affordable());
    let Some((_, cost)) = offers.find(|(offered, _)| *offered == depth) else {
        return vec![again(sender, view)];
    };
    let agree = Change::Agree {
        analysis: view.analysis.id,
        person: sender.person,
        depth,
    };
    let depth = depth_name(locale, depth);
    let reply = match cost {
        Cost(0) => locale.agreed_free(view.who(), &depth),
        cost => locale.agreed(view.who(), &depth, About(cost)),
    };
    vec![agree, sender.reply(reply)]
}

/// Cancels a search that is not worth its cost to the sender.
fn cancelled(sender: &Sender, view: &View) -> Vec<Change> {
    let locale = sender.locale;
    let cancel = Change::Cancel {
        analysis: view.analysis.id,
        person: sender.person,
    };
    let name = locale.name(view.who());
    vec![cancel, sender.reply(locale.stopped(Markup(&name)))]
}

/// Asks again how much a search may cost.
fn again(sender: &Sender, view: &View) -> Change {
    let locale = sender.locale;
    sender.reply_with_buttons(
        progress::text(locale, view),
        buttons::start_buttons(locale, view, view.analysis.depth),
    )
}

/// Returns the sender's searches here that wait for consent and have a message in which it was asked.
fn awaiting_consent(cx: &Context, sender: &Sender) -> Result<Vec<View>, StoreError> {
    let mut views = in_question(cx, sender)?;
    views.retain(|view| view.analysis.bubble.is_some());
    Ok(views)
}

/// Returns the sender's searches here that wait for consent.
fn in_question(cx: &Context, sender: &Sender) -> Result<Vec<View>, StoreError> {
    let here = here(cx, sender)?.into_iter();
    let views = here.map(|analysis| View::of(cx, analysis));
    let mut views = views.collect::<Result<Vec<View>, _>>()?;
    views.retain(View::awaits_consent);
    Ok(views)
}

/// Whether the question has been sent: nobody agrees to a price that they have not seen.
fn is_asked_in_chat(cx: &Context, view: &View) -> Result<bool, StoreError> {
    let unsent = cx.ledger.unsent(OutgoingId(0), usize::MAX)?;
    let question = Say::Bubble(view.analysis.id);
    Ok(unsent.iter().all(|(_, outgoing)| outgoing.say != question))
}

/// Returns the sender's running searches in this very chat.
fn here(cx: &Context, sender: &Sender) -> Result<Vec<Analysis>, StoreError> {
    let mut running = sender.running(cx)?;
    running.retain(|analysis| analysis.chat == sender.chat);
    Ok(running)
}
