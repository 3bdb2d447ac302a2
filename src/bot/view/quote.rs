//! What an analysis costs on a network that charges: so far, and to go on.

use chrono::{DateTime, Utc};

use crate::context::Context;
use crate::crawl::{cost, spent_until};
use crate::model::{Analysis, Cost, Crawl, Depth};
use crate::stores::StoreError;

/// A moment of an analysis on a network that charges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::bot) struct Bill {
    pub(in crate::bot) so_far: Cost,
    /// What one analysis may cost.
    pub(in crate::bot) most: Cost,
    /// How deep one can go, and what that costs from here on, the least first.
    pub(in crate::bot) offers: Vec<(Depth, Cost)>,
    /// It is the credit of somebody's own key.
    pub(in crate::bot) own: bool,
    /// Until when nothing is asked, since the day's money is spent.
    pub(in crate::bot) spent_until: Option<DateTime<Utc>>,
}

impl Bill {
    /// `None` where nothing is charged.
    pub(in crate::bot) fn of(
        cx: &Context,
        analysis: &Analysis,
        crawl: Option<&Crawl>,
    ) -> Result<Option<Self>, StoreError> {
        let price = cx.networks.get(&analysis.network);
        let Some(price) = price.and_then(|entry| entry.price) else {
            return Ok(None);
        };
        let known = crawl.filter(|crawl| crawl.profile.is_some());
        let own = crawl.is_some_and(|crawl| crawl.key_of.is_some());
        let offer = |depth| Some((depth, cost(cx, known?, depth)?));
        Ok(Some(Self {
            so_far: crawl.map_or(Cost(0), |crawl| price.of(crawl.spent())),
            most: cx.settings.cost_per_analysis,
            offers: Depth::ALL.into_iter().filter_map(offer).collect(),
            own,
            spent_until: match own {
                true => None,
                false => spent_until(cx, &analysis.network)?,
            },
        }))
    }

    /// Those offers that one analysis may cost.
    pub(in crate::bot) fn affordable(&self) -> impl Iterator<Item = (Depth, Cost)> {
        let fits = |(_, cost): &(Depth, Cost)| self.so_far.0.saturating_add(cost.0) <= self.most.0;
        self.offers.iter().copied().filter(fits)
    }

    /// What it costs to go so deep.
    pub(in crate::bot) fn to(&self, depth: Depth) -> Option<Cost> {
        let mut offers = self.offers.iter();
        offers
            .find(|(offered, _)| *offered == depth)
            .map(|(_, cost)| *cost)
    }
}
