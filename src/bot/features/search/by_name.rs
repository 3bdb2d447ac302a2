//! Searches for an account by its name.

use crate::bot::names::Name;
use crate::bot::reply::{PressReply, explain};
use crate::bot::sender::Sender;
use crate::bot::view::title;
use crate::context::Context;
use crate::ledger::Change;
use crate::model::{Analysis, By, Depth, Handle, NetworkName, NewAnalysis, Outcome, Refusal};
use crate::networks::{Address, Mistake};
use crate::stores::StoreError;

/// Looks for a name on the network that was said, or else on the sender's first one. If they have chosen none, that is
/// the first one that can be searched.
pub(super) fn search_by_name(
    cx: &Context,
    sender: &Sender,
    name: Name<'_>,
    depth: Option<Depth>,
) -> Change {
    let said = name.kind.map(|kind| NetworkName::new(kind.name));
    if let Some(kind) = name.kind
        && said
            .as_ref()
            .and_then(|said| cx.networks.get(said))
            .is_none()
    {
        return explain(cx, sender, Mistake::SwitchedOff(kind.title));
    }
    let first = said.as_ref().or(sender.network.as_ref());
    let mut entries: Vec<(NetworkName, bool)> = cx
        .networks
        .iter()
        .map(|entry| (entry.network.name(), entry.network.limits().searches))
        .collect();
    // The sort is stable: the others keep their order.
    entries.sort_by_key(|(network, searches)| (Some(network) != first, !searches));
    let mut entries = entries.into_iter();
    let Some((network, _)) = entries.next() else {
        return explain(cx, sender, Mistake::NoHandle);
    };
    let handle = Handle(name.to_string());
    let others = entries.filter(|(_, searches)| *searches && said.is_none());
    let address = Address {
        network,
        others: others.map(|(other, _)| (other, handle.clone())).collect(),
        handle,
    };
    submit(
        cx,
        sender,
        address,
        By::Name,
        depth.unwrap_or(cx.settings.depth),
    )
}

/// Searches for the account that was meant.
pub(crate) fn guess(cx: &Context, sender: &Sender, analysis: &Analysis, place: u8) -> PressReply {
    let Some(guess) = analysis.guesses.get(usize::from(place)) else {
        return (Vec::new(), sender.locale.answer_gone());
    };
    let address = Address {
        network: analysis.network.clone(),
        handle: guess.handle.clone(),
        others: Vec::new(),
    };
    let change = sender.submit(cx, address, analysis.depth, false);
    let network = title(&analysis.network);
    let text = sender.locale.answer_elsewhere(&guess.handle.0, &network);
    (vec![change], text)
}

/// Agrees to the price of searching for a name. Pressed twice, it is paid once, unless the search came to nothing.
pub(crate) fn by_name(
    cx: &Context,
    sender: &Sender,
    analysis: &Analysis,
) -> Result<PressReply, StoreError> {
    let is_it = |other: &Analysis| {
        let (this, that) = (&analysis.handle.0, &other.handle.0);
        let is_same = other.network == analysis.network && this.eq_ignore_ascii_case(that);
        let is_paid = matches!(
            other.outcome,
            None | Some(Outcome::Refused(Refusal::NoSuchAccount))
        );
        other.by == By::NameAtCost && other.id > analysis.id && is_same && is_paid
    };
    if cx.ledger.analyses_of(sender.person)?.iter().any(is_it) {
        return Ok((Vec::new(), sender.locale.answer_searched()));
    }
    let address = Address {
        network: analysis.network.clone(),
        handle: analysis.handle.clone(),
        others: analysis.others.clone(),
    };
    let change = submit(cx, sender, address, By::NameAtCost, analysis.depth);
    let network = title(&analysis.network);
    let text = sender.locale.answer_by_name(&analysis.handle.0, &network);
    Ok((vec![change], text))
}

/// Looks for a name; without agreement to a price, only for what costs nothing.
pub(super) fn submit(
    cx: &Context,
    sender: &Sender,
    address: Address,
    by: By,
    depth: Depth,
) -> Change {
    Change::Submit(NewAnalysis {
        by,
        ..sender.new_analysis(cx, address, depth, false)
    })
}
