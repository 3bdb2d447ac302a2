//! A list in another order lacks accounts that were not looked up; anyone who wants it complete has them looked up.

use lookalike::demo::is_list;
use lookalike::demo::telegram::{CallFailure, FakeTelegram, MemberStatus, Message, Person};
use lookalike::demo::world::{World, WorldAccount as Account};
use lookalike::files::Report;
use lookalike::model::PersonId;

use serde_json::json;

use crate::harness::{Harness, WITHIN, order_by, press_behind};

pub(crate) const COMPLETE: &str = "Look up the rest too";

/// What a list says when it lacks accounts.
pub(crate) const LACKS: &str = "that I looked up";

/// The number of small accounts that nearly only @luna's followers follow.
pub(crate) const GEMS: u32 = 5;

/// @luna's followers follow many large accounts, and some of them a gem each. The large accounts settle the order by
/// peers, so that it needs no gem's profile; by niche the gems are first.
pub(crate) fn world_with_gems(followers: u32, gems: u32) -> World {
    const LARGE: u32 = 50;
    let (first_gem, first_follower) = (1 + LARGE, 1 + LARGE + gems);
    let first_of_crowd = first_follower + followers;
    let crowd = first_of_crowd..first_of_crowd + followers * 2 / 3;
    let people = (0..crowd.end).map(|index| {
        let handle = match index {
            0 => "luna".to_owned(),
            index if index < first_gem => format!("large{index}"),
            index if index < first_follower => format!("gem{}", index - first_gem),
            index => format!("user{index}"),
        };
        Account {
            id: 10_000 + u64::from(index) * 37,
            name: format!("The {handle}"),
            handle,
            bio: String::new(),
            private: false,
            label: String::new(),
            kind: None,
        }
    });
    let mut follows = Vec::new();
    for follower in first_follower..first_of_crowd {
        follows.push((follower, 0));
        let gems = (first_gem..first_follower).filter(|gem| (follower + gem) % 5 == 0);
        follows.extend(gems.map(|gem| (follower, gem)));
        let large = (1..first_gem).filter(|large| (follower + large) % 3 > 0);
        follows.extend(large.map(|large| (follower, large)));
    }
    follows.extend(crowd.flat_map(|one| (1..first_gem).map(move |large| (one, large))));
    World::new(people.collect(), &follows)
}

/// Waits until the list looks like this, and returns it.
pub(crate) async fn until_list(
    harness: &Harness,
    person: &Person,
    what: &str,
    seen: impl Fn(&Message) -> bool,
) -> Message {
    let is_it = |message: &&Message| is_list(message, "luna") && seen(message);
    let is_there = |all: &[Message]| all.iter().any(|one| is_it(&one));
    let messages = harness.until(person, what, is_there).await;
    messages.iter().find(is_it).unwrap().clone()
}

/// Asks for @luna, and switches the list to niche.
pub(crate) async fn open_by_niche(harness: &Harness, person: &Person) -> Message {
    harness.telegram.says(person, "@luna");
    harness.until_delivered(person, "luna").await;
    let list = until_list(harness, person, "the list", |_| true).await;
    order_by(&harness.telegram, person, list.id, "Niche").await;
    let by_niche = |list: &Message| list.button("Order: Niche").is_some();
    until_list(harness, person, "the list by niche", by_niche).await
}

pub(crate) fn is_complete(list: &Message) -> bool {
    let mut lines = list.text.lines();
    let leads = lines.any(|line| line.starts_with("1. ") && line.contains("The gem"));
    leads && !list.text.contains(LACKS)
}

/// Waits until all that was sent is recorded: Telegram shows an edit before the bot knows.
async fn until_recorded(harness: &Harness) {
    harness.telegram.says(&harness.ann, "/help");
    let helps = |all: &[Message]| all.last().is_some_and(|it| it.text.contains("/status"));
    harness
        .until(&harness.ann, "what is said next", helps)
        .await;
}

/// Presses a button of a message so old that Telegram does not include what it shows.
fn press_old_message(harness: &Harness, message: &Message, label: &str) {
    let data = message.button(label).and_then(|it| it.data.clone());
    harness.telegram.delivers(json!({ "callback_query": {
        "id": "of an old message",
        "from": { "id": harness.ann.id, "is_bot": false, "first_name": "Ann" },
        "chat_instance": "1",
        "data": data,
        "message": { "message_id": message.id, "date": 0,
            "chat": { "id": harness.ann.id, "type": "private", "first_name": "Ann" } },
    }}));
}

