//! The one message that shows all analyses of a chat when there are too many to edit each. The single progress messages
//! stay as they are until their analyses end.

use std::collections::BTreeSet;

use crate::bot::chat_locale;
use crate::bot::content::MessageContent;
use crate::bot::outbox::chat_queue::{ChatQueue, Phase};
use crate::bot::outbox::compose::LiveContent;
use crate::bot::progress;
use crate::bot::reply::cancel_buttons;
use crate::bot::view::View;
use crate::context::Context;
use crate::locales::{Locale, Markup, Whole};
use crate::model::{Analysis, Place, Press};
use crate::stores::StoreError;

/// Analyses with a line and a button each: as many as people can take in, and far from the 4,096 characters of a
/// message.
const SHOWN: usize = 15;

/// Returns the message as it should look now, `None` if it was never sent and there is nothing to show.
pub(super) fn now(cx: &Context, chat: &ChatQueue) -> Result<Option<LiveContent>, StoreError> {
    let message = cx.ledger.together(chat.id)?;
    let mut running = Vec::new();
    for id in chat.analyses() {
        let analysis = cx.ledger.analysis(id)?;
        running.extend(analysis.filter(|analysis| analysis.outcome.is_none()));
    }
    let locale = chat_locale::of_chat(cx, chat.id)?;
    if running.is_empty() {
        return Ok(message.map(|message| LiveContent {
            message: Some(message),
            place: Place::default(),
            content: MessageContent::plain(locale.together_over()),
            phase: None,
        }));
    }
    let topic = running.last().and_then(|latest| latest.topic);
    Ok(Some(LiveContent {
        message,
        place: Place {
            topic,
            question: None,
        },
        content: content(cx, locale, running)?,
        phase: Some(Phase::Several),
    }))
}

fn content(
    cx: &Context,
    locale: &Locale,
    mut running: Vec<Analysis>,
) -> Result<MessageContent, StoreError> {
    let count = running.len();
    running.truncate(SHOWN);
    let buttons = cancel_buttons(locale, &running, Press::CancelAll);
    let mut lines = vec![locale.together(Whole(count as u64))];
    let mut troubles = BTreeSet::new();
    for analysis in running {
        let view = View::of(cx, analysis)?;
        let state = progress::brief(locale, &view);
        lines.push(locale.together_line(view.who(), Markup(&state)));
        troubles.extend(progress::trouble(locale, &view));
    }
    if count > SHOWN {
        lines.push(locale.together_more(Whole((count - SHOWN) as u64)));
    }
    lines.extend(troubles);
    Ok(MessageContent {
        html: lines.join("\n"),
        buttons,
    })
}
