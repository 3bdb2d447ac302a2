//! Well over a hundred kills over two databases, and what they cost in all.
//!
//! `LOOKALIKE_TEST_SEED` repeats a run as far as possible: the same searches, killed at the same points.
//! `LOOKALIKE_TEST_KILLS` sets the number of kills at random moments, 100 by default.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use futures::StreamExt;
use lookalike::demo::telegram::{FakeTelegram, Person};
use lookalike::demo::world::{World, WorldAccount as Account};
use lookalike::model::PersonId;
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::crash::kill_series::{KillSeries, KillStats, KillTarget};
use crate::crash::post_mortem::CrashPoint;
use crate::harness::{Harness, WITHIN};

/// Kills at random moments.
const KILLS: u64 = 100;

/// Of these, kills on one database.
const KILLS_EACH: u64 = 50;

/// Kills at each point where a crash could hurt, on one database.
const KILLS_AT_EACH: u64 = 3;

/// Databases on which processes are killed at the same time.
const AT_ONCE: usize = 2;

/// The most kills on one database, however many of those that are aimed miss.
const MOST_KILLS: u64 = 150;

/// Accounts to search for, at most one for each kill; their followers; and accounts that all of those follow.
const STARS: u32 = 150;
const FANS: u32 = 300;
const FILLERS: u32 = 220;

/// Searches that are certainly done in time, on a machine that has other tests to run.
const STARS_IN_TIME: u32 = 30;

#[tokio::test(flavor = "multi_thread")]
async fn kills_at_any_moment_lose_nothing_and_repeat_no_more_than_was_under_way() {
    let seed = number("LOOKALIKE_TEST_SEED").unwrap_or_else(seed_of_now);
    let kills = number("LOOKALIKE_TEST_KILLS").unwrap_or(KILLS);
    println!("LOOKALIKE_TEST_SEED={seed} LOOKALIKE_TEST_KILLS={kills}");
    let lists = uninterrupted().await;
    let storms = (0..kills.div_ceil(KILLS_EACH)).map(|number| {
        let (rng, lists) = (Pcg64Mcg::seed_from_u64(seed + number), &lists);
        async move {
            let mut series = KillSeries::new(harness().await, stars(), rng.clone());
            kill_everywhere(&mut series, rng).await;
            series.finish(lists).await
        }
    });
    let mut total = KillStats::default();
    let mut tallies = futures::stream::iter(storms).buffer_unordered(AT_ONCE);
    while let Some(stats) = tallies.next().await {
        assert_within(&stats);
        total += stats;
    }
    print(&total);
}

/// Kills at random moments and at each point, in random order.
async fn kill_everywhere(series: &mut KillSeries, mut rng: Pcg64Mcg) {
    let mut anywhere = KILLS_EACH;
    loop {
        let missing = |point: &CrashPoint| {
            let hits = series.stats.points.get(point).copied().unwrap_or(0);
            KILLS_AT_EACH.saturating_sub(hits)
        };
        let mut targets = vec![KillTarget::Anywhere; anywhere as usize];
        for point in CrashPoint::ALL {
            targets.extend(vec![KillTarget::At(point); missing(&point) as usize]);
        }
        if targets.is_empty() {
            return;
        }
        let target = targets[rng.random_range(0..targets.len())];
        anywhere -= u64::from(target == KillTarget::Anywhere);
        series.kill(target).await;
        assert!(
            series.stats.kills < MOST_KILLS,
            "{MOST_KILLS} kills did not come to {KILLS_AT_EACH} at each point: {:?}",
            series.stats
        );
    }
}

fn assert_within(stats: &KillStats) {
    assert!(
        stats.requests_repeated <= stats.tasks_at_work,
        "requests are repeated only of tasks that were at work: {stats:?}"
    );
    assert!(
        stats.messages_repeated <= stats.sends_under_way,
        "messages are repeated only when one was on its way: {stats:?}"
    );
    assert!(
        stats.unpointed <= stats.unpointed_bound,
        "a kill leaves at most what its group had written, an ended crawl what it let go: {stats:?}"
    );
}

