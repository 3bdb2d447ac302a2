//! What a row of the outbox is as a call of the Bot API, at the moment when it is sent. Sends nothing.

use crate::bot::bubble::{self, Sheet};
use crate::bot::postman::chat::{Chat, Phase, Topic};
use crate::bot::postman::easel::Sketch;
use crate::bot::postman::letter::Letter;
use crate::bot::view::{View, ranking, title};
use crate::bot::{result, spoken};
use crate::context::Context;
use crate::files::{self, Listing, plain};
use crate::locales::{Bytes, Locale, Markup, Whole};
use crate::measures;
use crate::model::{
    AccountId, Alarm, Analysis, AnalysisId, Crawl, Failing, FileKind, Handle, KeyNews, MessageId,
    Outcome, Ranking, Refusal, Say, Shown,
};
use crate::stores::StoreError;

/// A letter, and what is known when it has arrived.
pub(super) struct Prepared {
    pub(super) letter: Letter,
    /// It shows an analysis' bubble.
    pub(super) bubble: Option<(AnalysisId, Sheet, Option<Phase>)>,
}

/// What was found for an analysis.
struct Found {
    crawl: Crawl,
    /// Nobody is in it who wants to be left alone.
    ranking: Ranking,
    /// The accounts of the stored one, by whose places buttons name them.
    order: Vec<AccountId>,
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
        Say::Alarm { network, alarm } => plain_text(alarmed(locale, &title(network), *alarm)),
        Say::Failing { what, over } => plain_text(failing(locale, *what, *over)),
        Say::Key { network, news } => plain_text(key(locale, &title(network), *news)),
        Say::Delete { message } => Letter::Delete { message: *message },
        Say::Bubble(id) => return bubble(cx, locale, chat, *id),
        // Drawn first; see [`sketch`].
        Say::Picture(_) => return Ok(None),
        Say::Results(id) => return results(cx, locale, chat, *id),
        Say::Listed {
            analysis,
            message,
            shown,
        } => return listed(cx, locale, *analysis, *message, *shown),
        Say::Changes(id) => return since(cx, locale, *id),
        Say::About { analysis, place } => return about(cx, locale, *analysis, *place),
        Say::File {
            analysis,
            kind,
            measure,
        } => return file(cx, locale, *analysis, *kind, *measure),
        // Those are sent on their own.
        Say::Answer { .. } => return Ok(None),
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
        Alarm::Down => locale.alarm_down(network),
        Alarm::Over => locale.alarm_over(network),
    }
}

