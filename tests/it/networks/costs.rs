//! Costs are quoted first, and the limits on spending hold.

use std::sync::Arc;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use lookalike::clock::ManualClock;
use lookalike::demo::networks::fake;
use lookalike::demo::telegram::{
    CallFailure, FakeTelegram, FloodLimits, MemberStatus, Message, Person,
};
use lookalike::model::{Depth, PersonId};

use crate::harness::{Harness, WITHIN, small_world, tick};

async fn paid_harness() -> Harness {
    let hiker = fake("instagram", "hikerapi").unwrap();
    Harness::on_network(hiker, small_world(60, false)).await
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

async fn until_asked(harness: &Harness) -> Message {
    let asks = |messages: &[Message]| {
        bubble(messages).is_some_and(|bubble| bubble.text.contains("isn't free"))
    };
    let messages = harness.until(&harness.ann, "what it costs", asks).await;
    bubble(&messages).unwrap().clone()
}

/// Presses the button of this depth, whatever it costs; says it if another depth costs the same.
pub(crate) async fn agrees(harness: &Harness, depth: &str) {
    let asked = until_asked(harness).await;
    let mut offered = labels(&asked).into_iter();
    let Some(label) = offered.find(|label| label.starts_with(depth)) else {
        return says(harness, depth).await;
    };
    assert!(label.contains("about $"), "it says what it costs: {label}");
    harness
        .telegram
        .presses(&harness.ann, asked.id, &label)
        .unwrap();
}

/// Says a depth, again if it is asked again: what is said before the bot knows that its question has arrived agrees to
/// nothing.
async fn says(harness: &Harness, depth: &str) {
    loop {
        let before = harness.telegram.messages(harness.ann.id);
        harness.telegram.says(&harness.ann, depth);
        let has = |all: &[Message], words: &str| {
            let is_new = |it: &&Message| before.iter().all(|other| other.id != it.id);
            let mut new = all.iter().filter(is_new);
            new.any(|it| it.from_bot && it.text.contains(words))
        };
        let agrees = |all: &[Message]| has(all, "All right: ");
        let answers = |all: &[Message]| agrees(all) || has(all, "isn't free");
        let messages = harness.until(&harness.ann, "an answer", answers).await;
        if agrees(&messages) {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_spent_before_somebody_has_agreed_to_what_it_costs() {
    let mut harness = paid_harness().await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    until_asked(&harness).await;
    let asked = harness.network.requests();
    assert_eq!(
        (asked.followers, asked.following),
        (0, 0),
        "but for the look-up"
    );

    agrees(&harness, "quick").await;
    harness.until_delivered(&harness.ann, "luna").await;
    let said = |messages: &[Message]| {
        messages
            .iter()
            .any(|it| it.text.contains("It cost about $0."))
    };
    harness.until(&harness.ann, "what it has cost", said).await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_network_itself_suggests_is_a_first_answer_until_there_is_a_better_one() {
    let mut harness = paid_harness().await;
    harness.start().await;
    // Instagram suggests none for @luna, as for many accounts.
    harness.telegram.says(&harness.ann, "@peer0");
    let asked = until_asked(&harness).await;
    let first = "In the meantime, Instagram suggests: @luna, @celebrity, @";
    assert!(asked.text.contains(first), "{}", asked.text);
    agrees(&harness, "quick").await;
    harness.until_delivered(&harness.ann, "peer0").await;
    let is_shown = |it: &Message| it.id == asked.id && it.text.contains("In the meantime");
    let replaced = |all: &[Message]| !all.iter().any(is_shown);
    let what = "that the list takes its place";
    harness.until(&harness.ann, what, replaced).await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_was_not_answered_is_still_there_after_a_restart() {
    let mut harness = paid_harness().await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    until_asked(&harness).await;
    harness.stop().await;
    harness.start().await;
    agrees(&harness, "quick").await;
    harness.until_delivered(&harness.ann, "luna").await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_costs_more_than_a_search_may_is_refused_and_costs_no_more_than_the_look_up() {
    let mut harness = paid_harness().await;
    harness.set("COST_PER_ANALYSIS", "0.005").start().await;
    harness.telegram.says(&harness.ann, "@peer0");
    let bubble = until_refused(&harness, "Even a quick look at @peer0 would cost").await;
    for words in ["would cost about $1; ", "the limit here is $0.005."] {
        assert!(bubble.text.contains(words), "{}", bubble.text);
    }
    assert_eq!(
        harness.network.charged_to(None),
        1,
        "suggestions are not bought"
    );
    harness.telegram.says(&harness.ann, "/status");
    let none = "You have no search under way.";
    let is_over = |all: &[Message]| all.iter().any(|it| it.text.starts_with(none));
    harness
        .until(&harness.ann, "that it is over", is_over)
        .await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_has_become_too_expensive_is_refused_after_the_restart_that_made_it_so() {
    let mut harness = paid_harness().await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "/watch @luna");
    until_asked(&harness).await;
    harness.stop().await;
    harness.set("COST_PER_ANALYSIS", "0.01").start().await;
    until_refused(&harness, "Even a quick look at @luna would cost").await;
    let ann = PersonId(harness.ann.id.unsigned_abs());
    let watched = harness.app().context().ledger.watches_of(ann).unwrap();
    assert_eq!(watched, [], "it would be said every week");
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_depth_that_is_typed_agrees_to_what_its_button_says() {
    let mut harness = paid_harness().await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let asked = until_asked(&harness).await;
    let labels = labels(&asked);
    let (depth, price) = labels.iter().find_map(|it| it.split_once(": ")).unwrap();
    harness.telegram.says(&harness.ann, "yes");
    until_asked_again(&harness, &labels, 2).await;
    let asked = harness.network.requests();
    let lists = (asked.followers, asked.following);
    assert_eq!(lists, (0, 0), "nothing is agreed to");
    harness.telegram.says(&harness.ann, &format!("{depth}!"));
    let agreed = format!("All right: @luna, {depth}, for {price}.");
    let is_told = |all: &[Message]| all.iter().any(|it| it.text == agreed);
    harness.until(&harness.ann, &agreed, is_told).await;
    harness.until_delivered(&harness.ann, "luna").await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_depth_that_is_typed_before_its_price_is_shown_agrees_to_nothing() {
    let mut harness = paid_harness().await;
    harness.network.hold();
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let looks = |all: &[Message]| all.iter().any(|it| it.text.starts_with("Looking up @luna"));
    harness.until(&harness.ann, "that it looks", looks).await;
    harness
        .telegram
        .fail_next("editMessageText", CallFailure::Held);
    harness.network.release();
    let is_held = |telegram: &FakeTelegram| telegram.holds() > 0;
    let held = harness.telegram.until_true(WITHIN, "the question", is_held);
    held.await.unwrap();
    harness.telegram.says(&harness.ann, "deep");
    // One person's messages are read in order.
    let group = -100;
    harness.telegram.says_in_group(group, &harness.ann, "/help");
    let helped = |all: &[Message]| all.iter().any(|it| it.from_bot);
    let read = harness.telegram.until(group, WITHIN, "an answer", helped);
    read.await.unwrap();
    harness.telegram.release();
    let labels = labels(&until_asked(&harness).await);
    until_asked_again(&harness, &labels, 2).await;
    let asked = harness.network.requests();
    let lists = (asked.followers, asked.following);
    assert_eq!(lists, (0, 0), "nothing is agreed to");
    harness.telegram.says(&harness.ann, "quick");
    harness.until_delivered(&harness.ann, "luna").await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_no_to_a_price_ends_the_search() {
    let mut harness = paid_harness().await;
    harness.start().await;
    for (name, no) in [("luna", "No, thanks!"), ("peer0", "нет")] {
        harness.telegram.says(&harness.ann, &format!("@{name}"));
        until_asked(&harness).await;
        harness.telegram.says(&harness.ann, no);
        let stopped = format!("Stopped: @{name}.");
        let is_told = |all: &[Message]| all.iter().any(|it| it.text == stopped);
        harness.until(&harness.ann, &stopped, is_told).await;
        let cancelled = format!("@{name}: cancelled.");
        let is_over = |all: &[Message]| all.iter().any(|it| it.text == cancelled);
        harness.until(&harness.ann, &cancelled, is_over).await;
    }
    let asked = harness.network.requests();
    assert_eq!((asked.followers, asked.following), (0, 0));
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_may_cost_is_never_asked_without_the_answers() {
    let mut harness = paid_harness().await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let labels = labels(&until_asked(&harness).await);
    for (words, count) in ["@luna", "/status", "/result"].iter().zip(2..) {
        harness.telegram.says(&harness.ann, words);
        until_asked_again(&harness, &labels, count).await;
    }
    let messages = harness.telegram.messages(harness.ann.id);
    let again = messages.iter().rfind(|it| it.text.contains("isn't free"));
    let quick = again.and_then(|it| it.buttons.first()?.first());
    let (id, label) = (again.unwrap().id, &quick.unwrap().label);
    harness.telegram.presses(&harness.ann, id, label).unwrap();
    harness.until_delivered(&harness.ann, "luna").await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_price_stands_above_its_buttons_from_the_first_on() {
    let hiker = fake("instagram", "hikerapi").unwrap();
    let mut harness = Harness::on_network(hiker, small_world(300, false)).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    agrees(&harness, "quick").await;
    harness.until_delivered(&harness.ann, "luna").await;
    harness.telegram.says(&harness.ann, "@luna deep");
    harness
        .until(&harness.ann, "the question", |all| {
            let first = all
                .iter()
                .find(|it| labels(it).iter().any(|it| it.starts_with("deep: about $")));
            first.is_some_and(|it| it.edits == 0 && it.text.contains("How far should I go?"))
        })
        .await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_under_way_goes_deeper_for_the_price_on_its_button() {
    let mut harness = paid_harness().await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    until_asked(&harness).await;
    harness.network.hold();
    agrees(&harness, "quick").await;
    harness.network.arrived(3).await;
    harness.telegram.says(&harness.ann, "@luna deep");
    let is_offer = |it: &&Message| it.text.starts_with("I'm already on @luna for you:");
    let is_there = |all: &[Message]| all.iter().any(|it| is_offer(&it));
    let messages = harness.until(&harness.ann, "what it is at", is_there).await;
    let offer = messages.iter().find(is_offer).unwrap();
    let [label] = &labels(offer)[..] else {
        panic!("one price, and nothing else: {offer:?}")
    };
    assert!(label.starts_with("deep: about $"), "{label}");
    let press = harness
        .telegram
        .presses(&harness.ann, offer.id, label)
        .unwrap();
    let said = |telegram: &FakeTelegram| telegram.answer(&press).is_some();
    let seen = harness.telegram.until_true(WITHIN, "an answer", said).await;
    seen.unwrap();
    assert_eq!(harness.telegram.answer(&press).unwrap(), "All right: deep.");
    harness.network.release();
    harness.until_delivered(&harness.ann, "luna").await;
    assert_eq!(harness.report(&harness.ann).depth, Depth::Deep);
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_to_go_deeper_in_a_comparison_is_answered_with_its_price() {
    let mut harness = paid_harness().await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna quick");
    until_asked(&harness).await;
    harness
        .telegram
        .says(&harness.ann, "/compare @luna @peer0 deep");
    let is_offer = |it: &&Message| {
        let deep = |label: &String| label.starts_with("deep: about $");
        it.text.starts_with("I'm already on @luna for you:") && labels(it).iter().any(deep)
    };
    let is_there = |all: &[Message]| all.iter().any(|it| is_offer(&it));
    harness
        .until(&harness.ann, "the price of it", is_there)
        .await;
    harness.stop().await;
    harness.assert_clean();
}

/// Waits for this many quotes, with the same answer to each.
async fn until_asked_again(harness: &Harness, answers: &[String], times: usize) {
    let answers: Vec<&String> = answers.iter().filter(|it| it.contains('$')).collect();
    let is_asked = |message: &&Message| {
        let labels = labels(message);
        message.text.contains("isn't free") && answers.iter().all(|it| labels.contains(it))
    };
    let often = |all: &[Message]| all.iter().filter(is_asked).count() == times;
    harness
        .until(&harness.ann, "the question again", often)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_that_costs_says_what_a_search_costs_at_most_and_who_pays() {
    let mut harness = paid_harness().await;
    harness.set("COST_PER_ANALYSIS", "0.75").start().await;
    harness.telegram.says(&harness.ann, "/watch @luna");
    let words = "Each look may cost up to $0.75 and is paid for by the people who run me.";
    let is_told = |all: &[Message]| all.iter().any(|it| it.text.contains(words));
    harness.until(&harness.ann, words, is_told).await;
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_who_goes_deeper_is_asked_about_the_price() {
    const GROUP: i64 = -100;
    let hiker = fake("instagram", "hikerapi").unwrap();
    let mut harness = Harness::on_network(hiker, small_world(400, false)).await;
    harness.start().await;
    let olga = Person::new(503, "Olga");
    harness.telegram.appoints(GROUP, &olga, MemberStatus::Owner);
    let until = async |what: &'static str, seen: &dyn Fn(&Message) -> bool| {
        let there = |all: &[Message]| all.iter().any(seen);
        let messages = harness.telegram.until(GROUP, WITHIN, what, there).await;
        messages.unwrap().into_iter().find(seen).unwrap()
    };
    let question = harness
        .telegram
        .says_in_group(GROUP, &harness.ann, "/find @luna quick");
    let of_ann = |it: &Message| it.reply_to == Some(question);
    let asks = |it: &Message| of_ann(it) && labels(it).iter().any(|it| it.starts_with("quick: "));
    let asked = until("what it costs", &asks).await;
    let label = labels(&asked)
        .into_iter()
        .find(|it| it.starts_with("quick: "));
    let press = |person: &Person, message: i32, label: &str| {
        harness.telegram.presses(person, message, label).unwrap()
    };
    press(&harness.ann, asked.id, &label.unwrap());
    let deeper = |it: &Message| {
        labels(it)
            .into_iter()
            .find(|it| it.starts_with("Deeper: about $"))
    };
    let list = until("her list", &|it| of_ann(it) && deeper(it).is_some()).await;
    let before = harness.network.requests();
    press(&olga, list.id, &deeper(&list).unwrap());
    let of_olga = |it: &Message| it.reply_to == Some(list.id) && it.text.contains("isn't free");
    until("what it costs her", &of_olga).await;
    let now = harness.network.requests();
    assert_eq!(before.following, now.following, "she has not agreed");
    let ledger = &harness.app().context().ledger;
    let hers = ledger.analyses_of(PersonId(503)).unwrap();
    assert_eq!((hers.len(), hers[0].agreed), (1, false));
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn no_search_is_said_to_use_a_key_that_is_not_accepted() {
    let mut harness = paid_harness().await;
    harness.start().await;
    harness.network.add_key("key-of-anns-own");
    harness.network.revoke_key("key-of-anns-own");
    harness
        .telegram
        .says(&harness.ann, "/key instagram key-of-anns-own");
    let refuses = "Instagram refuses your key at the moment";
    let is_told = |all: &[Message]| all.iter().any(|it| it.text.contains(refuses));
    harness.until(&harness.ann, refuses, is_told).await;
    for (said, words) in [
        ("/watch @luna", "is paid for by the people who run me."),
        ("/key instagram", "your searches go by the shared key"),
    ] {
        harness.telegram.says(&harness.ann, said);
        let is_told = |all: &[Message]| all.iter().any(|it| it.text.contains(words));
        harness.until(&harness.ann, words, is_told).await;
    }
    harness.stop().await;
}

async fn until_refused(harness: &Harness, words: &str) -> Message {
    let is_it = |message: &&Message| message.text.contains(words);
    let is_there = |all: &[Message]| all.iter().any(|it| is_it(&it));
    let messages = harness.until(&harness.ann, words, is_there).await;
    let bubble = messages.iter().find(is_it).unwrap();
    assert!(bubble.buttons.is_empty(), "there is nothing to choose");
    bubble.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_day_costs_more_than_it_may() {
    let hiker = fake("instagram", "hikerapi").unwrap();
    let mut harness = Harness::on_network(hiker, small_world(200, false)).await;
    harness.set("COST_PER_DAY", "0.12").start().await;
    harness.telegram.says(&harness.ann, "@luna");
    agrees(&harness, "quick").await;
    let waits = |messages: &[Message]| {
        bubble(messages).is_some_and(|bubble| bubble.text.contains("That's today's budget for"))
    };
    harness
        .until(&harness.ann, "that the day's money is spent", waits)
        .await;
    let asked = harness.network.requests().total;
    assert!(
        (110..=120).contains(&asked),
        "120 requests cost 12 cents; {asked} were asked"
    );
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_has_cost_as_much_as_it_may_ends_with_what_there_is() {
    let hiker = fake("instagram", "hikerapi").unwrap();
    let mut harness = Harness::on_network(hiker, small_world(400, false)).await;
    harness.set("COST_PER_ANALYSIS", "100").start().await;
    harness.telegram.says(&harness.ann, "@luna");
    until_asked(&harness).await;
    harness.network.hold();
    agrees(&harness, "full").await;
    // As if its cost had been estimated far too low.
    harness.network.arrived(4).await;
    harness.stop().await;
    harness.network.release();
    harness.set("COST_PER_ANALYSIS", "0.30").start().await;
    let messages = harness.until_delivered(&harness.ann, "luna").await;
    let heading = "Accounts like @luna";
    let list = messages
        .iter()
        .find(|it| it.text.starts_with(heading))
        .unwrap();
    assert!(
        list.text.contains("I stopped early, to stay within $0.30"),
        "{}",
        list.text
    );
    let asked = harness.network.requests().total;
    // Of 300 requests 80% are for reading. The four in flight when it stopped are paid for, though their responses were
    // never read.
    assert!(
        (240 - 4..=300).contains(&asked),
        "300 requests cost 30 cents; {asked} were asked"
    );
    harness.stop().await;
}

/// Stops a full search on X when it begins to list, and lets it continue where one may cost 50 dollars, as if its cost
/// had been estimated far too low. Returns what it has come to, in accounts of a cent each.
async fn accounts_for_fifty_dollars(harness: &mut Harness) -> u64 {
    harness.set("COST_PER_ANALYSIS", "90000");
    harness.set("COST_PER_DAY", "90000").start().await;
    harness.telegram.says(&harness.ann, "x:luna");
    until_asked(harness).await;
    harness.network.hold();
    agrees(harness, "full").await;
    harness.network.arrived(2).await;
    harness.stop().await;
    harness.network.release();
    harness.set("COST_PER_ANALYSIS", "50").start().await;
    let messages = harness.until_delivered(&harness.ann, "luna").await;
    let is_list = |it: &&Message| it.text.starts_with("Accounts like @luna");
    let list = messages.iter().find(is_list).unwrap();
    let capped = "I stopped early, to stay within $50";
    assert!(list.text.contains(capped), "{}", list.text);
    let ledger = &harness.app().context().ledger;
    let ann = PersonId(harness.ann.id.unsigned_abs());
    let search = ledger.analyses_of(ann).unwrap().pop().unwrap();
    let spent = ledger.crawl_of(&search).unwrap().unwrap().spent();
    harness.stop().await;
    spent.accounts
}

/// A list costs about 2.50 dollars, and a page of one could cost ten.
async fn on_x() -> Harness {
    let x = fake("x", "v2").unwrap();
    Harness::on_network(x, small_world(100, true)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_in_flight_together_cost_no_more_than_a_search_may() {
    let accounts = accounts_for_fifty_dollars(&mut on_x().await).await;
    // 80% are for reading, and the rest is for comparing.
    assert!((3_500..=5_000).contains(&accounts), "{accounts} accounts");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_that_have_grown_since_they_were_counted_cost_no_more_than_a_search_may() {
    let mut harness = on_x().await;
    harness.network.on_response(|_, _, answer| {
        answer.edit(|body| {
            for person in body["data"].as_array_mut().into_iter().flatten() {
                person["public_metrics"]["following_count"] = 3.into();
            }
        });
    });
    let accounts = accounts_for_fifty_dollars(&mut harness).await;
    assert!((2_500..=4_100).contains(&accounts), "{accounts} accounts");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_in_progress_asks_for_agreement_after_the_restart_that_made_it_cost() {
    let hiker = fake("instagram", "hikerapi").unwrap();
    let mut harness = Harness::on_network(hiker, small_world(400, false)).await;
    harness.set("INSTAGRAM_PRICE", "0").start().await;
    harness.telegram.says(&harness.ann, "@luna");
    harness.network.arrived(20).await;
    harness.stop().await;
    let before = harness.network.requests();
    harness.set("INSTAGRAM_PRICE", "0.001").start().await;
    let asked = until_asked(&harness).await;
    assert!(!asked.text.contains("so far"), "{}", asked.text);
    let now = harness.network.requests();
    assert_eq!(
        (before.followers, before.following),
        (now.followers, now.following),
        "nothing is spent before somebody agrees"
    );
    agrees(&harness, "quick").await;
    harness.until_delivered(&harness.ann, "luna").await;
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_waits_for_agreement_goes_on_after_the_restart_that_made_it_free() {
    let mut harness = paid_harness().await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    until_asked(&harness).await;
    harness.stop().await;
    harness.set("INSTAGRAM_PRICE", "0").start().await;
    harness.until_delivered(&harness.ann, "luna").await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_asks_for_agreement_where_it_was_free_and_costs_by_now() {
    let mut harness = paid_harness().await;
    harness.telegram.set_limits(FloodLimits::none());
    harness.set("INSTAGRAM_PRICE", "0").start().await;
    harness.telegram.says(&harness.ann, "/watch @luna quick");
    harness.until_delivered(&harness.ann, "luna").await;
    harness.stop().await;
    let before = harness.network.requests();
    let clock = Arc::new(ManualClock::new(Utc::now() + TimeDelta::days(8)));
    harness.set("INSTAGRAM_PRICE", "0.001");
    harness.use_clock(clock.clone()).start().await;
    let ticking = tick(clock, Duration::from_millis(250));
    let asks = |all: &[Message]| all.iter().any(|it| it.text.contains("isn't free"));
    harness.until(&harness.ann, "what it costs", asks).await;
    ticking.abort();
    let now = harness.network.requests();
    assert_eq!(before.followers, now.followers);
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn depths_at_one_price_are_one_button_named_as_it_was_wished() {
    for (words, offered) in [
        ("@luna", "normal: about $"),
        ("@luna deep", "deep: about $"),
    ] {
        let hiker = fake("instagram", "hikerapi").unwrap();
        // All of them are read even by the quickest search.
        let mut harness = Harness::on_network(hiker, small_world(60, false)).await;
        harness.start().await;
        harness.telegram.says(&harness.ann, words);
        let labels = labels(&until_asked(&harness).await);
        let prices = labels.iter().filter_map(|it| it.split_once(": about "));
        let mut prices: Vec<&str> = prices.map(|(_, price)| price).collect();
        let all = prices.len();
        prices.sort_unstable();
        prices.dedup();
        assert_eq!(prices.len(), all, "each price once: {labels:?}");
        assert!(
            labels.iter().any(|it| it.starts_with(offered)),
            "{labels:?}"
        );
        harness.stop().await;
        harness.assert_clean();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_where_nearly_every_search_costs_too_much_is_not_offered() {
    let mut harness = on_x().await;
    harness.set("BLUESKY", "on");
    harness.set("BLUESKY_API_URL", "http://127.0.0.1:9");
    for (most, offered) in [("10", "on Bluesky and"), ("1000", "on Bluesky or X and")] {
        harness.set("COST_PER_ANALYSIS", most).start().await;
        harness.telegram.says(&harness.ann, "/start");
        let told = |all: &[Message]| all.iter().any(|it| it.text.contains(offered));
        harness.until(&harness.ann, offered, told).await;
        harness.stop().await;
    }
    harness.assert_clean();
}