fn print(total: &KillStats) {
    println!("{} kills of the real process", total.kills);
    for point in CrashPoint::ALL {
        let kills = total.points.get(&point).copied().unwrap_or(0);
        println!("  {point:<28} {kills:>5}");
    }
    println!("  {:<28} {:>5}", "elsewhere", total.elsewhere);
    println!(
        "{} of {} requests repeated; {} tasks were at work",
        total.requests_repeated, total.requests, total.tasks_at_work
    );
    println!(
        "{} messages repeated; {} were on their way",
        total.messages_repeated, total.sends_under_way
    );
    println!(
        "{} bytes left behind; {} are allowed",
        total.unpointed, total.unpointed_bound
    );
    println!(
        "{} people served, {} lists compared, 0 lost",
        total.chat_requests, total.lists
    );
}

/// Returns every star's list from an uninterrupted run.
async fn uninterrupted() -> BTreeMap<String, serde_json::Value> {
    let mut harness = harness().await;
    harness.start().await;
    let people: Vec<(Person, String)> = stars()
        .into_iter()
        .zip(1..)
        .map(|(handle, number)| (Person::new(number, "Somebody"), handle))
        .collect();
    for (person, handle) in &people {
        harness.telegram.says(person, &format!("@{handle}"));
    }
    // The messages with the lists take much longer.
    let done = |_: &FakeTelegram| {
        let ledger = &harness.app().context().ledger;
        let is_done = |(person, _): &(Person, String)| {
            let analyses = ledger.analyses_of(PersonId(person.id.unsigned_abs()));
            let outcomes = analyses.unwrap().into_iter().map(|it| it.outcome);
            outcomes.last().flatten().is_some()
        };
        people.iter().all(is_done)
    };
    let within = WITHIN * STARS / STARS_IN_TIME;
    let until = harness.telegram.until_true(within, "all lists", done);
    until.await.unwrap();
    let lists = people.into_iter().map(|(person, handle)| {
        let results = harness.report(&person).results;
        (handle, serde_json::to_value(results).unwrap())
    });
    let lists = lists.collect();
    harness.stop().await;
    lists
}

async fn harness() -> Harness {
    let mut harness = Harness::new(world()).await;
    // Only the runs that are compared keep to Telegram's pace.
    harness.set("BUBBLE_EVERY", "1m");
    harness
}

fn stars() -> Vec<String> {
    (0..STARS).map(|star| format!("star{star}")).collect()
}

/// Each fan follows about every eleventh star, a different set each, and all of the fillers, so that a list has three
/// pages; every ninth fan is private.
fn world() -> World {
    let people = (0..STARS + FANS + FILLERS).map(|index| {
        let handle = match index {
            star if star < STARS => format!("star{star}"),
            other => format!("user{other}"),
        };
        Account {
            id: 10_000 + u64::from(index) * 37,
            name: format!("The {handle}"),
            handle,
            bio: String::new(),
            private: (STARS..STARS + FANS).contains(&index) && index % 9 == 0,
            label: String::new(),
            kind: None,
        }
    });
    let mut follows = Vec::new();
    for fan in 0..FANS {
        let stars = (0..STARS).filter(|star| (fan * (star + 3) + star * 7) % 211 < 19);
        follows.extend(stars.map(|star| (STARS + fan, star)));
        follows.extend((0..FILLERS).map(|filler| (STARS + fan, STARS + FANS + filler)));
    }
    World::new(people.collect(), &follows)
}

fn number(variable: &str) -> Option<u64> {
    let value = std::env::var(variable).ok()?;
    Some(
        value
            .parse()
            .unwrap_or_else(|_| panic!("{variable}={value} is not a number")),
    )
}

fn seed_of_now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::from(now.subsec_nanos())
}
