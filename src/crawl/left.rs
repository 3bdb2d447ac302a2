//! What is left to ask for a crawl: a sum of parts, one for each stage that asks.

use std::iter::successors;
use std::ops::Add;

use crate::context::Context;
use crate::crawl::settling::{deviation, settling};
use crate::model::{Crawl, Depth, StageName};
use crate::networks::{Limits, Network, Verb};
use crate::sampling::{AT_ONCE, LISTED_AT_ONCE, budget_at, confirmation_budget, next_aim};

/// Whom a follower follows on average, where those who follow too many are passed over.
const USUAL_FOLLOWING: f64 = 520.0;

/// The same, where nobody is passed over.
const USUAL_FOLLOWING_OF_ALL: f64 = 600.0;

/// The part of followers whose lists can be read.
const USUALLY_READABLE: f64 = 0.8;

/// Profiles that make the first places certain; of the best known accounts, other searches often have them.
const USUAL_PROFILES: f64 = 200.0;

/// So many followers' worth is what is usual, against what a crawl has seen itself.
const PRIOR: f64 = 30.0;

/// The part of requests that fail.
const USUALLY_FAILING: f64 = 0.05;

/// More than this fails only while a network is in trouble, of which people are told instead.
const MOST_FAILING: f64 = 0.5;

/// So many requests' worth is that, against what a crawl has seen itself.
const FAILING_PRIOR: f64 = 50.0;

/// The part of those who could come into the first places that is needed to be sure of them. Each profile
/// that is fetched raises what the others would have to reach.
const UNDECIDED_TO_FETCH: f64 = 0.5;

/// A larger sample needs so many times the profiles of the one before.
const MORE: f64 = 1.07;

/// Rounds of reading until a look: most of them with the first, and what was missing with the others.
const ROUNDS_TO_A_LOOK: f64 = 2.5;

/// So many accounts' places are in doubt for each unit of [`deviation`]: about eleven when 100 followers were
/// read, four at 800. It was about as many for every size of account, in the searches of [`settling`].
const USUALLY_IN_DOUBT: f64 = 110.0;

/// What is to be reckoned with, where a number can't be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Least,
    Most,
}

/// What one stage has left to do.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Part {
    /// Requests, were each of them answered.
    pub(super) answers: f64,
    /// What these take of the budget.
    pub(super) taken: f64,
    /// Accounts in those answers.
    pub(super) accounts: f64,
    /// How often all that was begun is waited for before it goes on.
    pub(super) rounds: f64,
    /// Answers of which each is waited for before anything else is asked.
    pub(super) one_by_one: f64,
}

/// What is left until a crawl's result; `None` while its account is not known.
pub(super) fn left(cx: &Context, crawl: &Crawl, limits: &Limits, case: Case) -> Option<Part> {
    let stage = crawl.shown_stage();
    let listed = match stage {
        StageName::Verify | StageName::Followers => to_list(cx, crawl)?,
        _ => crawl.followers.listed,
    };
    let wanted = wanted(crawl, readable(crawl) * listed as f64, case);
    let network = &*cx.networks.get(&crawl.network)?.network;
    let listing = listing(crawl, limits, listed).weighed(network, Verb::List);
    let reading = reading(crawl, limits, listed, wanted).weighed(network, Verb::List);
    let fetching = fetching(cx, crawl, limits)?.weighed(network, Verb::Profiles);
    let confirming = confirming(crawl, limits, listed, wanted).weighed(network, Verb::List);
    Some(match stage {
        StageName::Verify | StageName::Followers | StageName::Subscriptions => {
            listing + reading + fetching + confirming
        }
        StageName::Aggregate | StageName::Profiles => fetching + confirming,
        StageName::Confirm => {
            let answers = crawl.to_confirm.saturating_sub(crawl.requests.confirm) as f64;
            let part = Part {
                answers,
                accounts: answers * f64::from(limits.followers_page),
                rounds: 1.0,
                ..Part::default()
            };
            part.weighed(network, Verb::List)
        }
        StageName::Rank | StageName::Deliver => Part::default(),
    })
}

