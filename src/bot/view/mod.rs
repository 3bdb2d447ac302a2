//! Everything that the texts about an analysis depend on, collected at one moment.

pub(crate) mod missing;
pub(crate) mod quote;

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::bot::view::missing::Missing;
use crate::bot::view::quote::Quote;
use crate::context::Context;
use crate::crawl::{Effort, Expected, effort, expected, refuses_nearly_all};
use crate::keyring::Access;
use crate::locales::{Locale, Who};
use crate::model::{
    Analysis, By, ChatId, Crawl, Depth, Handle, MeasureName, Mode, NetworkName, Outcome, Place,
    Ranking, Refusal, StageName, Status,
};
use crate::networks::{Entry, Trouble, kind};
use crate::stores::StoreError;

/// An analysis at one moment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct View {
    pub(crate) analysis: Analysis,
    pub(crate) crawl: Option<Crawl>,
    /// The account's URL.
    pub(crate) link: Option<String>,
    /// URLs of the first accounts of its latest ranking.
    pub(crate) links: Vec<Option<String>>,
    /// The network's everyday name.
    pub(crate) network: String,
    pub(crate) place: Option<usize>,
    pub(crate) expected: Option<Expected>,
    pub(crate) effort: Option<Effort>,
    pub(crate) trouble: Option<Trouble>,
    /// The account's server, if it does not respond and is needed.
    pub(crate) silent_server: Option<String>,
    /// The operators have paused all requests.
    pub(crate) paused: bool,
    /// The disk is too full for more.
    pub(crate) out_of_room: bool,
    pub(crate) followers_cap: u64,
    /// Whom people write to who do not want to be found.
    pub(crate) contact: Option<String>,
    pub(crate) quote: Option<Quote>,
    pub(crate) missing: Missing,
    /// The same person has asked for the same account again since.
    pub(crate) superseded: bool,
    /// The analysis that already does what this one asks for.
    pub(crate) other: Option<Box<View>>,
    pub(crate) now: DateTime<Utc>,
}

impl View {
    pub(crate) fn of(cx: &Context, analysis: Analysis) -> Result<Self, StoreError> {
        let other = match analysis.outcome {
            Some(Outcome::Refused(Refusal::AlreadyRunning(id) | Refusal::TakenDeeper(id))) => {
                cx.ledger.analysis(id)?
            }
            _ => None,
        };
        let other = other
            .filter(|other| other.outcome.is_none())
            .map(|other| View::of(cx, other))
            .transpose()?
            .map(Box::new);
        let crawl = cx.ledger.crawl_of(&analysis)?;
        let crawl = crawl
            .map(|crawl| without_left_alone(cx, crawl))
            .transpose()?;
        let live = crawl.as_ref().filter(|crawl| crawl.is_live());
        let place = live.map(|crawl| cx.ledger.place_in_queue(crawl));
        let expected = live.and_then(|crawl| expected(cx, crawl));
        let effort = live.and_then(|crawl| effort(cx, crawl));
        // Only then does a button depend on it; it takes a look at everything the person ever asked for.
        let delivered = matches!(analysis.outcome, Some(Outcome::Delivered { .. }));
        let superseded = delivered && newest_like(cx, &analysis)?.id > analysis.id;
        let mut in_doubt = false;
        let entry = match &crawl {
            Some(crawl) => {
                let access = cx.access(crawl)?;
                in_doubt = matches!(access, Access::InDoubt(_));
                access.entry()
            }
            None => cx.networks.get(&analysis.network).cloned(),
        };
        let reached = crawl.as_ref().and_then(|crawl| crawl.reached.as_ref());
        let first: Vec<&Handle> = match (reached, &crawl) {
            (Some(reached), _) => reached.preview.rows.iter().map(|row| &row.handle).collect(),
            (None, Some(crawl)) => crawl.suggested.iter().collect(),
            (None, None) => Vec::new(),
        };
        let links = first
            .into_iter()
            .map(|handle| cx.networks.link(&analysis.network, handle));
        Ok(Self {
            link: match analysis.by {
                By::Handle => {
                    let handle = shown(&analysis, crawl.as_ref());
                    cx.networks.link(&analysis.network, handle)
                }
                By::Name | By::NameAtCost => None,
            },
            links: links.collect(),
            network: title(&analysis.network),
            place: place.transpose()?.flatten(),
            expected,
            effort,
            silent_server: entry
                .as_ref()
                .zip(live.filter(|crawl| crawl.stage <= StageName::Followers))
                .and_then(|(entry, crawl)| entry.network.silent_server(crawl.shown_handle())),
            trouble: match in_doubt {
                true => Some(Trouble::KeyRefused),
                false => entry.and_then(|entry| entry.gate.trouble()),
            },
            paused: cx.ledger.mode()?.mode == Mode::Paused,
            out_of_room: cx.is_out_of_room(),
            followers_cap: cx.settings.followers_cap,
            contact: cx.settings.contact.clone(),
            quote: Quote::of(cx, &analysis, crawl.as_ref())?,
            missing: Missing::of(cx, &analysis)?,
            superseded,
            other,
            now: cx.clock.now(),
            crawl,
            analysis,
        })
    }

