//! What was found for an analysis, as calls of the Bot API: the picture, the list and what its buttons ask
//! for. Sends nothing.

use crate::bot::features::result::{card, changes};
use crate::bot::outbox::chat_queue::Chat;
use crate::bot::outbox::compose::{Prepared, only, place};
use crate::bot::progress::Sheet;
use crate::bot::progress::buttons::complete;
use crate::bot::renderer::{Motif, Sketch};
use crate::bot::telegram::api_call::Letter;
use crate::bot::view::{View, can_complete, ranking};
use crate::bot::{chat_locale, list as ranked_list};
use crate::context::Context;
use crate::crawl::cost_to_complete;
use crate::files::{self, Listing, plain};
use crate::locales::{Locale, Markup, Whole};
use crate::measures;
use crate::model::{
    AccountId, Analysis, AnalysisId, Crawl, FileKind, Handle, MessageId, Outcome, Panel, Place,
    Ranking, Shown,
};
use crate::stores::StoreError;

/// What was found for an analysis.
pub(in crate::bot) struct Found {
    crawl: Crawl,
    /// Nobody is in it who wants to be left alone.
    pub(in crate::bot) ranking: Ranking,
    /// The accounts of the stored one, by whose places buttons name them.
    order: Vec<AccountId>,
}

/// One account of what was found.
pub(in crate::bot) struct Account {
    pub(in crate::bot) view: View,
    pub(in crate::bot) crawl: Crawl,
    pub(in crate::bot) ranking: Ranking,
    /// Its place in the ranking, from 0.
    pub(in crate::bot) place: usize,
}

/// A finished analysis; nothing, when its result is gone.
pub(in crate::bot) fn finished(
    cx: &Context,
    id: AnalysisId,
) -> Result<Option<(View, Option<Found>)>, StoreError> {
    let Some(analysis) = cx.ledger.analysis(id)? else {
        return Ok(None);
    };
    let view = View::of(cx, analysis)?;
    let Some(crawl) = view.crawl.clone() else {
        return Ok(Some((view, None)));
    };
    let Some(ranking) = ranking(cx, &crawl)? else {
        return Ok(Some((view, None)));
    };
    let order = ranking.rows.iter().map(|row| row.id.clone()).collect();
    let found = Found {
        ranking: without_left_alone(cx, &crawl, ranking)?,
        crawl,
        order,
    };
    Ok(Some((view, Some(found))))
}

/// What was found for a finished analysis; nothing, when it was not or is gone.
pub(in crate::bot) fn result_of(
    cx: &Context,
    analysis: &Analysis,
) -> Result<Option<(Crawl, Ranking)>, StoreError> {
    let is_delivered = matches!(analysis.outcome, Some(Outcome::Delivered { .. }));
    let Some(crawl) = cx.ledger.crawl_of(analysis)?.filter(|_| is_delivered) else {
        return Ok(None);
    };
    let ranking = ranking(cx, &crawl)?.map(|ranking| without_left_alone(cx, &crawl, ranking));
    Ok(ranking.transpose()?.map(|ranking| (crawl, ranking)))
}

/// A ranking with nobody in it who wants to be left alone.
fn without_left_alone(
    cx: &Context,
    crawl: &Crawl,
    mut ranking: Ranking,
) -> Result<Ranking, StoreError> {
    let left_alone = cx.ledger.left_alone(&crawl.network)?;
    ranking.rows.retain(|row| !left_alone.is(&row.handle));
    Ok(ranking)
}

impl Found {
    /// Ordered by the measure of this place on the shelf; nothing, if there is no such measure.
    fn ordered_by(mut self, measure: u8) -> Option<Self> {
        let measure = measures::ALL.get(usize::from(measure))?;
        measures::reorder(&mut self.ranking, *measure);
        Some(self)
    }
}

/// A result as a card that is to be drawn; nothing, when it is gone.
pub(in crate::bot) fn sketch(
    cx: &Context,
    chat: &Chat,
    own: Option<Place>,
    id: AnalysisId,
) -> Result<Option<Sketch>, StoreError> {
    let locale = chat_locale::in_chat(cx, chat.id)?;
    let Some((view, Some(Found { crawl, ranking, .. }))) = finished(cx, id)? else {
        return Ok(None);
    };
    let name = locale.file_name(Markup(&plain(crawl.own_name())));
    Ok(Some(Sketch {
        name: format!("{name}.png"),
        motif: Motif::Result(card::card(locale, &view, &crawl, &ranking)),
        pictures: card::addresses(&crawl, &ranking),
        network: crawl.network.clone(),
        caption: locale.card_caption(view.who()),
        place: place(chat, own, &view),
    }))
}

pub(in crate::bot) fn results(
    cx: &Context,
    locale: &Locale,
    chat: &Chat,
    own: Option<Place>,
    id: AnalysisId,
) -> Result<Option<Prepared>, StoreError> {
    let Some((view, found)) = finished(cx, id)? else {
        return Ok(None);
    };
    let sheet = match found {
        Some(found) => first_page(cx, locale, &view, found)?,
        None => {
            let left_alone = cx.ledger.left_alone(&view.analysis.network)?;
            let html = match left_alone.is(&view.analysis.handle) {
                true => locale.left_alone(view.who()),
                false => locale.result_is_gone(view.who()),
            };
            let buttons = Vec::new();
            Some(Sheet { html, buttons })
        }
    };
    let place = place(chat, own, &view);
    Ok(sheet.map(|sheet| only(Letter::New { sheet, place })))
}