fn failing(locale: &Locale, what: Failing, over: bool) -> String {
    match (what, over) {
        (Failing::Disk { free }, false) => locale.alarm_disk(Bytes(free)),
        (Failing::Disk { .. }, true) => locale.alarm_disk_over(),
        (Failing::Database, false) => locale.alarm_database(),
        (Failing::Database, true) => locale.alarm_database_over(),
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

/// A finished analysis; nothing, when its result is gone.
fn finished(cx: &Context, id: AnalysisId) -> Result<Option<(View, Option<Found>)>, StoreError> {
    let Some(analysis) = cx.ledger.analysis(id)? else {
        return Ok(None);
    };
    let view = View::of(cx, analysis)?;
    let Some(crawl) = view.crawl.clone() else {
        return Ok(Some((view, None)));
    };
    let Some(mut ranking) = ranking(cx, &crawl)? else {
        return Ok(Some((view, None)));
    };
    let order = ranking.rows.iter().map(|row| row.id.clone()).collect();
    let left_alone = cx.ledger.left_alone(&crawl.network)?;
    ranking.rows.retain(|row| !left_alone.is(&row.handle));
    let found = Found {
        crawl,
        ranking,
        order,
    };
    Ok(Some((view, Some(found))))
}

/// A result as a card that is to be drawn; nothing, when it is gone.
pub(super) fn sketch(
    cx: &Context,
    chat: &Chat,
    id: AnalysisId,
) -> Result<Option<Sketch>, StoreError> {
    let locale = spoken::in_chat(cx, chat.id)?;
    let Some((view, Some(Found { crawl, ranking, .. }))) = finished(cx, id)? else {
        return Ok(None);
    };
    let name = locale.file_name(Markup(&plain(crawl.shown_handle())));
    Ok(Some(Sketch {
        name: format!("{name}.png"),
        card: result::card(locale, &view, &crawl, &ranking),
        pictures: result::pictures(&crawl, &ranking),
        caption: locale.card_caption(view.who()),
        reply_to: question(chat, &view),
    }))
}

fn results(
    cx: &Context,
    locale: &Locale,
    chat: &Chat,
    id: AnalysisId,
) -> Result<Option<Prepared>, StoreError> {
    let Some((view, found)) = finished(cx, id)? else {
        return Ok(None);
    };
    let sheet = match found {
        Some(found) => {
            let measures = measures::ALL.iter();
            let is_by = |measure: &&dyn measures::Measure| measure.name() == found.ranking.measure;
            let measure = measures.copied().position(|measure| is_by(&measure));
            let shown = Shown {
                measure: measure.unwrap_or(0) as u8,
                ..Shown::default()
            };
            list(cx, locale, &view, found, shown)
        }
        None => Some(Sheet {
            html: locale.result_is_gone(view.who()),
            buttons: Vec::new(),
        }),
    };
    let reply_to = question(chat, &view);
    Ok(sheet.map(|sheet| only(Letter::New { sheet, reply_to })))
}

/// Nothing, when the result is gone: the list that is there still is true.
fn listed(
    cx: &Context,
    locale: &Locale,
    id: AnalysisId,
    message: MessageId,
    shown: Shown,
) -> Result<Option<Prepared>, StoreError> {
    let Some((view, Some(found))) = finished(cx, id)? else {
        return Ok(None);
    };
    let sheet = list(cx, locale, &view, found, shown);
    Ok(sheet.map(|sheet| only(Letter::Edit { message, sheet })))
}

/// The list as it is wanted; nothing, if there is no such measure.
fn list(cx: &Context, locale: &Locale, view: &View, found: Found, shown: Shown) -> Option<Sheet> {
    let Found {
        crawl,
        mut ranking,
        order,
    } = found;
    let measure = measures::ALL.get(usize::from(shown.measure))?;
    measures::reorder(&mut ranking, *measure);
    let link = |handle: &Handle| cx.networks.link(&crawl.network, handle);
    Some(result::sheet(
        locale, view, &crawl, &ranking, &order, shown, &link,
    ))
}

/// Nothing, when there was no result before, or it is gone.
fn since(cx: &Context, locale: &Locale, id: AnalysisId) -> Result<Option<Prepared>, StoreError> {
    let Some((view, Some(found))) = finished(cx, id)? else {
        return Ok(None);
    };
    let Found {
        crawl, mut ranking, ..
    } = found;
    let before = crawl.replaces.map(|before| cx.ledger.crawl(before));
    let Some(before) = before.transpose()?.flatten() else {
        return Ok(None);
    };
    let Some(mut before) = self::ranking(cx, &before)? else {
        return Ok(None);
    };
    // Who wants to be left alone since is not told of as gone either.
    let left_alone = cx.ledger.left_alone(&crawl.network)?;
    before.rows.retain(|row| !left_alone.is(&row.handle));
    let measure = cx.settings.measure();
    measures::reorder(&mut before, measure);
    measures::reorder(&mut ranking, measure);
    let link = |handle: &Handle| cx.networks.link(&crawl.network, handle);
    let html = result::since(locale, &view, &before, &ranking, &link);
    Ok(Some(only(plain_text(html))))
}

fn about(
    cx: &Context,
    locale: &Locale,
    id: AnalysisId,
    place: u16,
) -> Result<Option<Prepared>, StoreError> {
    let Some((view, Some(found))) = finished(cx, id)? else {
        return Ok(None);
    };
    let Found {
        crawl,
        ranking,
        order,
    } = found;
    let account = order.get(usize::from(place));
    let rows = (1..).zip(&ranking.rows);
    let Some((place, row)) = rows.into_iter().find(|(_, row)| Some(&row.id) == account) else {
        return Ok(None);
    };
    let link = cx.networks.link(&crawl.network, &row.handle);
    let html = result::about_account(locale, &view, &ranking, place, row, link.as_deref());
    Ok(Some(only(plain_text(html))))
}

fn file(
    cx: &Context,
    locale: &Locale,
    id: AnalysisId,
    kind: FileKind,
    measure: u8,
) -> Result<Option<Prepared>, StoreError> {
    let Some((view, Some(found))) = finished(cx, id)? else {
        return Ok(None);
    };
    let Found {
        crawl, mut ranking, ..
    } = found;
    let Some(measure) = measures::ALL.get(usize::from(measure)) else {
        return Ok(None);
    };
    measures::reorder(&mut ranking, *measure);
    let link = |handle: &Handle| cx.networks.link(&crawl.network, handle);
    let listing = Listing {
        locale,
        network: &view.network,
        crawl: &crawl,
        ranking: &ranking,
        basis: &result::basis_of(locale, &view, &crawl, &ranking),
        link: &link,
    };
    let content = match files::write(kind, &listing) {
        Ok(content) => content,
        Err(error) => {
            tracing::error!(crawl = crawl.id.0, %error, "a ranking can't be written as a file");
            return Ok(None);
        }
    };
    let name = locale.file_name(Markup(&plain(crawl.shown_handle())));
    Ok(Some(only(Letter::File {
        name: format!("{name}.{}", kind.extension()),
        content,
        caption: locale.file(Whole(ranking.rows.len() as u64)),
        reply_to: None,
    })))
}

/// A letter that shows no bubble.
pub(super) fn only(letter: Letter) -> Prepared {
    Prepared {
        letter,
        bubble: None,
    }
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
