//! Accounts that are not found, and names: who may be meant is offered, and a search begins when somebody is pressed.

use lookalike::demo::networks::fake;
use lookalike::demo::telegram::{FakeTelegram, Message, Person};
use lookalike::demo::world::{World, WorldAccount};
use lookalike::model::NetworkName;

use crate::harness::{Harness, WITHIN};

const GROUP: i64 = -1_001_234_567_890;

/// Those whom everybody of the town follows: handle, name, and whether it is private.
const TOWN: [(&str, &str, bool); 6] = [
    ("bergen_loaf", "Bergen Loaf", false),
    ("bergen_lobster", "Lobsters of Bergen", false),
    ("porto_roastery", "Porto Roastery", false),
    ("quiet.loaf", "Bergen Loaf, hidden", true),
    ("teo.cable", "Teo", false),
    ("ada.wool", "Ada & Wool", false),
];
const PEOPLE: u32 = 36;

fn town() -> World {
    let count = TOWN.len() as u32;
    let people = (0..count + PEOPLE).map(|index| {
        let walker = format!("walker{index}");
        let (handle, name, private) = match TOWN.get(index as usize) {
            Some((handle, name, private)) => (*handle, *name, *private),
            None => (walker.as_str(), "Somebody", false),
        };
        WorldAccount {
            id: 1_000_000 + u64::from(index) * 37,
            handle: handle.to_owned(),
            name: name.to_owned(),
            bio: "Open every day".to_owned(),
            private,
            label: String::new(),
            kind: None,
        }
    });
    let follows: Vec<_> = (count..count + PEOPLE)
        .flat_map(|person| (0..count).map(move |shop| (person, shop)))
        .collect();
    World::new(people.collect(), &follows)
}

async fn harness_on(network: &str, api: &str) -> Harness {
    Harness::on_network(fake(network, api).unwrap(), town()).await
}

fn labels(message: &Message) -> Vec<&str> {
    let buttons = message.buttons.iter().flatten();
    buttons.map(|button| button.label.as_str()).collect()
}

/// Waits for the bot's message that begins with these words; returns the latest one.
async fn until_said(harness: &Harness, chat: i64, words: &str) -> Message {
    let is_it = |message: &Message| message.from_bot && message.text.starts_with(words);
    let said = |all: &[Message]| all.iter().any(is_it);
    let seen = harness.telegram.until(chat, WITHIN, words, said).await;
    let seen = seen.unwrap_or_else(|missing| panic!("{missing}"));
    seen.into_iter().rfind(is_it).unwrap()
}

/// Presses a button; returns the answer.
async fn press(harness: &Harness, person: &Person, message: i32, label: &str) -> String {
    let press = harness.telegram.presses(person, message, label).unwrap();
    let is_answered = |telegram: &FakeTelegram| telegram.answer(&press).is_some();
    let answered = harness.telegram.until_true(WITHIN, label, is_answered);
    answered.await.unwrap_or_else(|missing| panic!("{missing}"));
    harness.telegram.answer(&press).unwrap()
}

