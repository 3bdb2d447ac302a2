//! Audiences compared: what they share, which accounts are close to all of them, whom one follows more than the others.
//! Needs no requests: what was read for each account is enough.

use std::collections::{HashMap, HashSet};

use crate::context::Context;
use crate::evidence::{places, sample};
use crate::model::{
    AccountId, Audience, Audiences, Compared, Crawl, ListEnd, Ranking, Sample, Similar, Tally,
};
use crate::sampling::{Tallies, close_to_all, followed_more};
use crate::stores::StoreError;

/// Accounts kept as close to all of them.
const CLOSE: usize = 30;

/// Accounts kept for each audience that it follows more than the others.
const OWN: usize = 10;

/// What is known about one audience.
struct KnownAudience<'a> {
    crawl: &'a Crawl,
    sample: Sample,
    /// All listed followers, by their keys, ascending.
    followers: Vec<u64>,
    /// The lists read, by which of the owners they contain: one bit for each.
    by_owners: Vec<u64>,
    /// What was counted of each account.
    tallies: Vec<Tally>,
}

/// Compares finished crawls of one network, each with its ranking; at most a handful. Takes as long as counting each of
/// them again.
pub fn compare(cx: &Context, crawls: &[(Crawl, Ranking)]) -> Result<Audiences, StoreError> {
    let owners: Vec<AccountId> = crawls.iter().map(|(crawl, _)| owner(crawl)).collect();
    let accounts = accounts(crawls, &owners);
    let known = crawls
        .iter()
        .map(|(crawl, ranking)| KnownAudience::of(cx, crawl, ranking, &owners, &accounts));
    let known: Vec<KnownAudience<'_>> = known.collect::<Result<_, _>>()?;
    let samples: Vec<Sample> = known.iter().map(|known| known.sample).collect();
    let counts = (0..accounts.len()).map(|place| {
        let of_account = known.iter().filter_map(|known| known.tallies.get(place));
        of_account.copied().collect()
    });
    let counts: Vec<Tallies> = counts.collect();
    let compared = |places: Vec<usize>| -> Vec<Compared> {
        let found = places
            .into_iter()
            .filter_map(|place| Some((accounts.get(place)?, counts.get(place)?)));
        let compared = found.map(|(account, counts)| Compared {
            account: Similar {
                picture: None,
                ..(*account).clone()
            },
            counts: counts.clone(),
        });
        compared.collect()
    };
    let candidates = crawls.iter().map(|(crawl, _)| u64::from(crawl.candidates));
    let own = followed_more(&samples, &counts, candidates.sum(), OWN);
    let each = known.iter().zip(own).enumerate();
    let each = each.map(|(place, (audience, own))| Audience {
        crawl: audience.crawl.id,
        handle: audience.crawl.shown_handle().clone(),
        own_name: audience.crawl.own_name().clone(),
        called: audience.crawl.called(),
        name: audience.name(),
        picture: audience.picture(),
        followers: audience.crawl.followers_total(),
        is_cut: audience.crawl.followers.end == Some(ListEnd::Capped),
        sample: audience.sample,
        with: known
            .iter()
            .enumerate()
            .map(|(other, them)| (other != place).then(|| audience.with(them, other)))
            .collect(),
        alone: audience.alone(&known, place),
        own: compared(own),
    });
    Ok(Audiences {
        each: each.collect(),
        close: compared(close_to_all(
            cx.settings.measure(),
            &samples,
            &counts,
            CLOSE,
        )),
    })
}

