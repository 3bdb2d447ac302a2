//! What people come for, from the first message to the list, over real HTTP.

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use lookalike::clock::ManualClock;
use lookalike::demo::networks::Endpoint;
use lookalike::demo::telegram::{Limits, Message, Person};
use lookalike::demo::world::World;
use lookalike::model::PersonId;

use crate::house::{House, is_file, small_world};

#[tokio::test(flavor = "multi_thread")]
async fn a_handle_in_and_a_ranked_list_out() {
    let mut house = House::new(small_world(60, false)).await;
    house.start().await;
    house.telegram.says(&house.ann, "@luna");
    let messages = house.until_delivered(&house.ann, "luna").await;

    insta::assert_snapshot!(told(&messages), @r"
    Ann: @luna
    Lookalike: ✓ @luna is done: 18 accounts compared, from 52 of 60 followers, with 81 requests in … s.
    Lookalike: Accounts like @luna
    Lookalike:
    Lookalike: 1. The peer0 · @peer0 · 30 followers
    Lookalike: 26 of 52 followers also follow
    Lookalike: 2. The peer1 · @peer1 · 20 followers
    Lookalike: 18 of 52 followers also follow
    Lookalike: 3. The peer2 · @peer2 · 15 followers
    Lookalike: 13 of 52 followers also follow
    Lookalike: 4. The peer3 · @peer3 · 12 followers
    Lookalike: 10 of 52 followers also follow
    Lookalike: 5. The celebrity · @celebrity · 360 followers
    Lookalike: 52 of 52 followers also follow
    Lookalike: 6. The peer4 · @peer4 · 10 followers
    Lookalike: 9 of 52 followers also follow
    Lookalike: 7. The peer6 · @peer6 · 8 followers
    Lookalike: 7 of 52 followers also follow
    Lookalike: 8. The peer7 · @peer7 · 7 followers
    Lookalike: 6 of 52 followers also follow
    Lookalike: 9. The peer8 · @peer8 · 6 followers
    Lookalike: 5 of 52 followers also follow
    Lookalike: 10. The peer9 · @peer9 · 6 followers
    Lookalike: 5 of 52 followers also follow
    Lookalike: 11. The peer10 · @peer10 · 5 followers
    Lookalike: 5 of 52 followers also follow
    Lookalike: 12. The peer11 · @peer11 · 5 followers
    Lookalike: 5 of 52 followers also follow
    Lookalike: 13. The peer13 · @peer13 · 4 followers
    Lookalike: 4 of 52 followers also follow
    Lookalike: 14. The peer14 · @peer14 · 4 followers
    Lookalike: 4 of 52 followers also follow
    Lookalike: 15. The peer15 · @peer15 · 3 followers
    Lookalike: 3 of 52 followers also follow
    Lookalike: 16. The peer16 · @peer16 · 3 followers
    Lookalike: 3 of 52 followers also follow
    Lookalike: 17. The peer17 · @peer17 · 3 followers
    Lookalike: 3 of 52 followers also follow
    Lookalike: 18. The peer18 · @peer18 · 3 followers
    Lookalike: 3 of 52 followers also follow
    Lookalike:
    Lookalike: Only 18 accounts could be compared, so take this with a grain of salt. The larger the part of their followers that two accounts share, the higher.
    Lookalike:
    Lookalike: I listed all 60 followers. I could read whom 52 of them follow; of the others 8 are private. 81 requests in … s.
    Lookalike: [similar-to-luna.csv]
    Lookalike: All 18 accounts, most alike first
    ");
    assert!(
        messages.iter().all(|message| message.buttons.is_empty()),
        "nothing is left to cancel"
    );

    let report = house.report(&house.ann);
    assert_eq!((report.followers_total, report.followers_listed), (60, 60));
    assert_eq!(report.followers_read + report.unreadable, 60);
    assert!(
        report.results.iter().all(|row| row.handle != "luna"),
        "the account itself is never a candidate"
    );
    let celebrity = report
        .results
        .iter()
        .find(|row| row.handle == "celebrity")
        .unwrap();
    assert_eq!(
        celebrity.shared, report.followers_read,
        "every follower follows the celebrity"
    );
    assert!(celebrity.rank > 1, "and still she is not the most similar");
    house.assert_clean();
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_is_spent_once_and_counted() {
    let world = small_world(60, true);
    let expected = expected_requests(&world);
    let mut house = House::new(world).await;
    house.start().await;
    house.telegram.says(&house.ann, "@luna");
    house.until_delivered(&house.ann, "luna").await;
    let (told, real) = (
        house.report(&house.ann).requests,
        house.instagram.requests(),
    );
    assert_eq!(told.verify, 2, "one search and one profile");
    assert_eq!(
        (told.followers, told.subscriptions),
        (real.followers, real.following),
        "what is told is what was asked"
    );
    assert!(
        told.subscriptions >= expected,
        "at least {expected} pages had to be read"
    );
    assert_eq!(told.verify + told.profiles, real.search + real.profile);
    house.assert_clean();
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_result_is_sent_again_without_a_request() {
    let mut house = House::new(small_world(20, false)).await;
    house.start().await;
    house.telegram.says(&house.ann, "@luna");
    house.until_delivered(&house.ann, "luna").await;
    let asked = house.instagram.requests().total;

    let bob = Person::new(502, "Bob");
    house
        .telegram
        .says(&bob, "https://www.instagram.com/Luna/?igsh=x");
    let messages = house.until_delivered(&bob, "luna").await;
    assert_eq!(
        house.instagram.requests().total,
        asked,
        "everything was known"
    );
    let bubble = messages
        .iter()
        .find(|message| !message.buttons.is_empty())
        .expect("a button to refresh");

    house.telegram.presses(&bob, bubble.id, "Refresh").unwrap();
    let twice = |messages: &[_]| {
        messages
            .iter()
            .filter(|message| is_file(message, "similar-to-luna.csv"))
            .count()
            == 2
    };
    house.until(&bob, "a second file", twice).await;
    let refreshed = house.instagram.requests();
    assert!(refreshed.followers > 1, "the followers were listed anew");
    assert_eq!(
        refreshed.following as usize, 20,
        "their lists were still fresh"
    );
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_who_ask_for_the_same_share_one_crawl() {
    let mut house = House::new(small_world(40, false)).await;
    house.start().await;
    let bob = Person::new(502, "Bob");
    house.instagram.hold();
    house.telegram.says(&house.ann, "@luna");
    house.instagram.arrived(1).await;
    house.telegram.says(&bob, "luna");
    house
        .until(&bob, "an answer to Bob", |messages| {
            messages.iter().any(|message| message.from_bot)
        })
        .await;
    house.instagram.release();
    house.until_delivered(&house.ann, "luna").await;
    house.until_delivered(&bob, "luna").await;
    house.assert_clean();
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_account_does_not_wait_behind_a_large_one() {
    let mut house = House::new(small_world(60, false)).await;
    house.start().await;
    let bob = Person::new(502, "Bob");
    house.telegram.says(&house.ann, "@celebrity");
    house.instagram.arrived(30).await;
    house.telegram.says(&bob, "@peer15");
    house.until_delivered(&bob, "peer15").await;
    house.until_delivered(&house.ann, "celebrity").await;
    let ended = |person: &Person| {
        let ledger = &house.app().context().ledger;
        let analysis = ledger
            .analyses_of(PersonId(person.id.unsigned_abs()))
            .unwrap()
            .pop()
            .unwrap();
        ledger
            .crawl_of(&analysis)
            .unwrap()
            .unwrap()
            .ended_at
            .unwrap()
    };
    assert!(
        ended(&bob) < ended(&house.ann),
        "3 followers come before 360 that were begun earlier"
    );
    house.assert_clean();
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fifth_of_all_requests_may_fail_without_changing_the_list() {
    let mut lists = Vec::new();
    for faults in [0, 20] {
        let mut house = House::new(small_world(60, true)).await;
        for stage in ["FOLLOWERS", "SUBSCRIPTIONS", "PROFILES"] {
            house.set(&format!("{stage}_TASK_RETRY_LIMIT"), "20");
        }
        house.instagram.set_faults(faults);
        house.start().await;
        house.telegram.says(&house.ann, "@luna");
        house.until_delivered(&house.ann, "luna").await;
        lists.push(serde_json::to_string(&house.report(&house.ann).results).unwrap());
        house.stop().await;
    }
    assert_eq!(lists[0], lists[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_never_comes_makes_the_list_partial_and_the_result_says_so() {
    let world = small_world(250, false);
    let luna = world.person(0).id;
    let mut house = House::new(world).await;
    house
        .instagram
        .fail_page(Endpoint::Followers, luna, 150, true);
    house.start().await;
    house.telegram.says(&house.ann, "@luna");
    let messages = house.until_delivered(&house.ann, "luna").await;
    let report = house.report(&house.ann);
    assert!(
        report.followers_listed < 250 && report.followers_listed > 0,
        "the pages before it count"
    );
    let list = messages
        .iter()
        .find(|message| message.text.starts_with("Accounts like @luna"))
        .unwrap();
    assert!(
        list.text.contains("didn't give me the rest"),
        "the result says of how many followers the list is a part: {}",
        list.text
    );
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cap_stops_the_listing() {
    let mut house = House::new(small_world(250, false)).await;
    house.set("FOLLOWERS_CAP", "120").start().await;
    house.telegram.says(&house.ann, "@luna");
    house.until_delivered(&house.ann, "luna").await;
    let report = house.report(&house.ann);
    assert_eq!(
        (report.followers_total, report.followers_listed),
        (250, 120)
    );
    house.assert_clean();
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_analysed_is_refused_with_a_sentence() {
    let world = World::invented(1);
    let private = lookalike::demo::world::PRIVATE_HANDLE;
    let lonely = lookalike::demo::world::LONELY_HANDLE;
    let mut house = House::new(world).await;
    house.start().await;
    for handle in ["nobody.has.this.name", private, lonely] {
        house.telegram.says(&house.ann, &format!("@{handle}"));
    }
    let messages = house
        .until(&house.ann, "three refusals", |messages| {
            let answers = messages.iter().filter(|message| message.from_bot);
            answers
                .filter(|message| !message.text.contains("Looking up"))
                .count()
                == 3
        })
        .await;
    let answers: Vec<&str> = messages
        .iter()
        .filter(|message| message.from_bot)
        .map(|message| message.text.as_str())
        .collect();
    insta::assert_snapshot!(answers.join("\n---\n"), @r"
    There's no @nobody.has.this.name on Instagram. Check the spelling, or send me the link to the profile.
    ---
    @marta.behind.the.curtain is private, so I can't see who follows it. Send me a public account, or ask again when it has become one.
    ---
    @first.day.on.here has no followers yet, so there is nobody to compare. Try an account that is followed.
    ");
    house.assert_clean();
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_is_down_is_waited_for() {
    let mut house = House::new(small_world(20, false)).await;
    house.instagram.set_down(true);
    house.start().await;
    house.telegram.says(&house.ann, "@luna");
    house
        .until(&house.ann, "a sentence about the trouble", |messages| {
            messages
                .iter()
                .any(|message| message.from_bot && message.text.contains("not answer"))
        })
        .await;
    house.instagram.set_down(false);
    house.until_delivered(&house.ann, "luna").await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_in_the_middle_gives_nothing_up() {
    let mut house = House::new(small_world(60, true)).await;
    house.start().await;
    house.telegram.says(&house.ann, "@luna");
    house.instagram.arrived(60).await;
    house.instagram.set_down(true);
    let seen = house.instagram.arrivals();
    house.instagram.arrived(seen + 40).await;
    house.instagram.set_down(false);
    house.until_delivered(&house.ann, "luna").await;
    let report = house.report(&house.ann);
    assert_eq!(
        (report.followers_listed, report.followers_read),
        (60, 52),
        "all but the private ones"
    );
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_refused_pauses_the_analysis_until_it_works_again() {
    let mut house = House::new(small_world(20, false)).await;
    house.instagram.refuse_key(true);
    house.start().await;
    house.telegram.says(&house.ann, "@luna");
    house
        .until(&house.ann, "a sentence about the key", |messages| {
            messages
                .iter()
                .any(|message| message.from_bot && message.text.contains("key"))
        })
        .await;
    house.instagram.refuse_key(false);
    house.until_delivered(&house.ann, "luna").await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_that_stands_still_is_forced_on_after_its_deadline() {
    let clock = Arc::new(ManualClock::new(Utc::now()));
    let mut house = House::new(small_world(150, false)).await;
    let luna = small_world(150, false).person(0).id;
    house
        .instagram
        .fail_page(Endpoint::Followers, luna, 120, true);
    // The second page fails, and its retry is an hour away: longer than the deadline.
    house
        .set("FOLLOWERS_TASK_RETRY_LIMIT", "9")
        .set("FOLLOWERS_MIN_BACKOFF_SECONDS", "3600");
    house
        .set("FOLLOWERS_MAX_BACKOFF_SECONDS", "3600")
        .set("STAGE_DEADLINE", "30m")
        .set("SWEEP_EVERY", "1m");
    // Our clock runs ahead of the fake's.
    house.telegram.set_limits(Limits::none());
    house.on(clock.clone()).start().await;
    let ticking = tick(clock.clone(), Duration::from_millis(250));
    house.telegram.says(&house.ann, "@luna");
    house.instagram.arrived(4).await;
    // The retry is an hour away; the deadline passes first.
    clock.advance(Duration::from_secs(31 * 60));
    let messages = house.until_delivered(&house.ann, "luna").await;
    ticking.abort();
    let report = house.report(&house.ann);
    assert!(
        (1..150).contains(&report.followers_listed),
        "what was listed by then is what counts"
    );
    let list = messages
        .iter()
        .find(|message| message.text.starts_with("Accounts like @luna"))
        .unwrap();
    assert!(
        list.text.contains("It took too long"),
        "the result says that it is a part: {}",
        list.text
    );
    house.stop().await;
}

/// What a chat shows in the end, but for times, which no two runs share.
fn told(messages: &[Message]) -> String {
    let lines = messages.iter().flat_map(|message| {
        let file = message
            .document
            .as_ref()
            .map(|document| format!("[{}]", document.file_name));
        let lines = message
            .text
            .lines()
            .map(|line| match line.rsplit_once(" in ") {
                Some((line, time)) if time.ends_with(" s.") => format!("{line} in … s."),
                _ => line.to_owned(),
            });
        let lines: Vec<String> = file.into_iter().chain(lines).collect();
        lines
            .into_iter()
            .map(|line| format!("{}: {line}", message.from).trim_end().to_owned())
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Moves a clock on, again and again, as long as the task is not aborted.
fn tick(clock: Arc<ManualClock>, step: Duration) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            clock.advance(step);
            for _ in 0..50 {
                tokio::task::yield_now().await;
            }
        }
    })
}

/// The least pages that hold what the readable followers of account 0 follow.
fn expected_requests(world: &World) -> u64 {
    let readable = world
        .followers(0)
        .iter()
        .filter(|follower| !world.person(**follower).private);
    readable
        .map(|follower| world.following(*follower).len().div_ceil(100) as u64)
        .sum()
}
