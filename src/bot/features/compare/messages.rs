//! A comparison as calls of the Bot API. Sends nothing.

use chrono::{DateTime, Utc};

use crate::bot::content::MessageContent;
use crate::bot::features::compare::buttons::{Below, buttons};
use crate::bot::features::compare::kept::{analyses, counted};
use crate::bot::features::compare::picture::{avatar_urls, picture};
use crate::bot::features::compare::text;
use crate::bot::list::stored::result_of;
use crate::bot::renderer::{PhotoDraft, Picture, Renderer};
use crate::bot::results::names_of;
use crate::bot::telegram::api_call::ApiCall;
use crate::bot::view::{shown, title};
use crate::context::Context;
use crate::evidence::compare;
use crate::files::{self, safe_name};
use crate::locales::{Locale, Markup};
use crate::model::{
    AnalysisId, Audiences, ChatId, ComparisonId, Counted, Crawl, CrawlId, Depth, FileKind, Handle,
    Kinds, MessageId, NetworkName, Place, Ranking,
};
use crate::stores::StoreError;

/// Accounts in the name of a file.
const NAMED: usize = 2;

/// Fewer can't be compared.
const FEWEST: usize = 2;

/// Which comparison is told.
#[derive(Clone, Copy)]
pub(crate) struct Told<'a> {
    pub(crate) analyses: &'a [AnalysisId],
    /// `None` if there may be nothing to compare.
    pub(crate) kept: Option<ComparisonId>,
}

/// The results of several analyses, each account once.
struct Results {
    network: NetworkName,
    analyses: Vec<AnalysisId>,
    found: Vec<(Crawl, Ranking)>,
    missing: Vec<Handle>,
}

/// What there is to tell.
enum Found {
    Comparison(FoundComparison),
    /// The analyses are gone.
    Nothing,
    /// It was kept, and is not any more.
    Gone,
    /// What is stored can't be read.
    Unreadable,
}

struct FoundComparison {
    kept: Option<ComparisonId>,
    network: NetworkName,
    made_at: DateTime<Utc>,
    counted: Counted,
    /// The analysis of each audience, if there is one that may be looked at.
    analyses: Vec<Option<AnalysisId>>,
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
        let content = MessageContent::plain(text::comparing(locale, &names, deeper, &link));
        ApiCall::SendMessage { content, place }
    }))
}

/// Returns the comparison as text.
pub(crate) async fn message(
    cx: &Context,
    renderer: &Renderer,
    locale: &Locale,
    told: Told<'_>,
    place: Place,
) -> Result<Option<ApiCall>, StoreError> {
    let content = match found(cx, renderer, told).await? {
        Found::Nothing => return Ok(None),
        Found::Gone => MessageContent::plain(locale.comparison_is_gone()),
        Found::Unreadable => MessageContent::plain(locale.failed()),
        Found::Comparison(found) => {
            let link = |handle: &Handle| cx.networks.link(&found.network, handle);
            let below = Below {
                kept: found.kept,
                counted: &found.counted,
                analyses: &found.analyses,
                kinds: Kinds::All,
            };
            MessageContent {
                html: text::message(locale, &found.counted, Kinds::All, &link),
                buttons: buttons(locale, &below),
            }
        }
    };
    Ok(Some(ApiCall::SendMessage { content, place }))
}

/// Returns the comparison as a picture; `None` if there are fewer than two results.
pub(crate) async fn photo(
    cx: &Context,
    renderer: &Renderer,
    locale: &Locale,
    told: Told<'_>,
    place: Place,
) -> Result<Option<PhotoDraft>, StoreError> {
    let Found::Comparison(found) = found(cx, renderer, told).await? else {
        return Ok(None);
    };
    let audiences = &found.counted.audiences;
    if audiences.each.len() < FEWEST {
        return Ok(None);
    }
    let link = |handle: &Handle| cx.networks.link(&found.network, handle);
    let made_at = found.made_at;
    Ok(Some(PhotoDraft {
        file_name: format!("{}.png", file_name(locale, audiences)),
        picture: Picture::Comparison(picture(locale, audiences, &title(&found.network), made_at)),
        avatars: avatar_urls(audiences),
        network: found.network.clone(),
        caption: text::caption(locale, audiences, &link),
        place,
    }))
}

