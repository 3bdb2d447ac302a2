//! An estimate of a crawl's remaining requests: a sum of parts, one for each stage that sends any.

use std::iter::successors;
use std::ops::Add;

use crate::context::Context;
use crate::crawl::stopping_rule::{profiles_needed, settled_at};
use crate::model::{Crawl, Depth, MeasureName, Spent, StageName};
use crate::networks::{Limits, Network, Verb};
use crate::sampling::{AT_ONCE, LISTED_AT_ONCE, budget_at, confirmation_budget, next_aim};

/// Accounts that a follower follows on average.
const USUAL_FOLLOWING: f64 = 600.0;

/// The share of followers whose lists can be read.
const USUALLY_READABLE: f64 = 0.8;

/// Profiles that are fetched where the budget can't make the first places certain: those of accounts that could reach
/// them even without luck. It was 262 to 372 in the searches of [`settled_at`].
const PROFILES_AT_LEAST: f64 = 330.0;

/// The weight of the usual values, in followers, against what a crawl has seen itself.
const PRIOR: f64 = 30.0;

/// Returns the share of requests that fail.
const USUALLY_FAILING: f64 = 0.05;

/// More than this fails only while a network is in trouble, which people are told about instead.
const MOST_FAILING: f64 = 0.5;

/// The weight of the usual failure rate, in requests, against what a crawl has seen itself.
const FAILING_PRIOR: f64 = 50.0;

/// Rounds of reading between two looks: most of them in the first, the rest for followers that turned out unreadable.
const ROUNDS_TO_A_LOOK: f64 = 2.5;

/// Accounts whose place is in doubt, times the cube root of the followers read: eleven at 100, six at 800. It was about
/// the same for accounts of every size in the searches of [`settled_at`].
const USUALLY_IN_DOUBT: f64 = 50.0;

/// If lists are confirmed at every look, those in doubt are not always the same: in those searches it was this many
/// times as many in total as at the look with most of them.
const OF_ALL_LOOKS: f64 = 1.25;

/// Which end of the range to estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    Lower,
    Upper,
}

/// What one stage has left to do.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RemainingWork {
    /// Requests, if none failed.
    pub(super) answers: f64,
    /// What they take of the budget.
    pub(super) taken: f64,
    /// Accounts in their answers.
    pub(super) accounts: f64,
    /// How often everything in flight is waited for before the stage continues.
    pub(super) rounds: f64,
    /// Answers that must arrive before the next request is sent.
    pub(super) one_by_one: f64,
}

/// Returns what is left until a crawl's result; `None` if its account is not known yet.
pub(super) fn remaining_work(
    cx: &Context,
    crawl: &Crawl,
    limits: &Limits,
    bound: Bound,
) -> Option<RemainingWork> {
    let stage = crawl.shown_stage();
    let listed = match stage {
        StageName::Verify | StageName::Followers => to_list(cx, crawl)?,
        _ => crawl.followers.listed,
    };
    let readable_of_all = readable(crawl) * listed as f64;
    let budget = cx.settings.profile_budget;
    let wanted = wanted(crawl, readable_of_all, budget, bound);
    let at_most = wanted.min(readable_of_all);
    let entry = cx.networks.get(&crawl.network)?;
    let network = &*entry.network;
    let pace = f64::from(entry.rate.count.get()) / entry.rate.window.as_secs_f64();
    let elsewhere = network.lists_elsewhere() * pages_each(crawl, limits);
    let listing = listing(crawl, limits, listed).weighed(network, Verb::List);
    let reading = reading(crawl, limits, listed, wanted).weighed(network, Verb::List);
    let reading = reading.shared(pace, elsewhere);
    let fetching = fetching(cx, crawl, limits, at_most)?.weighed(network, Verb::Profiles);
    let confirming = confirming(crawl, limits, listed, at_most).weighed(network, Verb::List);
    Some(match stage {
        StageName::Verify | StageName::Followers | StageName::Subscriptions => {
            listing + reading + fetching + confirming
        }
        StageName::Aggregate | StageName::Profiles => fetching + confirming,
        StageName::Confirm => {
            let answers = crawl.to_confirm.saturating_sub(crawl.requests.confirm) as f64;
            let part = RemainingWork {
                answers,
                accounts: answers * f64::from(limits.followers_page),
                rounds: 1.0,
                ..RemainingWork::default()
            };
            part.weighed(network, Verb::List)
        }
        StageName::Rank | StageName::Deliver => RemainingWork::default(),
    })
}

/// Returns what it takes to read all of so few followers, before anything is known of them.
pub(super) fn least_work(followers: u32, limits: &Limits) -> Spent {
    let pages = |accounts: f64, page: u32| (accounts / f64::from(page.max(1))).ceil();
    let followers = f64::from(followers);
    let read = followers * USUALLY_READABLE;
    let requests =
        pages(followers, limits.followers_page) + read * pages(USUAL_FOLLOWING, limits.page);
    Spent {
        requests: requests as u64,
        accounts: (followers + read * USUAL_FOLLOWING) as u64,
    }
}

