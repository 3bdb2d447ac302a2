//! Asks Telegram whether the person who wants to cancel other people's searches is an admin of the group. What follows
//! from the answer is one transaction, so it may be asked again after a crash.

use teloxide::prelude::*;
use teloxide::types::{ChatId as TelegramChat, UserId};

use crate::bot::chat_locale;
use crate::bot::reply::{analysis_names, who};
use crate::bot::telegram::api_call::with_timeout;
use crate::bot::telegram::error::TelegramError;
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::{Locale, Markup};
use crate::model::{Analysis, AnalysisId, ChatId, OutgoingId, PersonId, Say, Source};
use crate::stores::StoreError;

/// Whether a person is the owner or an administrator of a group.
pub(crate) async fn is_admin(
    bot: &Bot,
    group: ChatId,
    person: PersonId,
) -> Result<bool, TelegramError> {
    let member = bot.get_chat_member(TelegramChat(group.0), UserId(person.0));
    let member = with_timeout(member.send()).await?;
    Ok(member.is_privileged())
}

/// Cancels the analyses if the person is an admin, and replies with the outcome.
pub(crate) async fn carry_out(
    cx: &Context,
    id: OutgoingId,
    group: ChatId,
    (analyses, source): (&[AnalysisId], &Source),
    is_admin: Result<bool, TelegramError>,
) -> Result<(), StoreError> {
    let locale = chat_locale::of_chat(cx, group)?;
    let found = analyses.iter().map(|id| cx.ledger.analysis(*id));
    let found = found.filter_map(Result::transpose);
    let found: Vec<Analysis> = found.collect::<Result<_, _>>()?;
    let (changes, text) = match is_admin {
        Ok(true) => {
            let overrule = Change::Overrule {
                chat: group,
                analyses: analyses.to_vec(),
            };
            (vec![overrule], ended(cx, locale, source, found))
        }
        Ok(false) => (Vec::new(), locale.not_yours_to_end()),
        Err(error) => {
            tracing::warn!(chat = group.0, ?error, "can't find out who runs a group");
            (Vec::new(), locale.unknown_who_runs_it())
        }
    };
    let answer = match source {
        Source::Pressed(callback) => Say::Answer {
            callback: callback.clone(),
            text: Some(text),
        },
        Source::Written(question) => Say::Text {
            html: text,
            buttons: Vec::new(),
            reply_to: Some(*question),
        },
    };
    cx.ledger.overruled(id, changes, answer).await
}

fn ended(cx: &Context, locale: &Locale, source: &Source, found: Vec<Analysis>) -> String {
    let is_running = |analysis: &Analysis| analysis.outcome.is_none();
    let (running, over): (Vec<Analysis>, Vec<Analysis>) = found.into_iter().partition(is_running);
    match (source, &running[..], &over[..]) {
        (Source::Pressed(_), [first, ..], _) => locale.answer_cancelled(&first.handle.0),
        (Source::Written(_), [_, ..], _) => {
            locale.stopped(Markup(&analysis_names(cx, locale, &running)))
        }
        // It has ended in the meantime.
        (Source::Pressed(_), [], [first, ..]) => locale.answer_finished(&first.handle.0),
        (Source::Written(_), [], [first, ..]) => locale.not_under_way(who(&first.handle, None)),
        (_, [], []) => locale.answer_gone(),
    }
}