    pub(crate) fn who(&self) -> Who<'_> {
        let name = self.crawl.as_ref().map(Crawl::own_name);
        Who {
            handle: &name.unwrap_or(&self.analysis.handle).0,
            link: self.link.as_deref(),
        }
    }

    /// Whether somebody has to say how much it may cost.
    pub(crate) fn awaits_consent(&self) -> bool {
        let crawl = self.crawl.as_ref();
        crawl.is_some_and(|crawl| crawl.status == Status::Asking)
    }

    /// Whether its list has come, so that nothing is left to be said of its progress.
    pub(crate) fn is_told_by_its_list(&self) -> bool {
        let Analysis {
            outcome,
            order,
            compared,
            ..
        } = &self.analysis;
        let is_delivered = matches!(outcome, Some(Outcome::Delivered { .. }));
        is_delivered && order.is_none() && !compared && self.crawl.is_some()
    }

    /// Returns where a message about an analysis goes, if it has no place of its own: to the topic where it was asked
    /// for, and in groups as a reply to the request; if the same search is already running, as a reply to the progress
    /// message of that.
    pub(crate) fn place(&self, chat: ChatId, own: Option<Place>) -> Place {
        let analysis = &self.analysis;
        own.unwrap_or_else(|| {
            let is_here =
                |other: &&Analysis| other.chat == analysis.chat && other.topic == analysis.topic;
            let running = self.other.as_ref().map(|other| &other.analysis);
            let question = match (&analysis.outcome, running.filter(is_here)) {
                (
                    Some(Outcome::Refused(Refusal::AlreadyRunning(_) | Refusal::TakenDeeper(_))),
                    Some(other),
                ) => other.bubble,
                // The list that it is about may be far above.
                _ => analysis
                    .question
                    .filter(|_| chat.0 < 0 || analysis.order.is_some()),
            };
            Place {
                topic: analysis.topic,
                question,
            }
        })
    }
}

/// Returns the newest analysis of the same account by the same person in the same chat.
pub(crate) fn newest_like(cx: &Context, analysis: &Analysis) -> Result<Analysis, StoreError> {
    let same = cx
        .ledger
        .analyses_of(analysis.person)?
        .into_iter()
        .filter(|other| other.chat == analysis.chat && other.network == analysis.network)
        .filter(|other| other.by == analysis.by)
        .filter(|other| other.handle.0.eq_ignore_ascii_case(&analysis.handle.0));
    Ok(same.last().unwrap_or_else(|| analysis.clone()))
}

/// Removes the accounts that have opted out from those that a crawl names.
fn without_left_alone(cx: &Context, mut crawl: Crawl) -> Result<Crawl, StoreError> {
    let left_alone = cx.ledger.left_alone(&crawl.network)?;
    crawl.suggested.retain(|handle| !left_alone.is(handle));
    if let Some(reached) = &mut crawl.reached {
        reached
            .preview
            .rows
            .retain(|row| !left_alone.is(&row.handle));
    }
    Ok(crawl)
}

