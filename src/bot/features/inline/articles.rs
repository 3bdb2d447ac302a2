//! The answer to an inline query: results as articles, each with the list that is sent if it is chosen.

use teloxide::prelude::*;
use teloxide::types::{
    InlineKeyboardButton, InlineKeyboardMarkup, InlineQueryId, InlineQueryResult,
    InlineQueryResultArticle, InlineQueryResultsButton, InlineQueryResultsButtonKind,
    InputMessageContent, InputMessageContentText, ParseMode,
};
use url::Url;

use crate::bot::deep_links;
use crate::bot::list::stored::{finished_analysis, text};
use crate::bot::telegram::api_call::{no_preview, with_timeout};
use crate::bot::telegram::error::TelegramError;
use crate::context::Context;
use crate::locales::{Day, Locale};
use crate::model::{AnalysisId, Offer, StartLink};
use crate::stores::StoreError;

/// Accounts that tell one list from another.
const NAMED: usize = 3;

/// For how long Telegram may cache the answer: as long as a person types and deletes.
const FRESH_SECONDS: u32 = 5;

/// Returns articles for the results that still exist, as they are now.
pub(crate) fn articles(
    cx: &Context,
    bot: &str,
    locale: &Locale,
    offer: &Offer,
) -> Result<Vec<InlineQueryResult>, StoreError> {
    let articles = offer.results.iter().map(|id| article(cx, bot, locale, *id));
    articles.filter_map(Result::transpose).collect()
}

/// Answers the query. Nobody else gets the same answer.
pub(crate) async fn send(
    bot: &Bot,
    offer: &Offer,
    articles: Vec<InlineQueryResult>,
) -> Result<(), TelegramError> {
    let mut call = bot
        .answer_inline_query(InlineQueryId(offer.query.clone()), articles)
        .is_personal(true)
        .cache_time(FRESH_SECONDS);
    if let Some(StartLink { label, parameter }) = offer.search.clone() {
        call = call.button(InlineQueryResultsButton {
            text: label,
            kind: InlineQueryResultsButtonKind::StartParameter(parameter),
        });
    }
    with_timeout(call.send()).await.map(|_| ())
}

/// Returns the article of one result, `None` if it is gone or has no accounts left.
fn article(
    cx: &Context,
    bot: &str,
    locale: &Locale,
    id: AnalysisId,
) -> Result<Option<InlineQueryResult>, StoreError> {
    let Some((view, Some(found))) = finished_analysis(cx, id)? else {
        return Ok(None);
    };
    let first = found.ranking.rows.iter().take(NAMED);
    let first: Vec<String> = first.map(|row| row.handle.shown()).collect();
    if first.is_empty() {
        return Ok(None);
    }
    let title = locale.offer_title(view.who().handle, &view.network);
    let about = locale.offer_about(&first.join(", "), Day(found.ranking.made_at));
    let message = InputMessageContentText::new(text(cx, locale, &view, found))
        .parse_mode(ParseMode::Html)
        .link_preview_options(no_preview());
    let message = InputMessageContent::Text(message);
    let mut article = InlineQueryResultArticle::new(id.0.to_string(), title, message);
    article.description = Some(about);
    let (label, link) = match &view.analysis.shared {
        Some(share) => (
            locale.button_open_shared(),
            deep_links::to_share(bot, share),
        ),
        None => (locale.button_open_bot(), deep_links::to_bot(bot)),
    };
    let link = Url::parse(&link).ok();
    article.reply_markup =
        link.map(|link| InlineKeyboardMarkup::new([[InlineKeyboardButton::url(label, link)]]));
    Ok(Some(InlineQueryResult::Article(article)))
}
