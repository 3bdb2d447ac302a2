//! The cost of an analysis on a network that charges: so far, and to continue.

use chrono::{DateTime, Utc};

use crate::context::Context;
use crate::crawl::{cost, spent_until};
use crate::model::{Analysis, Cost, Crawl, Depth};
use crate::stores::StoreError;

/// The cost of an analysis at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Quote {
    pub(crate) spent: Cost,
    /// The most that one analysis may cost.
    pub(crate) limit: Cost,
    /// The possible depths, and what each costs from here on, cheapest first.
    pub(crate) options: Vec<(Depth, Cost)>,
    /// It is charged to a person's own key.
    pub(crate) is_own_key: bool,
    /// Until when no requests are made, since the day's budget is spent.
    pub(crate) spent_until: Option<DateTime<Utc>>,
}

impl Quote {
    /// Returns the cost, `None` if the network does not charge.
    pub(crate) fn of(
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
        let option = |depth| Some((depth, cost(cx, known?, depth)?));
        Ok(Some(Self {
            spent: crawl.map_or(Cost(0), |crawl| price.of(crawl.spent())),
            limit: cx.settings.cost_per_analysis,
            options: Depth::ALL.into_iter().filter_map(option).collect(),
            is_own_key: own,
            spent_until: match own {
                true => None,
                false => spent_until(cx, &analysis.network)?,
            },
        }))
    }

    /// Returns the options within the limit.
    pub(crate) fn affordable(&self) -> impl Iterator<Item = (Depth, Cost)> {
        let fits = |(_, cost): &(Depth, Cost)| self.spent.0.saturating_add(cost.0) <= self.limit.0;
        self.options.iter().copied().filter(fits)
    }

    /// Returns the cost of a depth, `None` if it is not an option.
    pub(crate) fn cost_to(&self, depth: Depth) -> Option<Cost> {
        let mut options = self.options.iter();
        options
            .find(|(offered, _)| *offered == depth)
            .map(|(_, cost)| *cost)
    }
}
