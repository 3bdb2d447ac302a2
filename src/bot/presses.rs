//! Routes pressed buttons. Every press is answered; stale ones and other people's get a sentence.

use teloxide::types::{CallbackQuery, Me};

use crate::bot::admin_presses;
use crate::bot::features::cancel::presses::{cancel, cancel_all};
use crate::bot::features::compare::{choice, presses as comparison};
use crate::bot::features::privacy;
use crate::bot::features::result::presses as result;
use crate::bot::features::search::by_name::{by_name, guess};
use crate::bot::features::search::presses::{deeper, elsewhere, enough, refresh, start};
use crate::bot::features::search::search;
use crate::bot::features::{admin, history, language, preferred_network, share, status, watch};
use crate::bot::pressed_message::is_genuine;
use crate::bot::reply::{Handled, PressReply};
use crate::bot::sender::Sender;
use crate::context::Context;
use crate::model::{
    Analysis, AnalysisId, ComparedControl, ComparisonId, KeptComparison, Press, Say,
};
use crate::stores::StoreError;

pub(super) async fn pressed(cx: Context, me: Me, query: CallbackQuery, sender: Sender) -> Handled {
    let press = match query.data.as_deref().and_then(|data| data.parse().ok()) {
        Some(press) if !is_genuine(&cx, &query, &sender, &press)? => None,
        press => press,
    };
    // The answer comes once Telegram has said whether they are an admin.
    if let Some(question) = admin_presses::question(&cx, &query, &sender, press.as_ref())? {
        return Ok(vec![question]);
    }
    let answers = press.as_ref().is_some_and(answers_a_question);
    let (mut changes, text) = match press {
        Some(Press::CancelAll) => cancel_all(&cx, &query, &sender)?,
        Some(Press::CancelAllOf(person)) if person == sender.person => {
            cancel_all(&cx, &query, &sender)?
        }
        Some(Press::Cancel(id)) => of_own(&cx, &sender, id, |sender, analysis| {
            cancel(&cx, &query, sender, &analysis)
        })?,
        Some(Press::Refresh(id)) => of_own(&cx, &sender, id, |sender, analysis| {
            refresh(&cx, sender, analysis)
        })?,
        Some(Press::Enough(id)) => of_own(&cx, &sender, id, |sender, analysis| {
            Ok(enough(sender, &analysis))
        })?,
        Some(Press::Deeper(id, depth)) => of_own(&cx, &sender, id, |sender, analysis| {
            deeper(&cx, sender, analysis, depth)
        })?,
        Some(Press::Start(id, depth)) => of_own(&cx, &sender, id, |sender, analysis| {
            Ok(start(sender, &analysis, depth))
        })?,
        Some(Press::Elsewhere(id, place)) => of_own(&cx, &sender, id, |sender, analysis| {
            Ok(elsewhere(&cx, sender, &analysis, place))
        })?,
        Some(Press::Guess(id, place)) => of_own(&cx, &sender, id, |sender, analysis| {
            Ok(guess(&cx, sender, &analysis, place))
        })?,
        Some(Press::ByName(id)) => of_own(&cx, &sender, id, |sender, analysis| {
            by_name(&cx, sender, &analysis)
        })?,
        Some(Press::List(id, control, shown)) => of_chat(&cx, &sender, id, |sender, analysis| {
            Ok(result::list_changed(sender, &analysis, control, shown))
        })?,
        Some(Press::Complete(id, shown)) => of_own(&cx, &sender, id, |sender, analysis| {
            result::complete(&cx, sender, analysis, shown)
        })?,
        Some(Press::About(id, place)) => of_chat(&cx, &sender, id, |sender, analysis| {
            Ok(result::about(sender, &analysis, place))
        })?,
        Some(Press::Analyse(id, place)) => of_chat(&cx, &sender, id, |sender, analysis| {
            result::analyse(&cx, sender, &analysis, place)
        })?,
        Some(Press::File(id, kind, measure)) => of_chat(&cx, &sender, id, |sender, analysis| {
            Ok(result::file(sender, &analysis, kind, measure))
        })?,
        Some(Press::Details(id)) => of_chat(&cx, &sender, id, |sender, analysis| {
            status::details_of(&cx, sender, analysis)
        })?,
        Some(Press::Picture(id)) => of_chat(&cx, &sender, id, |sender, analysis| {
            Ok(result::picture(sender, &analysis))
        })?,
        Some(Press::CompareWith(id)) => of_own(&cx, &sender, id, |sender, analysis| {
            choice::with_another(&cx, sender, analysis)
        })?,
        Some(Press::Result(id)) => of_own(&cx, &sender, id, |sender, analysis| {
            Ok(result::send_again(sender, &analysis))
        })?,
        Some(Press::Watch(id)) => of_own(&cx, &sender, id, |sender, analysis| {
            watch::watch_result(&cx, sender, analysis)
        })?,
        Some(Press::Compare(id, first)) => of_own(&cx, &sender, id, |sender, analysis| {
            choice::chosen(&cx, &query, sender, analysis, first)
        })?,
        Some(Press::Compared(id, control)) => {
            of_comparison(&cx, &sender, id, control, |sender, kept| match control {
                ComparedControl::Share => Ok(share::share_comparison(me.username(), sender, &kept)),
                ComparedControl::Unshare => Ok(share::unshare_comparison(sender, &kept)),
                _ => comparison::pressed(&cx, sender, &kept, control),
            })?
        }
        Some(Press::Search(person, words)) if person == sender.person => {
            (search(&cx, &sender, &words, false)?, String::new())
        }
        Some(Press::Share(id)) => of_own(&cx, &sender, id, |sender, analysis| {
            Ok(share::share(me.username(), sender, &analysis))
        })?,
        Some(Press::Unshare(id)) => of_own(&cx, &sender, id, |sender, analysis| {
            Ok(share::unshare(sender, &analysis))
        })?,
        Some(Press::EndWatch(person, number)) if person == sender.person => {
            watch::unwatch(&cx, &query, &sender, number)?
        }
        Some(Press::ChangeWatch(person, number, every)) if person == sender.person => {
            watch::change(&cx, &query, &sender, number, every)?
        }
        Some(Press::History(person, page)) if person == sender.person => {
            history::turn_page(&cx, &query, &sender, page)?
        }
        Some(Press::Language(person, code)) if person == sender.person => {
            language::chosen(&cx, &query, &sender, &code)?
        }
        Some(Press::Network(person, name)) if person == sender.person => {
            preferred_network::chosen(&cx, &query, &sender, name)
        }
        Some(Press::Forget(person)) if person == sender.person => (
            privacy::confirmed(&sender),
            sender.locale.answer_forgotten(),
        ),
        Some(
            Press::CancelAllOf(_)
            | Press::EndWatch(..)
            | Press::ChangeWatch(..)
            | Press::History(..)
            | Press::Forget(_)
            | Press::Search(..)
            | Press::Language(..)
            | Press::Network(..),
        ) => (Vec::new(), sender.locale.answer_not_yours()),
        Some(Press::Operate(operation)) => admin::pressed(&cx, &sender, operation)?,
        None => (Vec::new(), sender.locale.answer_gone()),
    };
    if answers {
        // It may ask the next question.
        changes.insert(0, sender.answered());
    }
    changes.push(sender.send(Say::Answer {
        callback: query.id.0,
        text: Some(text).filter(|text| !text.is_empty()),
    }));
    Ok(changes)
}

