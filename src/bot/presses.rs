//! What a pressed button does. Every press is answered, stale and foreign ones with a sentence.

use teloxide::types::{CallbackQuery, InlineKeyboardButtonKind, Me};

use crate::bot::asker::Asker;
use crate::bot::forget;
use crate::bot::handlers::{Handled, as_deep, cancel_buttons};
use crate::bot::view::{depth_name, newest_like, title};
use crate::bot::{admin, history, home_network, language, overruling, result, sharing, watching};
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::Whole;
use crate::model::{Analysis, AnalysisId, Asked, Button, Depth, NewAnalysis, Press, Say, Scope};
use crate::networks::Address;
use crate::stores::StoreError;

/// What changes, and the sentence that says so.
pub(super) type Answer = (Vec<Change>, String);

pub(super) async fn pressed(cx: Context, me: Me, query: CallbackQuery, asker: Asker) -> Handled {
    let press = match query.data.as_deref().and_then(|data| data.parse().ok()) {
        Some(press) if !is_genuine(&cx, &query, &asker, &press)? => None,
        press => press,
    };
    let (mut changes, text) = match press {
        Some(Press::CancelAll) => cancel_all(&cx, &query, &asker)?,
        Some(Press::CancelAllOf(person)) if person == asker.person => {
            cancel_all(&cx, &query, &asker)?
        }
        Some(Press::Cancel(id)) => match of_somebody_else(&cx, &asker, id)? {
            // It is answered when it is found out who may.
            Some(analysis) => {
                let asked = Asked::Pressed(query.id.0);
                return Ok(vec![overruling::asked(&asker, &[analysis], asked)]);
            }
            None => of_own(&cx, &asker, id, |asker, analysis| {
                cancel(&cx, &query, asker, &analysis)
            })?,
        },
        Some(Press::Refresh(id)) => of_own(&cx, &asker, id, |asker, analysis| {
            refresh(&cx, asker, analysis)
        })?,
        Some(Press::Enough(id)) => of_own(&cx, &asker, id, |asker, analysis| {
            Ok(enough(asker, &analysis))
        })?,
        Some(Press::Deeper(id, depth)) => of_own(&cx, &asker, id, |asker, analysis| {
            deeper(&cx, asker, analysis, depth)
        })?,
        Some(Press::Start(id, depth)) => of_own(&cx, &asker, id, |asker, analysis| {
            Ok(start(asker, &analysis, depth))
        })?,
        Some(Press::Elsewhere(id, place)) => of_own(&cx, &asker, id, |asker, analysis| {
            Ok(elsewhere(&cx, asker, &analysis, place))
        })?,
        Some(Press::List(id, control, shown)) => of_own(&cx, &asker, id, |asker, analysis| {
            Ok(result::leaf(asker, &analysis, control, shown))
        })?,
        Some(Press::About(id, place)) => of_own(&cx, &asker, id, |asker, analysis| {
            Ok(result::about(asker, &analysis, place))
        })?,
        Some(Press::Analyse(id, place)) => of_own(&cx, &asker, id, |asker, analysis| {
            result::analyse(&cx, asker, &analysis, place)
        })?,
        Some(Press::File(id, kind, measure)) => of_own(&cx, &asker, id, |asker, analysis| {
            Ok(result::file(asker, &analysis, kind, measure))
        })?,
        Some(Press::Result(id)) => of_own(&cx, &asker, id, |asker, analysis| {
            Ok(again_here(asker, &analysis))
        })?,
        Some(Press::Share(id)) => of_own(&cx, &asker, id, |asker, analysis| {
            Ok(sharing::share(&me, asker, &analysis))
        })?,
        Some(Press::Unshare(id)) => of_own(&cx, &asker, id, |asker, analysis| {
            Ok(sharing::unshare(asker, &analysis))
        })?,
        Some(Press::EndWatch(person, number)) if person == asker.person => {
            watching::unwatch(&cx, &query, &asker, number)?
        }
        // In a group such a button may stand under what another person watches.
        Some(Press::Unwatch(number)) if !asker.in_group => {
            watching::unwatch(&cx, &query, &asker, number)?
        }
        Some(Press::History(person, page)) if person == asker.person => {
            history::turned(&cx, &query, &asker, page)?
        }
        Some(Press::LanguageOf(person, place)) if person == asker.person => {
            language::chosen(&cx, &query, &asker, place)?
        }
        Some(Press::NetworkOf(person, place)) if person == asker.person => {
            home_network::chosen(&cx, &query, &asker, place)
        }
        // In a group nobody knows whose question it was.
        Some(Press::Language(place)) if !asker.in_group => {
            language::chosen(&cx, &query, &asker, place)?
        }
        Some(Press::Network(place)) if !asker.in_group => {
            home_network::chosen(&cx, &query, &asker, place)
        }
        Some(Press::Forget(person)) if person == asker.person => {
            (forget::confirmed(&asker), asker.locale.answer_forgotten())
        }
        Some(
            Press::CancelAllOf(_)
            | Press::EndWatch(..)
            | Press::History(..)
            | Press::Forget(_)
            | Press::LanguageOf(..)
            | Press::NetworkOf(..),
        ) => (Vec::new(), asker.locale.answer_not_yours()),
        Some(Press::Operate(operation)) => admin::pressed(&cx, &asker, operation)?,
        Some(Press::Unwatch(_) | Press::Language(_) | Press::Network(_)) | None => {
            (Vec::new(), asker.locale.answer_gone())
        }
    };
    changes.push(asker.say(Say::Answer {
        callback: query.id.0,
        text: Some(text).filter(|text| !text.is_empty()),
    }));
    Ok(changes)
}

