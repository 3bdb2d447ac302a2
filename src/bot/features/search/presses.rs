//! Buttons that start a search, take it deeper or end it early.

use crate::bot::features::search::by_name::submit;
use crate::bot::reply::PressReply;
use crate::bot::resubmit::{as_deep, resubmit};
use crate::bot::sender::Sender;
use crate::bot::view::{depth_name, newest_like, title};
use crate::context::Context;
use crate::ledger::Change;
use crate::model::{Analysis, By, Depth};
use crate::networks::Address;
use crate::stores::StoreError;

/// Agrees to the cost of a depth.
pub(crate) fn start(sender: &Sender, analysis: &Analysis, depth: Depth) -> PressReply {
    let locale = sender.locale;
    if analysis.outcome.is_some() {
        return (Vec::new(), locale.answer_finished(&analysis.handle.0));
    }
    let change = Change::Agree {
        analysis: analysis.id,
        person: sender.person,
        depth,
    };
    (
        vec![change],
        locale.answer_deeper(&depth_name(locale, depth)),
    )
}

pub(crate) fn enough(sender: &Sender, analysis: &Analysis) -> PressReply {
    let locale = sender.locale;
    if analysis.outcome.is_some() {
        return (Vec::new(), locale.answer_finished(&analysis.handle.0));
    }
    let change = Change::Enough {
        analysis: analysis.id,
        person: analysis.person,
    };
    (vec![change], locale.answer_enough())
}

pub(crate) fn deeper(
    cx: &Context,
    sender: &Sender,
    analysis: Analysis,
    wanted: Depth,
) -> Result<PressReply, StoreError> {
    let locale = sender.locale;
    let crawl = cx.ledger.crawl_of(&analysis)?;
    let running = analysis.outcome.is_none();
    let deeper = match &crawl {
        Some(crawl) if running => crawl.deeper_than(analysis.depth),
        Some(crawl) => crawl.deeper(),
        None => analysis.depth.deeper(),
    };
    let Some(depth) = deeper else {
        return Ok((Vec::new(), locale.answer_deepest()));
    };
    // A second tap agrees to what the first one said.
    if running && analysis.depth == wanted {
        let there = depth_name(locale, analysis.depth);
        return Ok((Vec::new(), locale.answer_deeper(&there)));
    }
    if depth != wanted {
        return Ok((Vec::new(), locale.answer_gone()));
    }
    let text = locale.answer_deeper(&depth_name(locale, depth));
    let is_own = analysis.person == sender.person;
    let is_at_it = |own: &Analysis| own.crawl == analysis.crawl && own.depth >= wanted;
    if !is_own && sender.running(cx)?.iter().any(is_at_it) {
        return Ok((Vec::new(), text));
    }
    if running && is_own {
        let change = Change::Deepen {
            analysis: analysis.id,
            person: sender.person,
            depth,
        };
        return Ok((vec![change], text));
    }
    let changes = resubmit(cx, sender, analysis, (depth, None), false)?;
    Ok((changes, text))
}

pub(crate) fn refresh(
    cx: &Context,
    sender: &Sender,
    analysis: Analysis,
) -> Result<PressReply, StoreError> {
    let locale = sender.locale;
    if newest_like(cx, &analysis)?.id != analysis.id {
        return Ok((Vec::new(), locale.answer_newer(&analysis.handle.0)));
    }
    let text = locale.answer_refreshing(&analysis.handle.0);
    let depth = as_deep(cx, (&analysis.network, &analysis.handle), analysis.depth)?;
    let changes = resubmit(cx, sender, analysis, (depth, None), true)?;
    Ok((changes, text))
}

/// Searches for the account of the same name on another network instead of this one.
pub(crate) fn elsewhere(
    cx: &Context,
    sender: &Sender,
    analysis: &Analysis,
    place: u8,
) -> PressReply {
    let Some((network, handle)) = analysis.others.get(usize::from(place)) else {
        return (Vec::new(), sender.locale.answer_gone());
    };
    let here = (analysis.network.clone(), analysis.handle.clone());
    let others = analysis.others.iter().filter(|(other, _)| other != network);
    let address = Address {
        network: network.clone(),
        handle: handle.clone(),
        others: others.cloned().chain([here]).collect(),
    };
    let mut changes = Vec::new();
    if analysis.outcome.is_none() {
        changes.push(Change::Cancel {
            analysis: analysis.id,
            person: sender.person,
        });
    }
    let (locale, depth) = (sender.locale, analysis.depth);
    let (submitted, text) = match analysis.by {
        By::Handle => (
            sender.submit(cx, address, depth, false),
            locale.answer_elsewhere(&handle.0, &title(network)),
        ),
        By::Name | By::NameAtCost => (
            submit(cx, sender, address, By::Name, depth),
            locale.answer_by_name(&handle.0, &title(network)),
        ),
    };
    changes.push(submitted);
    (changes, text)
}