/// Nothing, when the result is gone: the list that is there still is true.
pub(in crate::bot) fn listed(
    cx: &Context,
    locale: &Locale,
    id: AnalysisId,
    message: MessageId,
    shown: Shown,
) -> Result<Option<Prepared>, StoreError> {
    let Some((view, Some(found))) = finished(cx, id)? else {
        return Ok(None);
    };
    let sheet = list(cx, locale, &view, found, shown)?;
    Ok(sheet.map(|sheet| only(Letter::Edit { message, sheet })))
}

/// The list as it is sent first.
pub(in crate::bot) fn first_page(
    cx: &Context,
    locale: &Locale,
    view: &View,
    found: Found,
) -> Result<Option<Sheet>, StoreError> {
    let measures = measures::ALL.iter();
    let is_by = |measure: &&dyn measures::Measure| measure.name() == found.ranking.measure;
    let measure = measures.copied().position(|measure| is_by(&measure));
    let shown = Shown {
        measure: measure.unwrap_or(0) as u8,
        ..Shown::default()
    };
    list(cx, locale, view, found, shown)
}

/// The list as it is wanted; nothing, if there is no such measure.
fn list(
    cx: &Context,
    locale: &Locale,
    view: &View,
    found: Found,
    shown: Shown,
) -> Result<Option<Sheet>, StoreError> {
    let Some(Found {
        crawl,
        ranking,
        order,
    }) = found.ordered_by(shown.measure)
    else {
        return Ok(None);
    };
    let link = |handle: &Handle| cx.networks.link(&crawl.network, handle);
    let mut sheet = ranked_list::sheet(locale, view, &crawl, &ranking, &order, shown, &link);
    if shown.panel == Panel::Rows && can_complete(cx, &crawl, &ranking.measure)? {
        let cost = cost_to_complete(cx, &crawl, &ranking.measure);
        let anew = Shown { page: 0, ..shown };
        sheet.buttons.push(complete(locale, view, anew, cost));
    }
    Ok(Some(sheet))
}

/// Nothing, when there was no result before, or it is gone.
pub(in crate::bot) fn since(
    cx: &Context,
    locale: &Locale,
    chat: &Chat,
    own: Option<Place>,
    id: AnalysisId,
) -> Result<Option<Prepared>, StoreError> {
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
    let Some(earlier) = self::ranking(cx, &before)? else {
        return Ok(None);
    };
    // Who wants to be left alone since is not told of as gone either.
    let mut before = without_left_alone(cx, &crawl, earlier)?;
    let measure = cx.settings.measure();
    measures::reorder(&mut before, measure);
    measures::reorder(&mut ranking, measure);
    let link = |handle: &Handle| cx.networks.link(&crawl.network, handle);
    let reused = (crawl.followers.saved > 0).then_some(cx.ledger.rules().fresh_for);
    let html = changes::message(locale, &view, &before, &ranking, reused, &link);
    let sheet = Sheet {
        html,
        buttons: Vec::new(),
    };
    let place = place(chat, own, &view);
    Ok(Some(only(Letter::New { sheet, place })))
}

/// One account of a list, by its place in the stored one; nothing, when it is gone.
pub(in crate::bot) fn account(
    cx: &Context,
    id: AnalysisId,
    stored: u16,
) -> Result<Option<Account>, StoreError> {
    let Some((view, Some(found))) = finished(cx, id)? else {
        return Ok(None);
    };
    let Found {
        crawl,
        ranking,
        order,
    } = found;
    let account = order.get(usize::from(stored));
    let place = ranking.rows.iter().position(|row| Some(&row.id) == account);
    Ok(place.map(|place| Account {
        view,
        crawl,
        ranking,
        place,
    }))
}

pub(in crate::bot) fn file(
    cx: &Context,
    locale: &Locale,
    chat: &Chat,
    own: Option<Place>,
    (id, kind, measure): (AnalysisId, FileKind, u8),
) -> Result<Option<Prepared>, StoreError> {
    let Some((view, Some(found))) = finished(cx, id)? else {
        return Ok(None);
    };
    let Some(Found { crawl, ranking, .. }) = found.ordered_by(measure) else {
        return Ok(None);
    };
    let link = |handle: &Handle| cx.networks.link(&crawl.network, handle);
    let listing = Listing {
        locale,
        network: &view.network,
        crawl: &crawl,
        ranking: &ranking,
        basis: &ranked_list::basis_of(locale, &view, &crawl, &ranking),
        link: &link,
    };
    let content = match files::write(kind, &listing) {
        Ok(content) => content,
        Err(error) => {
            tracing::error!(crawl = crawl.id.0, %error, "a ranking can't be written as a file");
            return Ok(None);
        }
    };
    let name = locale.file_name(Markup(&plain(crawl.own_name())));
    Ok(Some(only(Letter::File {
        name: format!("{name}.{}", kind.extension()),
        content,
        caption: locale.file(Whole(ranking.rows.len() as u64)),
        place: place(chat, own, &view),
    })))
}
