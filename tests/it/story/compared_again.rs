//! What can be done with a comparison: its files, its link, its lists, and finding it again.

use lookalike::demo::is_list;
use lookalike::demo::telegram::{FakeTelegram, FloodLimits, Message, Person};

use crate::harness::{Harness, WITHIN, is_file, named_world, small_world};

const GROUP: i64 = -1_001_234_567_890;

async fn wait_for(
    harness: &Harness,
    person: &Person,
    what: &str,
    seen: impl Fn(&Message) -> bool,
) -> Message {
    let any = |all: &[Message]| all.iter().any(&seen);
    let mut messages = harness.until(person, what, any).await;
    messages.retain(&seen);
    messages.pop().unwrap()
}

async fn wait_in_group(harness: &Harness, what: &str, seen: impl Fn(&Message) -> bool) -> Message {
    let any = |all: &[Message]| all.iter().any(&seen);
    let found = harness.telegram.until(GROUP, WITHIN, what, any).await;
    let mut found = found.unwrap_or_else(|missing| panic!("{missing}"));
    found.retain(&seen);
    found.pop().unwrap()
}

fn labels(message: &Message) -> Vec<Vec<&str>> {
    let rows = message.buttons.iter();
    rows.map(|row| row.iter().map(|button| button.label.as_str()).collect())
        .collect()
}