impl<'a> KnownAudience<'a> {
    fn of(
        cx: &Context,
        crawl: &'a Crawl,
        ranking: &Ranking,
        owners: &[AccountId],
        accounts: &[&Similar],
    ) -> Result<Self, StoreError> {
        let lists = cx.ledger.lists(crawl, crawl.most_followed())?;
        let owner_places = places(&lists, owners.iter())?;
        let account_places = places(&lists, accounts.iter().map(|account| &account.id))?;
        let mut by_owners = vec![0; 1 << owners.len()];
        let mut counted = vec![0; accounts.len()];
        lists.for_each(|list| {
            let mut on_it = 0;
            for key in list {
                on_it |= owner_places.get(key).map_or(0, |place| 1_usize << place);
                if let Some(place) = account_places.get(key) {
                    counted[*place] += 1;
                }
            }
            by_owners[on_it] += 1;
        })?;
        let rows = ranking.rows.iter().map(|row| (&row.id, row.confirmed));
        let confirmed: HashMap<&AccountId, Option<u64>> = rows.collect();
        let tallies = accounts
            .iter()
            .zip(counted)
            .map(|(account, counted)| Tally {
                counted,
                confirmed: confirmed.get(&account.id).copied().flatten(),
                calibrated: None,
                followers: account.tally().followers,
            });
        Ok(Self {
            crawl,
            sample: sample(crawl, &crawl.followers, lists.count() as u64),
            followers: cx.ledger.follower_keys(crawl)?,
            by_owners,
            tallies: tallies.collect(),
        })
    }

    /// Counts how many of it follow the owner of another audience, at `place`.
    fn with(&self, them: &KnownAudience<'_>, place: usize) -> Tally {
        Tally {
            counted: self.lists_where(|owners| owners & (1 << place) != 0),
            confirmed: them.is_whole().then(|| {
                let is_theirs = |key: &&u64| them.followers.binary_search(key).is_ok();
                self.followers.iter().filter(is_theirs).count() as u64
            }),
            calibrated: None,
            followers: them.crawl.followers_total(),
        }
    }

    /// Counts how many of it follow no other owner; its own is at `place`.
    fn alone(&self, all: &[KnownAudience<'_>], place: usize) -> Tally {
        let others = all.iter().enumerate().filter(|(other, _)| *other != place);
        let others: Vec<&KnownAudience<'_>> = others.map(|(_, them)| them).collect();
        let own = 1 << place;
        Tally {
            counted: self.lists_where(|owners| owners & !own == 0),
            confirmed: others.iter().all(|them| them.is_whole()).then(|| {
                let is_theirs = |key: &u64, them: &&KnownAudience<'_>| {
                    them.followers.binary_search(key).is_ok()
                };
                let follows_none = |key: &&u64| !others.iter().any(|them| is_theirs(key, them));
                self.followers.iter().filter(follows_none).count() as u64
            }),
            calibrated: None,
            followers: self.crawl.followers_total(),
        }
    }

    fn name(&self) -> String {
        let profile = self.crawl.profile.as_ref();
        profile.map_or_else(String::new, |profile| profile.name.clone())
    }

    fn picture(&self) -> Option<String> {
        self.crawl.profile.as_ref()?.picture.clone()
    }

    fn lists_where(&self, wanted: impl Fn(usize) -> bool) -> u64 {
        let by_owners = self.by_owners.iter().enumerate();
        by_owners
            .filter(|(owners, _)| wanted(*owners))
            .map(|(_, lists)| lists)
            .sum()
    }

    /// Whether all followers of its owner are listed, as far as the network tells.
    fn is_whole(&self) -> bool {
        self.crawl.followers.end == Some(ListEnd::Complete)
    }
}

fn owner(crawl: &Crawl) -> AccountId {
    let profile = crawl.profile.as_ref();
    profile.map_or(AccountId::new(""), |profile| profile.id.clone())
}

/// Returns the accounts of all rankings, each once, except the owners.
fn accounts<'a>(crawls: &'a [(Crawl, Ranking)], owners: &[AccountId]) -> Vec<&'a Similar> {
    let mut seen: HashSet<&AccountId> = owners.iter().collect();
    let rows = crawls.iter().flat_map(|(_, ranking)| &ranking.rows);
    rows.filter(|row| seen.insert(&row.id)).collect()
}
