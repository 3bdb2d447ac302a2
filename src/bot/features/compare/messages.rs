//! A comparison as calls of the Bot API. Sends nothing.

use crate::bot::content::MessageContent;
use crate::bot::features::compare::{self as comparison, ComparedResults};
use crate::bot::list::stored::result_of;
use crate::bot::renderer::{PhotoDraft, Picture, Renderer};
use crate::bot::telegram::api_call::ApiCall;
use crate::bot::view::{shown, title};
use crate::context::Context;
use crate::evidence::compare;
use crate::locales::Locale;
use crate::model::{
    AnalysisId, ChatId, Crawl, CrawlId, Depth, Handle, MessageId, NetworkName, Place, Ranking,
};
use crate::stores::StoreError;

/// The results of several analyses, each account once.
struct Results {
    network: NetworkName,
    analyses: Vec<AnalysisId>,
    found: Vec<(Crawl, Ranking)>,
    missing: Vec<Handle>,
}

/// Announces the comparison; `None` if the analyses are gone.
pub(crate) fn announced(
    cx: &Context,
    locale: &Locale,
    analyses: &[AnalysisId],
    deeper: Option<Depth>,
    place: Place,
) -> Result<Option<ApiCall>, StoreError> {
    let mut network = None;
    let mut names = Vec::new();
    for id in analyses {
        if let Some(analysis) = cx.ledger.analysis(*id)? {
            let crawl = cx.ledger.crawl_of(&analysis)?;
            names.push(shown(&analysis, crawl.as_ref()).clone());
            network = Some(analysis.network);
        }
    }
    Ok(network.map(|network| {
        let link = |handle: &Handle| cx.networks.link(&network, handle);
        let content = MessageContent::plain(comparison::comparing(locale, &names, deeper, &link));
        ApiCall::SendMessage { content, place }
    }))
}

/// Returns the comparison as text.
pub(crate) async fn message(
    cx: &Context,
    renderer: &Renderer,
    locale: &Locale,
    analyses: &[AnalysisId],
    place: Place,
) -> Result<Option<ApiCall>, StoreError> {
    let Some(results) = results(cx, analyses)? else {
        return Ok(None);
    };
    let network = results.network.clone();
    let link = |handle: &Handle| cx.networks.link(&network, handle);
    let content = match compared(cx, renderer, results).await? {
        Some(results) => comparison::message(locale, &results, &link),
        None => MessageContent::plain(locale.failed()),
    };
    Ok(Some(ApiCall::SendMessage { content, place }))
}

/// Returns the comparison as a picture; `None` if there are fewer than two results.
pub(crate) async fn photo(
    cx: &Context,
    renderer: &Renderer,
    locale: &Locale,
    analyses: &[AnalysisId],
    place: Place,
) -> Result<Option<PhotoDraft>, StoreError> {
    let Some(results) = results(cx, analyses)?.filter(|results| results.found.len() > 1) else {
        return Ok(None);
    };
    let network = results.network.clone();
    let Some(results) = compared(cx, renderer, results).await? else {
        return Ok(None);
    };
    let link = |handle: &Handle| cx.networks.link(&network, handle);
    let (audiences, now) = (&results.audiences, cx.clock.now());
    Ok(Some(PhotoDraft {
        file_name: format!("{}.png", locale.compared_file()),
        picture: Picture::Comparison(comparison::picture(
            locale,
            audiences,
            &title(&network),
            now,
        )),
        avatars: comparison::avatar_urls(audiences),
        network: network.clone(),
        caption: comparison::caption(locale, audiences, &link),
        place,
    }))
}

/// Counts whom the followers of each account follow, off the threads that serve chats. `None` if the stored lists can't
/// be read.
async fn compared(
    cx: &Context,
    renderer: &Renderer,
    results: Results,
) -> Result<Option<ComparedResults>, StoreError> {
    let Results {
        analyses,
        found,
        missing,
        ..
    } = results;
    let owned = cx.clone();
    let counted = renderer.run_blocking(move || compare(&owned, &found)).await;
    let audiences = match counted.unwrap_or_else(|error| Err(StoreError::Io(error))) {
        Err(error @ (StoreError::Corrupt(_) | StoreError::Io(_))) => {
            tracing::error!(%error, "audiences can't be compared");
            return Ok(None);
        }
        other => other?,
    };
    Ok(Some(ComparedResults {
        analyses,
        audiences,
        missing,
    }))
}

/// Returns where a comparison is sent: in a group as a reply to the request.
pub(crate) fn place(chat: ChatId, own: Option<Place>, question: MessageId) -> Place {
    own.unwrap_or_else(|| Place {
        topic: None,
        question: (chat.0 < 0).then_some(question),
    })
}

/// Returns the results to compare, `None` if the analyses are gone.
fn results(cx: &Context, analyses: &[AnalysisId]) -> Result<Option<Results>, StoreError> {
    let mut results: Option<Results> = None;
    let mut crawls: Vec<CrawlId> = Vec::new();
    for id in analyses {
        let Some(analysis) = cx.ledger.analysis(*id)? else {
            continue;
        };
        let results = results.get_or_insert_with(|| Results {
            network: analysis.network.clone(),
            analyses: Vec::new(),
            found: Vec::new(),
            missing: Vec::new(),
        });
        match result_of(cx, &analysis)? {
            Some((crawl, _)) if crawls.contains(&crawl.id) => {}
            // Without the order in which they were read, it is unknown who the followers are.
            Some(found) if found.0.reading_order.is_some() => {
                crawls.push(found.0.id);
                results.analyses.push(*id);
                results.found.push(found);
            }
            // It is still running for its own sake.
            None if analysis.outcome.is_none() => {}
            _ => {
                let crawl = cx.ledger.crawl_of(&analysis)?;
                results
                    .missing
                    .push(shown(&analysis, crawl.as_ref()).clone());
            }
        }
    }
    Ok(results)
}