/// Of @luna's 80 followers, 40 follow @peer0, too; @celebrity has many more.
async fn compared(harness: &Harness) -> Message {
    harness
        .telegram
        .says(&harness.ann, "/compare @luna @peer0 @celebrity");
    let is_it = |it: &Message| it.text.contains("compared\n");
    wait_for(harness, &harness.ann, "the comparison", is_it).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_closest_pair_comes_first_and_everything_else_is_buttons_away() {
    let mut harness = Harness::new(small_world(80, false)).await;
    harness.start().await;
    let told = compared(&harness).await;
    let paragraphs: Vec<&str> = told.text.split("\n\n").collect();
    assert_eq!(
        &paragraphs[..2],
        [
            "@luna, @peer0 and @celebrity compared",
            "Closest pair: @luna and @peer0 (40 people follow both)."
        ]
    );
    assert!(
        paragraphs.contains(&"Counted among all their followers who show whom they follow."),
        "{}",
        told.text
    );
    assert!(
        told.text
            .ends_with("fewer than one of twenty comparisons)."),
        "how it was found out is small print: {}",
        told.text
    );
    let below = [
        vec!["Share", "Files"],
        vec!["List of @luna"],
        vec!["List of @peer0"],
        vec!["List of @celebrity"],
        vec!["• All"],
        vec!["👤 People", "🏢 Organisations"],
    ];
    assert_eq!(labels(&told), below);

    let ann = harness.ann.clone();
    harness.telegram.presses(&ann, told.id, "Files").unwrap();
    let offered = |it: &Message| it.id == told.id && it.button("CSV").is_some();
    let panel = wait_for(&harness, &ann, "files to choose", offered).await;
    assert_eq!(labels(&panel), [["Excel", "CSV", "JSON", "Back"]]);
    for (label, extension) in [("Excel", "xlsx"), ("CSV", "csv"), ("JSON", "json")] {
        harness.telegram.presses(&ann, told.id, label).unwrap();
        let file = format!("compared-luna-peer0.{extension}");
        let came = |it: &Message| is_file(it, &file);
        let message = wait_for(&harness, &ann, &file, came).await;
        assert_eq!(message.text, "@luna, @peer0 +1 compared");
        let content = message.document.as_ref().unwrap().content();
        match label {
            "Excel" => assert!(content.starts_with("PK"), "{file} is no archive"),
            "CSV" => {
                let half =
                    "Who follows whom,,luna,80,peer0,The peer0,0.500000,0.500000,0.500000,69,";
                assert!(content.contains(half), "{content}");
                assert!(content.contains("\nClose to all,1,luna,80,"), "{content}");
            }
            _ => {
                let json: serde_json::Value = serde_json::from_str(&content).unwrap();
                assert_eq!(json["audiences"][0]["follows"][0]["handle"], "peer0");
                assert_eq!(json["audiences"][0]["follows"][0]["share"], 0.5);
                assert!(!json["close_to_all"].as_array().unwrap().is_empty());
            }
        }
    }
    harness.telegram.presses(&ann, told.id, "Back").unwrap();
    let back = |it: &Message| it.id == told.id && labels(it) == below;
    wait_for(&harness, &ann, "the other buttons", back).await;

    let list = "List of @peer0";
    harness.telegram.presses(&ann, told.id, list).unwrap();
    harness.until_delivered(&ann, "peer0").await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_a_comparison_for_whoever_has_it_until_it_is_taken_back() {
    let mut harness = Harness::new(small_world(80, false)).await;
    harness.start().await;
    let told = compared(&harness).await;
    let (ann, bob, eve) = (
        harness.ann.clone(),
        Person::new(502, "Bob"),
        Person::new(503, "Eve"),
    );
    let asked = harness.network.requests().total;
    harness.telegram.presses(&ann, told.id, "Share").unwrap();
    let linked = |it: &Message| it.text.contains("?start=c_");
    let shared = wait_for(&harness, &ann, "a link", linked).await;
    let said =
        "Whoever opens this link gets the comparison of @luna, @peer0 +1, without your name:";
    assert!(shared.text.starts_with(said), "{}", shared.text);
    let (_, parameter) = shared.text.rsplit_once("?start=").unwrap();

    harness.telegram.knows(&bob);
    harness.telegram.says(&bob, &format!("/start {parameter}"));
    let is_it = |it: &Message| it.text.contains("compared\n");
    let his = wait_for(&harness, &bob, "the comparison", is_it).await;
    assert_eq!(his.text, told.text);
    assert_eq!(
        labels(&his),
        [
            vec!["Share", "Files"],
            vec!["• All"],
            vec!["👤 People", "🏢 Organisations"],
        ],
        "the lists are Ann's"
    );
    let messages = harness.telegram.messages(bob.id);
    assert!(
        messages.iter().any(|it| it.photo.is_some()),
        "and the picture"
    );
    assert!(
        !messages.iter().any(|it| it.text.contains("Ann")),
        "nobody tells who asked"
    );
    assert_eq!(harness.network.requests().total, asked, "nothing is asked");

    let take_back = "Take the link back";
    harness
        .telegram
        .presses(&ann, shared.id, take_back)
        .unwrap();
    let gone =
        |it: &Message| it.text == "The link to the comparison of @luna, @peer0 +1 no longer works.";
    wait_for(&harness, &ann, "that it is taken back", gone).await;
    harness.telegram.knows(&eve);
    harness.telegram.says(&eve, &format!("/start {parameter}"));
    let nothing = |it: &Message| it.text.contains("nothing behind that link");
    wait_for(&harness, &eve, "that nothing is there", nothing).await;

    // Who has opened it has it in their own history, and shares it by a link of their own until they are forgotten.
    harness.telegram.says(&bob, "/history");
    let listed = |it: &Message| it.text.starts_with("Your one result here");
    let history = wait_for(&harness, &bob, "the history", listed).await;
    assert!(
        labels(&history)[0][0].starts_with("@luna, @peer0 +1 compared · "),
        "{history:?}"
    );
    harness.telegram.presses(&bob, his.id, "Share").unwrap();
    let shared = wait_for(&harness, &bob, "his own link", linked).await;
    let (_, parameter) = shared.text.rsplit_once("?start=").unwrap();
    harness.telegram.says(&bob, "/forget");
    let asked = |it: &Message| it.button("Yes, erase everything").is_some();
    let question = wait_for(&harness, &bob, "the question", asked).await;
    let yes = "Yes, erase everything";
    harness.telegram.presses(&bob, question.id, yes).unwrap();
    let done = |it: &Message| it.text.starts_with("Done: everything about you is erased");
    wait_for(&harness, &bob, "the end", done).await;
    harness.telegram.says(&eve, &format!("/start {parameter}"));
    let twice = |all: &[Message]| all.iter().filter(|it| nothing(it)).count() == 2;
    harness.until(&eve, "that nothing is there", twice).await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comparison_is_found_again_among_the_results_and_is_the_same_after_a_restart() {
    let mut harness = Harness::new(small_world(80, false)).await;
    // Who starts anew knows nothing of what was sent a moment ago.
    harness.telegram.set_limits(FloodLimits::none());
    harness.start().await;
    let told = compared(&harness).await;
    harness.stop().await;
    harness.start().await;
    let ann = harness.ann.clone();
    harness.telegram.says(&ann, "/history");
    let listed = |it: &Message| it.text.starts_with("Your results here, 4 in all");
    let history = wait_for(&harness, &ann, "the history", listed).await;
    let shown = labels(&history).concat();
    let kinds: Vec<&str> = shown
        .iter()
        .filter_map(|it| it.rsplit_once(" · "))
        .map(|(it, _)| it)
        .collect();
    assert_eq!(
        kinds,
        [
            "@luna, @peer0 +1 compared",
            "@celebrity · normal",
            "@peer0 · normal",
            "@luna · normal"
        ]
    );
    let at = shown[0].rsplit_once(", ").unwrap().1;
    assert!(at.len() == 5 && at.contains(':'), "a time: {at}");
    let data = history.buttons[0][0].data.clone().unwrap();
    harness.telegram.presses(&ann, history.id, &data).unwrap();
    let again = |it: &Message| it.id > history.id && it.text.contains("compared\n");
    let again = wait_for(&harness, &ann, "the comparison once more", again).await;
    assert_eq!((&again.text, &again.buttons), (&told.text, &told.buttons));
    let is_picture = |it: &Message| it.id > history.id && it.photo.is_some();
    wait_for(&harness, &ann, "its picture once more", is_picture).await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_group_all_look_at_a_comparison_and_only_its_asker_shares_it() {
    let mut harness = Harness::new(small_world(80, false)).await;
    harness.start().await;
    let (ann, bob) = (harness.ann.clone(), Person::new(502, "Bob"));
    let asked = harness
        .telegram
        .says_in_group(GROUP, &ann, "/compare @luna @peer0");
    let is_it = |it: &Message| it.from_bot && it.text.contains("compared\n");
    let told = wait_in_group(&harness, "the comparison", is_it).await;
    assert_eq!(told.reply_to, Some(asked));
    harness.telegram.presses(&bob, told.id, "Files").unwrap();
    let offered = |it: &Message| it.id == told.id && it.button("JSON").is_some();
    wait_in_group(&harness, "files to choose", offered).await;
    harness.telegram.presses(&bob, told.id, "JSON").unwrap();
    let is_there = |it: &Message| is_file(it, "compared-luna-peer0.json");
    wait_in_group(&harness, "the file", is_there).await;
    harness.telegram.presses(&bob, told.id, "Back").unwrap();
    let back = |it: &Message| it.id == told.id && it.button("Share").is_some();
    wait_in_group(&harness, "the other buttons", back).await;
    let list = "List of @luna";
    harness.telegram.presses(&bob, told.id, list).unwrap();
    wait_in_group(&harness, "a list", |it| is_list(it, "luna")).await;

    let press = harness.telegram.presses(&bob, told.id, "Share").unwrap();
    let answered = |telegram: &FakeTelegram| telegram.answer(&press).is_some();
    let seen = harness.telegram.until_true(WITHIN, "an answer", answered);
    seen.await.unwrap();
    assert_eq!(
        harness.telegram.answer(&press).as_deref(),
        Some("Only the person who asked can do that.")
    );
    harness.telegram.presses(&ann, told.id, "Share").unwrap();
    let linked = |it: &Message| it.text.contains("?start=c_");
    wait_in_group(&harness, "the link", linked).await;
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comparison_in_russian_is_russian_from_the_first_word_to_the_file() {
    let world = named_world(80, false, |_| "Кто-то".to_owned());
    let mut harness = Harness::new(world).await;
    harness.start().await;
    let anna = Person::new(501, "Аня").speaking("ru");
    harness
        .telegram
        .says(&anna, "/compare @luna @peer0 @celebrity");
    let is_it = |it: &Message| it.text.starts_with("Сравнение: ");
    let told = wait_for(&harness, &anna, "the comparison", is_it).await;
    insta::assert_snapshot!(told.text, @r"
    Сравнение: @luna, @peer0 и @celebrity

    Ближе всего друг к другу @luna и @peer0 (на оба подписано 40 человек).

    Близки ко всем сразу
    1. Кто-то · @peer2 · 20 подписчиков
    2. 🏢 Кто-то · @peer1 · 26 подписчиков
    3. Кто-то · @peer4 · 13 подписчиков
    4. Кто-то · @peer3 · 16 подписчиков
    5. Кто-то · @peer6 · 10 подписчиков

    Посчитано по всем подписчикам, чьи подписки видны.

    Проверено подписчиков: @luna — 69 из 80, @peer0 — 34 из 40, @celebrity — 369 из 380.
    Самая близкая пара — та, у которой больше всего общих подписчиков среди всех, кто подписан хотя бы на один из двух аккаунтов; она названа, только если её отрыв больше случайного (ошибка — реже чем в одном сравнении из двадцати).
    ");
    assert_eq!(
        labels(&told)[..2],
        [vec!["Поделиться", "Файлы"], vec!["Список: @luna"]]
    );
    harness.telegram.presses(&anna, told.id, "Файлы").unwrap();
    let offered = |it: &Message| it.id == told.id && it.button("CSV").is_some();
    wait_for(&harness, &anna, "files to choose", offered).await;
    harness.telegram.presses(&anna, told.id, "CSV").unwrap();
    let file = "сравнение-luna-peer0.csv";
    let file = wait_for(&harness, &anna, file, |it| is_file(it, file)).await;
    assert_eq!(file.text, "Сравнение: @luna, @peer0 +1");
    let content = file.document.as_ref().unwrap().content();
    let half = "\nКто на кого подписан;;luna;80;peer0;Кто-то;0,500000;0,500000;0,500000;69;";
    assert!(content.contains(half), "{content}");
    harness.telegram.says(&anna, "/history");
    let listed = |it: &Message| it.text.starts_with("Ваши результаты здесь");
    let history = wait_for(&harness, &anna, "the history", listed).await;
    let shown = labels(&history).concat();
    assert!(
        shown[0].starts_with("Сравнение: @luna, @peer0 +1 · "),
        "{shown:?}"
    );
    assert!(shown[1].starts_with("@celebrity · обычный · "), "{shown:?}");

    harness.telegram.says(&anna, "/compare @peer0 @peer1");
    let is_it = |it: &Message| it.text.starts_with("Сравнение: @peer0 и @peer1");
    let told = wait_for(&harness, &anna, "another comparison", is_it).await;
    let first: Vec<&str> = told.text.lines().take(6).collect();
    insta::assert_snapshot!(first.join("\n"), @r"
    Сравнение: @peer0 и @peer1

    На оба аккаунта подписано 13 человек.
    • @peer0 · 40 подписчиков: 33% подписаны и на @peer1
    • @peer1 · 26 подписчиков: 50% подписаны и на @peer0
    ");
    harness.stop().await;
    harness.assert_clean();
}
