//! Turns a row of the outbox into a call of the Bot API, at the moment of sending. Sends nothing.

use std::time::Duration;

use crate::bot::chat_locale;
use crate::bot::content::MessageContent;
use crate::bot::features::compare::messages::{self as comparison, announced};
use crate::bot::features::result::messages as result;
use crate::bot::features::watch;
use crate::bot::outbox::chat_queue::{ChatQueue, LiveMessage, Phase};
use crate::bot::progress;
use crate::bot::telegram::api_call::ApiCall;
use crate::bot::view::{View, title};
use crate::context::Context;
use crate::locales::{Bytes, Locale, Whole};
use crate::model::{Alarm, AnalysisId, Failing, KeyNews, MessageId, Outgoing, Place, Say};
use crate::stores::StoreError;

/// Telegram lets messages be deleted for two days; one of them less, for whatever takes long.
const DELETABLE: Duration = Duration::from_secs(24 * 3600);

/// A call, and what it shows.
pub(super) struct Prepared {
    pub(super) call: ApiCall,
    /// If it is a progress message: its analysis, content and phase.
    pub(super) shown: Option<(AnalysisId, MessageContent, Option<Phase>)>,
}

/// What a live message should show now.
pub(super) struct LiveContent {
    /// The message, once it has been sent.
    pub(super) message: Option<MessageId>,
    /// Where to send it, until then.
    pub(super) place: Place,
    pub(super) content: MessageContent,
    /// `None` if this is the last edit.
    pub(super) phase: Option<Phase>,
}

/// Returns what to send, `None` if that is shown already or there is nothing left to say.
pub(super) fn prepare(
    cx: &Context,
    chat: &ChatQueue,
    outgoing: &Outgoing,
) -> Result<Option<Prepared>, StoreError> {
    let locale = chat_locale::of_chat(cx, chat.id)?;
    let here = outgoing.place;
    let call = match &outgoing.say {
        Say::Text {
            html,
            buttons,
            reply_to,
        } => ApiCall::SendMessage {
            content: MessageContent {
                html: html.clone(),
                buttons: buttons.clone(),
            },
            place: Place {
                topic: here.and_then(|place| place.topic),
                question: *reply_to,
            },
        },
        Say::Rewritten {
            message,
            html,
            buttons,
        } => ApiCall::EditMessage {
            message: *message,
            content: MessageContent {
                html: html.clone(),
                buttons: buttons.clone(),
            },
        },
        Say::Keyboard { message, buttons } => ApiCall::EditKeyboard {
            message: *message,
            buttons: buttons.clone(),
        },
        Say::Alarm { network, alarm } => plain_text(alarmed(locale, &title(network), *alarm)),
        Say::Failing { what, over } => plain_text(failing(locale, *what, *over)),
        Say::Key { network, news } => plain_text(key(locale, &title(network), *news)),
        Say::Watching {
            person,
            network,
            handle,
        } => match watch::promise(cx, locale, *person, (network, handle))? {
            Some(content) => ApiCall::SendMessage {
                content,
                place: here.unwrap_or_default(),
            },
            None => return Ok(None),
        },
        Say::Unwatched { handle } => ApiCall::SendMessage {
            content: MessageContent::plain(locale.answer_unwatched(&handle.0)),
            place: here.unwrap_or_default(),
        },
        Say::Delete { message } => ApiCall::DeleteMessage { message: *message },
        Say::Bubble(id) => return progress_message(cx, locale, chat, *id),
        Say::Comparing {
            analyses,
            question,
            deeper,
        } => {
            let place = comparison::place(chat.id, here, *question);
            match announced(cx, locale, analyses, *deeper, place)? {
                Some(call) => call,
                None => return Ok(None),
            }
        }
        // These take a while, and are prepared before it is their turn.
        Say::Picture(_)
        | Say::About { .. }
        | Say::ComparedPicture { .. }
        | Say::Compared { .. } => return Ok(None),
        Say::Results(id) => return Ok(result::list(cx, locale, chat.id, here, *id)?.map(only)),
        Say::Listed {
            analysis,
            message,
            shown,
        } => return Ok(result::edited_list(cx, locale, *analysis, *message, *shown)?.map(only)),
        Say::Changes(id) => return Ok(result::changes(cx, locale, chat.id, here, *id)?.map(only)),
        Say::File {
            analysis,
            kind,
            measure,
        } => {
            return Ok(
                result::file(cx, locale, chat.id, here, (*analysis, *kind, *measure))?.map(only),
            );
        }
        Say::ComparedFile {
            comparison: id,
            kind,
        } => {
            let place = here.unwrap_or_default();
            return Ok(comparison::file(cx, locale, place, (*id, *kind))?.map(only));
        }
        // These are sent independently.
        Say::Answer { .. } | Say::Offer(_) | Say::AsAdmin(_) | Say::Overrule { .. } => {
            return Ok(None);
        }
    };
    Ok(Some(Prepared { call, shown: None }))
}