fn cancel(
    cx: &Context,
    query: &CallbackQuery,
    asker: &Asker,
    analysis: &Analysis,
) -> Result<Answer, StoreError> {
    let locale = asker.locale;
    let mut changes = Vec::new();
    // Bubbles lose their buttons by themselves; another message that lists several does not.
    if analysis
        .bubble
        .is_some_and(|bubble| bubble != asker.message)
    {
        let mut rest = asker.running(cx)?;
        rest.retain(|other| other.id != analysis.id);
        changes.extend(keyboard(cx, query, asker, &rest)?);
    }
    if analysis.outcome.is_some() {
        return Ok((changes, locale.answer_finished(&analysis.handle.0)));
    }
    changes.push(Change::Cancel {
        analysis: analysis.id,
        person: asker.person,
    });
    Ok((changes, locale.answer_cancelled(&analysis.handle.0)))
}

fn cancel_all(cx: &Context, query: &CallbackQuery, asker: &Asker) -> Result<Answer, StoreError> {
    let locale = asker.locale;
    let running = asker.running(cx)?;
    if running.is_empty() {
        let buttons = keyboard(cx, query, asker, &[])?;
        return Ok((buttons.into_iter().collect(), locale.answer_nothing()));
    }
    let count = Whole(running.len() as u64);
    let mut changes: Vec<Change> = running
        .into_iter()
        .map(|analysis| Change::Cancel {
            analysis: analysis.id,
            person: asker.person,
        })
        .collect();
    changes.extend(keyboard(cx, query, asker, &[])?);
    Ok((changes, locale.answer_cancelled_all(count)))
}

fn refresh(cx: &Context, asker: &Asker, analysis: Analysis) -> Result<Answer, StoreError> {
    let locale = asker.locale;
    if newest_like(cx, &analysis)?.id != analysis.id {
        return Ok((Vec::new(), locale.answer_newer(&analysis.handle.0)));
    }
    let text = locale.answer_refreshing(&analysis.handle.0);
    let depth = as_deep(cx, (&analysis.network, &analysis.handle), analysis.depth)?;
    let changes = again(cx, asker, analysis, depth, true);
    Ok((changes, text))
}

/// Agrees to what it costs to go so deep.
fn start(asker: &Asker, analysis: &Analysis, depth: u8) -> Answer {
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

fn enough(asker: &Asker, analysis: &Analysis) -> Answer {
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

fn deeper(
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
    let changes = again(cx, asker, analysis, depth, false);
    Ok((changes, text))
}

/// Sends a result once more, where it is asked for.
fn again_here(asker: &Asker, analysis: &Analysis) -> Answer {
    if analysis.chat != asker.chat {
        return (Vec::new(), asker.locale.answer_gone());
    }
    let send = Change::SendResult(analysis.id, asker.place());
    (vec![send], String::new())
}

/// Asks for the same once more; the button that did it goes.
fn again(
    cx: &Context,
    asker: &Asker,
    analysis: Analysis,
    depth: Depth,
    refresh: bool,
) -> Vec<Change> {
    let bubble = asker.say(Say::Bubble(analysis.id));
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
        // The button says what it costs.
        agreed: true,
        charged,
        refresh,
        quota: asker.quota(cx),
    });
    vec![submit, bubble]
}