/// Returns a crawl's result. `None` also if it can't be read, or if the account has opted out.
pub(crate) fn ranking(cx: &Context, crawl: &Crawl) -> Result<Option<Ranking>, StoreError> {
    if is_left_alone(cx, crawl)? {
        return Ok(None);
    }
    match cx.ledger.ranking(crawl) {
        Err(error @ (StoreError::Corrupt(_) | StoreError::Io(_))) => {
            tracing::error!(crawl = crawl.id.0, %error, "a result can't be read");
            Ok(None)
        }
        other => other,
    }
}

/// Whether a crawl's account has opted out.
pub(crate) fn is_left_alone(cx: &Context, crawl: &Crawl) -> Result<bool, StoreError> {
    let left_alone = cx.ledger.left_alone(&crawl.network)?;
    Ok(left_alone.is(crawl.shown_handle()) || left_alone.is(&crawl.handle))
}

/// Whether a crawl's list lacks profiles in the order by a measure that can be fetched.
pub(crate) fn can_complete(
    cx: &Context,
    crawl: &Crawl,
    measure: MeasureName,
) -> Result<bool, StoreError> {
    let reached = crawl.reached.as_ref();
    if reached.is_none_or(|reached| reached.lacking(measure).is_none()) {
        return Ok(false);
    }
    let known = cx
        .ledger
        .crawl_named(&crawl.network, crawl.shown_handle())?;
    let goes_on = known.is_some_and(|known| known.id == crawl.id);
    Ok(goes_on && crawl.reading_order.is_some() && !is_left_alone(cx, crawl)?)
}

/// Returns the handle as the network spells it, or else as it was typed.
pub(crate) fn shown<'a>(analysis: &'a Analysis, crawl: Option<&'a Crawl>) -> &'a Handle {
    crawl.map_or(&analysis.handle, Crawl::shown_handle)
}

/// Returns the everyday name of a depth.
pub(crate) fn depth_name(locale: &Locale, depth: Depth) -> String {
    match depth {
        Depth::Quick => locale.depth_quick(),
        Depth::Normal => locale.depth_normal(),
        Depth::Deep => locale.depth_deep(),
        Depth::Settled => locale.depth_settled(),
        Depth::Full => locale.depth_full(),
    }
}

/// Returns a network's name as people write it: `instagram` is Instagram.
pub(crate) fn title(network: &NetworkName) -> String {
    kind(network).map_or_else(|| network.to_string(), |kind| kind.title.to_owned())
}

/// Returns the networks to try, as a phrase: not those where nearly every search would cost too much, unless there are
/// no others.
pub(crate) fn networks(cx: &Context, locale: &Locale) -> String {
    let most = cx.settings.cost_per_analysis;
    let is_of_use = |entry: &&Entry| refuses_nearly_all(entry, most).is_none();
    let (of_use, others): (Vec<&Entry>, Vec<&Entry>) = cx.networks.iter().partition(is_of_use);
    phrase(locale, if of_use.is_empty() { others } else { of_use })
}

/// Returns all enabled networks, as a phrase.
pub(crate) fn all_networks(cx: &Context, locale: &Locale) -> String {
    phrase(locale, cx.networks.iter().collect())
}

fn phrase(locale: &Locale, entries: Vec<&Entry>) -> String {
    let names = entries.iter().map(|entry| title(&entry.network.name()));
    let names: Vec<String> = names.collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => locale.either(&others.join(", "), last),
        None => String::new(),
    }
}

/// Returns how many requests a crawl has made so far.
pub(crate) fn requests(crawl: &Crawl) -> u64 {
    StageName::ALL
        .into_iter()
        .map(|stage| crawl.requests[stage])
        .fold(0, u64::saturating_add)
}

/// Returns how long a crawl took.
pub(crate) fn took(crawl: &Crawl) -> Duration {
    let ended_at = crawl.ended_at.unwrap_or(crawl.progress_at);
    (ended_at - crawl.since).to_std().unwrap_or_default()
}