async fn end(mut harness: Harness) {
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_misspelt_handle_is_offered_as_the_nearest_ones_and_pressing_one_searches() {
    let mut harness = harness_on("bluesky", "appview").await;
    harness.start().await;
    let ann = harness.ann.clone();
    harness
        .telegram
        .says(&ann, "@bergen-loff.bsky.social quick");
    let asked = until_said(&harness, ann.id, "There's no").await;
    assert_eq!(
        asked.text,
        "There's no @bergen-loff.bsky.social on Bluesky. Did you mean one of these?"
    );
    let loaf = "Bergen Loaf · @bergen-loaf.bsky.social · 36 followers";
    let offered = [
        loaf,
        "Lobsters of Bergen · @bergen-lobster.bsky.social · 36 followers",
    ];
    assert_eq!(labels(&asked), offered, "and nobody who hides");
    let requests = harness.network.requests();
    assert_eq!(
        (requests.search, requests.by_name, requests.profile),
        (1, 1, 1)
    );

    let answer = press(&harness, &ann, asked.id, loaf).await;
    assert_eq!(answer, "Looking for @bergen-loaf.bsky.social on Bluesky.");
    let messages = harness
        .until_delivered(&ann, "bergen-loaf.bsky.social")
        .await;
    let before = messages.iter().find(|it| it.id == asked.id).unwrap();
    assert_eq!(labels(before), offered, "the others may be pressed, too");
    let analyses = harness.app().context().ledger.live_crawls().unwrap();
    assert_eq!(analyses, []);
    assert_eq!(harness.network.requests().by_name, 1);
    end(harness).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_looked_for_and_who_has_it_is_pressed() {
    let mut harness = harness_on("bluesky", "appview").await;
    harness.start().await;
    let ann = harness.ann.clone();
    harness.network.hold();
    harness.telegram.says(&ann, "who is like Bergen Loaf?");
    until_said(&harness, ann.id, "Looking for “Bergen Loaf” on Bluesky…").await;
    harness.network.release();
    let asked = until_said(&harness, ann.id, "Here is who").await;
    assert_eq!(
        asked.text,
        "Here is who I found for “Bergen Loaf” on Bluesky. Which one do you mean?"
    );
    let loaf = "Bergen Loaf · @bergen-loaf.bsky.social · 36 followers";
    assert_eq!(labels(&asked)[0], loaf);
    let requests = harness.network.requests();
    assert_eq!(
        (requests.search, requests.followers),
        (0, 0),
        "nothing begins unasked, even if the name is the very same"
    );
    press(&harness, &ann, asked.id, loaf).await;
    harness
        .until_delivered(&ann, "bergen-loaf.bsky.social")
        .await;
    end(harness).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_has_the_name_it_is_said_what_to_send() {
    let mut harness = harness_on("bluesky", "appview").await;
    harness.start().await;
    let ann = harness.ann.clone();
    harness.telegram.says(&ann, "Silent Harbour");
    let none = until_said(&harness, ann.id, "I found nobody").await;
    assert_eq!(
        none.text,
        "I found nobody called “Silent Harbour” on Bluesky. Send me the account itself, for example @nasa, or the link \
         to its profile."
    );
    let words = ["@silent.bsky.social", "@harbour.bsky.social"];
    assert_eq!(labels(&none), words, "a word may be the account");
    press(&harness, &ann, none.id, words[1]).await;
    until_said(&harness, ann.id, "There's no @harbour.bsky.social").await;
    harness.telegram.says(&ann, "@zzyzx.bsky.social");
    let none = until_said(
        &harness,
        ann.id,
        "There's no @zzyzx.bsky.social on Bluesky. Check",
    )
    .await;
    assert_eq!(labels(&none), [""; 0]);
    end(harness).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn github_is_searched_in_one_request() {
    let mut harness = harness_on("github", "github").await;
    harness.start().await;
    let ann = harness.ann.clone();
    harness.telegram.says(&ann, "Porto Roastery");
    let asked = until_said(&harness, ann.id, "Here is who I found for “Porto Roastery”").await;
    let roastery = "Porto Roastery · @Porto-roastery · 36 followers";
    assert_eq!(labels(&asked), [roastery]);
    assert_eq!(harness.network.requests().total, 1);
    harness.telegram.says(&ann, "@bergen-loff");
    let asked = until_said(&harness, ann.id, "There's no @bergen-loff on GitHub").await;
    assert_eq!(
        labels(&asked)[0],
        "Bergen Loaf · @Bergen-loaf · 36 followers"
    );
    press(&harness, &ann, asked.id, labels(&asked)[0]).await;
    harness.until_delivered(&ann, "Bergen-loaf").await;
    end(harness).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_search_costs_money_its_price_is_asked_first_and_paid_once() {
    let mut harness = harness_on("instagram", "hikerapi").await;
    harness.start().await;
    let ann = harness.ann.clone();
    let by_name = "Search by name: about $0.001";
    harness.telegram.says(&ann, "Bergen Loaf");
    let asked = until_said(&harness, ann.id, "I don't know “Bergen Loaf” yet").await;
    assert_eq!(
        asked.text,
        "I don't know “Bergen Loaf” yet, and searching Instagram by name isn't free. Shall I? Or send me the account \
         itself, for example @nasa."
    );
    assert_eq!(labels(&asked), ["@bergen", "@loaf", by_name]);
    assert_eq!(harness.network.requests().total, 0, "nothing is spent");
    harness.telegram.says(&ann, "@bergen_loff");
    let asked = until_said(&harness, ann.id, "There's no @bergen_loff on Instagram").await;
    assert_eq!(labels(&asked), [by_name]);
    assert_eq!(harness.network.requests().by_name, 0, "but the look-up");

    let answer = press(&harness, &ann, asked.id, by_name).await;
    assert_eq!(answer, "Looking for “bergen_loff” on Instagram.");
    let found = until_said(&harness, ann.id, "Here is who I found for “bergen_loff”").await;
    let loaf = "Bergen Loaf · @bergen_loaf · 36 followers";
    assert_eq!(labels(&found)[0], loaf);
    let again = press(&harness, &ann, asked.id, by_name).await;
    assert_eq!(
        again,
        "I have searched for that name already: see further down."
    );
    let ledger = &harness.app().context().ledger;
    let spent = ledger.spent_today(&NetworkName::new("instagram")).unwrap();
    assert_eq!(spent.requests, 2, "the look-up, and the search");
    assert_eq!(harness.network.requests().by_name, 1);
    press(&harness, &ann, found.id, loaf).await;
    until_said(
        &harness,
        ann.id,
        "Bergen Loaf · @bergen_loaf · Instagram · 36 followers",
    )
    .await;
    end(harness).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_for_a_name_counts_towards_what_look_ups_may_cost() {
    let mut harness = harness_on("instagram", "hikerapi").await;
    harness.set("COST_PER_ANALYSIS", "0.001").start().await;
    let ann = harness.ann.clone();
    harness.telegram.says(&ann, "@bergen_loff");
    let asked = until_said(&harness, ann.id, "There's no @bergen_loff on Instagram").await;
    let label = labels(&asked)[0].to_owned();
    press(&harness, &ann, asked.id, &label).await;
    until_said(&harness, ann.id, "You have had me look up so many").await;
    assert_eq!(harness.network.requests().by_name, 0);
    let again = press(&harness, &ann, asked.id, &label).await;
    assert_eq!(
        again, "Looking for “bergen_loff” on Instagram.",
        "what was not done may be asked for again"
    );
    end(harness).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_before_is_offered_without_a_request_but_for_who_wants_to_be_left_alone() {
    let mut harness = harness_on("instagram", "v1").await;
    harness.set("OPERATORS", "501").start().await;
    let ann = harness.ann.clone();
    harness.telegram.says(&ann, "@teo.cable");
    harness.until_delivered(&ann, "teo.cable").await;
    let before = harness.network.requests();
    harness.telegram.says(&ann, "Porto Roaster");
    let known = until_said(&harness, ann.id, "Here is who I found for “Porto Roaster”").await;
    let roastery = "Porto Roastery · @porto_roastery · 36 followers";
    assert_eq!(labels(&known), [roastery]);
    assert_eq!(harness.network.requests(), before, "it costs nothing");
    harness.telegram.says(&ann, "@porto_roaster");
    let asked = until_said(
        &harness,
        ann.id,
        "There's no @porto_roaster on Instagram. Did",
    )
    .await;
    assert_eq!(labels(&asked), [roastery]);

    harness.telegram.says(&ann, "/optout ig:porto_roastery");
    until_said(&harness, ann.id, "@porto_roastery").await;
    // The button may be gone from the message by now, and still be pressed.
    let telegram = &harness.telegram;
    let pressed = telegram.presses(&ann, asked.id, roastery);
    pressed
        .or_else(|_| telegram.presses_stale(&ann, asked.id, roastery))
        .unwrap();
    until_said(&harness, ann.id, "The owner of @porto_roastery").await;
    harness.telegram.says(&ann, "@porto_roasterie");
    let words = "There's no @porto_roasterie on Instagram. Check the spelling";
    let asked = until_said(&harness, ann.id, words).await;
    assert_eq!(labels(&asked), [""; 0]);
    harness.telegram.says(&ann, "Porto Roasterie");
    let none = until_said(&harness, ann.id, "I can't search Instagram by name.").await;
    assert_eq!(labels(&none), ["@porto", "@roasterie"]);
    end(harness).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_a_paid_search_has_read_is_offered_before_another_is_paid_for() {
    let mut harness = harness_on("instagram", "hikerapi").await;
    harness.start().await;
    let ann = harness.ann.clone();
    harness.telegram.says(&ann, "@teo.cable");
    let is_priced = |message: &Message| labels(message).iter().any(|it| it.contains("about $"));
    let priced = |all: &[Message]| all.iter().any(is_priced);
    let messages = harness.until(&ann, "the price", priced).await;
    let asked = messages.iter().find(|it| is_priced(it)).unwrap();
    press(&harness, &ann, asked.id, labels(asked)[0]).await;
    harness.until_delivered(&ann, "teo.cable").await;
    harness.telegram.says(&ann, "Porto Roaster");
    let known = until_said(&harness, ann.id, "This one I know").await;
    assert_eq!(
        known.text,
        "This one I know on Instagram. If it isn't “Porto Roaster”, I can search for the name."
    );
    let roastery = "Porto Roastery · @porto_roastery · 36 followers";
    assert_eq!(labels(&known), [roastery, "Search by name: about $0.001"]);
    assert_eq!(harness.network.requests().by_name, 0);
    end(harness).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_group_only_the_person_who_asked_chooses() {
    let mut harness = harness_on("bluesky", "appview").await;
    harness.start().await;
    let (ann, bob) = (harness.ann.clone(), Person::new(502, "Bob"));
    let question = harness
        .telegram
        .says_in_group(GROUP, &ann, "/find Bergen Loaf");
    let asked = until_said(&harness, GROUP, "Here is who").await;
    assert_eq!(asked.reply_to, Some(question));
    let label = labels(&asked)[0].to_owned();
    let answer = press(&harness, &bob, asked.id, &label).await;
    assert_eq!(answer, "Only the person who asked can do that.");
    assert_eq!(harness.network.requests().search, 0);
    press(&harness, &ann, asked.id, &label).await;
    until_said(&harness, GROUP, "Accounts like @bergen-loaf.bsky.social").await;
    end(harness).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_russian_everything_is() {
    let mut harness = harness_on("bluesky", "appview").await;
    harness.start().await;
    let anna = Person::new(503, "Аня").speaking("ru");
    harness.network.hold();
    harness.telegram.says(&anna, "кто похож на Bergen Loaf?");
    let looking = until_said(&harness, anna.id, "Ищу").await;
    harness.network.release();
    let found = until_said(&harness, anna.id, "Вот").await;
    harness.telegram.says(&anna, "@bergen-loff.bsky.social");
    let meant = until_said(&harness, anna.id, "В Bluesky нет").await;
    harness.telegram.says(&anna, "Тихая гавань");
    let none = until_said(&harness, anna.id, "В Bluesky никого").await;
    let said = [&looking, &found, &meant, &none].map(|it| it.text.as_str());
    insta::assert_snapshot!(said.join("\n"), @"
    Ищу «Bergen Loaf» в Bluesky…
    Вот кто нашёлся в Bluesky по имени «Bergen Loaf». Кого вы имели в виду?
    В Bluesky нет @bergen-loff.bsky.social. Может быть, кто-то из них?
    В Bluesky никого с именем «Тихая гавань» не нашлось. Пришлите сам аккаунт, например @nasa, или ссылку на профиль.
    ");
    assert_eq!(
        labels(&meant)[0],
        "Bergen Loaf · @bergen-loaf.bsky.social · 36 подписчиков"
    );
    end(harness).await;
}
