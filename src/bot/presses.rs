//! What a pressed button does. Every press is answered, stale and foreign ones with a sentence.

use teloxide::types::{CallbackQuery, Me};

use crate::bot::features::cancel::by_admins;
use crate::bot::features::cancel::presses::{cancel, cancel_all};
use crate::bot::features::privacy;
use crate::bot::features::result::presses as result;
use crate::bot::features::search::presses::{deeper, elsewhere, enough, refresh, start};
use crate::bot::features::{admin, history, language, preferred_network, share, watch};
use crate::bot::pressed_message::is_genuine;
use crate::bot::reply::{Handled, PressReply};
use crate::bot::sender::Asker;
use crate::context::Context;
use crate::model::{Analysis, AnalysisId, Press, Say, Source};
use crate::stores::StoreError;

pub(in crate::bot) async fn pressed(
    cx: Context,
    me: Me,
    query: CallbackQuery,
    asker: Asker,
) -> Handled {
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
                let asked = Source::Pressed(query.id.0);
                return Ok(vec![by_admins::asked(&asker, &[analysis], asked)]);
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
        Some(Press::Complete(id, shown)) => of_own(&cx, &asker, id, |asker, analysis| {
            result::complete(&cx, asker, analysis, shown)
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
            Ok(result::again_here(asker, &analysis))
        })?,
        Some(Press::Share(id)) => of_own(&cx, &asker, id, |asker, analysis| {
            Ok(share::share(&me, asker, &analysis))
        })?,
        Some(Press::Unshare(id)) => of_own(&cx, &asker, id, |asker, analysis| {
            Ok(share::unshare(asker, &analysis))
        })?,
        Some(Press::EndWatch(person, number)) if person == asker.person => {
            watch::unwatch(&cx, &query, &asker, number)?
        }
        // In a group such a button may stand under what another person watches.
        Some(Press::Unwatch(number)) if !asker.in_group => {
            watch::unwatch(&cx, &query, &asker, number)?
        }
        Some(Press::History(person, page)) if person == asker.person => {
            history::turned(&cx, &query, &asker, page)?
        }
        Some(Press::LanguageOf(person, place)) if person == asker.person => {
            language::chosen(&cx, &query, &asker, place)?
        }
        Some(Press::NetworkOf(person, place)) if person == asker.person => {
            preferred_network::chosen(&cx, &query, &asker, place)
        }
        // In a group nobody knows whose question it was.
        Some(Press::Language(place)) if !asker.in_group => {
            language::chosen(&cx, &query, &asker, place)?
        }
        Some(Press::Network(place)) if !asker.in_group => {
            preferred_network::chosen(&cx, &query, &asker, place)
        }
        Some(Press::Forget(person)) if person == asker.person => {
            (privacy::confirmed(&asker), asker.locale.answer_forgotten())
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

/// What a press does to an analysis, if that is there and the asker's own.
fn of_own(
    cx: &Context,
    asker: &Asker,
    id: AnalysisId,
    press: impl FnOnce(&Asker, Analysis) -> Result<PressReply, StoreError>,
) -> Result<PressReply, StoreError> {
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
        analysis.person != asker.person && by_admins::is_theirs_to_end(asker, analysis)
    }))
}