/// Returns a kept comparison as a file.
pub(crate) fn file(
    cx: &Context,
    locale: &Locale,
    place: Place,
    (id, kind): (ComparisonId, FileKind),
) -> Result<Option<ApiCall>, StoreError> {
    let Some(kept) = cx.ledger.comparison(id)? else {
        return Ok(None);
    };
    let Some(counted) = counted(cx, &kept)? else {
        return Ok(None);
    };
    let audiences = &counted.audiences;
    let link = |handle: &Handle| cx.networks.link(&kept.network, handle);
    let comparison = files::Comparison {
        locale,
        network: &kept.network,
        audiences,
        made_at: kept.asked_at,
        link: &link,
    };
    let bytes = match files::write_comparison(kind, &comparison) {
        Ok(bytes) => bytes,
        Err(error) => {
            tracing::error!(%error, "a comparison can't be written as a file");
            return Ok(None);
        }
    };
    let names = names_of(locale, &kept.handles);
    Ok(Some(ApiCall::SendFile {
        name: format!("{}.{}", file_name(locale, audiences), kind.extension()),
        bytes,
        caption: locale.file_compared(Markup(&names)),
        place,
    }))
}

/// Returns the name of a file, without its extension.
fn file_name(locale: &Locale, audiences: &Audiences) -> String {
    let owners = audiences.each.iter().take(NAMED);
    let names = owners.map(|audience| safe_name(&audience.own_name));
    let names: Vec<String> = names.collect();
    locale.compared_file(Markup(&names.join("-")))
}

/// Returns what there is to tell. What is told first is kept: the lists that it was counted from change.
async fn found(cx: &Context, renderer: &Renderer, told: Told<'_>) -> Result<Found, StoreError> {
    let kept = match told.kept {
        Some(id) => match cx.ledger.comparison(id)? {
            Some(kept) => Some(kept),
            None => return Ok(Found::Gone),
        },
        None => None,
    };
    let is_counted = match &kept {
        Some(kept) => cx.ledger.counted(kept.id)?.is_some(),
        None => false,
    };
    if !is_counted {
        let asked = kept.as_ref().map_or(told.analyses, |kept| &kept.analyses);
        let Some(results) = results(cx, asked)? else {
            return Ok(match kept {
                Some(_) => Found::Gone,
                None => Found::Nothing,
            });
        };
        let is_one = results.found.len() < FEWEST;
        let (network, analyses) = (results.network.clone(), results.analyses.clone());
        let Some(counted) = count(cx, renderer, results).await? else {
            return Ok(Found::Unreadable);
        };
        match kept.as_ref().filter(|_| !is_one) {
            Some(kept) => cx.ledger.keep_counted(kept.id, counted).await?,
            None => {
                return Ok(Found::Comparison(FoundComparison {
                    kept: None,
                    network,
                    made_at: cx.clock.now(),
                    analyses: analyses.into_iter().map(Some).collect(),
                    counted,
                }));
            }
        }
    }
    let Some(kept) = kept else {
        return Ok(Found::Nothing);
    };
    let Some(counted) = counted(cx, &kept)? else {
        return Ok(Found::Gone);
    };
    Ok(Found::Comparison(FoundComparison {
        kept: Some(kept.id),
        analyses: analyses(cx, &kept, &counted)?,
        network: kept.network,
        made_at: kept.asked_at,
        counted,
    }))
}

/// Counts whom the followers of each account follow, off the threads that serve chats. `None` if the stored lists can't
/// be read.
async fn count(
    cx: &Context,
    renderer: &Renderer,
    results: Results,
) -> Result<Option<Counted>, StoreError> {
    let Results { found, missing, .. } = results;
    let owned = cx.clone();
    let counted = renderer.run_blocking(move || compare(&owned, &found)).await;
    match counted.unwrap_or_else(|error| Err(StoreError::Io(error))) {
        Err(error @ (StoreError::Corrupt(_) | StoreError::Io(_))) => {
            tracing::error!(%error, "audiences can't be compared");
            Ok(None)
        }
        audiences => Ok(Some(Counted {
            audiences: audiences?,
            missing,
        })),
    }
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