/// Looks for the account of the same name on another network, and no longer on this one.
fn elsewhere(cx: &Context, asker: &Asker, analysis: &Analysis, place: u8) -> Answer {
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

/// What a press does to an analysis, if that is there and the asker's own.
fn of_own(
    cx: &Context,
    asker: &Asker,
    id: AnalysisId,
    press: impl FnOnce(&Asker, Analysis) -> Result<Answer, StoreError>,
) -> Result<Answer, StoreError> {
    let locale = asker.locale;
    match cx.ledger.analysis(id)? {
        Some(analysis) if analysis.person == asker.person => {
            press(&asker.in_topic_of(&analysis), analysis)
        }
        Some(_) => Ok((Vec::new(), locale.answer_not_yours())),
        None => Ok((Vec::new(), locale.answer_gone())),
    }
}

/// An analysis that is not the asker's own, and that those may end who run the group.
fn of_somebody_else(
    cx: &Context,
    asker: &Asker,
    id: AnalysisId,
) -> Result<Option<Analysis>, StoreError> {
    let analysis = cx.ledger.analysis(id)?;
    Ok(analysis.filter(|analysis| {
        analysis.person != asker.person && overruling::is_theirs_to_end(asker, analysis)
    }))
}

/// The buttons that still apply under a message that lists several; nothing, if it shows just those, or
/// is kept up to date anyway.
fn keyboard(
    cx: &Context,
    query: &CallbackQuery,
    asker: &Asker,
    running: &[Analysis],
) -> Result<Option<Change>, StoreError> {
    let is_kept = cx.ledger.together(asker.chat)? == Some(asker.message);
    let scope = Scope::Searches(asker.person);
    if is_kept || !is_shown(cx, query, asker, scope)? {
        return Ok(None);
    }
    let all = Press::CancelAllOf(asker.person);
    let buttons = cancel_buttons(asker.locale, running, all);
    Ok((!shows(query, &buttons)).then(|| {
        asker.say(Say::Keyboard {
            message: asker.message,
            buttons,
        })
    }))
}

/// Whether the pressed message is the thing that the button speaks of. Anybody can press anything anywhere, with a
/// client of their own.
fn is_genuine(
    cx: &Context,
    query: &CallbackQuery,
    asker: &Asker,
    press: &Press,
) -> Result<bool, StoreError> {
    if let Some(scope) = press.scope() {
        return is_shown(cx, query, asker, scope);
    }
    if has_it(query) {
        return Ok(true);
    }
    let Some(id) = press.analysis() else {
        return Ok(false);
    };
    let analysis = cx.ledger.analysis(id)?;
    let is_bubble = analysis.is_some_and(|analysis| {
        analysis.chat == asker.chat && analysis.bubble == Some(asker.message)
    });
    Ok(match cx.ledger.shown_by(asker.chat, asker.message)? {
        _ if is_bubble => true,
        Some(Scope::List(shown)) => shown == id,
        Some(Scope::Together) => matches!(press, Press::Cancel(_)),
        Some(Scope::Searches(person)) => {
            matches!(press, Press::Cancel(_)) && person == asker.person
        }
        Some(Scope::History(person)) => matches!(press, Press::Result(_)) && person == asker.person,
        _ => false,
    })
}

/// Whether the pressed message shows this. What Telegram tells of its buttons can't be forged either; it tells
/// of messages that were sent by an earlier version, or just before a crash.
fn is_shown(
    cx: &Context,
    query: &CallbackQuery,
    asker: &Asker,
    scope: Scope,
) -> Result<bool, StoreError> {
    Ok(has_it(query) || cx.ledger.shown_by(asker.chat, asker.message)? == Some(scope))
}

/// Whether the pressed message has the pressed button, as Telegram tells. It may have had it a moment ago.
fn has_it(query: &CallbackQuery) -> bool {
    let pressed = query.data.as_deref();
    let mut buttons = attached(query).into_iter();
    buttons.any(|(_, data)| Some(data.as_str()) == pressed)
}

/// Whether the message of which a button was pressed has just these.
pub(super) fn shows(query: &CallbackQuery, buttons: &[Button]) -> bool {
    let wanted = buttons.iter();
    let wanted = wanted.map(|button| (button.label.clone(), button.press.to_string()));
    attached(query).into_iter().eq(wanted)
}

/// The buttons of the pressed message, as Telegram tells: their labels and what they carry.
fn attached(query: &CallbackQuery) -> Vec<(String, String)> {
    let markup = query
        .regular_message()
        .and_then(|message| message.reply_markup());
    let shown = markup.map(|markup| markup.inline_keyboard.concat());
    let shown = shown.unwrap_or_default().into_iter();
    let shown = shown.filter_map(|button| match button.kind {
        InlineKeyboardButtonKind::CallbackData(data) => Some((button.text, data)),
        _ => None,
    });
    shown.collect()
}
