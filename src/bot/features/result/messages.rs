//! A result as calls of the Bot API: the picture, the list and what its buttons ask for. Sends nothing.

use crate::bot::contact::with_contact;
use crate::bot::content::MessageContent;
use crate::bot::features::result::{card, changes};
use crate::bot::list as ranked_list;
use crate::bot::list::stored::{
    StoredResult, as_shown, content as list_content, finished_analysis, first_page,
};
use crate::bot::renderer::{PhotoDraft, Picture};
use crate::bot::telegram::api_call::ApiCall;
use crate::bot::view::{View, ranking as ranking_of};
use crate::context::Context;
use crate::files::{self, Listing, safe_name};
use crate::locales::{Locale, Markup, Whole};
use crate::measures;
use crate::model::{
    AnalysisId, ChatId, Crawl, FileKind, Handle, ListView, MeasureName, MessageId, Place, Ranking,
};
use crate::stores::StoreError;

/// One account of a list.
pub(crate) struct ListedAccount {
    pub(crate) view: View,
    pub(crate) crawl: Crawl,
    pub(crate) ranking: Ranking,
    /// Its position in the ranking, from 0.
    pub(crate) place: usize,
}

/// Returns a result as a card to be drawn, `None` if it is gone.
pub(crate) fn photo(
    cx: &Context,
    locale: &Locale,
    chat: ChatId,
    own: Option<Place>,
    id: AnalysisId,
) -> Result<Option<PhotoDraft>, StoreError> {
    let Some((view, Some(StoredResult { crawl, ranking, .. }))) = finished_analysis(cx, id)? else {
        return Ok(None);
    };
    let name = locale.file_name(Markup(&safe_name(crawl.own_name())));
    Ok(Some(PhotoDraft {
        file_name: format!("{name}.png"),
        picture: Picture::Result(card::card(locale, &view, &crawl, &ranking)),
        avatars: card::avatar_urls(&crawl, &ranking),
        network: crawl.network.clone(),
        caption: locale.card_caption(view.who()),
        place: view.place(chat, own),
    }))
}

pub(crate) fn list(
    cx: &Context,
    locale: &Locale,
    chat: ChatId,
    own: Option<Place>,
    id: AnalysisId,
) -> Result<Option<ApiCall>, StoreError> {
    let Some((view, found)) = finished_analysis(cx, id)? else {
        return Ok(None);
    };
    let content = match found {
        Some(found) => first_page(cx, locale, &view, found)?,
        None => {
            let left_alone = cx.ledger.left_alone(&view.analysis.network)?;
            let html = match left_alone.is(&view.analysis.handle) {
                true => with_contact(
                    locale,
                    view.contact.as_deref(),
                    locale.left_alone(view.who()),
                ),
                false => locale.result_is_gone(view.who()),
            };
            let buttons = Vec::new();
            MessageContent { html, buttons }
        }
    };
    let place = view.place(chat, own);
    Ok(Some(ApiCall::SendMessage { content, place }))
}

/// Returns another view of a list, `None` if the result is gone: the existing message is still true.
pub(crate) fn edited_list(
    cx: &Context,
    locale: &Locale,
    id: AnalysisId,
    message: MessageId,
    shown: ListView,
) -> Result<Option<ApiCall>, StoreError> {
    let Some((view, Some(found))) = finished_analysis(cx, id)? else {
        return Ok(None);
    };
    let content = list_content(cx, locale, &view, found, shown)?;
    Ok(Some(ApiCall::EditMessage { message, content }))
}

/// Returns what has changed since the previous result, `None` if there is none or it is gone.
pub(crate) fn changes(
    cx: &Context,
    locale: &Locale,
    chat: ChatId,
    own: Option<Place>,
    id: AnalysisId,
) -> Result<Option<ApiCall>, StoreError> {
    let Some((view, Some(found))) = finished_analysis(cx, id)? else {
        return Ok(None);
    };
    let StoredResult {
        crawl, mut ranking, ..
    } = found;
    let before = crawl.replaces.map(|before| cx.ledger.crawl(before));
    let Some(before) = before.transpose()?.flatten() else {
        return Ok(None);
    };
    let Some(earlier) = ranking_of(cx, &before)? else {
        return Ok(None);
    };
    // An account that has opted out since is not reported as gone either.
    let mut before = as_shown(cx, &crawl, earlier)?;
    let measure = cx.settings.measure();
    measures::reorder(&mut before, measure);
    measures::reorder(&mut ranking, measure);
    let link = |handle: &Handle| cx.networks.link(&crawl.network, handle);
    let reused = (crawl.followers.saved > 0).then_some(cx.ledger.rules().fresh_for);
    let html = changes::message(locale, &view, &before, &ranking, reused, &link);
    let content = MessageContent {
        html,
        buttons: Vec::new(),
    };
    let place = view.place(chat, own);
    Ok(Some(ApiCall::SendMessage { content, place }))
}

/// Returns one account of a list by its position in the stored one, `None` if it is gone.
pub(crate) fn account(
    cx: &Context,
    id: AnalysisId,
    stored: u16,
) -> Result<Option<ListedAccount>, StoreError> {
    let Some((view, Some(found))) = finished_analysis(cx, id)? else {
        return Ok(None);
    };
    let StoredResult {
        crawl,
        ranking,
        order,
    } = found;
    let account = order.get(usize::from(stored));
    let place = ranking.rows.iter().position(|row| Some(&row.id) == account);
    Ok(place.map(|place| ListedAccount {
        view,
        crawl,
        ranking,
        place,
    }))
}

pub(crate) fn file(
    cx: &Context,
    locale: &Locale,
    chat: ChatId,
    own: Option<Place>,
    (id, kind, measure): (AnalysisId, FileKind, MeasureName),
) -> Result<Option<ApiCall>, StoreError> {
    let Some((view, Some(found))) = finished_analysis(cx, id)? else {
        return Ok(None);
    };
    let StoredResult { crawl, ranking, .. } = found.ordered_by(measure);
    let link = |handle: &Handle| cx.networks.link(&crawl.network, handle);
    let listing = Listing {
        locale,
        network: &view.network,
        crawl: &crawl,
        ranking: &ranking,
        basis: &ranked_list::basis_of(locale, &view, &crawl, &ranking),
        link: &link,
    };
    let bytes = match files::write(kind, &listing) {
        Ok(bytes) => bytes,
        Err(error) => {
            tracing::error!(crawl = crawl.id.0, %error, "a ranking can't be written as a file");
            return Ok(None);
        }
    };
    let name = locale.file_name(Markup(&safe_name(crawl.own_name())));
    Ok(Some(ApiCall::SendFile {
        name: format!("{name}.{}", kind.extension()),
        bytes,
        caption: locale.file(Whole(ranking.rows.len() as u64)),
        place: view.place(chat, own),
    }))
}