/// Whether a button may be the answer to a bare command, so that no message is waited for.
fn answers_a_question(press: &Press) -> bool {
    matches!(
        press,
        Press::Refresh(_)
            | Press::Result(_)
            | Press::Watch(_)
            | Press::CompareWith(_)
            | Press::Compare(..)
            | Press::Compared(_, ComparedControl::Again)
            | Press::Search(..)
    )
}

/// Applies a press to an analysis if that exists and belongs to the sender.
fn of_own(
    cx: &Context,
    sender: &Sender,
    id: AnalysisId,
    press: impl FnOnce(&Sender, Analysis) -> Result<PressReply, StoreError>,
) -> Result<PressReply, StoreError> {
    let locale = sender.locale;
    match cx.ledger.analysis(id)? {
        Some(analysis) if analysis.person == sender.person => {
            press(&sender.in_topic_of(&analysis), analysis)
        }
        Some(_) => Ok((Vec::new(), locale.answer_not_yours())),
        None => Ok((Vec::new(), locale.answer_gone())),
    }
}

/// Applies a press that only looks at a result: everybody in the group where it was sent may do that.
fn of_chat(
    cx: &Context,
    sender: &Sender,
    id: AnalysisId,
    press: impl FnOnce(&Sender, Analysis) -> Result<PressReply, StoreError>,
) -> Result<PressReply, StoreError> {
    match cx.ledger.analysis(id)? {
        Some(analysis) if sender.in_group && analysis.chat == sender.chat => {
            press(&sender.in_topic_of(&analysis), analysis)
        }
        _ => of_own(cx, sender, id, press),
    }
}

/// Applies a press to a comparison if that exists and belongs to the sender, or if it only looks at one of their group.
fn of_comparison(
    cx: &Context,
    sender: &Sender,
    id: ComparisonId,
    control: ComparedControl,
    press: impl FnOnce(&Sender, KeptComparison) -> Result<PressReply, StoreError>,
) -> Result<PressReply, StoreError> {
    let Some(kept) = cx.ledger.comparison(id)? else {
        return Ok((Vec::new(), sender.locale.answer_gone()));
    };
    let only_looks = !matches!(
        control,
        ComparedControl::Again | ComparedControl::Share | ComparedControl::Unshare
    );
    let is_of_group = sender.in_group && kept.chat == sender.chat;
    if kept.person == sender.person || only_looks && is_of_group {
        press(&sender.in_topic(kept.topic), kept)
    } else {
        Ok((Vec::new(), sender.locale.answer_not_yours()))
    }
}
