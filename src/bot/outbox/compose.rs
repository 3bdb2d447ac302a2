//! What a row of the outbox is as a call of the Bot API, at the moment when it is sent. Sends nothing.

use crate::bot::chat_locale;
use crate::bot::content::Sheet;
use crate::bot::features::compare::messages::{self as comparison, announced};
use crate::bot::features::result::messages as result;
use crate::bot::outbox::chat_queue::{Chat, Phase, Topic};
use crate::bot::progress;
use crate::bot::telegram::api_call::Letter;
use crate::bot::view::{View, title};
use crate::context::Context;
use crate::locales::{Bytes, Locale, Whole};
use crate::model::{Alarm, AnalysisId, Failing, KeyNews, MessageId, Outgoing, Place, Say};
use crate::stores::StoreError;

/// A letter, and what is known when it has arrived.
pub(in crate::bot) struct Prepared {
    pub(in crate::bot) letter: Letter,
    /// It shows an analysis' bubble.
    pub(in crate::bot) bubble: Option<(AnalysisId, Sheet, Option<Phase>)>,
}

/// A message that is kept up to date, as it should look now.
pub(in crate::bot) struct Current {
    /// The message, once it is there.
    pub(in crate::bot) message: Option<MessageId>,
    /// Where it is to stand, while it is not.
    pub(in crate::bot) place: Place,
    pub(in crate::bot) sheet: Sheet,
    /// Nothing, when this is the last time.
    pub(in crate::bot) phase: Option<Phase>,
}

/// What is to be sent; nothing, when it shows already or there is nothing to tell any more.
pub(in crate::bot) fn letter(
    cx: &Context,
    chat: &Chat,
    outgoing: &Outgoing,
) -> Result<Option<Prepared>, StoreError> {
    let locale = chat_locale::in_chat(cx, chat.id)?;
    let here = outgoing.place;
    let letter = match &outgoing.say {
        Say::Text {
            html,
            buttons,
            reply_to,
        } => Letter::New {
            sheet: Sheet {
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
        } => Letter::Edit {
            message: *message,
            sheet: Sheet {
                html: html.clone(),
                buttons: buttons.clone(),
            },
        },
        Say::Keyboard { message, buttons } => Letter::Keyboard {
            message: *message,
            buttons: buttons.clone(),
        },
        Say::Alarm { network, alarm } => plain_text(alarmed(locale, &title(network), *alarm)),
        Say::Failing { what, over } => plain_text(failing(locale, *what, *over)),
        Say::Key { network, news } => plain_text(key(locale, &title(network), *news)),
        Say::Delete { message } => Letter::Delete { message: *message },
        Say::Bubble(id) => return bubble(cx, locale, chat, *id),
        Say::Comparing {
            analyses,
            question,
            deeper,
        } => {
            let place = comparison::place(chat.id, here, *question);
            match announced(cx, locale, analyses, *deeper, place)? {
                Some(letter) => letter,
                None => return Ok(None),
            }
        }
        // These take a while, and are made before it is their turn.
        Say::Picture(_)
        | Say::About { .. }
        | Say::ComparedPicture { .. }
        | Say::Compared { .. } => return Ok(None),
        Say::Results(id) => return Ok(result::results(cx, locale, chat.id, here, *id)?.map(only)),
        Say::Listed {
            analysis,
            message,
            shown,
        } => return Ok(result::listed(cx, locale, *analysis, *message, *shown)?.map(only)),
        Say::Changes(id) => return Ok(result::since(cx, locale, chat.id, here, *id)?.map(only)),
        Say::File {
            analysis,
            kind,
            measure,
        } => {
            return Ok(
                result::file(cx, locale, chat.id, here, (*analysis, *kind, *measure))?.map(only),
            );
        }
        // Those are sent on their own.
        Say::Answer { .. } | Say::Offer(_) | Say::Overrule { .. } => return Ok(None),
    };
    Ok(Some(Prepared {
        letter,
        bubble: None,
    }))
}

fn plain_text(html: String) -> Letter {
    let sheet = Sheet {
        html,
        buttons: Vec::new(),
    };
    Letter::of(None, sheet, Place::default())
}

/// What has become of a key of somebody's own.
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

/// The bubble of an analysis that is under way. Once it has ended, its last text is the outbox's business.
pub(in crate::bot) fn bubble_now(
    cx: &Context,
    id: AnalysisId,
) -> Result<Option<Current>, StoreError> {
    let analysis = cx.ledger.analysis(id)?;
    let Some(analysis) =
        analysis.filter(|analysis| analysis.outcome.is_none() && analysis.bubble.is_some())
    else {
        return Ok(None);
    };
    let locale = chat_locale::in_chat(cx, analysis.chat)?;
    let view = View::of(cx, analysis)?;
    Ok(Some(Current {
        message: view.analysis.bubble,
        place: Place::default(),
        sheet: progress::current(locale, &view),
        phase: view.crawl.as_ref().map(Phase::of),
    }))
}

fn bubble(
    cx: &Context,
    locale: &Locale,
    chat: &Chat,
    id: AnalysisId,
) -> Result<Option<Prepared>, StoreError> {
    let Some(analysis) = cx.ledger.analysis(id)? else {
        return Ok(None);
    };
    let view = View::of(cx, analysis)?;
    let live = view.analysis.outcome.is_none();
    let phase = view.crawl.as_ref().map(Phase::of).filter(|_| live);
    let (letter, sheet) = match view.analysis.bubble {
        Some(message) if !chat.is_lost(Topic::One(id)) => {
            let sheet = progress::current(locale, &view);
            if chat.is_shown(Topic::One(id), &sheet) {
                chat.shows(Topic::One(id), sheet, phase, cx.clock.elapsed());
                return Ok(None);
            }
            let edit = Letter::Edit {
                message,
                sheet: sheet.clone(),
            };
            (edit, sheet)
        }
        known => {
            let sheet = match known {
                Some(_) => progress::current(locale, &view),
                None => progress::first(locale, &view),
            };
            let new = Letter::New {
                sheet: sheet.clone(),
                place: view.place(chat.id, None),
            };
            (new, sheet)
        }
    };
    Ok(Some(Prepared {
        letter,
        bubble: Some((id, sheet, phase)),
    }))
}

/// A letter that shows no bubble.
pub(in crate::bot) fn only(letter: Letter) -> Prepared {
    Prepared {
        letter,
        bubble: None,
    }
}
