//! What is said to the bot and names no account: nothing is looked up for that. How deep to go is obeyed where there is
//! one search that can be meant; where the question stands what that may cost, it is the answer, as is the button that
//! says the same.

use crate::bot::progress;
use crate::bot::progress::buttons;
use crate::bot::reply::Handled;
use crate::bot::sender::Asker;
use crate::bot::view::{View, depth_name};
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::{About, Markup};
use crate::model::{Analysis, Depth, OutgoingId, Say};
use crate::networks::Address;
use crate::stores::StoreError;

/// Takes the asker's one search here so deep, as if its account had been named.
pub(in crate::bot) fn deep(cx: &Context, asker: &Asker, depth: Depth) -> Handled {
    let locale = asker.locale;
    if let [only] = asked(cx, asker)?.as_slice() {
        return Ok(match is_shown(cx, only)? {
            true => agreed(asker, only, depth),
            false => vec![again(asker, only)],
        });
    }
    let mut here = here(cx, asker)?;
    let (Some(only), true) = (here.pop(), here.is_empty()) else {
        return Ok(vec![
            asker.told(locale.depth_alone(locale.depth_word(depth))),
        ]);
    };
    let address = Address {
        network: only.network,
        handle: only.handle,
        others: only.others,
    };
    Ok(vec![asker.search(cx, address, depth, false)])
}

/// A yes does not say how deep: asks once more.
pub(in crate::bot) fn yes(cx: &Context, asker: &Asker) -> Handled {
    Ok(vec![match asked(cx, asker)?.as_slice() {
        [only] => again(asker, only),
        _ => asker.told(asker.locale.yes_or_no()),
    }])
}

/// Cancels the one search that the question is about.
pub(in crate::bot) fn no(cx: &Context, asker: &Asker) -> Handled {
    Ok(match asked(cx, asker)?.as_slice() {
        [only] => cancelled(asker, only),
        _ => vec![asker.told(asker.locale.yes_or_no())],
    })
}

/// Agrees to go so deep for what that costs, as it stands on the button; where there is none that says so, asks again.
fn agreed(asker: &Asker, view: &View, depth: Depth) -> Vec<Change> {
    let locale = asker.locale;
    let mut offers = view.bill.iter().flat_map(|bill| bill.affordable());
    let Some((_, cost)) = offers.find(|(offered, _)| *offered == depth) else {
        return vec![again(asker, view)];
    };
    let agree = Change::Agree {
        analysis: view.analysis.id,
        person: asker.person,
        depth,
    };
    let depth = depth_name(locale, depth);
    let told = asker.told(locale.agreed(view.who(), &depth, About(cost)));
    vec![agree, told]
}

/// Cancels what is not worth its price to the asker.
fn cancelled(asker: &Asker, view: &View) -> Vec<Change> {
    let locale = asker.locale;
    let cancel = Change::Cancel {
        analysis: view.analysis.id,
        person: asker.person,
    };
    let name = locale.name(view.who());
    vec![cancel, asker.told(locale.stopped(Markup(&name)))]
}

/// Asks once more what a search may cost.
fn again(asker: &Asker, view: &View) -> Change {
    let locale = asker.locale;
    asker.offered(progress::state(locale, view), buttons::offers(locale, view))
}

/// What the asker has here that waits for a word about its cost, where there is a message to ask it in.
fn asked(cx: &Context, asker: &Asker) -> Result<Vec<View>, StoreError> {
    let here = here(cx, asker)?.into_iter();
    let told = here.filter(|analysis| analysis.bubble.is_some());
    let views = told.map(|analysis| View::of(cx, analysis));
    let mut views = views.collect::<Result<Vec<View>, _>>()?;
    views.retain(View::is_asked);
    Ok(views)
}

/// Whether the question has reached the chat: nobody agrees to a price that they have not seen.
fn is_shown(cx: &Context, view: &View) -> Result<bool, StoreError> {
    let unsent = cx.ledger.unsent(OutgoingId(0), usize::MAX)?;
    let question = Say::Bubble(view.analysis.id);
    Ok(unsent.iter().all(|(_, outgoing)| outgoing.say != question))
}

/// What the asker has under way in this very chat.
fn here(cx: &Context, asker: &Asker) -> Result<Vec<Analysis>, StoreError> {
    let mut running = asker.running(cx)?;
    running.retain(|analysis| analysis.chat == asker.chat);
    Ok(running)
}