/// The share of requests that fail, from those with a known number of answers.
pub(super) fn failure_rate(crawl: &Crawl, limits: &Limits) -> f64 {
    let requests = &crawl.requests;
    let asked = requests.followers.saturating_add(requests.profiles) as f64;
    let profiles = fetched(crawl) / f64::from(limits.profiles_at_once.max(1));
    let failed = asked - f64::from(crawl.followers.pages) - profiles;
    let usual = FAILING_PRIOR * USUALLY_FAILING;
    ((failed + usual) / (asked + FAILING_PRIOR)).clamp(0.0, MOST_FAILING)
}

/// Followers that will be listed.
fn to_list(cx: &Context, crawl: &Crawl) -> Option<u64> {
    let followers = crawl.profile.as_ref()?.followers?;
    let capped = followers.min(cx.settings.followers_cap);
    Some(capped.max(crawl.followers.listed))
}

/// Estimates the remaining pages of the target's follower list.
fn listing(crawl: &Crawl, limits: &Limits, to_list: u64) -> RemainingWork {
    let listed = crawl.followers.listed;
    let page = match crawl.followers.pages {
        0 => f64::from(limits.followers_page),
        pages => listed as f64 / f64::from(pages),
    };
    let answers = (to_list - listed) as f64 / page.max(1.0);
    RemainingWork {
        answers,
        accounts: (to_list - listed) as f64,
        one_by_one: answers,
        ..RemainingWork::default()
    }
}

/// Estimates the lists of `wanted` of the `listed` followers.
fn reading(crawl: &Crawl, limits: &Limits, listed: u64, wanted: f64) -> RemainingWork {
    let (read, tried) = (
        crawl.followers.read as f64,
        crawl.followers.settled() as f64,
    );
    let readable = readable(crawl);
    // Followers already planned are read, even if fewer would have been enough.
    let under_way = f64::from(crawl.planned) - tried;
    let tries = ((wanted - read) / readable)
        .min(listed as f64 - tried)
        .max(under_way)
        .max(0.0);
    // Each look is at twice as many followers as the one before.
    let seen = (crawl.aim as f64).max(next_aim(0, u64::MAX) as f64 / 2.0);
    let looks = (wanted.min(readable * listed as f64) / seen).log2().ceil();
    RemainingWork {
        answers: tries * pages_each(crawl, limits),
        accounts: tries * USUALLY_READABLE * usual_following(crawl),
        rounds: 1.0 + looks.max(0.0) * ROUNDS_TO_A_LOOK,
        ..RemainingWork::default()
    }
}

/// Returns the followers read at each of the remaining looks; `wanted` at the last.
fn looks(crawl: &Crawl, wanted: f64) -> impl Iterator<Item = u64> {
    let last = wanted as u64;
    let first = next_aim(crawl.aim.saturating_sub(1), last);
    successors(Some(first), move |read| {
        Some(next_aim(*read, last)).filter(|next| next > read)
    })
}

/// Estimates the follower lists of candidates in doubt, at the last look or at all remaining ones. A list that has been
/// read counts at every look.
fn confirming(crawl: &Crawl, limits: &Limits, listed: u64, wanted: f64) -> RemainingWork {
    // The accounts most like the target have about as many followers.
    let pages = listed
        .div_ceil(u64::from(limits.followers_page.max(1)))
        .max(1);
    let needed = |read: u64| {
        let in_doubt = in_doubt(crawl, pages, read);
        // A remainder too small for a whole list goes unused: half a list, on average.
        match confirmation_budget(read, limits.page) {
            budget if budget < pages => 0.0,
            budget => in_doubt.min((budget - pages / 2) as f64),
        }
    };
    let needed = match crawl.depth {
        Depth::Settled => OF_ALL_LOOKS * looks(crawl, wanted).map(needed).fold(0.0, f64::max),
        _ => needed(wanted as u64),
    };
    let requests = needed - crawl.requests.confirm as f64;
    if requests < 1.0 {
        return RemainingWork::default();
    }
    let lists = requests / pages as f64;
    RemainingWork {
        answers: requests,
        accounts: requests * f64::from(limits.followers_page),
        rounds: (lists / LISTED_AT_ONCE as f64).ceil(),
        ..RemainingWork::default()
    }
}

/// Requests for the lists of all candidates in doubt at `read` followers. The count at the latest look predicts it no
/// better than the usual one: so the mean of both.
fn in_doubt(crawl: &Crawl, pages: u64, read: u64) -> f64 {
    let usually = USUALLY_IN_DOUBT * pages as f64;
    let at_one = crawl.reached.as_ref().map_or(usually, |reached| {
        let seen = reached.in_doubt as f64 * (reached.read as f64).cbrt();
        (usually + seen) / 2.0
    });
    at_one / (read.max(1) as f64).cbrt()
}

/// The share of followers whose lists can be read.
fn readable(crawl: &Crawl) -> f64 {
    let (read, tried) = (
        crawl.followers.read as f64,
        crawl.followers.settled() as f64,
    );
    (read + PRIOR * USUALLY_READABLE) / (tried + PRIOR)
}

