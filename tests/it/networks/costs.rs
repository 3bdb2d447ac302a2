//! Costs are quoted first, and the limits on spending hold.

use std::sync::Arc;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use lookalike::clock::ManualClock;
use lookalike::demo::networks::fake;
use lookalike::demo::telegram::{CallFailure, FakeTelegram, FloodLimits, Message};
use lookalike::model::{Depth, PersonId};

use crate::house::{House, WITHIN, small_world, tick};

async fn paid_house() -> House {
    let hiker = fake("instagram", "hikerapi").unwrap();
    House::on_network(hiker, small_world(60, false)).await
}

/// The bubble of the only analysis.
fn bubble(messages: &[Message]) -> Option<&Message> {
    let mut messages = messages
        .iter()
        .filter(|message| !message.buttons.is_empty());
    messages.find(|message| message.text.contains(" followers\n"))
}

fn labels(message: &Message) -> Vec<String> {
    let buttons = message.buttons.iter().flatten();
    buttons.map(|button| button.label.clone()).collect()
}

async fn until_asked(house: &House) -> Message {
    let asks = |messages: &[Message]| {
        bubble(messages).is_some_and(|bubble| bubble.text.contains("isn't free"))
    };
    let messages = house.until(&house.ann, "what it costs", asks).await;
    bubble(&messages).unwrap().clone()
}