/// The part of requests that fail, by those of which it is known how many answers they have brought.
pub(super) fn failing(crawl: &Crawl, limits: &Limits) -> f64 {
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

/// The pages of the list of followers.
fn listing(crawl: &Crawl, limits: &Limits, to_list: u64) -> Part {
    let listed = crawl.followers.listed;
    let page = match crawl.followers.pages {
        0 => f64::from(limits.followers_page),
        pages => listed as f64 / f64::from(pages),
    };
    let answers = (to_list - listed) as f64 / page.max(1.0);
    Part {
        answers,
        accounts: (to_list - listed) as f64,
        one_by_one: answers,
        ..Part::default()
    }
}

/// The lists of as many of so many followers as the depth wants.
fn reading(crawl: &Crawl, limits: &Limits, listed: u64, wanted: f64) -> Part {
    let (read, tried) = (
        crawl.followers.read as f64,
        crawl.followers.settled() as f64,
    );
    let readable = readable(crawl);
    // Who was taken on is read, even if fewer would have been enough.
    let under_way = f64::from(crawl.planned) - tried;
    let tries = ((wanted - read) / readable)
        .min(listed as f64 - tried)
        .max(under_way)
        .max(0.0);
    // Looks are at twice as many each time.
    let seen = (crawl.aim as f64).max(next_aim(0, u64::MAX) as f64 / 2.0);
    let looks = (wanted.min(readable * listed as f64) / seen).log2().ceil();
    Part {
        answers: tries * pages_each(crawl, limits),
        accounts: tries * USUALLY_READABLE * usual_following(crawl),
        rounds: 1.0 + looks.max(0.0) * ROUNDS_TO_A_LOOK,
        ..Part::default()
    }
}

/// The lists of followers of those whose place is in doubt, at the last look or at every one from now on. A
/// list that was read counts at all of them.
fn confirming(crawl: &Crawl, limits: &Limits, listed: u64, wanted: f64) -> Part {
    let at_most = wanted.min(readable(crawl) * listed as f64) as u64;
    let first = match crawl.depth {
        Depth::Settled => next_aim(crawl.aim.saturating_sub(1), at_most),
        _ => at_most,
    };
    let looks = successors(Some(first), |read| {
        Some(next_aim(*read, at_most)).filter(|next| next > read)
    });
    // Those that are most like the target have about as many followers.
    let pages = listed
        .div_ceil(u64::from(limits.followers_page.max(1)))
        .max(1);
    let needed = looks.map(|read| {
        let in_doubt = in_doubt(crawl, listed, pages, read);
        // What is too little for a whole list is left over: half a list, as a rule.
        match confirmation_budget(read, limits.page) {
            budget if budget < pages => 0.0,
            budget => in_doubt.min((budget - pages / 2) as f64),
        }
    });
    let requests = needed.fold(0.0, f64::max) - crawl.requests.confirm as f64;
    if requests < 1.0 {
        return Part::default();
    }
    let lists = requests / pages as f64;
    Part {
        answers: requests,
        accounts: requests * f64::from(limits.followers_page),
        rounds: (lists / LISTED_AT_ONCE as f64).ceil(),
        ..Part::default()
    }
}

/// Requests for the lists of all whose place is in doubt when so many are read. How many it was at the latest
/// look says no more of it than how many it usually is: so half of both.
fn in_doubt(crawl: &Crawl, listed: u64, pages: u64, read: u64) -> f64 {
    let readable = readable(crawl) * listed as f64;
    let usually = USUALLY_IN_DOUBT * pages as f64;
    let at_one = match &crawl.reached {
        Some(reached) if (reached.read as f64) < readable => {
            let seen = reached.in_doubt as f64 / deviation(reached.read, readable);
            (usually + seen) / 2.0
        }
        _ => usually,
    };
    at_one * deviation(read, readable)
}

/// The part of followers whose lists can be read.
fn readable(crawl: &Crawl) -> f64 {
    let (read, tried) = (
        crawl.followers.read as f64,
        crawl.followers.settled() as f64,
    );
    (read + PRIOR * USUALLY_READABLE) / (tried + PRIOR)
}

/// Followers to be read in all, if so many can be.
fn wanted(crawl: &Crawl, readable: f64, case: Case) -> f64 {
    match crawl.depth {
        Depth::Settled => {
            let settling = settling(crawl.reached.as_ref(), readable);
            match case {
                Case::Least => settling.earliest,
                Case::Most => settling.latest,
            }
        }
        depth => depth
            .followers()
            .map_or(f64::INFINITY, |wanted| wanted as f64),
    }
}

/// Answers for each follower who is tried: as this crawl has seen it, and as it usually is until it has seen
/// enough. However far a list has been read, the next page is about as likely its last as the first one
/// was; so what was spent on lists that are under way says as much as on those that are done.
fn pages_each(crawl: &Crawl, limits: &Limits) -> f64 {
    let pages = usual_following(crawl) / f64::from(limits.page.max(1)) + 0.5;
    let usual = USUALLY_READABLE * pages + 1.0 - USUALLY_READABLE;
    let answered = crawl.requests.subscriptions as f64 * (1.0 - failing(crawl, limits));
    let tried = crawl.followers.settled() as f64 - crawl.followers.saved as f64 / usual;
    (answered + PRIOR * usual) / (tried.max(0.0) + PRIOR)
}

/// Whom a follower follows on average, of those that are read: as the network has told of some, and as it
/// usually is.
fn usual_following(crawl: &Crawl) -> f64 {
    let usual = match crawl.depth {
        Depth::Full => USUAL_FOLLOWING_OF_ALL,
        _ => USUAL_FOLLOWING,
    };
    let (counted, promised) = (crawl.followers.counted, crawl.followers.promised);
    (promised as f64 + PRIOR * usual) / (counted as f64 + PRIOR)
}

/// Profiles still to be fetched: those that the latest look has found wanting, and some more as counts go
/// on changing, within the budget of each order that is to be complete. `None` where the database fails.
fn fetching(cx: &Context, crawl: &Crawl, limits: &Limits) -> Option<Part> {
    if limits.lists_tell_profiles {
        return Some(Part::default());
    }
    let others = cx.ledger.orders_wanted(crawl).ok()?;
    let orders = 1.0 + others.len() as f64;
    let budget = budget_at(cx.settings.profile_budget, crawl.to_read(), true) as f64;
    let wanted = match &crawl.reached {
        Some(reached) => {
            let needed = UNDECIDED_TO_FETCH * reached.undecided as f64;
            let lacking = others.iter().filter_map(|other| reached.lacking(other));
            let lacking = lacking.map(|profiles| (profiles as f64).min(budget));
            (reached.fetched as f64 + needed) * MORE + lacking.sum::<f64>()
        }
        None => USUAL_PROFILES * orders,
    };
    let profiles = (wanted.min(budget * orders) - fetched(crawl)).max(0.0);
    Some(profiles_at_once(profiles, limits))
}

/// The profiles that an order lacks, within its budget; `None` if it lacks none.
pub(super) fn completing(
    cx: &Context,
    crawl: &Crawl,
    limits: &Limits,
    measure: &str,
) -> Option<Part> {
    let reached = crawl.reached.as_ref()?;
    let budget = budget_at(cx.settings.profile_budget, reached.read, true);
    let profiles = reached.lacking(measure)?.min(budget as u64);
    Some(profiles_at_once(profiles as f64, limits))
}

fn profiles_at_once(profiles: f64, limits: &Limits) -> Part {
    Part {
        accounts: profiles,
        answers: profiles / f64::from(limits.profiles_at_once.max(1)),
        rounds: 1.0 + profiles / AT_ONCE as f64,
        ..Part::default()
    }
}

/// Profiles that were fetched, or can't be had.
fn fetched(crawl: &Crawl) -> f64 {
    f64::from(crawl.profiles_done) + f64::from(crawl.profiles_missing)
}

impl Part {
    /// Knows what its answers take of the budget.
    fn weighed(self, network: &dyn Network, verb: Verb) -> Self {
        let each = (self.accounts / self.answers.max(1.0)).round() as u64;
        let taken = self.answers * f64::from(network.weight(verb, each));
        Self { taken, ..self }
    }
}

impl Add for Part {
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