/// Followers to be read in total, if there are that many.
fn wanted(crawl: &Crawl, readable: f64, budget: usize, bound: Bound) -> f64 {
    match crawl.depth {
        Depth::Settled => {
            let settled = settled_at(crawl.reached.as_ref(), readable, budget);
            match bound {
                Bound::Lower => settled.earliest,
                Bound::Upper => settled.latest,
            }
        }
        depth => depth
            .followers()
            .map_or(f64::INFINITY, |wanted| wanted as f64),
    }
}

/// Requests for each follower tried: as this crawl has seen it, and the usual number until it has seen enough. However
/// far a list has been read, the next page is about as likely to be its last as the first one was; so pages of
/// unfinished lists say as much as those of finished ones.
fn pages_each(crawl: &Crawl, limits: &Limits) -> f64 {
    let pages = usual_following(crawl) / f64::from(limits.page.max(1)) + 0.5;
    let usual = USUALLY_READABLE * pages + 1.0 - USUALLY_READABLE;
    let answered = crawl.requests.subscriptions as f64 * (1.0 - failure_rate(crawl, limits));
    let tried = crawl.followers.settled() as f64 - crawl.followers.saved as f64 / usual;
    (answered + PRIOR * usual) / (tried.max(0.0) + PRIOR)
}

/// Accounts that a readable follower follows on average: as the network has told for some, and the usual number.
fn usual_following(crawl: &Crawl) -> f64 {
    let (counted, promised) = (crawl.followers.counted, crawl.followers.promised);
    (promised as f64 + PRIOR * USUAL_FOLLOWING) / (counted as f64 + PRIOR)
}

/// Profiles still to be fetched, each order within its budget: at whichever remaining look takes most of them, and
/// those that other wanted orders lack. `None` if the database fails.
fn fetching(cx: &Context, crawl: &Crawl, limits: &Limits, wanted: f64) -> Option<RemainingWork> {
    if limits.lists_tell_profiles {
        return Some(RemainingWork::default());
    }
    let reached = crawl.reached.as_ref();
    let others = cx.ledger.orders_wanted(crawl).ok()?;
    let budget = |read: u64| {
        let is_last = crawl.depth != Depth::Settled && read >= wanted as u64;
        budget_at(cx.settings.profile_budget, read, is_last) as f64
    };
    let at_look = |read: u64| match (profiles_needed(reached, read), budget(read)) {
        (needed, budget) if needed <= budget => needed,
        (_, budget) => PROFILES_AT_LEAST.min(budget),
    };
    let most = looks(crawl, wanted).map(at_look).fold(0.0, f64::max);
    let own = reached.map_or(most, |reached| {
        let fetched = reached.fetched as f64;
        // The others were cached.
        let part = (fetched / reached.ranked.max(1) as f64).min(1.0);
        (most * part).max(fetched)
    });
    let budget = budget(wanted as u64);
    let of_others = others.iter().map(|other| match reached {
        Some(reached) => reached
            .lacking(*other)
            .map_or(0.0, |profiles| (profiles as f64).min(budget)),
        None => most,
    });
    let profiles = (own + of_others.sum::<f64>() - fetched(crawl)).max(0.0);
    Some(profiles_at_once(profiles, limits))
}

/// Returns the profiles that an order lacks, within its budget; `None` if it lacks none.
pub(super) fn to_complete(
    cx: &Context,
    crawl: &Crawl,
    limits: &Limits,
    measure: MeasureName,
) -> Option<RemainingWork> {
    let reached = crawl.reached.as_ref()?;
    let budget = budget_at(cx.settings.profile_budget, reached.read, true);
    let profiles = reached.lacking(measure)?.min(budget as u64);
    Some(profiles_at_once(profiles as f64, limits))
}

fn profiles_at_once(profiles: f64, limits: &Limits) -> RemainingWork {
    RemainingWork {
        accounts: profiles,
        answers: profiles / f64::from(limits.profiles_at_once.max(1)),
        rounds: 1.0 + profiles / AT_ONCE as f64,
        ..RemainingWork::default()
    }
}

/// Profiles that were fetched or are unavailable.
fn fetched(crawl: &Crawl) -> f64 {
    f64::from(crawl.profiles_done) + f64::from(crawl.profiles_missing)
}

impl RemainingWork {
    /// Fills in what the requests take of the budget.
    fn weighed(self, network: &dyn Network, verb: Verb) -> Self {
        let each = (self.accounts / self.answers.max(1.0)).round() as u64;
        let taken = self.answers * f64::from(network.weight(verb, each));
        Self { taken, ..self }
    }

    /// Takes off what other servers answer meanwhile, by how many requests a second each answers.
    fn shared(self, pace: f64, elsewhere: f64) -> Self {
        let taken = self.taken * pace / (pace + elsewhere);
        Self { taken, ..self }
    }
}

impl Add for RemainingWork {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            answers: self.answers + other.answers,
            taken: self.taken + other.taken,
            accounts: self.accounts + other.accounts,
            rounds: self.rounds + other.rounds,
            one_by_one: self.one_by_one + other.one_by_one,
        }
    }
}
