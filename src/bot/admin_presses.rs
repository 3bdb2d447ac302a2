//! What the admins of a group may do with what others have asked for there. Only Telegram knows who is one; the outbox
//! asks. What follows from the answer is one transaction, so it may be asked again after a crash.

use teloxide::types::CallbackQuery;

use crate::bot::chat_locale;
use crate::bot::features::cancel::by_admins;
use crate::bot::features::result::presses::complete;
use crate::bot::features::search::presses::{deeper, enough};
use crate::bot::features::share::{share, unshare};
use crate::bot::features::watch::watch_result;
use crate::bot::reply::PressReply;
use crate::bot::sender::Sender;
use crate::bot::telegram::error::TelegramError;
use crate::context::Context;
use crate::ledger::Change;
use crate::model::{AdminPress, Analysis, Outgoing, OutgoingId, Press, Say, Source};
use crate::stores::StoreError;

/// Has Telegram asked whether the sender is an admin; `None` if this press does not depend on that.
pub(super) fn question(
    cx: &Context,
    query: &CallbackQuery,
    sender: &Sender,
    press: Option<&Press>,
) -> Result<Option<Change>, StoreError> {
    let Some((press, analysis)) = press.and_then(|press| press.analysis().map(|id| (press, id)))
    else {
        return Ok(None);
    };
    let is_anothers = |analysis: &Analysis| {
        sender.in_group && analysis.chat == sender.chat && analysis.person != sender.person
    };
    let Some(analysis) = cx.ledger.analysis(analysis)?.filter(is_anothers) else {
        return Ok(None);
    };
    Ok(match press {
        Press::Cancel(_) => by_admins::admins_may_cancel(sender, &analysis).then(|| {
            let asked = Source::Pressed(query.id.0.clone());
            by_admins::ask(sender, &[analysis], asked)
        }),
        Press::Enough(_)
        | Press::Deeper(..)
        | Press::Complete(..)
        | Press::Share(_)
        | Press::Unshare(_)
        | Press::Watch(_) => {
            let as_admin = Say::AsAdmin(AdminPress {
                person: sender.person,
                press: press.clone(),
                message: sender.message,
                callback: query.id.0.clone(),
                priority: sender.priority,
                quota: sender.quota(cx),
            });
            Some(sender.in_topic_of(&analysis).send_here(as_admin))
        }
        _ => None,
    })
}

/// Carries a press out if the person is an admin, and answers it.
pub(super) async fn carry_out(
    cx: &Context,
    bot: &str,
    id: OutgoingId,
    outgoing: &Outgoing,
    press: &AdminPress,
    is_admin: Result<bool, TelegramError>,
) -> Result<(), StoreError> {
    let chat = outgoing.chat;
    let locale = chat_locale::of_chat(cx, chat)?;
    let (changes, text) = match is_admin {
        Ok(true) => {
            let place = outgoing.place.unwrap_or_default();
            let sender = Sender::of_admin(chat, place, press, locale);
            changes(cx, bot, &sender, &press.press)?
        }
        Ok(false) => (Vec::new(), locale.answer_not_yours_here()),
        Err(error) => {
            tracing::warn!(chat = chat.0, ?error, "can't find out who runs a group");
            (Vec::new(), locale.unknown_who_runs_it())
        }
    };
    let answer = Say::Answer {
        callback: press.callback.clone(),
        text: Some(text).filter(|text| !text.is_empty()),
    };
    cx.ledger.overruled(id, changes, answer).await
}

/// Returns what a press of an admin leads to. What is searched for is searched for in their own name.
fn changes(
    cx: &Context,
    bot: &str,
    sender: &Sender,
    press: &Press,
) -> Result<PressReply, StoreError> {
    let analysis = press.analysis().map(|id| cx.ledger.analysis(id));
    let analysis = analysis.transpose()?.flatten();
    // It may have been forgotten meanwhile.
    let Some(analysis) = analysis.filter(|analysis| analysis.chat == sender.chat) else {
        return Ok((Vec::new(), sender.locale.answer_gone()));
    };
    Ok(match press {
        Press::Enough(_) => enough(sender, &analysis),
        Press::Deeper(_, depth) => deeper(cx, sender, analysis, *depth)?,
        Press::Complete(_, shown) => complete(cx, sender, analysis, *shown)?,
        Press::Share(_) => share(bot, sender, &analysis),
        Press::Unshare(_) => unshare(sender, &analysis),
        Press::Watch(_) => watch_result(cx, sender, analysis)?,
        _ => (Vec::new(), sender.locale.answer_gone()),
    })
}