/// Presses the button of this depth, whatever it costs.
pub(crate) async fn agrees(house: &House, depth: &str) {
    let asked = until_asked(house).await;
    let label = labels(&asked)
        .into_iter()
        .find(|label| label.starts_with(depth))
        .unwrap();
    assert!(label.contains("about $"), "it says what it costs: {label}");
    house
        .telegram
        .presses(&house.ann, asked.id, &label)
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_spent_before_somebody_has_agreed_to_what_it_costs() {
    let mut house = paid_house().await;
    house.start().await;
    house.telegram.says(&house.ann, "@luna");
    until_asked(&house).await;
    let asked = house.network.requests();
    assert_eq!(
        (asked.followers, asked.following),
        (0, 0),
        "but for the look-up"
    );

    agrees(&house, "quick").await;
    house.until_delivered(&house.ann, "luna").await;
    let said = |messages: &[Message]| {
        messages
            .iter()
            .any(|it| it.text.contains("It cost about $0."))
    };
    house.until(&house.ann, "what it has cost", said).await;
    house.stop().await;
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_network_itself_suggests_is_a_first_answer_until_there_is_a_better_one() {
    let mut house = paid_house().await;
    house.start().await;
    // Instagram suggests none for @luna, as for many accounts.
    house.telegram.says(&house.ann, "@peer0");
    let asked = until_asked(&house).await;
    let first = "Meanwhile, Instagram itself suggests: @luna, @celebrity, @";
    assert!(asked.text.contains(first), "{}", asked.text);
    agrees(&house, "quick").await;
    let messages = house.until_delivered(&house.ann, "peer0").await;
    let shown = |message: &Message| message.text.contains("itself suggests");
    assert!(!messages.iter().any(shown), "the list has taken its place");
    house.stop().await;
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_was_not_answered_is_still_there_after_a_restart() {
    let mut house = paid_house().await;
    house.start().await;
    house.telegram.says(&house.ann, "@luna");
    until_asked(&house).await;
    house.stop().await;
    house.start().await;
    agrees(&house, "quick").await;
    house.until_delivered(&house.ann, "luna").await;
    house.stop().await;
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_costs_more_than_a_search_may_is_refused_and_costs_no_more_than_the_look_up() {
    let mut house = paid_house().await;
    house.set("COST_PER_ANALYSIS", "0.005").start().await;
    house.telegram.says(&house.ann, "@peer0");
    let bubble = until_refused(&house, "@peer0 is too much for me").await;
    for words in [
        "the quickest look at it would cost about $1.",
        "One search may cost at most $0.005 here",
    ] {
        assert!(bubble.text.contains(words), "{}", bubble.text);
    }
    assert_eq!(
        house.network.charged_to(None),
        1,
        "suggestions are not bought"
    );
    house.telegram.says(&house.ann, "/status");
    let none = "You have no search under way.";
    let is_over = |all: &[Message]| all.iter().any(|it| it.text.starts_with(none));
    house.until(&house.ann, "that it is over", is_over).await;
    house.stop().await;
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_become_too_dear_is_refused_after_the_restart_that_made_it_so() {
    let mut house = paid_house().await;
    house.start().await;
    house.telegram.says(&house.ann, "/watch @luna");
    until_asked(&house).await;
    house.stop().await;
    house.set("COST_PER_ANALYSIS", "0.01").start().await;
    until_refused(&house, "@luna is too much for me").await;
    let ann = PersonId(house.ann.id.unsigned_abs());
    let watched = house.app().context().ledger.watches_of(ann).unwrap();
    assert_eq!(watched, [], "it would be said every week");
    house.stop().await;
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_depth_that_is_typed_agrees_to_what_its_button_says() {
    let mut house = paid_house().await;
    house.start().await;
    house.telegram.says(&house.ann, "@luna");
    let asked = until_asked(&house).await;
    let labels = labels(&asked);
    let price = labels.iter().find_map(|it| it.strip_prefix("quick: "));
    house.telegram.says(&house.ann, "yes");
    until_asked_again(&house, &labels, 2).await;
    let asked = house.network.requests();
    let lists = (asked.followers, asked.following);
    assert_eq!(lists, (0, 0), "nothing is agreed to");
    house.telegram.says(&house.ann, "Quick!");
    let agreed = format!("All right: @luna, quick, for {}.", price.unwrap());
    let is_told = |all: &[Message]| all.iter().any(|it| it.text == agreed);
    house.until(&house.ann, &agreed, is_told).await;
    house.until_delivered(&house.ann, "luna").await;
    house.stop().await;
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_depth_that_is_typed_before_its_price_is_shown_agrees_to_nothing() {
    let mut house = paid_house().await;
    house.network.hold();
    house.start().await;
    house.telegram.says(&house.ann, "@luna");
    let looks = |all: &[Message]| all.iter().any(|it| it.text.starts_with("Looking up @luna"));
    house.until(&house.ann, "that it looks", looks).await;
    house
        .telegram
        .fail_next("editMessageText", CallFailure::Held);
    house.network.release();
    let is_held = |telegram: &FakeTelegram| telegram.holds() > 0;
    let held = house.telegram.until_true(WITHIN, "the question", is_held);
    held.await.unwrap();
    house.telegram.says(&house.ann, "deep");
    // One person's messages are read in order.
    let group = -100;
    house.telegram.says_in_group(group, &house.ann, "/help");
    let helped = |all: &[Message]| all.iter().any(|it| it.from_bot);
    let read = house.telegram.until(group, WITHIN, "an answer", helped);
    read.await.unwrap();
    house.telegram.release();
    let labels = labels(&until_asked(&house).await);
    until_asked_again(&house, &labels, 2).await;
    let asked = house.network.requests();
    let lists = (asked.followers, asked.following);
    assert_eq!(lists, (0, 0), "nothing is agreed to");
    house.telegram.says(&house.ann, "quick");
    house.until_delivered(&house.ann, "luna").await;
    house.stop().await;
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_no_to_a_price_ends_the_search() {
    let mut house = paid_house().await;
    house.start().await;
    for (name, no) in [("luna", "No, thanks!"), ("peer0", "нет")] {
        house.telegram.says(&house.ann, &format!("@{name}"));
        until_asked(&house).await;
        house.telegram.says(&house.ann, no);
        let stopped = format!("Stopped: @{name}.");
        let is_told = |all: &[Message]| all.iter().any(|it| it.text == stopped);
        house.until(&house.ann, &stopped, is_told).await;
        let cancelled = format!("@{name}: cancelled.");
        let is_over = |all: &[Message]| all.iter().any(|it| it.text == cancelled);
        house.until(&house.ann, &cancelled, is_over).await;
    }
    let asked = house.network.requests();
    assert_eq!((asked.followers, asked.following), (0, 0));
    house.stop().await;
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_may_cost_is_never_asked_without_the_answers() {
    let mut house = paid_house().await;
    house.start().await;
    house.telegram.says(&house.ann, "@luna");
    let labels = labels(&until_asked(&house).await);
    for (words, count) in ["@luna", "/status", "/result"].iter().zip(2..) {
        house.telegram.says(&house.ann, words);
        until_asked_again(&house, &labels, count).await;
    }
    let messages = house.telegram.messages(house.ann.id);
    let again = messages.iter().rfind(|it| it.text.contains("isn't free"));
    let quick = again.and_then(|it| it.buttons.first()?.first());
    let (id, label) = (again.unwrap().id, &quick.unwrap().label);
    house.telegram.presses(&house.ann, id, label).unwrap();
    house.until_delivered(&house.ann, "luna").await;
    house.stop().await;
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_price_stands_above_its_buttons_from_the_first_on() {
    let hiker = fake("instagram", "hikerapi").unwrap();
    let mut house = House::on_network(hiker, small_world(300, false)).await;
    house.start().await;
    house.telegram.says(&house.ann, "@luna");
    agrees(&house, "quick").await;
    house.until_delivered(&house.ann, "luna").await;
    house.telegram.says(&house.ann, "@luna deep");
    house
        .until(&house.ann, "the question", |all| {
            let first = all
                .iter()
                .find(|it| labels(it).iter().any(|it| it.starts_with("deep: about $")));
            first.is_some_and(|it| it.edits == 0 && it.text.contains("How far shall I go?"))
        })
        .await;
    house.stop().await;
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_under_way_goes_deeper_for_the_price_on_its_button() {
    let mut house = paid_house().await;
    house.start().await;
    house.telegram.says(&house.ann, "@luna");
    until_asked(&house).await;
    house.network.hold();
    agrees(&house, "quick").await;
    house.network.arrived(3).await;
    house.telegram.says(&house.ann, "@luna deep");
    let is_offer = |it: &&Message| it.text.starts_with("I'm already on @luna for you:");
    let is_there = |all: &[Message]| all.iter().any(|it| is_offer(&it));
    let messages = house.until(&house.ann, "what it is at", is_there).await;
    let offer = messages.iter().find(is_offer).unwrap();
    let [label] = &labels(offer)[..] else {
        panic!("one price, and nothing else: {offer:?}")
    };
    assert!(label.starts_with("deep: about $"), "{label}");
    let press = house.telegram.presses(&house.ann, offer.id, label).unwrap();
    let said = |telegram: &FakeTelegram| telegram.answer(&press).is_some();
    let seen = house.telegram.until_true(WITHIN, "an answer", said).await;
    seen.unwrap();
    assert_eq!(house.telegram.answer(&press).unwrap(), "All right: deep.");
    house.network.release();
    house.until_delivered(&house.ann, "luna").await;
    assert_eq!(house.report(&house.ann).depth, Depth::Deep);
    house.stop().await;
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deeper_wish_in_a_comparison_is_answered_with_what_it_costs() {
    let mut house = paid_house().await;
    house.start().await;
    house.telegram.says(&house.ann, "@luna quick");
    until_asked(&house).await;
    house
        .telegram
        .says(&house.ann, "/compare @luna @peer0 deep");
    let is_offer = |it: &&Message| {
        let deep = |label: &String| label.starts_with("deep: about $");
        it.text.starts_with("I'm already on @luna for you:") && labels(it).iter().any(deep)
    };
    let is_there = |all: &[Message]| all.iter().any(|it| is_offer(&it));
    house.until(&house.ann, "the price of it", is_there).await;
    house.stop().await;
    house.assert_clean();
}

/// Waits for this many quotes, with the same answer to each.
async fn until_asked_again(house: &House, answers: &[String], times: usize) {
    let answers: Vec<&String> = answers.iter().filter(|it| it.contains('$')).collect();
    let is_asked = |message: &&Message| {
        let labels = labels(message);
        message.text.contains("isn't free") && answers.iter().all(|it| labels.contains(it))
    };
    let often = |all: &[Message]| all.iter().filter(is_asked).count() == times;
    house.until(&house.ann, "the question again", often).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_watches_what_costs_is_told_what_a_look_costs_at_most_and_who_pays() {
    let mut house = paid_house().await;
    house.set("COST_PER_ANALYSIS", "0.75").start().await;
    house.telegram.says(&house.ann, "/watch @luna");
    let words = "Each look may cost up to $0.75 and is paid for by the people who run me.";
    let is_told = |all: &[Message]| all.iter().any(|it| it.text.contains(words));
    house.until(&house.ann, words, is_told).await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_to_go_by_a_key_that_is_not_taken() {
    let mut house = paid_house().await;
    house.start().await;
    house.network.add_key("key-of-anns-own");
    house.network.revoke_key("key-of-anns-own");
    house
        .telegram
        .says(&house.ann, "/key instagram key-of-anns-own");
    let refuses = "Instagram refuses your key at the moment";
    let is_told = |all: &[Message]| all.iter().any(|it| it.text.contains(refuses));
    house.until(&house.ann, refuses, is_told).await;
    for (said, words) in [
        ("/watch @luna", "is paid for by the people who run me."),
        ("/key instagram", "your searches go by the shared key"),
    ] {
        house.telegram.says(&house.ann, said);
        let is_told = |all: &[Message]| all.iter().any(|it| it.text.contains(words));
        house.until(&house.ann, words, is_told).await;
    }
    house.stop().await;
}

async fn until_refused(house: &House, words: &str) -> Message {
    let is_it = |message: &&Message| message.text.starts_with(words);
    let is_there = |all: &[Message]| all.iter().any(|it| is_it(&it));
    let messages = house.until(&house.ann, words, is_there).await;
    let bubble = messages.iter().find(is_it).unwrap();
    assert!(bubble.buttons.is_empty(), "there is nothing to choose");
    bubble.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_day_costs_more_than_it_may() {
    let hiker = fake("instagram", "hikerapi").unwrap();
    let mut house = House::on_network(hiker, small_world(200, false)).await;
    house.set("COST_PER_DAY", "0.12").start().await;
    house.telegram.says(&house.ann, "@luna");
    agrees(&house, "quick").await;
    let waits = |messages: &[Message]| {
        bubble(messages).is_some_and(|bubble| bubble.text.contains("in a day is spent"))
    };
    house
        .until(&house.ann, "that the day's money is spent", waits)
        .await;
    let asked = house.network.requests().total;
    assert!(
        (110..=120).contains(&asked),
        "120 requests cost 12 cents; {asked} were asked"
    );
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_has_cost_as_much_as_it_may_ends_with_what_there_is() {
    let hiker = fake("instagram", "hikerapi").unwrap();
    let mut house = House::on_network(hiker, small_world(400, false)).await;
    house.set("COST_PER_ANALYSIS", "100").start().await;
    house.telegram.says(&house.ann, "@luna");
    until_asked(&house).await;
    house.network.hold();
    agrees(&house, "full").await;
    // As if its cost had been estimated far too low.
    house.network.arrived(4).await;
    house.stop().await;
    house.network.release();
    house.set("COST_PER_ANALYSIS", "0.30").start().await;
    let messages = house.until_delivered(&house.ann, "luna").await;
    let heading = "Accounts like @luna";
    let list = messages
        .iter()
        .find(|it| it.text.starts_with(heading))
        .unwrap();
    assert!(
        list.text
            .contains("I stopped early: one search may cost $0.30"),
        "{}",
        list.text
    );
    let asked = house.network.requests().total;
    // Of 300 requests 80% are for reading. The four in flight when it stopped are paid for, though their responses were
    // never read.
    assert!(
        (240 - 4..=300).contains(&asked),
        "300 requests cost 30 cents; {asked} were asked"
    );
    house.stop().await;
}

/// Stops a full search on X when it begins to list, and lets it continue where one may cost 50 dollars, as if its cost
/// had been estimated far too low. Returns what it has come to, in accounts of a cent each.
async fn accounts_for_fifty_dollars(house: &mut House) -> u64 {
    house.set("COST_PER_ANALYSIS", "90000");
    house.set("COST_PER_DAY", "90000").start().await;
    house.telegram.says(&house.ann, "x:luna");
    until_asked(house).await;
    house.network.hold();
    agrees(house, "full").await;
    house.network.arrived(2).await;
    house.stop().await;
    house.network.release();
    house.set("COST_PER_ANALYSIS", "50").start().await;
    let messages = house.until_delivered(&house.ann, "luna").await;
    let is_list = |it: &&Message| it.text.starts_with("Accounts like @luna");
    let list = messages.iter().find(is_list).unwrap();
    let capped = "I stopped early: one search may cost $50";
    assert!(list.text.contains(capped), "{}", list.text);
    let ledger = &house.app().context().ledger;
    let ann = PersonId(house.ann.id.unsigned_abs());
    let search = ledger.analyses_of(ann).unwrap().pop().unwrap();
    let spent = ledger.crawl_of(&search).unwrap().unwrap().spent();
    house.stop().await;
    spent.accounts
}

/// A list costs about 2.50 dollars, and a page of one could cost ten.
async fn on_x() -> House {
    let x = fake("x", "v2").unwrap();
    House::on_network(x, small_world(100, true)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_that_are_out_together_cost_no_more_than_a_search_may() {
    let accounts = accounts_for_fifty_dollars(&mut on_x().await).await;
    // 80% are for reading, and the rest is for comparing.
    assert!((3_500..=5_000).contains(&accounts), "{accounts} accounts");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_that_have_grown_since_they_were_counted_cost_no_more_than_a_search_may() {
    let mut house = on_x().await;
    house.network.on_response(|_, _, answer| {
        answer.edit(|body| {
            for person in body["data"].as_array_mut().into_iter().flatten() {
                person["public_metrics"]["following_count"] = 3.into();
            }
        });
    });
    let accounts = accounts_for_fifty_dollars(&mut house).await;
    assert!((2_500..=4_100).contains(&accounts), "{accounts} accounts");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_under_way_is_asked_about_after_the_restart_from_which_on_it_costs() {
    let hiker = fake("instagram", "hikerapi").unwrap();
    let mut house = House::on_network(hiker, small_world(400, false)).await;
    house.set("INSTAGRAM_PRICE", "0").start().await;
    house.telegram.says(&house.ann, "@luna");
    house.network.arrived(20).await;
    house.stop().await;
    let before = house.network.requests();
    house.set("INSTAGRAM_PRICE", "0.001").start().await;
    let asked = until_asked(&house).await;
    assert!(!asked.text.contains("so far"), "{}", asked.text);
    let now = house.network.requests();
    assert_eq!(
        (before.followers, before.following),
        (now.followers, now.following),
        "nothing is spent before somebody agrees"
    );
    agrees(&house, "quick").await;
    house.until_delivered(&house.ann, "luna").await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_price_goes_on_after_the_restart_from_which_on_it_is_free() {
    let mut house = paid_house().await;
    house.start().await;
    house.telegram.says(&house.ann, "@luna");
    until_asked(&house).await;
    house.stop().await;
    house.set("INSTAGRAM_PRICE", "0").start().await;
    house.until_delivered(&house.ann, "luna").await;
    house.stop().await;
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_at_what_is_watched_is_asked_about_where_it_was_free_and_costs_by_now() {
    let mut house = paid_house().await;
    house.telegram.set_limits(FloodLimits::none());
    house.set("INSTAGRAM_PRICE", "0").start().await;
    house.telegram.says(&house.ann, "/watch @luna quick");
    house.until_delivered(&house.ann, "luna").await;
    house.stop().await;
    let before = house.network.requests();
    let clock = Arc::new(ManualClock::new(Utc::now() + TimeDelta::days(8)));
    house.set("INSTAGRAM_PRICE", "0.001");
    house.on(clock.clone()).start().await;
    let ticking = tick(clock, Duration::from_millis(250));
    let asks = |all: &[Message]| all.iter().any(|it| it.text.contains("isn't free"));
    house.until(&house.ann, "what it costs", asks).await;
    ticking.abort();
    let now = house.network.requests();
    assert_eq!(before.followers, now.followers);
    house.stop().await;
}
