//! Inline mode: offers the person's own results that a query may mean, or else a search for it. Nobody sees another
//! person's, and the chat is unknown.

pub(crate) mod articles;

use std::collections::HashSet;

use teloxide::types::InlineQuery;

use crate::bot::deep_links;
use crate::bot::parsing::split_depth;
use crate::bot::reply::Handled;
use crate::bot::view::is_left_alone;
use crate::context::Context;
use crate::ledger::Change;
use crate::locales;
use crate::model::{
    Analysis, AnalysisId, ChatId, Crawl, Handle, NetworkName, Offer, Outcome, Outgoing, PersonId,
    Preferences, Say,
};
use crate::networks::{Address, addresses};
use crate::stores::StoreError;

/// Results that are offered at once.
const SHOWN: usize = 10;

/// The latest results that are searched: each typed letter is a new query.
const LOOKED_AT: usize = 200;

/// A query, and what it may mean.
struct Typed {
    beginning: String,
    accounts: Vec<Address>,
}

pub(crate) async fn offer(cx: Context, query: InlineQuery, preferences: Preferences) -> Handled {
    let locale = locales::of(&preferences);
    let typed = Typed::of(&cx, preferences.network.as_ref(), &query.query);
    let results = results(&cx, PersonId(query.from.id.0), &typed)?;
    let search = match (&results[..], &typed.accounts[..]) {
        ([], [account]) => deep_links::to_search(locale, &account.handle, query.query.trim()),
        _ => None,
    };
    Ok(vec![Change::Say(Outgoing {
        // Only they may see it, wherever they typed.
        chat: ChatId(query.from.id.0.cast_signed()),
        place: None,
        say: Say::Offer(Offer {
            query: query.id.0,
            results,
            search,
            language: locale.code().to_owned(),
        }),
    })])
}

/// Returns the person's own results that may be meant, newest first, one per account.
fn results(cx: &Context, person: PersonId, typed: &Typed) -> Result<Vec<AnalysisId>, StoreError> {
    let mut accounts = HashSet::new();
    let mut results = Vec::new();
    let own = cx.ledger.analyses_of(person)?.into_iter().rev();
    let delivered = |it: &Analysis| matches!(it.outcome, Some(Outcome::Delivered { .. }));
    for analysis in own.filter(delivered).take(LOOKED_AT) {
        let crawl = cx.ledger.crawl_of(&analysis)?;
        let is_meant = |crawl: &Crawl| crawl.ranking.is_some() && typed.means(&analysis, crawl);
        let Some(crawl) = crawl.filter(is_meant) else {
            continue;
        };
        let account = (crawl.network.clone(), crawl.shown_handle().0.to_lowercase());
        if accounts.insert(account) && !is_left_alone(cx, &crawl)? {
            results.push(analysis.id);
        }
        if results.len() == SHOWN {
            break;
        }
    }
    Ok(results)
}

impl Typed {
    fn of(cx: &Context, preferred: Option<&NetworkName>, text: &str) -> Self {
        let (words, _) = split_depth(text);
        Self {
            beginning: words.trim_start_matches('@').to_lowercase(),
            accounts: addresses(&cx.networks, preferred, words).unwrap_or_default(),
        }
    }

    /// Whether the query means an account: as a prefix of its handle or name, or in the way a search would read it.
    fn means(&self, analysis: &Analysis, crawl: &Crawl) -> bool {
        let handles = [&analysis.handle, crawl.shown_handle()];
        let name = crawl.profile.iter().map(|profile| &profile.name);
        let mut called = handles.into_iter().map(|handle| &handle.0).chain(name);
        let is_it = |(network, handle): (&NetworkName, &Handle)| {
            let mut own = handles.into_iter();
            *network == crawl.network && own.any(|own| own.0.eq_ignore_ascii_case(&handle.0))
        };
        let mut accounts = self.accounts.iter();
        called.any(|called| called.to_lowercase().starts_with(&self.beginning))
            || accounts.any(|account| {
                let others = account
                    .others
                    .iter()
                    .map(|(network, handle)| (network, handle));
                is_it((&account.network, &account.handle)) || others.into_iter().any(is_it)
            })
    }
}
