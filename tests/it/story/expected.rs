//! How far the expected time is off, over a whole search.

use std::collections::BTreeSet;

use lookalike::context::Context;
use lookalike::crawl::expected;
use lookalike::demo::world::{Person, World};
use lookalike::model::{AnalysisId, PersonId, StageName};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::house::House;

/// Requests between two looks: a minute's at 5,000 an hour.
const STEP: u64 = 83;

/// How far off it may be on average.
const OFF: f64 = 0.25;

/// The time is what is left to ask at the pace of the budget; so it is checked in requests, which no slow
/// machine changes. At this pace, two hundred times the real one, whoever waits for a round to end leaves
/// more to the other than he would in truth.
#[tokio::test(flavor = "multi_thread")]
async fn the_expected_time_is_about_right_from_the_first_minute_on() {
    let mut house = House::new(two_audiences()).await;
    house.start().await;
    house.instagram.set_faults(10);
    house.telegram.says(&house.ann, "@first");
    let cx = house.app().context().clone();
    let rate = cx.networks.iter().next().unwrap().rate;
    let per_request = rate.window.as_secs_f64() / f64::from(rate.count.get());
    // Requests made, and those that were expected to be left.
    let mut looks: Vec<(u64, f64)> = Vec::new();
    let mut rival_joined = None;
    let analysis = loop {
        house.instagram.arrived(1).await;
        let analyses = cx.ledger.analyses_of(PersonId(house.ann.id.unsigned_abs()));
        if let Some(analysis) = analyses.unwrap().into_iter().next() {
            break analysis.id;
        }
        tokio::task::yield_now().await;
    };
    let started = house.instagram.arrivals();
    let mut next = started + STEP;
    // When the search made its last request. Counting and ranking take moments, in which the rival, at
    // this pace, makes hundreds.
    let (mut taken, mut end) = (0, started);
    loop {
        let row = cx.ledger.analysis(analysis).unwrap().unwrap();
        if spent(&cx, analysis) > taken {
            (taken, end) = (spent(&cx, analysis), house.instagram.arrivals());
        }
        if row.outcome.is_some() {
            break;
        }
        if house.instagram.arrivals() < next {
            tokio::task::yield_now().await;
            continue;
        }
        let crawl = cx.ledger.crawl_of(&row).unwrap().unwrap();
        let now = house.instagram.arrivals();
        if let Some(left) = expected(&cx, &crawl) {
            looks.push((now, left.as_secs_f64() / per_request));
        }
        next = now + STEP;
        if rival_joined.is_none() && crawl.followers.read > 400 {
            rival_joined = Some(now);
            house.telegram.says(&house.ann, "@rival");
        }
    }
    let joined = rival_joined.expect("the rival joined halfway");
    println!(
        "requests made, left as expected, left in truth, off by (the rival joins at {joined})"
    );
    let mut errors: Vec<f64> = Vec::new();
    for (now, left) in looks {
        // Before the rival joins, nobody knows that it will: then the truth is what is left of the search
        // itself. At the very end any number is off.
        if now < joined + STEP && now > joined.saturating_sub(STEP) || now + 3 * STEP > end {
            continue;
        }
        let truth = match now < joined {
            true => (spent(&cx, analysis).saturating_sub(now)) as f64,
            false => (end - now) as f64,
        };
        let off = left / truth - 1.0;
        println!("{now:>6} {left:>8.0} {truth:>8.0} {:>+6.1}%", off * 100.0);
        errors.push(off.abs());
    }
    let worst = errors.iter().copied().fold(0.0, f64::max);
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    println!(
        "on average off by {:.1}%, at worst by {:.1}%",
        mean * 100.0,
        worst * 100.0
    );
    assert!(
        mean <= OFF,
        "the time that people are told is off by {:.0}%",
        mean * 100.0
    );
    house.stop().await;
}

/// Requests that a search has taken.
fn spent(cx: &Context, analysis: AnalysisId) -> u64 {
    let analysis = cx.ledger.analysis(analysis).unwrap().unwrap();
    let crawl = cx.ledger.crawl_of(&analysis).unwrap().unwrap();
    StageName::ALL
        .map(|stage| crawl.requests[stage])
        .iter()
        .sum()
}

/// Two accounts that nobody follows both of, with 1,500 followers each, whose lists are as long as real
/// ones: by half over 400 accounts, some over 3,000.
fn two_audiences() -> World {
    const FOLLOWERS: u32 = 1_500;
    const OTHERS: u32 = 20_000;
    let mut random = Pcg64Mcg::seed_from_u64(7);
    let people = (0..2 + 2 * FOLLOWERS + OTHERS).map(|index| Person {
        id: 1_000 + u64::from(index) * 7,
        handle: match index {
            0 => "first".to_owned(),
            1 => "rival".to_owned(),
            index => format!("user{index}"),
        },
        name: String::new(),
        bio: String::new(),
        private: index > 1 && index % 6 == 0,
        label: String::new(),
    });
    let mut follows = Vec::new();
    for follower in 2..2 + 2 * FOLLOWERS {
        follows.push((follower, follower % 2));
        // Log-normal: the sum of many small chances.
        let bell: f64 = (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
        let count = (400.0 * (0.9 * bell).exp()).min(4_000.0) as u32;
        let followed: BTreeSet<u32> = (0..count)
            .map(|_| {
                // The first of them are the most followed.
                let place = random.random::<f64>().powi(2);
                2 + 2 * FOLLOWERS + (place * f64::from(OTHERS)) as u32
            })
            .collect();
        follows.extend(followed.into_iter().map(|other| (follower, other)));
    }
    World::new(people.collect(), &follows)
}