fn rows(list: &Message) -> Vec<&str> {
    let is_row = |line: &&str| {
        let place = line.split_once(". ").map_or("", |(place, _)| place);
        !place.is_empty() && place.bytes().all(|byte| byte.is_ascii_digit())
    };
    list.text.lines().filter(is_row).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_that_another_order_lacks_are_looked_up_when_somebody_wants_it() {
    let mut harness = Harness::new(world_with_gems(150, GEMS)).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    harness.until_delivered(&harness.ann, "luna").await;
    let by_peers = until_list(&harness, &harness.ann, "the list", |_| true).await;
    assert!(by_peers.button(COMPLETE).is_none(), "that one lacks nobody");
    order_by(&harness.telegram, &harness.ann, by_peers.id, "Niche").await;
    let lacks = |list: &Message| list.text.contains(LACKS);
    let by_niche = until_list(&harness, &harness.ann, "what is known by niche", lacks).await;
    assert!(!by_niche.text.contains("The gem"), "{}", by_niche.text);

    let before = harness.network.requests();
    harness
        .telegram
        .presses(&harness.ann, by_niche.id, COMPLETE)
        .unwrap();
    let complete = until_list(&harness, &harness.ann, "the gems", is_complete).await;
    assert_eq!(complete.id, by_niche.id, "in the message that asked");
    assert!(complete.button(COMPLETE).is_none(), "nobody is missing");
    let is_there = |all: &[Message]| {
        let mut all = all.iter();
        all.any(|it| it.text.starts_with("✓ @luna: I have looked up more"))
    };
    let messages = harness
        .until(&harness.ann, "that it is done", is_there)
        .await;
    let bubble = messages.last().unwrap();
    assert_eq!(bubble.reply_to, Some(by_niche.id), "it leads to the list");
    let lists = messages.iter().filter(|it| is_list(it, "luna"));
    assert_eq!(lists.count(), 1, "nothing is sent twice");
    let asked = harness.network.requests();
    assert_eq!(
        (asked.profile - before.profile, asked.total - before.total),
        (u64::from(GEMS), u64::from(GEMS)),
        "a profile each, and nothing else"
    );

    until_recorded(&harness).await;
    press_old_message(&harness, &complete, "Order: Niche");
    let are_offered = |list: &Message| list.button("Peers").is_some();
    let orders = until_list(&harness, &harness.ann, "the orders", are_offered).await;
    until_recorded(&harness).await;
    press_old_message(&harness, &orders, "Peers");
    let is_by_peers = |list: &Message| list.button("Order: Peers").is_some();
    let again = until_list(&harness, &harness.ann, "the list by peers", is_by_peers).await;
    assert_eq!(rows(&again), rows(&by_peers), "that order is as it was");

    // The others have it from now on.
    let bob = Person::new(502, "Bob");
    harness.telegram.knows(&bob);
    let his = open_by_niche(&harness, &bob).await;
    assert!(is_complete(&his), "{}", his.text);
    assert!(his.button(COMPLETE).is_none());
    assert_eq!(harness.network.requests().total, asked.total);
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_known_for_what_it_shows_though_no_answer_came_when_it_was_edited() {
    let mut harness = Harness::new(world_with_gems(150, GEMS)).await;
    harness.start().await;
    let list = open_by_niche(&harness, &harness.ann).await;
    let doubtful = CallFailure::AcceptedThenDropped;
    harness.telegram.fail_next("editMessageText", doubtful);
    harness
        .telegram
        .presses(&harness.ann, list.id, COMPLETE)
        .unwrap();
    let complete = until_list(&harness, &harness.ann, "the gems", is_complete).await;
    until_recorded(&harness).await;
    press_old_message(&harness, &complete, "Order: Niche");
    let are_offered = |list: &Message| list.button("Peers").is_some();
    let orders = until_list(&harness, &harness.ann, "the orders", are_offered).await;
    until_recorded(&harness).await;
    press_old_message(&harness, &orders, "Peers");
    let is_by_peers = |list: &Message| list.button("Order: Peers").is_some();
    until_list(&harness, &harness.ann, "the list by peers", is_by_peers).await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn places_behind_the_twentieth_are_said_to_be_of_those_looked_up() {
    const BEYOND: &str = "From place 21 on, this is the order of those I looked up";
    let mut harness = Harness::new(world_with_gems(150, GEMS)).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    harness.until_delivered(&harness.ann, "luna").await;
    let first = until_list(&harness, &harness.ann, "the list", |_| true).await;
    let mut said = vec![first.text.contains(BEYOND)];
    for page in ["2 / ", "3 / "] {
        harness
            .telegram
            .presses(&harness.ann, first.id, "›")
            .unwrap();
        let is_there = |list: &Message| {
            let mut buttons = list.buttons.iter().flatten();
            buttons.any(|button| button.label.starts_with(page))
        };
        let list = until_list(&harness, &harness.ann, page, is_there).await;
        said.push(list.text.contains(BEYOND));
    }
    assert_eq!(said, [false, false, true]);
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_want_the_same_order_share_the_work_and_a_second_press_is_none() {
    let mut harness = Harness::new(world_with_gems(150, GEMS)).await;
    harness.start().await;
    let bob = Person::new(502, "Bob");
    harness.telegram.knows(&bob);
    let hers = open_by_niche(&harness, &harness.ann).await;
    let his = open_by_niche(&harness, &bob).await;
    let before = harness.network.requests();
    harness.network.hold();
    for (person, list) in [(&harness.ann, &hers), (&harness.ann, &hers), (&bob, &his)] {
        let press = harness.telegram.presses(person, list.id, COMPLETE).unwrap();
        let said = |telegram: &FakeTelegram| telegram.answer(&press).is_some();
        let seen = harness.telegram.until_true(WITHIN, "an answer", said);
        seen.await.unwrap();
        let answer = harness.telegram.answer(&press).unwrap();
        assert_eq!(answer, "All right, I look up the rest too.");
    }
    harness.network.release();
    for (person, list) in [(&harness.ann, &hers), (&bob, &his)] {
        until_list(&harness, person, "the gems", is_complete).await;
        let messages = harness.telegram.messages(person.id).into_iter();
        let answers = messages.filter(|it| it.reply_to == Some(list.id));
        assert_eq!(answers.count(), 1, "one message tells of it");
    }
    let asked = harness.network.requests();
    assert_eq!(asked.total - before.total, u64::from(GEMS));
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cancels_it_leaves_the_list_as_it_was_and_may_ask_again() {
    let mut harness = Harness::new(world_with_gems(150, GEMS)).await;
    harness.start().await;
    let list = open_by_niche(&harness, &harness.ann).await;
    harness.network.hold();
    let before = harness.network.requests();
    harness
        .telegram
        .presses(&harness.ann, list.id, COMPLETE)
        .unwrap();
    harness.network.arrived(before.total + 1).await;
    let answers = |it: &&Message| it.reply_to == Some(list.id);
    let is_there = |all: &[Message]| all.iter().any(|it| answers(&it));
    let messages = harness.until(&harness.ann, "what it is at", is_there).await;
    let bubble = messages.iter().find(answers).unwrap();
    let labels = bubble.buttons.iter().flatten().map(|it| it.label.as_str());
    assert_eq!(labels.collect::<Vec<_>>(), ["Details", "Cancel"]);
    harness.telegram.says(&harness.ann, "/cancel");
    let cancelled = |all: &[Message]| all.iter().any(|it| it.text == "@luna: cancelled.");
    harness
        .until(&harness.ann, "that it is over", cancelled)
        .await;
    harness.network.release();
    let as_before = until_list(&harness, &harness.ann, "the list", |_| true).await;
    assert_eq!(as_before.text, list.text);
    harness
        .telegram
        .presses(&harness.ann, list.id, COMPLETE)
        .unwrap();
    until_list(&harness, &harness.ann, "the gems", is_complete).await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_has_the_budget_to_itself_and_says_what_that_leaves_out() {
    let mut harness = Harness::new(world_with_gems(150, 60)).await;
    harness.set("PROFILE_BUDGET", "50").start().await;
    let list = open_by_niche(&harness, &harness.ann).await;
    let before = harness.network.requests();
    harness
        .telegram
        .presses(&harness.ann, list.id, COMPLETE)
        .unwrap();
    let has_gems = |list: &Message| list.text.contains("The gem");
    let list = until_list(&harness, &harness.ann, "the gems", has_gems).await;
    assert!(list.text.contains(LACKS), "ten are left: {}", list.text);
    assert!(list.button(COMPLETE).is_none(), "there is nothing to spend");
    let asked = harness.network.requests();
    assert_eq!(asked.profile - before.profile, 50);
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_more_read_meanwhile_has_it_when_the_order_is_there() {
    let mut harness = Harness::new(world_with_gems(600, GEMS)).await;
    harness.set("DEPTH", "quick").start().await;
    let list = open_by_niche(&harness, &harness.ann).await;
    let before = harness.network.requests();
    harness.network.hold();
    harness
        .telegram
        .presses(&harness.ann, list.id, COMPLETE)
        .unwrap();
    harness.network.arrived(before.total + 1).await;
    let bob = Person::new(502, "Bob");
    harness.telegram.knows(&bob);
    harness.telegram.says(&bob, "@luna normal");
    let reads = |all: &[Message]| all.iter().any(|it| it.button("Enough").is_some());
    harness.until(&bob, "that it goes on", reads).await;
    harness.network.release();
    until_list(&harness, &harness.ann, "the gems", is_complete).await;
    harness.until_delivered(&bob, "luna").await;
    let report = harness.report(&bob);
    assert_eq!(report.sampled, 600, "as deep as Bob wants it");
    // A complete list stays complete.
    let his = until_list(&harness, &bob, "his list", |_| true).await;
    order_by(&harness.telegram, &bob, his.id, "Niche").await;
    until_list(&harness, &bob, "the gems among all", is_complete).await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_early_is_completed_without_reading_on() {
    let mut harness = Harness::with_rate(world_with_gems(600, GEMS), None).await;
    harness.set("INSTAGRAM_RATE", "100/s").start().await;
    harness.telegram.says(&harness.ann, "@luna full");
    let so_far = |all: &[Message]| all.iter().any(|it| it.button("Enough").is_some());
    let messages = harness.until(&harness.ann, "a list so far", so_far).await;
    let bubble = messages.iter().find(|it| it.button("Enough").is_some());
    let bubble = bubble.unwrap().id;
    harness
        .telegram
        .presses(&harness.ann, bubble, "Enough")
        .unwrap();
    let list = until_list(&harness, &harness.ann, "the list", |_| true).await;
    let early = harness.report(&harness.ann);
    order_by(&harness.telegram, &harness.ann, list.id, "Niche").await;
    let by_niche = |list: &Message| list.button(COMPLETE).is_some();
    until_list(&harness, &harness.ann, "the list by niche", by_niche).await;
    harness
        .telegram
        .presses(&harness.ann, list.id, COMPLETE)
        .unwrap();
    let complete = |list: &Message| !list.text.contains(LACKS);
    until_list(&harness, &harness.ann, "the whole list", complete).await;
    let whole = harness.report(&harness.ann);
    assert_eq!(
        (whole.sampled, whole.depth),
        (early.sampled, early.depth),
        "nobody else was read"
    );
    assert!(whole.requests.profiles > early.requests.profiles);
    assert_eq!(whole.requests.subscriptions, early.requests.subscriptions);
    let first = |report: &Report| {
        let rows = report.results.iter().take(20);
        rows.map(|row| row.handle.clone()).collect::<Vec<_>>()
    };
    assert_eq!(first(&whole), first(&early), "the own order is as it was");
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_has_the_rest_of_anothers_list_looked_up() {
    const GROUP: i64 = -100;
    let mut harness = Harness::new(world_with_gems(150, GEMS)).await;
    harness.start().await;
    let olga = Person::new(503, "Olga");
    harness.telegram.appoints(GROUP, &olga, MemberStatus::Owner);
    let until = async |what: &'static str, seen: &dyn Fn(&Message) -> bool| {
        let there = |all: &[Message]| all.iter().any(seen);
        let messages = harness.telegram.until(GROUP, WITHIN, what, there).await;
        messages.unwrap().into_iter().find(seen).unwrap()
    };
    harness
        .telegram
        .says_in_group(GROUP, &harness.ann, "/find @luna");
    let list = until("the list", &|it| is_list(it, "luna")).await;
    let at = (GROUP, list.id);
    press_behind(&harness.telegram, &harness.ann, at, "Order: ", "Niche").await;
    let lacks = |it: &Message| it.id == list.id && it.button(COMPLETE).is_some();
    until("a list that lacks some", &lacks).await;
    let press = harness.telegram.presses(&olga, list.id, COMPLETE).unwrap();
    let complete = |it: &Message| it.id == list.id && is_complete(it);
    until("the whole list", &complete).await;
    let answer = harness.telegram.answer(&press);
    assert_eq!(
        answer.as_deref(),
        Some("All right, I look up the rest too.")
    );
    let ledger = &harness.app().context().ledger;
    let hers = ledger.analyses_of(PersonId(503)).unwrap();
    assert_eq!(hers.len(), 1, "it counts as hers");
    harness.stop().await;
    harness.assert_clean();
}
