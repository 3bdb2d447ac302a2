//! Buttons that begin a search, take it deeper or let it be enough, or send its result once more.

use crate::bot::features::result::presses::leaf;
use crate::bot::presses::Answer;
use crate::bot::progress;
use crate::bot::schema::as_deep;
use crate::bot::sender::Asker;
use crate::bot::view::{View, can_complete, depth_name, newest_like, title};
use crate::context::Context;
use crate::ledger::Change;
use crate::measures;
use crate::model::{Analysis, Control, Depth, NewAnalysis, Say, Shown, WantedOrder};
use crate::networks::Address;
use crate::stores::StoreError;

/// Agrees to what it costs to go so deep.
pub(in crate::bot) fn start(asker: &Asker, analysis: &Analysis, depth: u8) -> Answer {
    let locale = asker.locale;
    let Some(depth) = Depth::ALL.get(usize::from(depth)).copied() else {
        return (Vec::new(), locale.answer_gone());
    };
    if analysis.outcome.is_some() {
        return (Vec::new(), locale.answer_finished(&analysis.handle.0));
    }
    let change = Change::Agree {
        analysis: analysis.id,
        person: asker.person,
        depth,
    };
    (
        vec![change],
        locale.answer_deeper(&depth_name(locale, depth)),
    )
}

pub(in crate::bot) fn enough(asker: &Asker, analysis: &Analysis) -> Answer {
    let locale = asker.locale;
    if analysis.outcome.is_some() {
        return (Vec::new(), locale.answer_finished(&analysis.handle.0));
    }
    let change = Change::Enough {
        analysis: analysis.id,
        person: asker.person,
    };
    (vec![change], locale.answer_enough())
}

pub(in crate::bot) fn deeper(
    cx: &Context,
    asker: &Asker,
    analysis: Analysis,
    wanted: u8,
) -> Result<Answer, StoreError> {
    let locale = asker.locale;
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
    // Who taps twice has agreed to what was said once.
    if running && analysis.depth as u8 == wanted {
        let there = depth_name(locale, analysis.depth);
        return Ok((Vec::new(), locale.answer_deeper(&there)));
    }
    if depth as u8 != wanted {
        return Ok((Vec::new(), locale.answer_gone()));
    }
    let text = locale.answer_deeper(&depth_name(locale, depth));
    if running {
        let change = Change::Deepen {
            analysis: analysis.id,
            person: asker.person,
            depth,
        };
        return Ok((vec![change], text));
    }
    let changes = again(cx, asker, analysis, (depth, None), false)?;
    Ok((changes, text))
}

/// Has the profiles fetched that a list lacks in an order.
pub(in crate::bot) fn complete(
    cx: &Context,
    asker: &Asker,
    analysis: Analysis,
    shown: Shown,
) -> Result<Answer, StoreError> {
    let locale = asker.locale;
    let measure = measures::ALL.get(usize::from(shown.measure));
    let (Some(measure), Some(crawl)) = (measure, cx.ledger.crawl_of(&analysis)?) else {
        return Ok((Vec::new(), locale.answer_gone()));
    };
    let order = WantedOrder {
        measure: measure.name().to_owned(),
        read: crawl.reached.as_ref().map_or(0, |reached| reached.read),
        message: asker.message,
        shown,
    };
    let is_at_it = |other: &Analysis| {
        let wanted = other.order.as_ref();
        let is_same =
            |it: &WantedOrder| (&it.measure, it.message) == (&order.measure, order.message);
        other.chat == asker.chat && wanted.is_some_and(is_same)
    };
    if asker.running(cx)?.iter().any(is_at_it) {
        return Ok((Vec::new(), locale.answer_completing()));
    }
    if !can_complete(cx, &crawl, &order.measure)? {
        // Somebody else has had it done meanwhile, or the list is not the latest any more.
        return Ok(leaf(asker, &analysis, Control::Measure, shown));
    }
    let question = Some(asker.message);
    let depth = crawl.depth_reached().unwrap_or(Depth::Quick);
    let analysis = Analysis {
        question,
        ..analysis
    };
    let changes = again(cx, asker, analysis, (depth, Some(order)), false)?;
    Ok((changes, locale.answer_completing()))
}

pub(in crate::bot) fn refresh(
    cx: &Context,
    asker: &Asker,
    analysis: Analysis,
) -> Result<Answer, StoreError> {
    let locale = asker.locale;
    if newest_like(cx, &analysis)?.id != analysis.id {
        return Ok((Vec::new(), locale.answer_newer(&analysis.handle.0)));
    }
    let text = locale.answer_refreshing(&analysis.handle.0);
    let depth = as_deep(cx, (&analysis.network, &analysis.handle), analysis.depth)?;
    let changes = again(cx, asker, analysis, (depth, None), true)?;
    Ok((changes, text))
}

/// Looks for the account of the same name on another network, and no longer on this one.
pub(in crate::bot) fn elsewhere(
    cx: &Context,
    asker: &Asker,
    analysis: &Analysis,
    place: u8,
) -> Answer {
    let Some((network, handle)) = analysis.others.get(usize::from(place)) else {
        return (Vec::new(), asker.locale.answer_gone());
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
            person: asker.person,
        });
    }
    changes.push(asker.search(cx, address, analysis.depth, false));
    let text = asker.locale.answer_elsewhere(&handle.0, &title(network));
    (changes, text)
}

/// Sends a result once more, where it is asked for.
pub(in crate::bot) fn again_here(asker: &Asker, analysis: &Analysis) -> Answer {
    if analysis.chat != asker.chat {
        return (Vec::new(), asker.locale.answer_gone());
    }
    let send = Change::SendResult(analysis.id, asker.place());
    (vec![send], String::new())
}

/// Asks for the same once more. The buttons of the bubble before go: the new one has its own.
fn again(
    cx: &Context,
    asker: &Asker,
    analysis: Analysis,
    (depth, order): (Depth, Option<WantedOrder>),
    refresh: bool,
) -> Result<Vec<Change>, StoreError> {
    let before = progress::current(asker.locale, &View::of(cx, analysis.clone())?);
    let bubble = (!before.buttons.is_empty()).then(|| asker.say(Say::Bubble(analysis.id)));
    let charged = cx.networks.charges(&analysis.network);
    let submit = Change::Submit(NewAnalysis {
        person: asker.person,
        chat: analysis.chat,
        question: analysis.question,
        topic: analysis.topic,
        network: analysis.network,
        handle: analysis.handle,
        others: analysis.others,
        priority: asker.priority,
        depth,
        order,
        // The button says what it costs.
        agreed: true,
        charged,
        refresh,
        quota: asker.quota(cx),
    });
    Ok([submit].into_iter().chain(bubble).collect())
}
