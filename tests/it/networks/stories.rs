//! Whole analyses on every network, by the same `App` as in production.

use std::time::Duration;

use lookalike::demo::is_list;
use lookalike::demo::networks::{FAKES, fake};
use lookalike::demo::telegram::{Message, Person};
use lookalike::demo::world::{World, WorldAccount as Account};
use lookalike::model::NetworkName;
use lookalike::networks::kind;

use crate::fake_instagram::options;
use crate::harness::{Harness, small_world};
use crate::networks::costs::agrees;

#[tokio::test(flavor = "multi_thread")]
async fn an_account_of_every_network_is_analysed_and_nothing_is_asked_twice() {
    for fake in &FAKES {
        let mut harness = Harness::on_network(fake, small_world(60, false)).await;
        // Whatever it costs.
        harness.set("COST_PER_ANALYSIS", "1000");
        harness.set("COST_PER_DAY", "1000").start().await;
        let luna = harness.directory.handle(0).to_owned();
        let prefix = fake.network;
        harness
            .telegram
            .says(&harness.ann, &format!("{prefix}:{luna}"));
        let kind = kind(&NetworkName::new(fake.network)).unwrap();
        let mut apis = kind.apis.iter().filter(|api| api.name == fake.api);
        if apis.any(|api| api.price.is_some()) {
            agrees(&harness, "normal").await;
        }
        harness.until_delivered(&harness.ann, &luna).await;
        let report = harness.report(&harness.ann);
        assert_eq!(report.network, fake.network);
        let first: Vec<&str> = report
            .results
            .iter()
            .take(4)
            .map(|row| row.handle.as_str())
            .collect();
        let peers: Vec<&str> = (2..6)
            .map(|index| harness.directory.handle(index))
            .collect();
        assert!(
            first.iter().all(|handle| peers.contains(handle)),
            "{prefix} by {}: the closest peers come first: {first:?}",
            fake.api
        );
        harness.stop().await;
        harness.assert_clean();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_aiograpi_asks_instagram_no_more_than_the_budget_allows() {
    let aiograpi = fake("instagram", "aiograpi").unwrap();
    let rate = (40, Duration::from_secs(1));
    let mut harness = Harness::with_network(aiograpi, small_world(20, false), Some(rate)).await;
    harness.set("INSTAGRAM_RATE", "40/s").start().await;
    harness.telegram.says(&harness.ann, "@luna");
    harness.until_delivered(&harness.ann, "luna").await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_always_fails_stops_no_network() {
    for fake in &FAKES {
        let world = small_world(60, false);
        let ids: Vec<u64> = [22, 23, 24, 2, 3, 4]
            .map(|index| world.account(index).id)
            .into();
        let mut harness = Harness::on_network(fake, world).await;
        harness.set("COST_PER_ANALYSIS", "1000");
        harness.set("COST_PER_DAY", "1000");
        let [forbidden, broken, hurried, lonely, odd, busy] = ids[..] else {
            panic!("six people");
        };
        // Three followers, and three accounts that are looked up.
        harness.network.forbid(forbidden);
        harness.network.break_account(broken);
        harness.network.forbid(lonely);
        harness.network.break_account(odd);
        harness.network.throttle_account(hurried);
        harness.network.throttle_account(busy);
        harness.start().await;
        let (prefix, name) = (fake.network, format!("{} by {}", fake.network, fake.api));
        let bob = Person::new(502, "Bob");
        harness.telegram.knows(&bob);
        for index in [2, 3, 4] {
            let handle = harness.directory.handle(index);
            harness.telegram.says(&bob, &format!("{prefix}:{handle}"));
        }
        let luna = harness.directory.handle(0).to_owned();
        harness
            .telegram
            .says(&harness.ann, &format!("{prefix}:{luna}"));
        let kind = kind(&NetworkName::new(prefix)).unwrap();
        let mut apis = kind.apis.iter().filter(|api| api.name == fake.api);
        if apis.any(|api| api.price.is_some()) {
            agrees(&harness, "normal").await;
        }
        harness.until_delivered(&harness.ann, &luna).await;
        assert!(harness.report(&harness.ann).followers_read > 40, "{name}");
        let stopped = |message: &Message| {
            ["so I gave up", "so I stopped", "no @"]
                .iter()
                .any(|words| message.text.contains(words))
        };
        let all = |messages: &[Message]| messages.iter().filter(|it| stopped(it)).count() == 3;
        let what = format!("{name}: a sentence about each of the three accounts");
        harness.until(&bob, &what, all).await;
        let networks = &harness.app().context().networks;
        let trouble = networks.iter().next().unwrap().gate.trouble();
        assert_eq!(trouble, None, "{name}");
        harness.stop().await;
    }
}

/// 40 people follow @luna. The first three follow 300 others besides what all follow.
fn world_with_mass_followers() -> World {
    let people = (0..350).map(|number| Account {
        id: 10_000 + number,
        handle: match number {
            0 => "luna".to_owned(),
            number => format!("user{number}"),
        },
        name: format!("User {number}"),
        bio: String::new(),
        private: false,
        label: String::new(),
        kind: None,
    });
    let mut follows = Vec::new();
    for follower in 1..=40 {
        follows.extend([(follower, 0), (follower, 41), (follower, 42 + follower % 3)]);
    }
    for follower in 1..=3 {
        follows.extend((45..345).map(|other| (follower, other)));
    }
    World::new(people.collect(), &follows)
}

#[tokio::test(flavor = "multi_thread")]
async fn mass_followers_are_known_from_profiles_and_cost_no_request_for_their_lists() {
    let bluesky = fake("bluesky", "appview").unwrap();
    let mut harness = Harness::on_network(bluesky, world_with_mass_followers()).await;
    harness.set("MAX_FOLLOWING", "50").start().await;
    let luna = harness.directory.handle(0).to_owned();
    harness.telegram.says(&harness.ann, &luna);
    harness.until_delivered(&harness.ann, &luna).await;
    let report = harness.report(&harness.ann);
    let asked = harness.network.requests();
    let away = 40 - report.skipped - report.sampled;
    assert_eq!(
        report.skipped, 3,
        "the three who follow 300 are passed over"
    );
    assert!(
        away <= 4,
        "all others are read, but for {away} who are deactivated"
    );
    assert_eq!(
        asked.following, report.sampled,
        "a request for each list, none for those"
    );

    harness.telegram.says(&harness.ann, &format!("{luna} full"));
    harness
        .until(&harness.ann, "the whole list", |messages| {
            let lists = messages.iter().filter(|message| is_list(message, &luna));
            lists.count() == 2
        })
        .await;
    let all = harness.report(&harness.ann);
    assert_eq!(
        (all.skipped, all.sampled),
        (0, report.sampled + 3),
        "in the end they count"
    );
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_name_is_looked_up_on_one_network_and_offered_on_the_others() {
    let instagram = fake("instagram", "v1").unwrap();
    let mut harness = Harness::on_network(instagram, small_world(60, false)).await;
    let bluesky = fake("bluesky", "appview").unwrap();
    let world = std::sync::Arc::new(small_world(60, false));
    let beside = bluesky.start(world, options()).await.unwrap();
    for (name, value) in bluesky.settings(&beside, "", "1000000/h".parse().unwrap()) {
        harness.set(&name, &value);
    }
    // Nothing is found while there are no responses.
    harness.network.hold();
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let bubble = |text: &'static str| {
        move |messages: &[Message]| messages.iter().any(|message| message.text == text)
    };
    let here = "Looking up @luna on Instagram…";
    let messages = harness.until(&harness.ann, here, bubble(here)).await;
    let asked = messages
        .iter()
        .find(|message| message.text == here)
        .unwrap();
    harness
        .telegram
        .presses(&harness.ann, asked.id, "On Bluesky")
        .unwrap();
    harness
        .until_delivered(&harness.ann, "luna.bsky.social")
        .await;
    harness.network.release();
    let said = "@luna: cancelled.";
    harness.until(&harness.ann, said, bubble(said)).await;
    harness.stop().await;
    harness.assert_clean();
    assert_eq!(beside.asked_twice(), Vec::<String>::new());
}