fn plain_text(html: String) -> ApiCall {
    ApiCall::SendMessage {
        content: MessageContent::plain(html),
        place: Place::default(),
    }
}

/// Returns the news about a person's own key.
fn key(locale: &Locale, network: &str, news: KeyNews) -> String {
    match news {
        KeyNews::Works { requests: None } => locale.key_works(network),
        KeyNews::Works {
            requests: Some(requests),
        } => locale.key_works_for(network, Whole(requests)),
        KeyNews::Doubted => locale.key_doubted(network),
        KeyNews::Refused => locale.key_refused_own(network),
        KeyNews::OutOfCredit => locale.key_out_of_credit_own(network),
        KeyNews::Unreplaced => locale.key_unreplaced(network),
        KeyNews::NeitherWorks => locale.key_neither_works(network),
        KeyNews::Lost => locale.key_lost(network),
    }
}

fn alarmed(locale: &Locale, network: &str, alarm: Alarm) -> String {
    match alarm {
        Alarm::KeyRefused => locale.alarm_key_refused(network),
        Alarm::OutOfCredit => locale.alarm_out_of_credit(network),
        Alarm::Down => locale.alarm_down(network),
        Alarm::Over => locale.alarm_over(network),
    }
}

fn failing(locale: &Locale, what: Failing, over: bool) -> String {
    match (what, over) {
        (Failing::Disk { free }, false) => locale.alarm_disk(Bytes(free)),
        (Failing::Disk { .. }, true) => locale.alarm_disk_over(),
        (Failing::Room { free }, false) => locale.alarm_room(Bytes(free)),
        (Failing::Room { .. }, true) => locale.alarm_room_over(),
        (Failing::Files, false) => locale.alarm_files(),
        (Failing::Files, true) => locale.alarm_files_over(),
        (Failing::Database, false) => locale.alarm_database(),
        (Failing::Database, true) => locale.alarm_database_over(),
        (Failing::Forgetting, false) => locale.alarm_forgetting(),
        (Failing::Forgetting, true) => locale.alarm_forgetting_over(),
    }
}

/// Returns the progress message of a running analysis. The text after its end goes through the outbox.
pub(super) fn progress_now(
    cx: &Context,
    id: AnalysisId,
) -> Result<Option<LiveContent>, StoreError> {
    let analysis = cx.ledger.analysis(id)?;
    let Some(analysis) =
        analysis.filter(|analysis| analysis.outcome.is_none() && analysis.bubble.is_some())
    else {
        return Ok(None);
    };
    let locale = chat_locale::of_chat(cx, analysis.chat)?;
    let view = View::of(cx, analysis)?;
    Ok(Some(LiveContent {
        message: view.analysis.bubble,
        place: Place::default(),
        content: progress::current(locale, &view),
        phase: view.crawl.as_ref().map(Phase::of),
    }))
}

fn progress_message(
    cx: &Context,
    locale: &Locale,
    chat: &ChatQueue,
    id: AnalysisId,
) -> Result<Option<Prepared>, StoreError> {
    let Some(analysis) = cx.ledger.analysis(id)? else {
        return Ok(None);
    };
    let view = View::of(cx, analysis)?;
    if view.is_told_by_its_list() {
        let message = view.analysis.bubble;
        let message = message.filter(|_| !chat.is_deleted(LiveMessage::Progress(id)));
        let age = (view.now - view.analysis.created_at).to_std();
        match message {
            None => return Ok(None),
            Some(message) if age.is_ok_and(|age| age < DELETABLE) => {
                return Ok(Some(only(ApiCall::DeleteMessage { message })));
            }
            Some(_) => {}
        }
    }
    let live = view.analysis.outcome.is_none();
    let phase = view.crawl.as_ref().map(Phase::of).filter(|_| live);
    let (call, content) = match view.analysis.bubble {
        Some(message) if !chat.is_deleted(LiveMessage::Progress(id)) => {
            let content = progress::current(locale, &view);
            if chat.is_shown(LiveMessage::Progress(id), &content) {
                chat.set_shown(
                    LiveMessage::Progress(id),
                    content,
                    phase,
                    cx.clock.elapsed(),
                );
                return Ok(None);
            }
            let edit = ApiCall::EditMessage {
                message,
                content: content.clone(),
            };
            (edit, content)
        }
        known => {
            let content = match known {
                Some(_) => progress::current(locale, &view),
                None => progress::first(locale, &view),
            };
            let new = ApiCall::SendMessage {
                content: content.clone(),
                place: view.place(chat.id, None),
            };
            (new, content)
        }
    };
    Ok(Some(Prepared {
        call,
        shown: Some((id, content, phase)),
    }))
}

/// Wraps a call that is no progress message.
pub(super) fn only(call: ApiCall) -> Prepared {
    Prepared { call, shown: None }
}
