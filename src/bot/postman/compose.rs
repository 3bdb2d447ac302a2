//! What a row of the outbox is as a call of the Bot API, at the moment when it is sent. Sends nothing.

use crate::bot::bubble::{self, Sheet};
use crate::bot::postman::chat::{Chat, Phase, Topic};
use crate::bot::postman::letter::Letter;
use crate::bot::view::{View, ranking, title};
use crate::bot::{result, spoken, table};
use crate::context::Context;
use crate::locales::{Locale, Markup, Whole};
use crate::measures;
use crate::model::{
    Alarm, Analysis, AnalysisId, Crawl, KeyNews, MessageId, Outcome, Ranking, Refusal, Say,
};
use crate::stores::StoreError;

/// A letter, and what is known when it has arrived.
pub(super) struct Prepared {
    pub(super) letter: Letter,
    /// It shows an analysis' bubble.
    pub(super) bubble: Option<(AnalysisId, Sheet, Option<Phase>)>,
}

/// A message that is kept up to date, as it should look now.
pub(super) struct Current {
    /// The message, once it is there.
    pub(super) message: Option<MessageId>,
    pub(super) sheet: Sheet,
    /// Nothing, when this is the last time.
    pub(super) phase: Option<Phase>,
}

/// What is to be sent; nothing, when it shows already or there is nothing to tell any more.
pub(super) fn letter(cx: &Context, chat: &Chat, say: &Say) -> Result<Option<Prepared>, StoreError> {
    let locale = spoken::in_chat(cx, chat.id)?;
    let letter = match say {
        Say::Text {
            html,
            buttons,
            reply_to,
        } => Letter::New {
            sheet: Sheet {
                html: html.clone(),
                buttons: buttons.clone(),
            },
            reply_to: *reply_to,
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
        Say::Alarm { network, alarm } => plain(alarmed(locale, &title(network), *alarm)),
        Say::Key { network, news } => plain(key(locale, &title(network), *news)),
        Say::Delete { message } => Letter::Delete { message: *message },
        Say::Bubble(id) => return bubble(cx, locale, chat, *id),
        Say::Results(id) => return results(cx, locale, chat, *id),
        Say::Reordered {
            analysis,
            message,
            measure,
        } => return reordered(cx, locale, *analysis, *message, measure),
        Say::Table(id) => return table(cx, locale, *id),
        // Those are sent on their own.
        Say::Answer { .. } => return Ok(None),
    };
    Ok(Some(Prepared {
        letter,
        bubble: None,
    }))
}

fn plain(html: String) -> Letter {
    let sheet = Sheet {
        html,
        buttons: Vec::new(),
    };
    Letter::of(None, sheet)
}

/// What has become of a key of somebody's own.
fn key(locale: &Locale, network: &str, news: KeyNews) -> String {
    match news {
        KeyNews::Works { requests: None } => locale.key_works(network),
        KeyNews::Works {
            requests: Some(requests),
        } => locale.key_works_for(network, Whole(requests)),
        KeyNews::Refused => locale.key_refused_own(network),
        KeyNews::OutOfCredit => locale.key_out_of_credit_own(network),
        KeyNews::Lost => locale.key_lost(network),
    }
}

fn alarmed(locale: &Locale, network: &str, alarm: Alarm) -> String {
    match alarm {
        Alarm::KeyRefused => locale.alarm_key_refused(network),
        Alarm::OutOfCredit => locale.alarm_out_of_credit(network),
        Alarm::Over => locale.alarm_over(network),
    }
}

/// The bubble of an analysis that is under way. Once it has ended, its last text is the outbox's business.
pub(super) fn bubble_now(cx: &Context, id: AnalysisId) -> Result<Option<Current>, StoreError> {
    let analysis = cx.ledger.analysis(id)?;
    let Some(analysis) =
        analysis.filter(|analysis| analysis.outcome.is_none() && analysis.bubble.is_some())
    else {
        return Ok(None);
    };
    let locale = spoken::in_chat(cx, analysis.chat)?;
    let view = View::of(cx, analysis)?;
    Ok(Some(Current {
        message: view.analysis.bubble,
        sheet: bubble::current(locale, &view),
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
            let sheet = bubble::current(locale, &view);
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
                Some(_) => bubble::current(locale, &view),
                None => bubble::first(locale, &view),
            };
            let new = Letter::New {
                sheet: sheet.clone(),
                reply_to: question(chat, &view),
            };
            (new, sheet)
        }
    };
    Ok(Some(Prepared {
        letter,
        bubble: Some((id, sheet, phase)),
    }))
}

fn results(
    cx: &Context,
    locale: &Locale,
    chat: &Chat,
    id: AnalysisId,
) -> Result<Option<Prepared>, StoreError> {
    let Some(analysis) = cx.ledger.analysis(id)? else {
        return Ok(None);
    };
    let view = View::of(cx, analysis)?;
    let crawl = view.crawl.as_ref();
    let ranked = crawl.map(|crawl| ranking(cx, crawl)).transpose()?.flatten();
    let sheet = match crawl.zip(ranked) {
        Some((crawl, ranked)) => list(cx, locale, &view, crawl, &ranked),
        None => Sheet {
            html: locale.result_is_gone(view.who()),
            buttons: Vec::new(),
        },
    };
    Ok(Some(Prepared {
        letter: Letter::New {
            sheet,
            reply_to: question(chat, &view),
        },
        bubble: None,
    }))
}

/// Nothing, when the result is gone: the list that is there still is true.
fn reordered(
    cx: &Context,
    locale: &Locale,
    id: AnalysisId,
    message: MessageId,
    measure: &str,
) -> Result<Option<Prepared>, StoreError> {
    let (Some(analysis), Some(measure)) = (cx.ledger.analysis(id)?, measures::by_name(measure))
    else {
        return Ok(None);
    };
    let view = View::of(cx, analysis)?;
    let crawl = view.crawl.as_ref();
    let ranked = crawl.map(|crawl| ranking(cx, crawl)).transpose()?.flatten();
    let Some((crawl, mut ranked)) = crawl.zip(ranked) else {
        return Ok(None);
    };
    measures::reorder(&mut ranked, measure);
    let sheet = list(cx, locale, &view, crawl, &ranked);
    Ok(Some(Prepared {
        letter: Letter::Edit { message, sheet },
        bubble: None,
    }))
}

fn list(cx: &Context, locale: &Locale, view: &View, crawl: &Crawl, ranked: &Ranking) -> Sheet {
    let link = |handle: &_| cx.networks.link(&crawl.network, handle);
    Sheet {
        html: result::message(locale, view, crawl, ranked, link),
        buttons: result::measures(locale, view.analysis.id, ranked),
    }
}

fn table(cx: &Context, locale: &Locale, id: AnalysisId) -> Result<Option<Prepared>, StoreError> {
    let crawl = cx.ledger.analysis(id)?;
    let crawl = crawl.map(|analysis| cx.ledger.crawl_of(&analysis));
    let Some(crawl) = crawl.transpose()?.flatten() else {
        return Ok(None);
    };
    let Some(ranked) = ranking(cx, &crawl)? else {
        return Ok(None);
    };
    let link = |handle: &_| cx.networks.link(&crawl.network, handle);
    let Ok(content) = table::csv(&ranked, link) else {
        tracing::error!(crawl = crawl.id.0, "a ranking can't be written as a file");
        return Ok(None);
    };
    Ok(Some(Prepared {
        letter: Letter::File {
            name: locale.file_name(Markup(&table::plain(crawl.shown_handle()))),
            content,
            caption: locale.file(Whole(ranked.rows.len() as u64)),
            reply_to: None,
        },
        bubble: None,
    }))
}

/// What a message about an analysis replies to: in groups the question, and where the same is under
/// way already, the bubble that shows it.
fn question(chat: &Chat, view: &View) -> Option<MessageId> {
    let same_chat = |other: &&Analysis| other.chat == view.analysis.chat;
    let running = view.other.as_ref().map(|other| &other.analysis);
    match (&view.analysis.outcome, running.filter(same_chat)) {
        (Some(Outcome::Refused(Refusal::AlreadyRunning(_))), Some(other)) => other.bubble,
        _ => view.analysis.question.filter(|_| chat.id.0 < 0),
    }
}
